"""Saying whether one comes, for oneself or, as a coordinator, for somebody else."""

from enum import IntEnum

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.core.formats import long_date
from app.extensions import db
from app.meetings.models import Answer, AnswerWord, Meeting, Presence
from app.meetings.operations.seats import join_the_line, lock, settle_seats
from app.meetings.operations.substitutes import end_by_the_substitute, take_the_place_back
from app.meetings.queries import silent_at
from app.notifications.operations import announce


class _Claim(IntEnum):
    """How much somebody asks for; after the day to answer by, one may only ask for less."""

    NOTHING = 0
    MAYBE = 1
    ONLINE = 2
    SEAT = 3


def answer_meeting(
    meeting: Meeting,
    word: AnswerWord,
    *,
    by: Person,
    presence: Presence | None = None,
    note: str | None = None,
    host_note: str | None = None,
    said_by: Person | None = None,
) -> Answer:
    """Keeps one answer per person, whoever sends it how often: the last one counts. What is None stays as it was.

    A yes to a meeting whose seats are taken waits in line; a no is always taken. With `said_by`, a coordinator puts in
    what somebody has told them: that is noted, the person gets a mail, and the day to answer by does not bind.
    """
    lock(meeting)
    _refuse_what_is_off(meeting)
    earlier = _answer_of(by.id, meeting.id)
    if word is not AnswerWord.NO and take_the_place_back(meeting, by):
        earlier = _answer_of(by.id, meeting.id)
    wished = _presence_at(meeting, word, presence, earlier)
    if said_by is None and meeting.is_past_answering and _claim(word, wished) > _claim_of(earlier):
        raise DomainError(too_late(meeting))
    if word is AnswerWord.NO:
        end_by_the_substitute(meeting, by)
    answer = earlier or Answer(meeting_id=meeting.id, person_id=by.id, note="", host_note="")
    _say(meeting, answer, word, wished)
    answer.note = answer.note if note is None else note
    answer.host_note = answer.host_note if host_note is None else host_note
    answer.answered_at, answer.said_by_id = clock.now(), said_by.id if said_by else None
    db.session.add(answer)
    settle_seats(meeting, untold=by.id)
    if said_by is not None and said_by.id != by.id:
        _tell_of_it(meeting, answer, said_by)
    return answer


def _answer_of(person_id: int, meeting_id: int) -> Answer | None:
    query = select(Answer).where(Answer.meeting_id == meeting_id, Answer.person_id == person_id)
    db.session.flush()
    return db.session.scalar(query.execution_options(populate_existing=True))


def _refuse_what_is_off(meeting: Meeting) -> None:
    if meeting.is_cancelled:
        raise DomainError(_("The meeting is cancelled, so there is nothing to answer"))
    if meeting.is_postponed or meeting.is_draft:
        raise DomainError(_("The meeting has no date yet that one could answer to"))
    if meeting.is_over:
        raise DomainError(_("The meeting is over, so the answer can no longer be changed"))


def too_late(meeting: Meeting) -> str:
    """Whom to turn to when the day to answer by has gone."""
    day = long_date(meeting.answer_by) if meeting.answer_by else ""
    contact = db.session.get(Person, meeting.contact_id) if meeting.contact_id else None
    if contact is None:
        return _(
            "Answers were due by %(day)s. You can still say no; to come, turn to one of the coordinators.", day=day
        )
    return _(
        "Answers were due by %(day)s. You can still say no; to come, turn to %(name)s.", day=day, name=contact.name
    )


def _claim(word: AnswerWord, presence: Presence | None) -> _Claim:
    if word is AnswerWord.NO:
        return _Claim.NOTHING
    if word is AnswerWord.MAYBE:
        return _Claim.MAYBE
    return _Claim.ONLINE if presence is Presence.ONLINE else _Claim.SEAT


def _claim_of(answer: Answer | None) -> _Claim:
    return _claim(answer.answer, answer.presence) if answer else _Claim.NOTHING


def _presence_at(
    meeting: Meeting, word: AnswerWord, wished: Presence | None, earlier: Answer | None
) -> Presence | None:
    """Only a meeting with both a place and a link leaves a choice; the short form does not ask, so what was said stands."""
    if word is AnswerWord.NO:
        return None
    if meeting.is_hybrid:
        return wished or (earlier.presence if earlier else None) or Presence.HERE
    return Presence.ONLINE if meeting.online_url else Presence.HERE


def _say(meeting: Meeting, answer: Answer, word: AnswerWord, presence: Presence | None) -> None:
    """Who has a seat, or stands in line, and says yes again keeps it."""
    wants_a_seat = word is AnswerWord.YES and presence is Presence.HERE and meeting.has_seats
    if wants_a_seat and answer.answer is AnswerWord.WAITING:
        return
    if wants_a_seat and not (answer.answer is AnswerWord.YES and answer.presence is Presence.HERE):
        join_the_line(meeting, answer)
        return
    answer.answer, answer.presence, answer.waits_as = word, presence, None


def _tell_of_it(meeting: Meeting, answer: Answer, said_by: Person) -> None:
    moment = f"{answer.answered_at:%Y%m%d%H%M%S%f}"
    announce(
        "answer_put_in",
        to=[answer.person_id],
        about=f"meeting-{meeting.id}-put-in-{moment}",
        payload={"meeting_id": meeting.id, "by": said_by.name, "answer": answer.answer.value},
    )


def remind_the_silent(meeting: Meeting, *, by: Person) -> int:
    """Asks everybody who has not answered, by mail; once a day at most. Returns how many."""
    lock(meeting)
    _refuse_what_is_off(meeting)
    if meeting.silent_asked_at and clock.local(meeting.silent_asked_at).date() == clock.today():
        raise DomainError(_("They have been reminded today. Tomorrow you can do it again."))
    meeting.silent_asked_at = clock.now()
    return announce(
        "answer_wanted",
        to=[person.id for person in silent_at(meeting)],
        about=f"meeting-{meeting.id}-wanted-{clock.today()}",
        payload={"meeting_id": meeting.id, "by": by.name},
        but_not=by.id,
    )
