"""Writing a meeting's agenda. Whoever calls holds the meeting's lock, so positions never clash."""

from dataclasses import dataclass

from app.extensions import db
from app.meetings.models import AgendaItem, AgendaKind, Meeting
from app.meetings.queries import agenda_of


@dataclass(frozen=True)
class Point:
    """What a coordinator decides about an agenda item."""

    title: str
    kind: AgendaKind = AgendaKind.DISCUSSION
    presenter: str = ""
    minutes: int = 0


def add_item(meeting: Meeting, point: Point) -> AgendaItem:
    """Puts a point at the end."""
    items = agenda_of(meeting.id)
    position = items[-1].position + 1 if items else 1
    item = AgendaItem(meeting_id=meeting.id, position=position, **vars(point))
    db.session.add(item)
    db.session.flush()
    return item
