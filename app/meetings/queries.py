"""Which meetings there are, for whom, in what order."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.meetings.models import AgendaItem, Answer, Meeting
from app.networks.queries import within_reach


def meetings_visible_to(viewer: Person) -> Select[Meeting]:
    """Where every read of meetings starts; network and host come along."""
    return (
        select(Meeting)
        .options(joinedload(Meeting.network), joinedload(Meeting.host))
        .where(within_reach(viewer, Meeting.network_id))
    )


def meeting_for(viewer: Person, meeting_id: int) -> Meeting | None:
    return db.session.scalar(meetings_visible_to(viewer).where(Meeting.id == meeting_id))


def upcoming_for(viewer: Person, *, since: datetime | None = None) -> Select[Meeting]:
    """Not yet over, soonest first."""
    return (
        meetings_visible_to(viewer)
        .where(Meeting.ends_at > (since or clock.now()))
        .order_by(Meeting.starts_at, Meeting.id)
    )


def agenda_of(meeting_id: int) -> list[AgendaItem]:
    return list(
        db.session.scalars(
            select(AgendaItem)
            .where(AgendaItem.meeting_id == meeting_id, AgendaItem.removed_at.is_(None))
            .order_by(AgendaItem.position, AgendaItem.id)
        )
    )


def answer_of(person: Person, meeting_id: int) -> Answer | None:
    return db.session.scalar(select(Answer).where(Answer.meeting_id == meeting_id, Answer.person_id == person.id))
