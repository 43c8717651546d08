"""What those who have left a network have handed over."""

from dataclasses import dataclass


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
