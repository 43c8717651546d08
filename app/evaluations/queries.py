"""Who may say what they thought of a meeting, and what came of it: never fewer than three answers at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, ScalarSelect, Subquery, and_, case, exists, func, or_, select

from app.accounts.models import Person
from app.attendance.models import Attendance
from app.core import clock
from app.evaluations.models import Ballot, Evaluation, EvaluationHabit, Opinion
from app.evaluations.moments import BEFORE_THE_END, TOO_LATE, opens_at
from app.extensions import db
from app.meetings.models import Answer, AnswerWord, Meeting
from app.meetings.queries import is_on, is_shown_to
from app.networks.models import Membership, Network
from app.networks.queries import standing_of

TOGETHER: Final = 3  # answers are shown this many at a time, so that none can be told from the others
DAYS: Final = 14
BEFORE_THE_WORKER: Final = timedelta(days=3)  # how long a meeting counts as open that the worker has not come to yet
SCALE: Final = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Outcome:
    """What the answers that are shown say of one meeting. `answered` counts all of them, also those held back."""

    meeting: Meeting
    asked: int
    answered: int
    shown: int
    whole: float
    useful: float
    closes_at: datetime
    is_closed: bool

    @property
    def is_there(self) -> bool:
        return self.shown >= TOGETHER

    @property
    def held_back(self) -> int:
        return self.answered - self.shown


@dataclass(frozen=True)
class Look:
    """How a meeting's evaluation stands for one viewer."""

    outcome: Outcome
    is_open: bool
    has_answered: bool
    was_there: bool

    @property
    def may_answer(self) -> bool:
        return self.is_open and self.was_there and not self.has_answered


def habit_of(network_id: int) -> EvaluationHabit:
    """The network's, or the one that all networks begin with (in no database)."""
    own = db.session.get(EvaluationHabit, network_id)
    return own or EvaluationHabit(network_id=network_id, is_asked=True, days=DAYS)


def look_at(meeting: Meeting, viewer: Person) -> Look | None:
    """None where the network does not evaluate. One statement."""
    counted = _counted()
    row: Any = db.session.execute(
        select(
            Evaluation,
            EvaluationHabit,
            _ballots(),
            counted.c.shown,
            counted.c.whole,
            counted.c.useful,
            _has_answered(viewer),
            _was_there(viewer),
        )
        .select_from(Meeting)
        .outerjoin(Evaluation, Evaluation.meeting_id == Meeting.id)
        .outerjoin(EvaluationHabit, EvaluationHabit.network_id == Meeting.network_id)
        .outerjoin(counted, counted.c.meeting_id == Meeting.id)
        .where(Meeting.id == meeting.id)
    ).one()
    evaluation, habit, ballots, shown, whole, useful, has_answered, was_there = row
    if evaluation is None and habit is not None and not habit.is_asked:
        return None
    closes_at = _closes_at(meeting, evaluation, habit)
    is_closed = closes_at <= clock.now() or bool(evaluation and evaluation.closed_at)
    outcome = Outcome(
        meeting=meeting,
        asked=evaluation.asked if evaluation else 0,
        answered=evaluation.answered if evaluation and evaluation.closed_at else ballots,
        shown=shown or 0,
        whole=float(whole or 0),
        useful=float(useful or 0),
        closes_at=closes_at,
        is_closed=is_closed,
    )
    is_open = not (meeting.is_draft or meeting.is_off or is_closed) and opens_at(meeting.ends_at) <= clock.now()
    return Look(outcome, is_open, bool(has_answered), bool(was_there))


def _counted() -> Subquery:
    """Per meeting, what the shown answers say."""
    return (
        select(
            Opinion.meeting_id,
            func.count().label("shown"),
            func.avg(Opinion.whole * 1.0).label("whole"),
            func.avg(Opinion.useful * 1.0).label("useful"),
        )
        .where(Opinion.is_shown)
        .group_by(Opinion.meeting_id)
        .subquery()
    )


def _ballots() -> ColumnElement[int]:
    return (
        select(func.count())
        .select_from(Ballot)
        .where(Ballot.meeting_id == Meeting.id)
        .correlate(Meeting)
        .scalar_subquery()
    )


def _has_answered(viewer: Person) -> ColumnElement[bool]:
    return exists().where(Ballot.meeting_id == Meeting.id, Ballot.person_id == viewer.id)


def _was_there(viewer: Person) -> ColumnElement[bool]:
    """Stands on the list of who was there; where nobody has kept one, was a member then and has not said no."""
    said_no = exists().where(
        Answer.meeting_id == Meeting.id, Answer.person_id == viewer.id, Answer.answer == AnswerWord.NO
    )
    was_member = exists().where(
        Membership.network_id == Meeting.network_id,
        Membership.person_id == viewer.id,
        Membership.joined_at < Meeting.ends_at,
        Membership.left_at.is_(None),
    )
    has_a_list = exists().where(Attendance.meeting_id == Meeting.id)
    is_on_it = exists().where(Attendance.meeting_id == Meeting.id, Attendance.person_id == viewer.id)
    return case((and_(was_member, or_(is_on_it, and_(~has_a_list, ~said_no))), True), else_=False)


def came_to(meeting: Meeting) -> list[int]:
    """Who is asked by mail: the members on the list of who was there, or where there is none those who have said yes."""
    is_there = Attendance.meeting_id == meeting.id
    has_a_list = bool(db.session.scalar(select(exists().where(is_there))))
    came = select(Attendance.person_id).where(is_there, Attendance.person_id.is_not(None))
    said_yes = select(Answer.person_id).where(Answer.meeting_id == meeting.id, Answer.answer == AnswerWord.YES)
    return list(
        db.session.scalars(
            select(Person.id)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Person.id.in_(came if has_a_list else said_yes),
                Membership.network_id == meeting.network_id,
                Membership.left_at.is_(None),
                Person.disabled_at.is_(None),
            )
            .order_by(Person.id)
        )
    )


def words_about(meeting_id: int) -> list[str]:
    """What was written, in the random order of the rows."""
    return list(
        db.session.scalars(
            select(Opinion.word)
            .where(Opinion.meeting_id == meeting_id, Opinion.is_shown, Opinion.word != "")
            .order_by(Opinion.id)
        )
    )


def spread_of(meeting_id: int) -> dict[str, list[int]]:
    """How many have given each number from 1 to 5, among those shown."""
    spread = {"whole": [0] * len(SCALE), "useful": [0] * len(SCALE)}
    rows = db.session.execute(
        select(Opinion.whole, Opinion.useful).where(Opinion.meeting_id == meeting_id, Opinion.is_shown)
    )
    for whole, useful in rows:
        spread["whole"][whole - 1] += 1
        spread["useful"][useful - 1] += 1
    return spread


def trend_in(network_id: int, viewer: Person, *, at_most: int = 24) -> list[Outcome]:
    """The network's evaluated meetings, the oldest first. One statement."""
    counted = _counted()
    rows = db.session.execute(
        select(Meeting, Evaluation, _ballots(), counted.c.shown, counted.c.whole, counted.c.useful)
        .join(Evaluation, Evaluation.meeting_id == Meeting.id)
        .outerjoin(counted, counted.c.meeting_id == Meeting.id)
        .where(Meeting.network_id == network_id, is_on(), is_shown_to(viewer), Meeting.ends_at <= clock.now())
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
        .limit(at_most)
    ).all()
    outcomes = [
        Outcome(
            meeting=meeting,
            asked=evaluation.asked,
            answered=evaluation.answered if evaluation.closed_at else ballots,
            shown=shown or 0,
            whole=float(whole or 0),
            useful=float(useful or 0),
            closes_at=evaluation.closes_at,
            is_closed=evaluation.closed_at is not None,
        )
        for meeting, evaluation, ballots, shown, whole, useful in rows
    ]
    return outcomes[::-1]


def latest_to_evaluate(viewer: Person) -> ScalarSelect[int]:
    """Public, for the first page's query of networks: in each the latest meeting the viewer was at and has not spoken of."""
    is_expected = and_(
        Evaluation.meeting_id.is_(None),
        or_(EvaluationHabit.network_id.is_(None), EvaluationHabit.is_asked),
        Meeting.ends_at > clock.now() - BEFORE_THE_WORKER,
    )
    has_a_list = exists().where(Attendance.meeting_id == Meeting.id)
    is_on_it = exists().where(Attendance.meeting_id == Meeting.id, Attendance.person_id == viewer.id)
    said_yes = exists().where(
        Answer.meeting_id == Meeting.id, Answer.person_id == viewer.id, Answer.answer == AnswerWord.YES
    )
    return (
        select(Meeting.id)
        .outerjoin(Evaluation, Evaluation.meeting_id == Meeting.id)
        .outerjoin(EvaluationHabit, EvaluationHabit.network_id == Meeting.network_id)
        .where(
            Meeting.network_id == Network.id,
            Meeting.network_id.in_(standing_of(viewer).roles),
            or_(is_on_it, and_(~has_a_list, said_yes)),
            is_on(),
            Meeting.ends_at <= clock.now() + BEFORE_THE_END,
            or_(is_expected, and_(Evaluation.closed_at.is_(None), Evaluation.closes_at > clock.now())),
            ~_has_answered(viewer),
        )
        .order_by(Meeting.ends_at.desc(), Meeting.id.desc())
        .limit(1)
        .correlate(Network)
        .scalar_subquery()
    )


def _closes_at(meeting: Meeting, own: Evaluation | None, habit: EvaluationHabit | None) -> datetime:
    return own.closes_at if own else meeting.ends_at + timedelta(days=habit.days if habit else DAYS)


# For the worker


def to_ask_about() -> list[tuple[Meeting, EvaluationHabit | None]]:
    """Meetings that have ended lately and that nobody has been asked about; locked, busy ones are left out."""
    rows = db.session.execute(
        select(Meeting, EvaluationHabit)
        .outerjoin(EvaluationHabit, EvaluationHabit.network_id == Meeting.network_id)
        .where(is_on(), Meeting.ends_at <= clock.now(), Meeting.ends_at > clock.now() - TOO_LATE)
        .where(or_(EvaluationHabit.network_id.is_(None), EvaluationHabit.is_asked))
        .where(~exists().where(Evaluation.meeting_id == Meeting.id, _is_settled()))
        .order_by(Meeting.ends_at)
        .limit(100)
        .with_for_update(skip_locked=True, of=Meeting)
    )
    return [(meeting, habit) for meeting, habit in rows]


def _is_settled() -> ColumnElement[bool]:
    return or_(Evaluation.asked_at.is_not(None), Evaluation.closed_at.is_not(None))


def to_close() -> list[Evaluation]:
    return list(
        db.session.scalars(
            select(Evaluation)
            .where(Evaluation.closed_at.is_(None), Evaluation.closes_at <= clock.now())
            .order_by(Evaluation.meeting_id)
            .limit(100)
            .with_for_update(skip_locked=True)
        )
    )
