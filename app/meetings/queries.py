"""Which meetings there are, for whom, in what order."""

from collections.abc import Callable, Sequence
from datetime import datetime, time

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.sql.base import ExecutableOption

from app.accounts.models import Affiliation, Person
from app.accounts.queries import is_affiliated_on
from app.core import clock
from app.core.paging import Page
from app.extensions import db
from app.files.models import File
from app.meetings.models import (
    AgendaItem,
    Answer,
    AnswerWord,
    Attachment,
    EarlierAnswer,
    Meeting,
    MeetingTurn,
    ReservedSeats,
    Substitution,
)
from app.meetings.seating import Seating
from app.meetings.turnout import Guest, Turnout, turnout_of
from app.networks.models import Membership
from app.networks.queries import by_membership, standing_of, within_reach
from app.organisations.models import Organisation
from app.organisations.queries import municipalities

PAGE_SIZE = 20
REMOVED_SHOWN = 30
FURTHEST = 60  # upcoming meetings shown at once; nobody plans further
_along: list[Callable[[], ORMOption]] = []


def meetings_visible_to(viewer: Person) -> Select[Meeting]:
    """Where every read of meetings starts; network and host come along."""
    return (
        select(Meeting)
        .options(joinedload(Meeting.network), joinedload(Meeting.host))
        .where(within_reach(viewer, Meeting.network_id), is_shown_to(viewer))
    )


def is_shown_to(viewer: Person) -> ColumnElement[bool]:
    """Public: a draft is for those who may call it, and for nobody once it is deleted."""
    standing = standing_of(viewer)
    is_draft: ColumnElement[bool] = Meeting.discarded_at.is_(None)
    if not standing.is_administrator:
        coordinated = [network_id for network_id in standing.roles if standing.coordinates(network_id)]
        is_draft = and_(is_draft, Meeting.network_id.in_(coordinated))
    return or_(Meeting.called_at.is_not(None), is_draft)


def is_on() -> ColumnElement[bool]:
    """Public: called, and neither cancelled nor postponed; the meetings that people come to."""
    return and_(Meeting.called_at.is_not(None), Meeting.cancelled_at.is_(None), Meeting.postponed_at.is_(None))


def is_over() -> ColumnElement[bool]:
    """Public: as `Meeting.is_over`; what waits for a new date is not."""
    return and_(Meeting.ends_at <= clock.now(), ~_awaits_a_date())


def _awaits_a_date() -> ColumnElement[bool]:
    return and_(Meeting.postponed_at.is_not(None), Meeting.cancelled_at.is_(None))


def meeting_for(viewer: Person, meeting_id: int) -> Meeting | None:
    return db.session.scalar(meetings_visible_to(viewer).where(Meeting.id == meeting_id))


def _with_attachments() -> ExecutableOption:
    return joinedload(Meeting.attachments).joinedload(Attachment.file).joinedload(File.created_by)


def attachment_for(viewer: Person, attachment_id: int) -> Attachment | None:
    """With its file, removed or not, and the meeting it belongs to."""
    visible = meetings_visible_to(viewer).with_only_columns(Meeting.id)
    return db.session.scalar(
        select(Attachment)
        .options(joinedload(Attachment.meeting), joinedload(Attachment.file))
        .where(Attachment.id == attachment_id, Attachment.meeting_id.in_(visible))
    )


def bring_along(option: Callable[[], ORMOption]) -> None:
    """Public: what a room above hangs on a meeting, to be loaded with it for its page. Called once, while put together."""
    if option not in _along:
        _along.append(option)


def meeting_with_agenda_for(viewer: Person, meeting_id: int) -> Meeting | None:
    """The meeting with `agenda` and `attachments` loaded, and what the rooms above bring along, in one query."""
    along = [option() for option in _along]
    return (
        db.session.scalars(
            meetings_visible_to(viewer)
            .options(joinedload(Meeting.agenda), joinedload(Meeting.contact), _with_attachments(), *along)
            .where(Meeting.id == meeting_id)
        )
        .unique()
        .one_or_none()
    )


def meeting_to_tell(person: Person, meeting_id: int) -> Meeting | None:
    """For mails: with its agenda, if the person is a member, whether or not they have accepted the agreement."""
    query = (
        select(Meeting)
        .options(*map(joinedload, (Meeting.network, Meeting.host, Meeting.agenda, Meeting.contact)))
        .where(Meeting.id == meeting_id, by_membership(person, Meeting.network_id), Meeting.called_at.is_not(None))
    )
    return db.session.scalars(query).unique().one_or_none()


def meeting_to_change_for(viewer: Person, meeting_id: int) -> Meeting | None:
    """The meeting, locked until commit: who comes second sees what the first has done (SQLite locks at BEGIN)."""
    return db.session.scalar(meetings_visible_to(viewer).where(Meeting.id == meeting_id).with_for_update(of=Meeting))


def upcoming_for(viewer: Person, *, since: datetime | None = None) -> Select[Meeting]:
    """Not yet over, soonest first; at the end those that wait for a new date."""
    return (
        meetings_visible_to(viewer)
        .where(or_(Meeting.ends_at > (since or clock.now()), _awaits_a_date()))
        .order_by(_awaits_a_date(), Meeting.starts_at, Meeting.id)
    )


def _with_answer_of(viewer: Person, meetings: Select[Meeting]) -> Select[Meeting, Answer | None]:
    return meetings.add_columns(Answer).outerjoin(
        Answer, and_(Answer.meeting_id == Meeting.id, Answer.person_id == viewer.id)
    )


def this_year_in(network_id: int, viewer: Person) -> list[tuple[Meeting, Answer | None]]:
    """Public: a network's meetings since the year began and ahead, those that are off too, soonest first, each with the
    viewer's answer. Asked once per request; where there are very many, what is ahead is kept before what has been."""
    kept: dict[tuple[int, int], list[tuple[Meeting, Answer | None]]] = db.session.info.setdefault("upcoming", {})
    key = (network_id, viewer.id)
    if key not in kept:
        since = clock.from_wall(datetime.combine(clock.today().replace(month=1, day=1), time()))
        is_of_this_year = or_(Meeting.ends_at > since, not_(is_over()))
        meetings = meetings_visible_to(viewer).where(Meeting.network_id == network_id, is_of_this_year)
        meetings = meetings.order_by(is_over(), Meeting.starts_at, Meeting.id).limit(3 * FURTHEST)
        pairs = [(row[0], row[1]) for row in db.session.execute(_with_answer_of(viewer, meetings))]
        kept[key] = sorted(pairs, key=lambda pair: (pair[0].starts_at, pair[0].id))
    return kept[key]


def upcoming_in(network_id: int, viewer: Person) -> list[tuple[Meeting, Answer | None]]:
    """A network's meetings that are not over, cancelled ones too, each with the viewer's answer; those without a day last."""
    ahead = [pair for pair in this_year_in(network_id, viewer) if not pair[0].is_over]
    return sorted(ahead, key=lambda pair: pair[0].is_postponed and not pair[0].is_cancelled)[:FURTHEST]


def held_in(network_id: int, viewer: Person, *, asked: int | None) -> tuple[Page, list[Meeting]]:
    """A page of what is over, latest first."""
    is_held = (Meeting.network_id == network_id, is_over(), is_shown_to(viewer))
    total = db.session.scalar(select(func.count()).select_from(Meeting).where(*is_held)) or 0
    page = Page.of(total, asked=asked, size=PAGE_SIZE)
    meetings = db.session.scalars(
        meetings_visible_to(viewer)
        .where(*is_held)
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
        .limit(page.size)
        .offset(page.offset)
    )
    return page, list(meetings)


def _invited(viewer: Person) -> Select[Meeting, Answer | None]:
    """Meetings ahead that the viewer is called to: as a member, and not cancelled. An administrator's reach is wider."""
    mine = upcoming_for(viewer).where(Meeting.network_id.in_(standing_of(viewer).roles), is_on())
    return _with_answer_of(viewer, mine)


def invitations_for(viewer: Person) -> list[tuple[Meeting, Answer | None]]:
    """Public, for the home page: the meetings ahead, soonest first, each with the viewer's own answer. One query."""
    return [(row[0], row[1]) for row in db.session.execute(_invited(viewer).limit(FURTHEST))]


def last_meeting_in(network_id: int, viewer: Person) -> Meeting | None:
    """The one held latest, or else the one furthest ahead: what the next one is likely to be like."""
    latest = meetings_visible_to(viewer).where(Meeting.network_id == network_id, is_on())
    order = (Meeting.starts_at > clock.now(), Meeting.starts_at.desc(), Meeting.id.desc())
    return db.session.scalar(latest.order_by(*order).limit(1))


def earlier_answers_to(meeting: Meeting) -> list[EarlierAnswer]:
    """What was said of the date it had before, by name; asks only where there is one."""
    if meeting.asked_again_at is None:
        return []
    return list(
        db.session.scalars(
            select(EarlierAnswer)
            .join(EarlierAnswer.person)
            .options(contains_eager(EarlierAnswer.person))
            .where(EarlierAnswer.meeting_id == meeting.id)
            .order_by(Person.sort_key, Person.id)
        )
    )


def earlier_answer_of(person: Person, meeting_id: int) -> EarlierAnswer | None:
    return db.session.scalar(
        select(EarlierAnswer).where(EarlierAnswer.meeting_id == meeting_id, EarlierAnswer.person_id == person.id)
    )


def history_of(meeting_id: int) -> list[MeetingTurn]:
    """What was done with it, latest first."""
    return list(
        db.session.scalars(
            select(MeetingTurn)
            .options(joinedload(MeetingTurn.by))
            .where(MeetingTurn.meeting_id == meeting_id)
            .order_by(MeetingTurn.at.desc(), MeetingTurn.id.desc())
        )
    )


def agenda_of(meeting_id: int) -> list[AgendaItem]:
    return list(
        db.session.scalars(
            select(AgendaItem)
            .where(AgendaItem.meeting_id == meeting_id, AgendaItem.removed_at.is_(None))
            .order_by(AgendaItem.position, AgendaItem.id)
        )
    )


def removed_from(meeting_id: int) -> list[AgendaItem]:
    """What has been taken off the agenda, the latest first."""
    return list(
        db.session.scalars(
            select(AgendaItem)
            .where(AgendaItem.meeting_id == meeting_id, AgendaItem.removed_at.is_not(None))
            .order_by(AgendaItem.removed_at.desc(), AgendaItem.id.desc())
            .limit(REMOVED_SHOWN)
        )
    )


def answer_of(person: Person, meeting_id: int) -> Answer | None:
    return db.session.scalar(select(Answer).where(Answer.meeting_id == meeting_id, Answer.person_id == person.id))


def guests_of(meeting: Meeting) -> Sequence[Guest]:
    """Every member with answer and municipality, in Danish order of name. One query.

    Of a meeting that is over: who was a member when it was held, or has answered, from where they worked on its day.
    """
    day = meeting.day if meeting.is_over else clock.today()
    sent, taken, deputy, absent = aliased(Substitution), aliased(Substitution), aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(Person, Answer, Organisation.municipality_code, sent, deputy.name, absent.name)
        .outerjoin(Answer, and_(Answer.meeting_id == meeting.id, Answer.person_id == Person.id))
        .outerjoin(sent, and_(sent.meeting_id == meeting.id, sent.absent_id == Person.id, sent.ended_at.is_(None)))
        .outerjoin(deputy, deputy.id == sent.person_id)
        .outerjoin(taken, and_(taken.meeting_id == meeting.id, taken.person_id == Person.id, taken.ended_at.is_(None)))
        .outerjoin(absent, absent.id == taken.absent_id)
        .outerjoin(Affiliation, and_(Affiliation.person_id == Person.id, is_affiliated_on(day)))
        .outerjoin(Organisation, Organisation.id == Affiliation.organisation_id)
        .where(_was_called(meeting) if meeting.is_over else _is_called(meeting))
        .order_by(Person.sort_key, Person.id)
    )
    return [Guest(*row) for row in rows]


def silent_at(meeting: Meeting) -> list[Person]:
    """Members who have not answered, in Danish order."""
    has_answered = exists().where(Answer.meeting_id == meeting.id, Answer.person_id == Person.id)
    return list(
        db.session.scalars(
            select(Person).where(_is_called(meeting), ~has_answered).order_by(Person.sort_key, Person.id)
        )
    )


def colleagues_to_send(absent: Person, meeting: Meeting) -> list[Person]:
    """Members from the same organisation who neither come already nor wait, nor come in somebody's place or send somebody."""
    comes = exists().where(
        Answer.meeting_id == meeting.id,
        Answer.person_id == Person.id,
        Answer.answer.in_([AnswerWord.YES, AnswerWord.WAITING]),
    )
    is_taken = exists().where(
        Substitution.meeting_id == meeting.id,
        or_(Substitution.person_id == Person.id, Substitution.absent_id == Person.id),
        Substitution.ended_at.is_(None),
    )
    return list(
        db.session.scalars(
            select(Person)
            .where(
                _is_called(meeting),
                Person.organisation_id == absent.organisation_id,
                Person.id != absent.id,
                ~comes,
                ~is_taken,
            )
            .order_by(Person.sort_key, Person.id)
        )
    )


def substitution_at(meeting: Meeting, substitution_id: int) -> Substitution | None:
    return db.session.scalar(
        select(Substitution)
        .options(joinedload(Substitution.absent))
        .where(Substitution.id == substitution_id, Substitution.meeting_id == meeting.id)
    )


def ongoing_substitution_of(absent: Person, meeting_id: int) -> Substitution | None:
    """Whom they send, if they do."""
    return db.session.scalar(
        select(Substitution).where(
            Substitution.meeting_id == meeting_id,
            Substitution.absent_id == absent.id,
            Substitution.ended_at.is_(None),
        )
    )


def substitution_to_tell(substitution_id: int) -> Substitution | None:
    """For mails: with who is absent, who comes, and the meeting."""
    return db.session.scalar(
        select(Substitution)
        .options(
            joinedload(Substitution.absent),
            joinedload(Substitution.person),
            joinedload(Substitution.meeting).options(joinedload(Meeting.network), joinedload(Meeting.host)),
        )
        .where(Substitution.id == substitution_id)
    )


def seating_at(meeting: Meeting, turnout: Turnout) -> Seating | None:
    """None where there is room for as many as come. One query at most: who sits is in the turnout."""
    if not meeting.has_seats:
        return None
    return Seating(meeting.capacity or 0, reserved_at(meeting), turnout.seated_codes)


def _is_called(meeting: Meeting) -> ColumnElement[bool]:
    is_member = exists().where(
        Membership.person_id == Person.id, Membership.network_id == meeting.network_id, Membership.left_at.is_(None)
    )
    return and_(is_member, Person.disabled_at.is_(None))


def _was_called(meeting: Meeting) -> ColumnElement[bool]:
    was_member = exists().where(
        Membership.person_id == Person.id,
        Membership.network_id == meeting.network_id,
        Membership.joined_at < meeting.ends_at,
        or_(Membership.left_at.is_(None), Membership.left_at > meeting.starts_at),
    )
    return or_(was_member, Answer.id.is_not(None))


def turnout_at(meeting: Meeting) -> Turnout:
    return turnout_of(guests_of(meeting), municipalities())


def reserved_seats_of(meeting: Meeting) -> dict[str, int]:
    """Municipality → seats, as the coordinator has set them, whether or not they are freed by now."""
    rows = db.session.scalars(select(ReservedSeats).where(ReservedSeats.meeting_id == meeting.id))
    return {row.municipality_code: row.seats for row in rows}


def reserved_at(meeting: Meeting) -> dict[str, int]:
    """What is kept for whom now: nothing once it is freed. One query, none where there are no seats to keep."""
    if not meeting.has_seats or (meeting.frees_at is not None and meeting.frees_at <= clock.now()):
        return {}
    return reserved_seats_of(meeting)
