"""Quiet hours keep mails back and lose none; what is urgent comes, and what it follows comes before it."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core import clock as time
from app.extensions import db
from app.meetings.models import Meeting
from app.notifications.models import Mail
from app.notifications.operations import announce
from app.sessions.models import SignInCode

NIGHT = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)  # 23.00 in Denmark
MEMBER = "person2@erfa.test"


@pytest.fixture(autouse=True)
def _sleeping(choose, clock):
    choose.hours("member", quiet=(21, 7))
    clock.set(NIGHT)


def to(mails, address=MEMBER):
    return [mail for mail in mails if mail.to == address]


def call(world, meeting, kind="meeting_called", about="called", **facts):
    with world.acting():
        announce(
            kind,
            to=[world.cast["member"]],
            about=f"meeting-{meeting}-{about}",
            payload={"meeting_id": meeting, "by": "Karen Tovholder", **facts},
        )


def test_a_call_waits_until_the_morning_and_others_get_it_at_once(world, outbox, clock, tell):
    call(world, world.meeting(starts_at=NIGHT + timedelta(days=20)))
    assert outbox() == []
    clock.set(datetime(2026, 11, 24, 5, 59, tzinfo=UTC))
    assert outbox() == []
    clock.move(minutes=1)
    assert [mail.kind for mail in outbox()] == ["meeting_called"]
    with world.acting():
        assert db.session.query(Mail).one().attempts == 1, "waiting is not trying"


def test_what_is_near_comes_in_the_night(world, outbox):
    call(world, world.meeting(starts_at=NIGHT + timedelta(hours=40)))
    assert [mail.kind for mail in outbox()] == ["meeting_called"]


def test_a_meeting_that_was_near_and_is_moved_away_is_told_in_the_night(world, outbox):
    meeting = world.meeting(starts_at=NIGHT + timedelta(days=20))
    old, new = (
        [moment.isoformat(), (moment + timedelta(hours=2)).isoformat()]
        for moment in (NIGHT + timedelta(hours=10), NIGHT + timedelta(days=20))
    )
    call(world, meeting, "meeting_moved", "moved-2", changes={"time": {"old": old, "new": new}}, lesser=[])
    assert [mail.kind for mail in outbox()] == ["meeting_moved"]


def test_an_urgent_mail_brings_those_before_it_along_in_order(world, outbox, clock):
    meeting, other = (world.meeting(starts_at=NIGHT + timedelta(days=20)) for _ in range(2))
    call(world, meeting)
    call(world, other)
    assert outbox() == []
    with world.acting():
        row = db.session.get_one(Meeting, meeting)
        row.starts_at, row.ends_at = NIGHT + timedelta(hours=30), NIGHT + timedelta(hours=32)
        row.cancelled_at = time.now()
        row.sequence += 1
        db.session.query(Mail).filter(Mail.key.like(f"%meeting-{meeting}-%")).one().payload = {
            "meeting_id": other, "by": "Karen Tovholder",
        }  # fmt: skip
        sequence = row.sequence
    call(world, meeting, "meeting_cancelled", "cancelled-1", reason="Sne", sequence=sequence)
    mails = outbox()
    assert [mail.kind for mail in mails] == ["meeting_called", "meeting_cancelled"]
    clock.set(datetime(2026, 11, 24, 6, 0, tzinfo=UTC))
    assert [mail.kind for mail in outbox()] == ["meeting_called"], "the other meeting's, which nothing hurried"


def test_a_code_for_signing_in_comes_at_any_hour(browser, world, outbox):
    reader = browser(None)
    reader.get("/login")
    reader.submit("Send mig en kode", email=MEMBER)
    assert [mail.kind for mail in to(outbox())] == ["sign_in_code"]
    with world.acting():
        assert db.session.query(SignInCode).count() == 1


def test_a_digest_due_in_quiet_hours_comes_when_they_are_over(choose, tell, outbox, clock):
    choose.hours("member", digest_hour=6, quiet=(21, 7))
    choose.daily("member")
    tell("Nattens sag")
    assert to(outbox()) == []
    clock.set(datetime(2026, 11, 24, 5, 30, tzinfo=UTC))  # 6.30
    assert to(outbox()) == []
    clock.move(minutes=30)
    (mail,) = to(outbox())
    assert "Nattens sag" in mail.text


def test_weekends_are_quiet_for_who_wants_it_so(choose, tell, outbox, clock):
    choose.hours("member", weekends=True)
    clock.set(datetime(2026, 11, 28, 11, 0, tzinfo=UTC))  # a Saturday
    tell("Weekendsag")
    assert to(outbox()) == []
    clock.set(datetime(2026, 11, 29, 22, 59, tzinfo=UTC))
    assert to(outbox()) == []
    clock.move(minutes=1)
    assert [mail.kind for mail in to(outbox())] == ["case_opened"]


def test_later_mails_of_a_thread_keep_their_order_through_the_night(choose, tell, answer, world, outbox, clock):
    case = tell("Nattesag", by="member")
    for number in range(1, 4):
        answer(case, f"Svar {number}")
        assert to(outbox()) == []
    clock.set(datetime(2026, 11, 24, 6, 0, tzinfo=UTC))
    assert [f"Svar {number}" in mail.text for number, mail in enumerate(to(outbox()), 1)] == [True] * 3
