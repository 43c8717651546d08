"""Asking, answering and closing. Nothing here commits."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from secrets import SystemRandom, token_hex

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.evaluations import queries
from app.evaluations.models import Ballot, Evaluation, EvaluationHabit, Opinion
from app.evaluations.moments import asks_at
from app.evaluations.queries import TOGETHER
from app.extensions import db
from app.meetings.models import Meeting
from app.networks.models import Network
from app.notifications.operations import announce

_random = SystemRandom()


@dataclass(frozen=True)
class Said:
    """One person's answers to the three questions."""

    whole: int
    useful: int
    word: str = ""
    is_shown: bool = False


def evaluation_of(meeting: Meeting) -> Evaluation:
    """The meeting's, made where there is none, and locked until commit."""
    days = queries.habit_of(meeting.network_id).days
    insert_here = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"meeting_id": meeting.id, "closes_at": meeting.ends_at + timedelta(days=days), "asked": 0, "answered": 0}
    db.session.execute(insert_here(Evaluation).values(row).on_conflict_do_nothing())
    return db.session.scalars(
        select(Evaluation)
        .where(Evaluation.meeting_id == meeting.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def say(meeting: Meeting, said: Said, *, by: Person) -> None:
    """Keeps an answer, and mixes it with those there are."""
    evaluation = evaluation_of(meeting)
    if evaluation.closed_at is not None or evaluation.closes_at <= clock.now():
        raise DomainError(_("The evaluation is closed."))
    people = _people_of(meeting.id)
    if by.id in people:
        raise DomainError(
            _("You have answered already. Since nobody knows which answer is yours, it can't be changed.")
        )
    _write_anew(meeting.id, [*people, by.id], [*_opinions_of(meeting.id), said])


def _people_of(meeting_id: int) -> list[int]:
    return list(db.session.scalars(select(Ballot.person_id).where(Ballot.meeting_id == meeting_id)))


def _opinions_of(meeting_id: int) -> list[Said]:
    columns = (Opinion.whole, Opinion.useful, Opinion.word, Opinion.is_shown)
    return [Said(*row) for row in db.session.execute(select(*columns).where(Opinion.meeting_id == meeting_id))]


def _write_anew(meeting_id: int, people: list[int], opinions: list[Said], *, is_last: bool = False) -> None:
    """All rows of the meeting in one transaction, opinions shuffled and renamed, people in the order of their numbers.

    So neither the order on the disk nor the transaction that wrote a row says which came with which. New opinions are shown
    when there are three of them, so that nobody can watch one being added.
    """
    new = [one for one in opinions if not one.is_shown]
    are_shown = len(new) >= TOGETHER or (is_last and len(opinions) >= TOGETHER)
    rows = [
        {**asdict(one), "id": token_hex(16), "meeting_id": meeting_id, "is_shown": one.is_shown or are_shown}
        for one in opinions
    ]
    _random.shuffle(rows)
    options = {"synchronize_session": False}
    db.session.execute(delete(Ballot).where(Ballot.meeting_id == meeting_id), execution_options=options)
    db.session.execute(delete(Opinion).where(Opinion.meeting_id == meeting_id), execution_options=options)
    if people:
        db.session.execute(insert(Ballot), [{"meeting_id": meeting_id, "person_id": one} for one in sorted(people)])
    if rows:
        db.session.execute(insert(Opinion), rows)


def close(evaluation: Evaluation) -> None:
    """Who has answered is forgotten; only how many stays. Fewer answers than are shown together are thrown away."""
    if evaluation.closed_at is not None:
        return
    opinions = _opinions_of(evaluation.meeting_id)
    evaluation.answered = len(opinions)
    evaluation.closed_at = clock.now()
    _write_anew(evaluation.meeting_id, [], opinions if len(opinions) >= TOGETHER else [], is_last=True)


def decide(network_id: int, *, is_asked: bool, days: int) -> None:
    """How the network evaluates from now on; what is open stays as it is."""
    db.session.execute(select(Network.id).where(Network.id == network_id).with_for_update())  # there may be no row yet
    own = db.session.get(EvaluationHabit, network_id, populate_existing=True)
    if own is None:
        own = EvaluationHabit(network_id=network_id)
        db.session.add(own)
    own.is_asked, own.days = is_asked, days


# What the worker does


def ask_those_who_came() -> None:
    """Once per meeting, when its people are on their way home."""
    for meeting, _habit in queries.to_ask_about():
        if asks_at(meeting.ends_at) > clock.now():
            continue
        people = queries.came_to(meeting)
        if not people:
            continue  # nobody is known to have come yet
        evaluation = evaluation_of(meeting)
        evaluation.asked_at, evaluation.asked = clock.now(), len(people)
        payload = {"meeting_id": meeting.id}
        announce("evaluation_asked", to=people, about=f"meeting-{meeting.id}-evaluation", payload=payload)


def tend_to_evaluations() -> None:
    """The worker's chore; doing it twice does no harm."""
    ask_those_who_came()
    db.session.flush()
    for evaluation in queries.to_close():
        close(evaluation)
