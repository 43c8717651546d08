"""The last meeting as a starting point for the next."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Final

from flask_babel import force_locale
from flask_babel import gettext as _

from app.core import clock
from app.extensions import db
from app.meetings.models import AgendaItem, AgendaKind, Meeting, Venue
from app.meetings.queries import agenda_of

_NUMBER: Final = re.compile(r"(?<!\d)(?:nr\.? ?)?(\d{1,2})(?!\d)(?=\.? (?:møde|erfa)|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Pattern:
    """What the next meeting takes over from another: all but its day, who is host, and the cases."""

    title: str
    starts: time
    ends: time
    place: str
    address: str
    venue: Venue
    online_url: str
    online_opens_minutes: int | None
    description: str

    @classmethod
    def of(cls, meeting: Meeting) -> "Pattern":
        same = {name: getattr(meeting, name) for name in ("place", "address", "venue", "online_url", "description")}
        return cls(
            title=next_title(meeting.title),
            starts=clock.local(meeting.starts_at).time(),
            ends=clock.local(meeting.ends_at).time(),
            online_opens_minutes=meeting.online_opens_minutes,
            **same,
        )


def next_title(title: str) -> str:
    """ "4. møde" after "3. møde", "ERFA-møde 12" after "ERFA-møde 11"; a year stays, and so does what has no number."""
    return _NUMBER.sub(lambda match: match[0].replace(match[1], str(int(match[1]) + 1)), title, count=1)


def copy_agenda(meeting: Meeting, source: Meeting) -> int:
    """The same points in the same order; instead of each case a place for one. Returns how many they are.

    Whoever is known as a presenter presented last time; those who stand there by their part, like the host, stay.
    """
    cases = 0
    items = agenda_of(source.id)
    for position, item in enumerate(items, start=1):
        title, presenter = item.title, item.presenter if item.presenter_id is None else ""
        if item.kind is AgendaKind.CASE:
            cases += 1
            with force_locale("da"):  # the agenda is the network's, not the reader's
                title, presenter = _("Case %(number)s", number=cases), _("Case owner")
        copied = {"title": title, "presenter": presenter, "kind": item.kind, "minutes": item.minutes}
        db.session.add(AgendaItem(meeting_id=meeting.id, position=position, **copied))
    return len(items)
