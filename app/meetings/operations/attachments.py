"""Attaching files to a meeting."""

from typing import Final

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.accounts.models import Person
from app.core.errors import DomainError
from app.extensions import db
from app.files.checking import Checked
from app.files.models import File
from app.files.operations import keep_file
from app.meetings.models import Attachment, Meeting
from app.networks.models import Network

MOST: Final = 40  # of one meeting


def attach(meeting: Meeting, checked: Checked, *, by: Person, agenda_item_id: int | None = None) -> Attachment:
    """The same file sent twice to the same place is one attachment: a double click is no second act."""
    db.session.execute(select(Network.id).where(Network.id == meeting.network_id).with_for_update())
    there = list(
        db.session.scalars(
            select(Attachment)
            .join(Attachment.file)
            .where(Attachment.meeting_id == meeting.id, File.removed_at.is_(None))
            .options(contains_eager(Attachment.file))
        )
    )
    for other in there:
        place = (other.agenda_item_id, other.file.sha256, other.file.name)
        if place == (agenda_item_id, checked.sha256, checked.name):
            return other
    if len(there) >= MOST:
        raise DomainError(_("A meeting holds %(num)s attachments. Remove one first.", num=MOST), field="file")
    file = keep_file(meeting.network_id, checked, by=by)
    attachment = Attachment(meeting_id=meeting.id, file=file, agenda_item_id=agenda_item_id)
    db.session.add(attachment)
    db.session.flush()
    return attachment
