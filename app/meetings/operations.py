"""What can be done with a meeting."""

from sqlalchemy import func, select

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.meetings.models import AgendaItem, AgendaKind, Meeting


def add_agenda_item(
    meeting: Meeting, *, title: str, kind: AgendaKind, presenter: str, minutes: int, by: Person
) -> AgendaItem:
    """Public: sets an item at the end of the agenda."""
    last = db.session.scalar(select(func.max(AgendaItem.position)).where(AgendaItem.meeting_id == meeting.id)) or 0
    item = AgendaItem(
        meeting_id=meeting.id, position=last + 1, title=title, kind=kind, presenter=presenter, minutes=minutes
    )
    db.session.add(item)
    meeting.updated_at = clock.now()
    return item


def remove_agenda_item(item: AgendaItem, *, by: Person) -> None:
    """Public: takes an item off the agenda; the row stays, so that what was written under it is never lost."""
    item.removed_at = item.removed_at or clock.now()
