"""Opening a date poll, voting, changing, ending and deciding it, and whom that is told. Nothing here commits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.meetings.models import Meeting
from app.meetings.operations.agenda import add_standard_agenda
from app.meetings.operations.answers import answer_meeting
from app.meetings.operations.scheduling import Facts, edit_meeting, schedule_meeting
from app.meetings.queries import meeting_to_change_for
from app.networks.models import Network
from app.networks.queries import people_ids_in
from app.notifications.operations import announce
from app.polls import queries
from app.polls.models import Ballot, Poll, PollDate, Vote, VoteWord

MOST_DATES: Final = 20
MORNING: Final = time(8)  # when reminders go out, in Denmark
EARLY: Final = timedelta(days=3)  # before the deadline
PAUSE: Final = timedelta(hours=1)  # between two reminders by hand
AT_ONCE: Final = 100


@dataclass(frozen=True)
class Question:
    """What a coordinator asks, but for the dates."""

    title: str
    minutes: int
    closes_on: date
    place: str = ""
    host_code: str | None = None
    word: str = ""

    @classmethod
    def of(cls, poll: Poll) -> "Question":
        return cls(**{name: getattr(poll, name) for name in cls.__dataclass_fields__})


class DecidedError(DomainError):
    """Somebody else was first: the date is chosen, or the poll withdrawn."""


def _check(question: Question, starts: Sequence[datetime], known: Iterable[datetime] = ()) -> None:
    if len(starts) < 2:
        raise DomainError(_("Propose at least two dates"), field="dates")
    if len(starts) > MOST_DATES:
        raise DomainError(_("Propose %(num)d dates at most", num=MOST_DATES), field="dates")
    if any(start <= clock.now() for start in set(starts) - set(known)):
        raise DomainError(_("One of the dates is in the past. Choose a day ahead"), field="dates")
    if question.closes_on >= clock.local(max(starts)).date():
        raise DomainError(_("Choose a deadline before the last of the dates"), field="closes_on")


def open_poll(
    network: Network, question: Question, starts: Iterable[datetime], *, by: Person, meeting: Meeting | None = None
) -> tuple[Poll, int]:
    """Asks the network's members; returns the poll and how many are told. `meeting` is a postponed one without a date."""
    starts = sorted(set(starts))
    if meeting is not None:
        _must_need_a_date(meeting)
    _check(question, starts)
    if question.closes_on < clock.today():
        raise DomainError(_("The deadline is in the past. Choose a day ahead"), field="closes_on")
    poll = Poll(
        network_id=network.id, created_by_id=by.id, is_for_meeting=meeting is not None,
        meeting_id=meeting.id if meeting else None, **vars(question),
    )  # fmt: skip
    db.session.add(poll)
    db.session.flush()
    db.session.add_all(PollDate(poll_id=poll.id, starts_at=start) for start in starts)
    return poll, _tell("poll_opened", poll, by=by, about=f"poll-{poll.id}")


def _must_need_a_date(meeting: Meeting) -> None:
    if meeting.is_cancelled or not meeting.is_postponed:
        raise DomainError(_("Only a postponed meeting needs a new date"))
    if queries.open_poll_for_meeting(meeting.id) is not None:
        raise DomainError(_("A new date is looked for already"))


def edit_poll(poll: Poll, question: Question, starts: Iterable[datetime], *, by: Person) -> int:
    """Takes over what is asked. Votes for the dates that stay are kept; new and removed dates, and what else is of
    consequence, are told. Returns to how many.
    """
    _must_await_decision(poll)
    starts = sorted(set(starts))
    standing = {one.starts_at: one for one in queries.dates_of(poll.id)}
    _check(question, starts, standing)
    if question.closes_on < clock.today() and question.closes_on != poll.closes_on:
        raise DomainError(_("The deadline is in the past. Choose a day ahead"), field="closes_on")
    added = [start for start in starts if start not in standing]
    removed = [start for start in standing if start not in starts]
    before = Question.of(poll)
    for name, value in vars(question).items():
        setattr(poll, name, value)
    _put(poll, added)
    for start in removed:
        standing[start].removed_at = clock.now()
    changed = [name for name in ("minutes", "place", "closes_on") if getattr(before, name) != getattr(question, name)]
    if not (added or removed or changed):
        return 0
    poll.revision += 1
    poll.ripe_for = None if added else poll.ripe_for
    moments = {"added": [one.isoformat() for one in added], "removed": [one.isoformat() for one in removed]}
    return _tell("poll_changed", poll, by=by, about=_revision(poll), changed=changed, **moments)


def _put(poll: Poll, starts: Sequence[datetime]) -> None:
    """New dates; one that was taken out before comes back with its votes."""
    earlier = {
        one.starts_at: one
        for one in db.session.scalars(
            select(PollDate).where(PollDate.poll_id == poll.id, PollDate.removed_at.is_not(None))
        )
    }
    for start in starts:
        if start in earlier:
            earlier[start].removed_at = None
        else:
            db.session.add(PollDate(poll_id=poll.id, starts_at=start))
    db.session.flush()


def _must_await_decision(poll: Poll) -> None:
    if poll.withdrawn_at is not None:
        raise DecidedError(_("The poll is withdrawn"))
    if poll.decided_at is not None:
        raise DecidedError(_("The date has been chosen"))


# Voting


def vote(poll: Poll, said: Mapping[int, VoteWord], *, by: Person, word: str | None = None) -> int:
    """Keeps one vote per person and date; dates that are not in `said` keep what was said of them, and so does a `word`
    of None. Returns how many dates were no longer there to be voted on.
    """
    _must_await_decision(poll)
    if poll.closed_at is not None:
        raise DomainError(_("The poll is closed. Write to the coordinator if a date has become impossible for you"))
    open_ones = {one.id for one in queries.dates_of(poll.id) if not one.is_over}
    now = clock.now()
    rows = [
        {"date_id": date_id, "person_id": by.id, "vote": vote_word, "voted_at": now}
        for date_id, vote_word in said.items()
        if date_id in open_ones
    ]
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    if rows:
        votes = insert(Vote).values(rows)
        # Who repeats a word keeps their place in the order of those who said it.
        db.session.execute(
            votes.on_conflict_do_update(
                index_elements=["date_id", "person_id"],
                set_={"vote": votes.excluded.vote, "voted_at": votes.excluded.voted_at},
                where=Vote.vote != votes.excluded.vote,
            ),
            execution_options={"synchronize_session": False},
        )
    if rows or word is not None:
        changed = {"cast_at": now} if word is None else {"cast_at": now, "word": word}
        ballot = insert(Ballot).values(poll_id=poll.id, person_id=by.id, word=word or "", cast_at=now)
        db.session.execute(
            ballot.on_conflict_do_update(index_elements=["poll_id", "person_id"], set_=changed),
            execution_options={"synchronize_session": False},
        )
    return len(said) - len(rows)


def refuse_all(poll: Poll, *, by: Person, word: str | None = None) -> None:
    """None of the dates suits."""
    said = {one.id: VoteWord.NO for one in queries.dates_of(poll.id) if not one.is_over}
    vote(poll, said, by=by, word=word)


# Ending it, and taking that back


def close_poll(poll: Poll, *, by: Person) -> None:
    """No more votes; nobody is told, since nothing is asked of them. Doing it twice changes nothing."""
    _must_await_decision(poll)
    if poll.closed_at is None:
        poll.closed_at, poll.closed_by_id = clock.now(), by.id


def withdraw_poll(poll: Poll, *, by: Person, reason: str = "") -> int:
    """No date is looked for any more; returns how many are told. Doing it twice tells nobody."""
    if poll.withdrawn_at is not None:
        return 0
    if poll.decided_at is not None:
        raise DecidedError(_("The date has been chosen. Cancel the meeting instead"))
    poll.withdrawn_at, poll.withdrawn_by_id, poll.withdrawal_reason = clock.now(), by.id, reason
    poll.revision += 1
    return _tell("poll_withdrawn", poll, by=by, about=_revision(poll), reason=reason)


def may_be_reopened(poll: Poll) -> bool:
    """A decision is taken back by way of its meeting: when that is cancelled, or was a draft that is deleted."""
    if poll.decided_at is None:
        return not poll.is_open
    if poll.is_for_meeting:
        return False
    return poll.meeting is None or poll.meeting.is_cancelled or poll.meeting.discarded_at is not None


def reopen_poll(poll: Poll, *, by: Person) -> int:
    """One can vote again; every vote is kept. Who was told of the end is told; returns how many."""
    if not may_be_reopened(poll):
        if poll.is_open:
            return 0
        raise DecidedError(_("The date has been chosen. Cancel the meeting first"))
    if poll.is_for_meeting and poll.decided_at is not None:
        raise DecidedError(_("The meeting has its new date. Postpone it again to look for another"))
    was_told = poll.withdrawn_at is not None or poll.decided_at is not None
    poll.closed_at = poll.withdrawn_at = poll.decided_at = poll.answered_at = None
    poll.closed_by_id = poll.withdrawn_by_id = poll.decided_by_id = None
    poll.withdrawal_reason = ""
    if not poll.is_for_meeting:
        poll.meeting_id = None
    for one in queries.dates_of(poll.id):
        one.chosen_at = None
    if poll.closes_on < clock.today():
        poll.closes_on = clock.today() + EARLY
    poll.ripe_for = None
    poll.revision += 1
    return _tell("poll_reopened", poll, by=by, about=_revision(poll)) if was_told else 0


# The decision


@dataclass(frozen=True)
class Decided:
    """The meeting, how many are told of it, and how many votes became answers."""

    meeting: Meeting
    told: int
    answers: int


def facts_for(poll: Poll, chosen: PollDate, **more: Any) -> Facts:
    """The meeting as the poll has asked for it; `more` is what the coordinator adds."""
    usual = {"title": poll.title, "place": poll.place, "host_code": poll.host_code}
    ends_at = chosen.starts_at + poll.length
    return Facts(**{**usual, **more, "starts_at": chosen.starts_at, "ends_at": ends_at})


def decide(
    poll: Poll, chosen: PollDate, facts: Facts, *, by: Person, is_draft: bool = False, with_agenda: bool = False
) -> Decided:
    """Makes the meeting of the chosen date, and of each vote on it an answer. `poll` is locked, so there is one decision.

    A draft's votes become answers when it is called (`votes_become_answers`).
    """
    _must_await_decision(poll)
    if chosen.is_over:
        raise DomainError(_("That date is in the past. Choose another"))
    meeting, told = schedule_meeting(poll.network, facts, by=by, is_draft=is_draft)
    if with_agenda:
        add_standard_agenda(meeting)
    poll.meeting_id = meeting.id
    _mark_decided(poll, chosen, by=by)
    return Decided(meeting, told, give_answers(meeting))


def give_new_date(poll: Poll, chosen: PollDate, *, by: Person) -> Decided:
    """The postponed meeting takes place on the chosen date; the votes replace what was answered for the old one."""
    _must_await_decision(poll)
    if chosen.is_over:
        raise DomainError(_("That date is in the past. Choose another"))
    meeting = meeting_to_change_for(by, poll.meeting_id) if poll.meeting_id else None
    if meeting is None or meeting.is_cancelled or not meeting.is_postponed:
        raise DomainError(_("The meeting no longer waits for a date. Withdraw the poll"))
    ends_at = chosen.starts_at + poll.length
    told = edit_meeting(meeting, replace(Facts.of(meeting), starts_at=chosen.starts_at, ends_at=ends_at), by=by)
    _mark_decided(poll, chosen, by=by)
    return Decided(meeting, told, give_answers(meeting))


def _mark_decided(poll: Poll, chosen: PollDate, *, by: Person) -> None:
    poll.decided_at, poll.decided_by_id = clock.now(), by.id
    chosen.chosen_at = clock.now()
    db.session.flush()


def give_answers(meeting: Meeting) -> int:
    """Turns the votes on the chosen date into answers, once, as soon as the meeting is called; returns how many.

    First come first, so that whoever said yes early has the seat. Who has answered the meeting itself is not overruled,
    and of a draft that was moved to another day before its call nobody has said anything.
    """
    if meeting.is_draft or meeting.is_off or meeting.is_over:
        return 0
    found = db.session.execute(
        select(Poll, PollDate)
        .join(PollDate, PollDate.poll_id == Poll.id)
        .where(Poll.meeting_id == meeting.id, Poll.answered_at.is_(None), PollDate.chosen_at.is_not(None))
    ).first()
    if found is None:
        return 0
    poll, chosen = found
    poll.answered_at = clock.now()
    if chosen.starts_at != meeting.starts_at:
        return 0
    votes = queries.votes_on(chosen.id)
    db.session.flush()  # answering reads everything afresh
    people = {
        one.id: one for one in db.session.scalars(select(Person).where(Person.id.in_([who for who, _v in votes])))
    }
    for person_id, said in votes:
        answer_meeting(meeting, said.as_answer, by=people[person_id])
    return len(votes)


def votes_become_answers(meeting: Meeting) -> None:
    """Follows a meeting: a draft that comes of a poll may have been called."""
    give_answers(meeting)


# Telling


def _revision(poll: Poll) -> str:
    return f"poll-{poll.id}-{poll.revision}"


def _tell(kind: str, poll: Poll, *, by: Person, about: str, **facts: Any) -> int:
    payload = {"poll_id": poll.id, "by": by.name, "revision": poll.revision, **facts}
    return announce(kind, to=people_ids_in(poll.network_id), about=about, payload=payload, but_not=by.id)


def remind(poll: Poll, *, by: Person) -> int:
    """By hand, those who have not voted; returns how many."""
    _must_await_decision(poll)
    if poll.closed_at is not None:
        raise DomainError(_("The poll is closed. Reopen it before you remind anybody"))
    if poll.reminded_at is not None and clock.now() - poll.reminded_at < PAUSE:
        raise DomainError(_("They were reminded less than an hour ago"))
    return _remind(poll, by=by.name, but_not=by.id)


def _remind(poll: Poll, *, by: str = "", but_not: int | None = None) -> int:
    poll.reminded_at = clock.now()
    poll.reminders_count += 1
    return announce(
        "poll_reminder",
        to=queries.ids_of_the_silent(poll.id),
        about=f"poll-{poll.id}-reminder-{poll.reminders_count}",
        payload={"poll_id": poll.id, "by": by},
        but_not=but_not,
    )


def look_after_polls() -> None:
    """The worker's chore: reminds those who have not voted, some days before the deadline and on its day, and tells the
    coordinators when everybody has answered or the deadline has passed. Each once for each deadline; doing it twice, or
    late, does no harm.
    """
    for poll in queries.polls_to_look_after(clock.today() + EARLY, at_most=AT_ONCE):
        _look_after(poll)


def _look_after(poll: Poll) -> None:
    now, today = clock.local(clock.now()), clock.today()
    is_morning, opened_on = now.time() >= MORNING, clock.local(poll.created_at).date()
    if poll.closes_on == today and poll.last_for != poll.closes_on and is_morning and opened_on < today:
        poll.early_for = poll.last_for = poll.closes_on
        _remind(poll)
    elif today >= poll.closes_on - EARLY and poll.closes_on > today and poll.early_for != poll.closes_on and is_morning:
        poll.early_for = poll.closes_on
        if opened_on < today:
            _remind(poll)
    if poll.closes_on < today:  # a late worker reminds nobody of a day that is over
        poll.early_for = poll.last_for = poll.closes_on
    if poll.ripe_for != poll.closes_on and (poll.closes_on < today or not queries.ids_of_the_silent(poll.id)):
        poll.ripe_for = poll.closes_on
        announce(
            "poll_ripe",
            to=queries.ids_of_coordinators(poll.network_id),
            about=f"poll-{poll.id}-ripe-{poll.revision}",
            payload={"poll_id": poll.id},
        )


def forget_votes_of(person_id: int, polls: Any) -> None:
    """Who has left comes on none of the dates. `polls` selects the ids of polls."""
    dates = select(PollDate.id).where(PollDate.poll_id.in_(polls))
    db.session.execute(delete(Vote).where(Vote.person_id == person_id, Vote.date_id.in_(dates)))
    db.session.execute(delete(Ballot).where(Ballot.person_id == person_id, Ballot.poll_id.in_(polls)))
