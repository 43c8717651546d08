"""The levels of confidentiality in words; docs/decisions/0005-discretion.md has the table they tell of."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.networks.discretion import Confidentiality

_OPEN, _NETWORK, _PARTICIPANTS = Confidentiality
NAMES: Final[dict[Confidentiality, Any]] = {
    _OPEN: _l("Open to its members"),
    _NETWORK: _l("Only the network"),
    _PARTICIPANTS: _l("Only those who take part"),
}
EFFECTS: Final[dict[Confidentiality, Any]] = {
    _OPEN: _l("Mails hold the whole case or reply, and calendars the agenda."),
    _NETWORK: _l("Mails and calendars hold titles, time, place and links. Cases, replies and minutes are read here."),
    _PARTICIPANTS: _l(
        "Mails and calendars say that there is something new or a meeting, when and where, but not what about."
    ),
}


def level_name(level: Confidentiality) -> str:
    return str(NAMES[level])


def in_words(level: Confidentiality) -> str:
    return str(EFFECTS[level])
