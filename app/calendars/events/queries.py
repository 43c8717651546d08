"""Meetings that are open to all, never with more of them than anybody may know."""

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from app.calendars.queries import is_open_to_all
from app.core import clock
from app.extensions import db
from app.meetings.models import Meeting
from app.networks.discretion import Output, discreetly
from app.networks.models import Network


def _open() -> Select[Meeting]:
    return (
        select(Meeting)
        .join(Meeting.network)
        .options(contains_eager(Meeting.network), joinedload(Meeting.host))
        .where(is_open_to_all())
    )


def _as_anybody_sees(meeting: Meeting) -> Meeting:
    network: Network = meeting.network
    return discreetly(meeting, network.confidentiality, Output.PUBLIC_CALENDAR)


def open_meetings_ahead(*, limit: int) -> list[Meeting]:
    """Public. Those not yet over, soonest first, also what is cancelled or waits for a new date. One statement."""
    ahead = _open().where(Meeting.ends_at > clock.now()).order_by(Meeting.starts_at, Meeting.id).limit(limit)
    return [_as_anybody_sees(meeting) for meeting in db.session.scalars(ahead)]


def open_meeting(meeting_id: int) -> tuple[Meeting, Meeting] | None:
    """The meeting as anybody sees it, and as it is, for what is asked of it before anything is shown."""
    meeting = db.session.scalar(_open().where(Meeting.id == meeting_id))
    return None if meeting is None else (_as_anybody_sees(meeting), meeting)
