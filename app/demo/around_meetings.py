"""What the demo's meetings were reminded of, and what people thought of them when they were over."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from app.core import clock
from app.core.tokens import fingerprint
from app.demo.rows import Rows
from app.demo.story.evaluations import NUMBERS, WORDS
from app.evaluations.models import Ballot, Evaluation, Opinion
from app.evaluations.moments import asks_at
from app.evaluations.queries import DAYS, TOGETHER
from app.meetings.models import Answer, AnswerWord, Meeting
from app.meetings.queries import is_on
from app.reminders.models import Anchor, Audience, Reminder, ReminderState, Why
from app.reminders.rules import BUILT_IN, Rule, moment_before

SENT_TO = {Audience.SILENT: 6, Audience.HOST: 2, Audience.PRESENTERS: 1, Audience.COMING: 7, Audience.COORDINATORS: 1}


def write_around_meetings(rows: Rows, connection: Connection, today: date) -> None:
    """Reads the meetings of the hand-made networks, which are there once the rows are flushed."""
    rows.flush()
    facts = (Meeting.id, Meeting.starts_at, Meeting.ends_at, Meeting.called_at, Meeting.created_at)
    meetings = connection.execute(select(*facts).where(is_on()).order_by(Meeting.id)).all()
    for meeting in meetings:
        if meeting.starts_at > clock.now():
            for rule in BUILT_IN:
                rows.add(Reminder, _reminder(meeting, rule))
        elif clock.local(meeting.ends_at).date() < today:
            _evaluate(rows, connection, meeting)


def _reminder(meeting: Any, rule: Rule) -> dict[str, Any]:
    at = moment_before(meeting.starts_at, rule.days)
    called, now = meeting.created_at, clock.now()
    values = {
        "meeting_id": meeting.id,
        "audience": rule.audience,
        "anchor": rule.anchor,
        "days": rule.days,
        "for_on": clock.local(meeting.starts_at).date(),
        "at": at,
        "state": ReminderState.WAITING,
        "why": None,
        "sent_at": None,
        "sent_to": 0,
    }
    if rule.anchor is Anchor.DEADLINE:
        return values | {"state": ReminderState.DROPPED, "why": Why.NO_DEADLINE}
    if at > now:
        return values
    if at < called:
        return values | {"state": ReminderState.DROPPED, "why": Why.PAST}
    return values | {"state": ReminderState.SENT, "sent_at": at, "sent_to": SENT_TO[rule.audience]}


def _evaluate(rows: Rows, connection: Connection, meeting: Any) -> None:
    came = connection.scalars(
        select(Answer.person_id)
        .where(Answer.meeting_id == meeting.id, Answer.answer == AnswerWord.YES)
        .order_by(Answer.person_id)
    ).all()
    answered = list(came)[len(came) // 4 :]  # the accounts one signs in with come first, and have it before them
    if len(answered) < TOGETHER:
        return
    closes_at = meeting.ends_at + timedelta(days=DAYS)
    is_closed = closes_at <= clock.now()
    values = {
        "meeting_id": meeting.id,
        "closes_at": closes_at,
        "asked_at": asks_at(meeting.ends_at),
        "asked": len(came),
        "closed_at": closes_at if is_closed else None,
        "answered": len(answered) if is_closed else 0,
    }
    rows.put(Evaluation, values)
    shown = len(answered) if is_closed else len(answered) // TOGETHER * TOGETHER
    for number, person_id in enumerate(answered):
        whole, useful = NUMBERS[(meeting.id + number) % len(NUMBERS)]
        word = WORDS[(meeting.id * 3 + number) % len(WORDS)]
        name = fingerprint(f"demo-opinion-{meeting.id}-{number}")[:32]
        said = {"whole": whole, "useful": useful, "word": word, "is_shown": number < shown}
        rows.put(Opinion, {"id": name, "meeting_id": meeting.id, **said})
        if not is_closed:
            rows.put(Ballot, {"meeting_id": meeting.id, "person_id": person_id})
