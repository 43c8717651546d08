"""Whatever is done with a meeting in whatever order, the members know what the mails said, and the mails say what is so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.accounts.models import Person
from app.core import clock
from app.core.clock import Clock
from app.core.errors import DomainError
from app.extensions import db
from app.meetings.models import Answer, AnswerWord, EarlierAnswer, Meeting, MeetingTurn
from app.meetings.operations.answers import answer_meeting
from app.meetings.operations.scheduling import (
    Facts,
    cancel_meeting,
    edit_meeting,
    keep_the_date,
    postpone_meeting,
    restore_meeting,
    schedule_meeting,
    tell_now,
)
from app.meetings.operations.telling import tell_due, told_of
from app.networks.models import Network
from app.notifications.models import Mail

# Around the night the clock goes back, so that a week is not always seven times 24 hours.
BEGIN = datetime(2026, 10, 12, 7, 0, tzinfo=UTC)

days = st.integers(min_value=0, max_value=20)
acts = st.one_of(
    st.tuples(st.just("time"), days),
    st.tuples(st.just("place"), st.sampled_from(["Tangværket", "Rådhuset", ""])),
    st.tuples(st.just("link"), st.sampled_from(["", "https://v.example/1", "https://v.example/2"])),
    st.tuples(st.just("host"), st.sampled_from([None, "0849", "0813"])),
    st.tuples(st.just("title"), st.sampled_from(["Småjob", "Småjobs"])),
    st.tuples(st.sampled_from(["postpone", "keep", "cancel", "restore", "tell", "answer"]), st.none()),
    st.tuples(st.just("wait"), st.sampled_from([1, 4, 5, 15, 60 * 24, 60 * 24 * 3])),
    st.tuples(st.just("chore"), st.none()),
)


class Reader:
    """A member who knows of the meeting only what the mails have said."""

    def __init__(self, meeting: Meeting, person_id: int) -> None:
        self.person_id, self.read_up_to = person_id, 0
        self.known = {name: told_of(meeting)[name] for name in ("starts_at", "ends_at", "place", "online", "host")}
        self.is_on = True

    def read(self) -> list[str]:
        mails = db.session.scalars(
            select(Mail).where(Mail.id > self.read_up_to, Mail.person_id == self.person_id).order_by(Mail.id)
        ).all()
        for mail in mails:
            self.read_up_to = mail.id
            self._take_in(mail)
        return [mail.kind for mail in mails]

    def _take_in(self, mail: Mail) -> None:
        if mail.kind in {"meeting_cancelled", "meeting_postponed"}:
            assert mail.payload["was"] == [self.known["starts_at"], self.known["ends_at"]]
            self.is_on = False
            return
        changes = mail.payload.get("changes", {})
        if mail.kind == "meeting_moved":
            assert self.is_on, "what is off is not said to have moved"
            assert changes or mail.payload["lesser"], "a mail about nothing"
        if mail.kind in {"meeting_restored", "meeting_dated"}:
            assert not self.is_on
            self.is_on = True
        for what, change in changes.items():
            self._believe(what, change)

    def _believe(self, what: str, change: dict[str, Any]) -> None:
        if what == "time":
            assert change["old"] == [self.known["starts_at"], self.known["ends_at"]]
            assert change["old"] != change["new"]
            self.known["starts_at"], self.known["ends_at"] = change["new"]
        elif what == "host":
            assert change["old"] != change["new"]
            self.known["host"] = {"Jammerbugt": "0849", "Frederikshavn": "0813", "": None}[change["new"]]
        else:
            assert change["old"] == self.known[what]
            self.known[what] = change["new"]


def act(meeting: Meeting, what: str, value: Any, *, by: Person, member: Person) -> None:
    facts = Facts.of(meeting)
    if what == "time":
        start = clock.from_wall(datetime(2026, 10, 19, 9, 30) + timedelta(days=value))  # noqa: DTZ001 - wall time
        edit_meeting(meeting, replace(facts, starts_at=start, ends_at=start + timedelta(hours=2)), by=by)
    elif what in {"place", "host", "title", "link"}:
        name = {"place": "place", "host": "host_code", "title": "title", "link": "online_url"}[what]
        edit_meeting(meeting, replace(facts, **{name: value}, venue=None), by=by)
    elif what == "wait":
        assert Clock.frozen_at
        Clock.frozen_at += timedelta(minutes=value)
    elif what == "chore":
        tell_due()
    elif what == "answer":
        answer_meeting(meeting, AnswerWord.YES, by=member)
    else:
        {
            "postpone": postpone_meeting,
            "keep": keep_the_date,
            "cancel": cancel_meeting,
            "restore": restore_meeting,
            "tell": tell_now,
        }[what](meeting, by=by)


@pytest.fixture
def rig(app, world):
    with app.test_request_context(method="POST"):
        yield world


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(acts, max_size=25))
def test_no_change_is_lost_told_twice_or_told_wrongly(rig, steps):
    for table in (Mail, Answer, EarlierAnswer, MeetingTurn, Meeting):
        db.session.execute(delete(table))
    Clock.frozen_at = BEGIN
    network = db.session.get_one(Network, rig.network_id)
    by, member = (db.session.get_one(Person, rig.cast[who]) for who in ("coordinator", "member"))
    start = datetime(2026, 10, 22, 7, 30, tzinfo=UTC)
    meeting, _told = schedule_meeting(
        network, Facts(title="Småjob", starts_at=start, ends_at=start + timedelta(hours=2), place="Tangværket"), by=by
    )
    reader = Reader(meeting, member.id)
    assert reader.read() == ["meeting_called"]
    sequence, said = meeting.sequence, 0
    for what, value in steps:
        try:
            act(meeting, what, value, by=by, member=member)
        except DomainError:
            continue
        db.session.flush()
        reader.read()
        assert meeting.sequence >= sequence, "a calendar would ignore the change"
        sequence = meeting.sequence
        assert {name: meeting.told[name] for name in reader.known} == reader.known, "told is what the mails said"
        assert reader.is_on is not meeting.is_off
        said = max(said, _words_kept(meeting, member))
        assert _words_kept(meeting, member) == said, "an answer was lost"
        if meeting.is_off:
            assert meeting.tell_at is None
    Clock.frozen_at += timedelta(minutes=16)
    tell_due()
    kinds = reader.read()
    assert len(kinds) <= 1
    if not (meeting.is_off or meeting.is_over):
        now = told_of(meeting)
        assert reader.known == {name: now[name] for name in reader.known}, "the members do not know all"
    tell_due()
    assert reader.read() == []


def _words_kept(meeting: Meeting, person: Person) -> int:
    """1 once the person has said something, whether it still counts or was said of an earlier date."""
    kept = [
        db.session.scalar(select(table.id).where(table.meeting_id == meeting.id, table.person_id == person.id))
        for table in (Answer, EarlierAnswer)
    ]
    return 1 if any(kept) else 0
