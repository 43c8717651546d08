"""What the page of a meeting shows of its attachments."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from app.accounts.models import Person
from app.core import clock
from app.files.operations import KEPT_AFTER_REMOVAL
from app.meetings import policy
from app.meetings.models import AgendaItem, Attachment, Meeting


class Line(NamedTuple):
    """An attachment, when the item it belongs to begins, and whether the viewer may remove it."""

    attachment: Attachment
    begins: datetime | None
    may_remove: bool


def lines_of(meeting: Meeting, viewer: Person, rows: Sequence[tuple[AgendaItem, datetime]]) -> list[Line]:
    """In the order of the agenda; what belongs to the whole meeting comes first. `rows` are those of the timetable."""
    begins = {item.id: moment for item, moment in rows}
    lines = [
        Line(one, begins.get(one.agenda_item_id or 0), policy.may_remove_attachment(viewer, one, meeting))
        for one in meeting.attachments
        if not one.file.is_removed
    ]
    return sorted(lines, key=lambda line: (line.begins or meeting.created_at, line.attachment.id))


def removed_from(meeting: Meeting, viewer: Person) -> list[Attachment]:
    """What the viewer has removed lately and may bring back."""
    since = clock.now() - KEPT_AFTER_REMOVAL
    return [
        one
        for one in meeting.attachments
        if one.file.removed_at and one.file.removed_at > since and policy.may_remove_attachment(viewer, one, meeting)
    ]
