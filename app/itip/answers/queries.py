"""What has come in about meetings, and what waits for a coordinator's word."""

from sqlalchemy import ScalarSelect, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.itip.answers.models import CalendarReply, CounterProposal, Remark
from app.meetings.models import Meeting, MeetingTurn, Turn
from app.meetings.queries import meetings_visible_to
from app.networks.models import Network
from app.networks.queries import standing_of
from app.notifications.models import Mail

SHOWN = 100


def reply_of(person_id: int, meeting_id: int) -> CalendarReply | None:
    """What their calendar said last."""
    query = select(CalendarReply).where(CalendarReply.meeting_id == meeting_id, CalendarReply.person_id == person_id)
    return db.session.scalar(query.execution_options(populate_existing=True))


def replies_to(meeting_id: int) -> list[CalendarReply]:
    """Whose calendar has answered, the latest first."""
    return list(
        db.session.scalars(
            select(CalendarReply)
            .options(joinedload(CalendarReply.person))
            .where(CalendarReply.meeting_id == meeting_id)
            .order_by(CalendarReply.came_at.desc(), CalendarReply.id.desc())
            .limit(SHOWN)
        )
    )


def remarks_about(meeting_id: int) -> list[Remark]:
    """What people have written, the latest first."""
    return list(
        db.session.scalars(
            select(Remark)
            .options(joinedload(Remark.person))
            .where(Remark.meeting_id == meeting_id)
            .order_by(Remark.said_at.desc(), Remark.id.desc())
            .limit(SHOWN)
        )
    )


def remark_to_tell(remark_id: int) -> Remark | None:
    """For mails: with who wrote it."""
    return db.session.scalar(select(Remark).options(joinedload(Remark.person)).where(Remark.id == remark_id))


def counters_to(meeting_id: int) -> list[CounterProposal]:
    """All that were ever made, those that wait for an answer first, then the latest."""
    return list(
        db.session.scalars(
            select(CounterProposal)
            .options(joinedload(CounterProposal.person), joinedload(CounterProposal.ended_by))
            .where(CounterProposal.meeting_id == meeting_id)
            .order_by(CounterProposal.ended_at.is_not(None), CounterProposal.id.desc())
            .limit(SHOWN)
        )
    )


def counter_for(viewer: Person, counter_id: int) -> CounterProposal | None:
    """With its meeting and network, who made it, and who answered."""
    visible = meetings_visible_to(viewer).with_only_columns(Meeting.id)
    return db.session.scalar(
        select(CounterProposal)
        .options(
            joinedload(CounterProposal.meeting).options(joinedload(Meeting.network), joinedload(Meeting.host)),
            joinedload(CounterProposal.person),
            joinedload(CounterProposal.ended_by),
        )
        .where(CounterProposal.id == counter_id, CounterProposal.meeting_id.in_(visible))
    )


def counter_to_tell(counter_id: int) -> CounterProposal | None:
    """For mails: with who made it, and who answered."""
    return db.session.scalar(
        select(CounterProposal)
        .options(joinedload(CounterProposal.person), joinedload(CounterProposal.ended_by))
        .where(CounterProposal.id == counter_id)
    )


def open_counter_of(person_id: int, meeting_id: int) -> CounterProposal | None:
    return db.session.scalar(
        select(CounterProposal).where(
            CounterProposal.meeting_id == meeting_id,
            CounterProposal.person_id == person_id,
            CounterProposal.ended_at.is_(None),
        )
    )


def open_counters_to(meeting_id: int) -> list[CounterProposal]:
    return list(
        db.session.scalars(
            select(CounterProposal).where(CounterProposal.meeting_id == meeting_id, CounterProposal.ended_at.is_(None))
        )
    )


def to_answer_first(viewer: Person) -> ScalarSelect[int]:
    """Public, for the home page's one query of networks: of each Network that the viewer coordinates the proposal of another
    time that waits for an answer, of the soonest meeting. Of networks that they only look into there is none.
    """
    standing = standing_of(viewer)
    coordinated = [network_id for network_id in standing.roles if standing.coordinates(network_id)]
    return (
        select(CounterProposal.id)
        .join(CounterProposal.meeting)
        .where(
            Meeting.network_id == Network.id,
            Meeting.network_id.in_(coordinated),
            CounterProposal.ended_at.is_(None),
            CounterProposal.starts_at > clock.now(),
            or_(Meeting.ends_at > clock.now(), Meeting.postponed_at.is_not(None)),
            Meeting.cancelled_at.is_(None),
            Meeting.closed_at.is_(None),
        )
        .order_by(Meeting.starts_at, CounterProposal.id)
        .limit(1)
        .correlate(Network)
        .scalar_subquery()
    )


def moves_of(meeting_id: int) -> list[MeetingTurn]:
    """When the meeting got another time, the latest first."""
    return list(
        db.session.scalars(
            select(MeetingTurn)
            .where(MeetingTurn.meeting_id == meeting_id, MeetingTurn.turn.in_([Turn.MOVED, Turn.DATED]))
            .order_by(MeetingTurn.at.desc(), MeetingTurn.id.desc())
        )
    )


def is_owed(key: str) -> bool:
    """Whether a mail with this key is owed or sent already."""
    return db.session.scalar(select(Mail.id).where(Mail.key == key)) is not None
