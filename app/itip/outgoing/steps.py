"""What a calendar has to be told next, so that it says of a meeting what the site says: put in, changed, taken out or nothing."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask_babel import force_locale
from sqlalchemy.dialects import postgresql, sqlite

from app.calendars import ics
from app.core import clock
from app.extensions import db
from app.itip.outgoing.models import CalendarEntry
from app.itip.outgoing.queries import Standing
from app.meetings.models import Answer, AnswerWord
from app.networks.discretion import Measure, Output, discreetly, measure_of
from app.notifications.addresses import REPLY, address_of
from app.notifications.letters import Invitation
from app.notifications.mime import address

REQUEST, CANCEL = "REQUEST", "CANCEL"
NAME: Final = "ERFA Nord"
PARTSTAT: Final = {
    AnswerWord.YES: "ACCEPTED",
    AnswerWord.WAITING: "ACCEPTED",
    AnswerWord.MAYBE: "TENTATIVE",
    AnswerWord.NO: "DECLINED",
}


def content_of(standing: Standing) -> str:
    """Names what somebody's calendar should show, whatever their language and answer; "" for nothing at all.

    Of what `ics.invitation` is made from; addresses of pages are left out, since they never change and need a request.
    """
    if not standing.should_be_in:
        return ""
    meeting, level = standing.meeting, standing.level
    measure = measure_of(level, Output.CALENDAR_TEXT)
    with force_locale("da"):
        title = discreetly(meeting, level, Output.CALENDAR_TITLE).title
        shown = discreetly(meeting, level, Output.CALENDAR_TEXT)
        words = [title, shown.where, shown.description]
    if measure >= Measure.TITLES:
        words += [meeting.network.name, meeting.host.name if meeting.host else ""]
    moments = [meeting.starts_at, meeting.ends_at]
    facts = [
        meeting.sequence,
        *(moment.timestamp() for moment in moments),
        meeting.is_online,
        *words,
        standing.person.email,
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


@dataclass(frozen=True)
class Step:
    """The next thing to tell one calendar. `is_first` when it has never heard of the meeting or had it taken out."""

    method: str
    sequence: int
    turns: int
    content: str
    is_first: bool = False
    is_revised: bool = False  # asks for a new answer

    @property
    def is_of_words_only(self) -> bool:
        """Nobody has to come at another time or to another place."""
        return self.method == REQUEST and not self.is_first and not self.is_revised


def next_step(standing: Standing) -> Step | None:
    """None when the calendar says what it should. Nothing is taken out that was never put in."""
    entry, sequence, content = standing.entry, standing.meeting.sequence, content_of(standing)
    turns = entry.turns if entry else 0
    # Put in or taken out for this person alone: the meeting's own number has not risen, theirs has to (RFC 5546 2.1.4).
    is_own_turn = entry is not None and entry.stamp is not None and entry.meeting_sequence >= sequence
    if entry is None or not entry.is_in:
        step = Step(REQUEST, sequence + turns + is_own_turn, turns + is_own_turn, content, is_first=True)
        return step if content else None
    if not content:
        return Step(CANCEL, sequence + turns + is_own_turn, turns + is_own_turn, content)
    if entry.content_hash == content:
        return None
    is_elsewhere = entry.address != standing.person.email  # with another address goes another calendar
    is_revised = sequence > entry.meeting_sequence
    return Step(REQUEST, sequence + turns, turns, content, is_first=is_elsewhere, is_revised=is_revised)


def organizer_of(person_id: int, meeting_id: int) -> str:
    """An address that takes answers, to the person's own entry only; "" where this installation takes no mail."""
    return address_of(REPLY, f"m{meeting_id}-{person_id}")


def as_invitation(step: Step, standing: Standing, answer: Answer | None) -> Invitation | None:
    """The calendar object of a step, in the current language; None where no answer could come back."""
    person, meeting, entry = standing.person, standing.meeting, standing.entry
    organizer, attendee = organizer_of(person.id, meeting.id), address(person.email)
    if not organizer:
        return None
    # Later than the last one, whatever the clock: of two with one number the later counts.
    stamp = clock.now().replace(microsecond=0)
    if entry is not None and entry.stamp is not None:
        stamp = max(stamp, entry.stamp + timedelta(seconds=1))
    word = answer.answer if answer else None
    if step.method == REQUEST:
        starts_at, ends_at = meeting.starts_at, meeting.ends_at
        lines = ics.invitation(meeting, level=standing.level, sequence=step.sequence, answer=word)
    else:
        starts_at, ends_at = standing.time_in_the_calendar
        lines = ics.cancellation(
            meeting, level=standing.level, sequence=step.sequence, starts_at=starts_at, ends_at=ends_at
        )
    name = meeting.network.name if standing.is_member else NAME
    keeps_answer = step.method == REQUEST and not step.is_revised
    calendar = ics.scheduling_object(
        step.method,
        lines,
        stamp=stamp,
        organizer=(name, organizer),
        attendee=(person.name, attendee),
        partstat=PARTSTAT[word] if word is not None and keeps_answer else "NEEDS-ACTION",
    )
    when_sent = _when_sent(step, standing, stamp=stamp, starts_at=starts_at, ends_at=ends_at)
    return Invitation(step.method, calendar, organizer=organizer, when_sent=when_sent)


def _when_sent(
    step: Step, standing: Standing, *, stamp: datetime, starts_at: datetime, ends_at: datetime
) -> Callable[[], None]:
    key = {"person_id": standing.person.id, "meeting_id": standing.meeting.id}
    facts = {
        "is_in": step.method == REQUEST,
        "sequence": step.sequence,
        "turns": step.turns,
        "stamp": stamp,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "content_hash": step.content,
        "owed_hash": "",
        **looked_at(standing),
    }

    def note() -> None:
        insert_here = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
        statement = insert_here(CalendarEntry).values(**key, **facts, owed=0)
        db.session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=facts))

    return note


def looked_at(standing: Standing) -> dict[str, object]:
    """The state of everything that an entry depends on."""
    return {
        "address": standing.person.email,
        "meeting_updated_at": standing.meeting.updated_at,
        "network_updated_at": standing.meeting.network.updated_at,
        "level": standing.level,
    }
