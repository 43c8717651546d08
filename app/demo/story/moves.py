"""Who has got another job in the time the demo tells of, and who has left and handed over; days are counted back from today."""

from dataclasses import dataclass

# Who worked elsewhere before: where, and until how many days ago.
MOVED = {"soeren": ("Erhvervskontor Hjørring", 400), "dorte": ("Jobcenter Morsø", 210)}


@dataclass(frozen=True)
class HandedOver:
    """What somebody gave to whom as they left a network."""

    network: str
    giver: str
    taker: str
    things: tuple[tuple[str, str], ...]


HANDED_OVER = (
    HandedOver(
        "social",
        "hanne",
        "ibrahim",
        (("action", "Hold kontakten til tømrermesteren i Sindal"),),
    ),
)
