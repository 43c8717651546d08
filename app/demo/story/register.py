"""What the register of the demo knows of invented enterprises, who has changed jobs, and what the log tells."""

from dataclasses import dataclass, field

from app.accounts.models import EventKind

# Made so that the check digit is right, in a range that belongs to nobody. Real municipalities get no invented number.
CVR = {
    "Garnloftet": "99990007",
    "Klitkantinen": "99990015",
    "Tangværket": "99990023",
    "Lyngvaskeriet": "99990031",
    "Vestenvind Montage": "99990058",
    "Østkajens Køkken": "99990066",
    "Foreningen Fælles Vej": "99990074",
}
WEB = {"Tangværket": "https://tangvaerket.example", "Foreningen Fælles Vej": "https://faellesvej.example"}
CLOSED = {"Strandens Genbrug": ("0825", "99990082", 410)}  # name → municipality, CVR number, closed so many days ago

MOVED = {"dorte": ("Jobcenter Hjørring", 160), "hanne": ("Jobcenter Frederikshavn", 620)}  # from where, days ago


@dataclass(frozen=True)
class Noted:
    """A line of the log: how many days ago and when, about whom, by whom."""

    day: int
    at: tuple[int, int]
    kind: EventKind
    about: str = ""
    by: str = ""
    network: str = ""
    facts: dict[str, str] = field(default_factory=dict)


_K = EventKind
LOG = (
    Noted(1150, (9, 5), _K.NETWORK_MADE, by="agnete", network="social"),
    Noted(1150, (9, 20), _K.NETWORK_MADE, by="agnete", network="jobs"),
    Noted(1150, (9, 30), _K.NETWORK_MADE, by="agnete", network="buying"),
    Noted(1148, (10, 10), _K.ROLE_CHANGED, about="karen", by="agnete", network="social", facts={"role": "coordinator"}),
    Noted(1147, (13, 40), _K.ROLE_CHANGED, about="ibrahim", by="agnete", network="jobs", facts={"role": "coordinator"}),
    Noted(620, (11, 15), _K.MOVED, about="hanne", by="karen", facts={"organisation": "Jobcenter Hjørring"}),
    Noted(410, (14, 5), _K.ORGANISATION_CLOSED, by="agnete", facts={"organisation": "Strandens Genbrug"}),
    Noted(340, (15, 0), _K.LEFT, about="hanne", by="karen", network="social"),
    Noted(211, (9, 50), _K.ORGANISATION_MADE, by="karen", facts={"organisation": "Lyngvaskeriet"}),
    Noted(158, (8, 35), _K.MOVED, about="dorte", facts={"organisation": "Jobcenter Thisted"}),
    Noted(96, (10, 25), _K.ROLE_CHANGED, about="jonas", by="karen", network="social", facts={"role": "coordinator"}),
    Noted(33, (12, 50), _K.PASSWORD_SET, about="mette"),
    Noted(19, (9, 12), _K.ORGANISATION_CHANGED, by="agnete", facts={"organisation": "Tangværket"}),
    Noted(12, (8, 3), _K.SIGN_IN_FAILED, about="ulla"),
    Noted(12, (8, 4), _K.SIGNED_IN, about="ulla"),
    Noted(6, (13, 20), _K.PROFILE_CHANGED, about="preben", by="agnete"),
)
