"""Opening a meeting to all: when and where it is then stands in the public calendar, until it is taken out again."""

from flask_babel import gettext as _

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.meetings.models import Meeting, MeetingTurn, Turn
from app.networks.discretion import may_be_published


def publish_meeting(meeting: Meeting, *, public_url: str, by: Person) -> None:
    """Or gives one that is open to all another link. Raises DomainError for what may not stand there."""
    if not may_be_published(meeting.network.confidentiality):
        raise DomainError(_("The network's confidentiality does not let it tell outsiders what a meeting is called."))
    if meeting.is_draft:
        raise DomainError(_("Call the meeting first. A draft is for the coordinators only."))
    if not meeting.is_published:
        if meeting.is_off or meeting.is_over:
            raise DomainError(_("Only a meeting that is still to come can be opened to all."))
        meeting.published_at, meeting.published_by_id = clock.now(), by.id
        _note(meeting, Turn.PUBLISHED, by=by)
    if meeting.public_url != public_url:
        meeting.public_url = public_url
        meeting.touch()


def unpublish_meeting(meeting: Meeting, *, by: Person) -> None:
    """Calendars drop it the next time they look. Its link is kept, should it be opened again."""
    if meeting.is_published:
        meeting.published_at, meeting.published_by_id = None, None
        _note(meeting, Turn.UNPUBLISHED, by=by)


def _note(meeting: Meeting, turn: Turn, *, by: Person) -> None:
    db.session.add(MeetingTurn(meeting_id=meeting.id, turn=turn, by_id=by.id))
