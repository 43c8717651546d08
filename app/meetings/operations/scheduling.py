"""What becomes of a meeting: drafted, called, changed, postponed, cancelled, restored, closed; and whom that is told."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, null, select

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.meetings.followers import tell_followers
from app.meetings.models import Answer, AnswerWord, EarlierAnswer, Meeting, MeetingTurn, Turn, Venue
from app.meetings.operations.substitutes import end_with_the_date
from app.meetings.operations.telling import (
    News,
    collect,
    forget_what_was_collected,
    news_of,
    remember_what_was_told,
    tell,
    tell_news,
    told_of,
)
from app.networks.models import Network

LONGEST = timedelta(hours=24)
MEETS = ("starts_at", "ends_at", "place", "address", "online_url", "venue")  # calendars ask again when these change


@dataclass(frozen=True)
class Facts:
    """What a coordinator decides about a meeting. Moments are aware UTC. `venue` may be left to place and link to tell."""

    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    online_url: str = ""
    host_code: str | None = None
    description: str = ""
    address: str = ""
    venue: Venue | None = None
    online_opens_minutes: int | None = None

    @classmethod
    def of(cls, meeting: Meeting) -> "Facts":
        return cls(**{name: getattr(meeting, name) for name in cls.__dataclass_fields__})

    def settled(self) -> "Facts":
        """With a venue that agrees with place and link."""
        return replace(self, venue=Venue.told_by(self.place or self.address, self.online_url, self.venue))

    def check(self) -> None:
        """Raises DomainError for times that make no meeting."""
        if self.ends_at <= self.starts_at:
            raise DomainError(_("The meeting must end after it begins"), field="ends")
        if self.ends_at - self.starts_at > LONGEST:
            raise DomainError(_("A meeting lasts 24 hours at most. Schedule one for each day instead"), field="ends")


def schedule_meeting(
    network: Network, facts: Facts, *, by: Person, is_draft: bool = False, contact_id: int | None = None
) -> tuple[Meeting, int]:
    """A new meeting that all members but the one who calls it are told of; returns it and how many they are.

    Of a draft nobody is told, nor does anybody but the coordinators see it, until `call_meeting`.
    """
    facts.check()
    if facts.ends_at <= clock.now():
        raise DomainError(_in_the_past(), field="date")
    settled = vars(facts.settled())
    people = {"created_by_id": by.id, "contact_id": contact_id or by.id}
    meeting = Meeting(network_id=network.id, called_at=null(), **people, **settled)  # None would become the default
    db.session.add(meeting)
    db.session.flush()
    if not is_draft:
        return meeting, call_meeting(meeting, by=by)
    tell_followers(meeting)
    return meeting, 0


def _in_the_past() -> str:
    return _("That is in the past. Choose a day ahead")


def call_meeting(meeting: Meeting, *, by: Person) -> int:
    """A draft becomes a meeting that people come to; returns how many are told. Doing it again tells nobody."""
    if not meeting.is_draft:
        return 0
    if meeting.ends_at <= clock.now():
        raise DomainError(_("The meeting's time has passed. Give it a day ahead before you call it"))
    call_quietly(meeting, by=by)
    return tell("meeting_called", meeting, by=by, about=f"meeting-{meeting.id}")


def discard_draft(meeting: Meeting) -> None:
    """Deletes what was never called. Nothing that was called can be."""
    if not meeting.is_draft:
        raise DomainError(_("The meeting has been called, so it is cancelled rather than deleted"))
    meeting.discarded_at = meeting.discarded_at or clock.now()
    meeting.touch()
    tell_followers(meeting)


def edit_meeting(meeting: Meeting, facts: Facts, *, by: Person) -> int:
    """Takes over `facts`; returns how many are told at once, since most changes are collected and told in a moment.

    A change of time, place or online link raises the sequence. A typo leaves it: a higher one makes calendars ask for a
    new answer (RFC 5546 2.1.4). A new time for a postponed meeting is the date that was to follow.
    """
    before, facts = Facts.of(meeting), facts.settled()
    if facts == before:
        return 0
    was_over = meeting.is_over
    _must_be_writable(meeting)
    facts.check()
    has_new_time = (before.starts_at, before.ends_at) != (facts.starts_at, facts.ends_at)
    if has_new_time and facts.ends_at <= clock.now() and not was_over:
        raise DomainError(_in_the_past(), field="date")
    _take_over(meeting, before, facts)
    if meeting.is_draft:
        tell_followers(meeting)
        return 0
    if has_new_time and meeting.is_postponed:
        return _take_the_new_date(meeting, before.starts_at, by=by)
    if has_new_time and not was_over:
        _note(meeting, Turn.MOVED, by=by, was_at=before.starts_at)
    tell_followers(meeting)
    return _collect(meeting, by=by, was_over=was_over)


def _must_be_writable(meeting: Meeting) -> None:
    if meeting.is_cancelled:
        raise DomainError(_("The meeting is cancelled. Restore it before you change it"))
    if meeting.is_closed:
        raise DomainError(_("The meeting is closed. Open it again before you change it"))


def _take_over(meeting: Meeting, before: Facts, facts: Facts) -> None:
    if meeting.told is None and not meeting.is_draft:
        meeting.told = told_of(meeting)
    for name, value in vars(facts).items():
        setattr(meeting, name, value)
    meeting.touch()
    if not meeting.is_draft and any(getattr(before, name) != getattr(facts, name) for name in MEETS):
        meeting.sequence += 1


def _collect(meeting: Meeting, *, by: Person, was_over: bool) -> int:
    if meeting.is_postponed:
        return 0  # the mail about the new date says the rest too
    if was_over and meeting.is_over:
        remember_what_was_told(meeting)
        return 0  # the record is put right; nobody can act on it any more
    return collect(meeting, by=by)


def _take_the_new_date(meeting: Meeting, old: datetime, *, by: Person) -> int:
    """Whoever said yes said it of another day: the answers are set aside, and all are asked again."""
    meeting.postponed_at = meeting.postponed_by_id = None
    meeting.postponement_reason = ""
    _set_answers_aside(meeting, old)
    _note(meeting, Turn.DATED, by=by, was_at=old)
    tell_followers(meeting)
    news = news_of(meeting)
    remember_what_was_told(meeting)
    facts = {"changes": news.changes, "lesser": news.lesser}
    return _tell_next("meeting_dated", meeting, by=by, **facts)


def _set_answers_aside(meeting: Meeting, said_of: datetime) -> None:
    answers = list(db.session.scalars(select(Answer).where(Answer.meeting_id == meeting.id)))
    people = [answer.person_id for answer in answers]
    db.session.execute(
        delete(EarlierAnswer).where(EarlierAnswer.meeting_id == meeting.id, EarlierAnswer.person_id.in_(people))
    )
    for answer in answers:
        words = {name: getattr(answer, name) for name in ("presence", "note", "answered_at")}
        words["answer"] = AnswerWord.YES if answer.is_waiting else answer.answer  # that is what they said
        db.session.add(EarlierAnswer(meeting_id=meeting.id, person_id=answer.person_id, starts_at=said_of, **words))
        db.session.delete(answer)
    end_with_the_date(meeting)
    meeting.asked_again_at = clock.now()
    db.session.flush()


def postpone_meeting(meeting: Meeting, *, by: Person, reason: str = "") -> int:
    """The meeting does not take place when it was to; the new date follows. Returns how many are told."""
    if meeting.is_postponed:
        return 0
    _must_be_ahead(meeting, _("The meeting is over and can no longer be postponed"))
    if meeting.is_cancelled:
        raise DomainError(_("The meeting is cancelled. Restore it before you change it"))
    was = _what_members_know(meeting)
    meeting.postponed_at, meeting.postponed_by_id, meeting.postponement_reason = clock.now(), by.id, reason
    _turn_to(meeting, Turn.POSTPONED, by=by, reason=reason)
    return _tell_next("meeting_postponed", meeting, by=by, reason=reason, was=was)


def keep_the_date(meeting: Meeting, *, by: Person) -> int:
    """Takes a postponement back: the meeting is held on its old date, and the answers stand. Returns how many are told."""
    if not meeting.is_postponed or meeting.is_cancelled:
        return 0
    if meeting.ends_at <= clock.now():
        raise DomainError(_("The old date has passed. Set a new one instead"))
    meeting.postponed_at = meeting.postponed_by_id = None
    meeting.postponement_reason = ""
    return _is_on_again(meeting, Turn.KEPT, by=by)


def cancel_meeting(meeting: Meeting, *, by: Person, reason: str = "") -> int:
    """Returns how many are told; doing it again tells nobody. What was collected goes under in it."""
    if meeting.is_cancelled:
        return 0
    _must_be_ahead(meeting, _("The meeting is over and can no longer be cancelled"))
    was = _what_members_know(meeting)
    meeting.cancelled_at, meeting.cancelled_by_id, meeting.cancellation_reason = clock.now(), by.id, reason
    _turn_to(meeting, Turn.CANCELLED, by=by, reason=reason)
    return _tell_next("meeting_cancelled", meeting, by=by, reason=reason, was=was)


def restore_meeting(meeting: Meeting, *, by: Person) -> int:
    """Takes a cancellation back; returns how many are told. What was postponed before still waits for its date."""
    if not meeting.is_cancelled:
        return 0
    if meeting.is_over:
        raise DomainError(_("The meeting would have been over by now. Call a new one instead"))
    meeting.cancelled_at = meeting.cancelled_by_id = None
    meeting.cancellation_reason = ""
    if not meeting.is_postponed:
        return _is_on_again(meeting, Turn.RESTORED, by=by)
    was = _what_members_know(meeting)
    _turn_to(meeting, Turn.RESTORED, by=by)
    return _tell_next("meeting_postponed", meeting, by=by, reason=meeting.postponement_reason, was=was)


def close_meeting(meeting: Meeting, *, by: Person) -> None:
    """What was is kept as it was: facts, answers and agenda. Minutes are still written. Doing it again changes nothing."""
    if meeting.is_closed:
        return
    if meeting.is_draft or meeting.is_off or not meeting.is_over:
        raise DomainError(_("Only a meeting that has been held can be closed"))
    meeting.closed_at, meeting.closed_by_id = clock.now(), by.id
    _note(meeting, Turn.CLOSED, by=by)
    tell_followers(meeting)


def reopen_meeting(meeting: Meeting, *, by: Person, reason: str = "") -> None:
    """Leaves a trace of who and why."""
    if not meeting.is_closed:
        return
    meeting.closed_at = meeting.closed_by_id = None
    _note(meeting, Turn.REOPENED, by=by, reason=reason)
    tell_followers(meeting)


def tell_now(meeting: Meeting, *, by: Person) -> int:
    """What is new is told without waiting, corrections too; returns to how many. About nothing there is no mail."""
    if meeting.is_draft or meeting.is_off or meeting.is_over:
        return 0
    return tell_news(meeting, by=by)


def _must_be_ahead(meeting: Meeting, otherwise: str) -> None:
    if meeting.is_draft:
        raise DomainError(
            _("The meeting has not been called yet, so there is nobody to tell. Delete the draft instead")
        )
    if meeting.is_over:
        raise DomainError(otherwise)


def _what_members_know(meeting: Meeting) -> list[str]:
    """The time that a mail has to name so that it is understood: not the one that was changed a minute ago."""
    if meeting.told is None:
        meeting.told = told_of(meeting)
    return [meeting.told["starts_at"], meeting.told["ends_at"]]


def _turn_to(meeting: Meeting, turn: Turn, *, by: Person, reason: str = "") -> None:
    forget_what_was_collected(meeting)
    meeting.sequence += 1
    meeting.touch()
    _note(meeting, turn, by=by, reason=reason)
    tell_followers(meeting)


def _is_on_again(meeting: Meeting, turn: Turn, *, by: Person) -> int:
    """The mail says the meeting as it is now, and what has changed since it was told last."""
    news = news_of(meeting)
    _turn_to(meeting, turn, by=by)
    remember_what_was_told(meeting)
    return _tell_next("meeting_restored", meeting, by=by, changes=news.changes, lesser=news.lesser)


def _note(meeting: Meeting, turn: Turn, *, by: Person, reason: str = "", was_at: datetime | None = None) -> None:
    db.session.add(MeetingTurn(meeting_id=meeting.id, turn=turn, by_id=by.id, reason=reason, was_at=was_at))


def _tell_next(kind: str, meeting: Meeting, *, by: Person, **facts: Any) -> int:
    """An announcement that belongs to the meeting's new revision, so that each is told once."""
    return tell(kind, meeting, by=by, about=f"meeting-{meeting.id}-{meeting.sequence}", **facts)


# Public, for a series: one mail tells of all its meetings at once, so none of these tells of one


def call_quietly(meeting: Meeting, *, by: Person) -> None:
    meeting.called_at = clock.now()
    meeting.touch()
    remember_what_was_told(meeting)
    _note(meeting, Turn.CALLED, by=by)
    tell_followers(meeting)


def revise_quietly(meeting: Meeting, facts: Facts, *, by: Person) -> News:
    """Takes over `facts`; what it returns is for the caller to tell, and has what was collected before in it.

    Where nothing changes that is worth a mail nothing is returned, and what was collected goes on waiting for its own.
    """
    before, facts = Facts.of(meeting), facts.settled()
    _must_be_writable(meeting)
    facts.check()
    _take_over(meeting, before, facts)
    if not meeting.is_draft and before.starts_at != facts.starts_at:
        _note(meeting, Turn.MOVED, by=by, was_at=before.starts_at)
    tell_followers(meeting)
    if meeting.is_draft or not any(getattr(before, name) != getattr(facts, name) for name in (*MEETS, "host_code")):
        return News()
    news = news_of(meeting)
    remember_what_was_told(meeting)
    return news


def cancel_quietly(meeting: Meeting, *, by: Person, reason: str = "") -> None:
    meeting.cancelled_at, meeting.cancelled_by_id, meeting.cancellation_reason = clock.now(), by.id, reason
    _turn_to(meeting, Turn.CANCELLED, by=by, reason=reason)


def restore_quietly(meeting: Meeting, *, by: Person) -> None:
    meeting.cancelled_at = meeting.cancelled_by_id = None
    meeting.cancellation_reason = ""
    _turn_to(meeting, Turn.RESTORED, by=by)
    remember_what_was_told(meeting)
