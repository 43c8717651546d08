"""Reminders are made when a meeting is called, go with it when it moves, and are dropped when it is off."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import clock as core_clock
from app.core.clock import Clock
from app.meetings.operations.scheduling import Facts, cancel_meeting, edit_meeting, restore_meeting
from app.reminders.rules import is_working_day, moment_before
from tests.reminders.conftest import wall


def moved_by(**how_far):
    def act(meeting, by):
        facts, way = Facts.of(meeting), timedelta(**how_far)
        edit_meeting(meeting, replace(facts, starts_at=facts.starts_at + way, ends_at=facts.ends_at + way), by=by)

    return act


def cancelled(meeting, by):
    cancel_meeting(meeting, by=by, reason="Sne.")


def restored(meeting, by):
    restore_meeting(meeting, by=by)


def test_a_called_meeting_begins_with_what_all_networks_have(call, planned):
    # Wednesday 23 December; Monday the 21st is a working day, Sunday the 20th is not.
    assert planned(call(30)) == {
        ("silent", 14): "09.12 08",
        ("silent", 5): "18.12 08",
        ("silent", 2): "no_deadline",
        ("host", 14): "09.12 08",
        ("host", 3): "18.12 08",
        ("presenters", 7): "16.12 08",
        ("presenters", 2): "21.12 08",
        ("coming", 1): "22.12 08",
    }


def test_a_meeting_called_two_days_before_gets_what_still_makes_sense(call, planned):
    """Monday 9.00: two days before is this morning, which has passed."""
    assert {key: state for key, state in planned(call(2)).items() if state != "past"} == {
        ("coming", 1): "24.11 08",
        ("silent", 2): "no_deadline",
    }


def test_they_move_with_the_meeting(call, planned, change):
    meeting_id = call(30)
    change(meeting_id, moved_by(days=7))
    assert planned(meeting_id)["silent", 14] == "16.12 08"
    assert planned(meeting_id)["coming", 1] == "29.12 08"


def test_moved_nearer_what_is_past_is_dropped_and_moved_away_it_is_back(call, planned, change):
    meeting_id = call(30)
    change(meeting_id, moved_by(days=-26))
    assert planned(meeting_id)["silent", 14] == "past"
    assert planned(meeting_id)["coming", 1] == "26.11 08"
    change(meeting_id, moved_by(days=26))
    assert planned(meeting_id)["silent", 14] == "09.12 08"


def test_none_are_left_after_a_cancellation_and_those_ahead_come_back_with_it(call, planned, change, clock):
    meeting_id = call(30)
    change(meeting_id, cancelled)
    assert set(planned(meeting_id).values()) == {"cancelled", "no_deadline"}
    clock.set(datetime(2026, 12, 17, 12, tzinfo=UTC))
    change(meeting_id, restored)
    assert planned(meeting_id)["silent", 14] == "past"
    assert planned(meeting_id)["silent", 5] == "18.12 08"


def test_what_is_sent_is_not_sent_again_on_the_same_day_but_for_another(call, planned, change, clock, world, outbox):
    meeting_id = call(30)
    clock.set(wall(core_clock.today() + timedelta(days=16), 8, 1))
    outbox()
    assert planned(meeting_id)["silent", 14] == "sent"
    change(meeting_id, moved_by(hours=2))
    assert planned(meeting_id)["silent", 14] == "sent"
    change(meeting_id, moved_by(days=21))
    assert planned(meeting_id)["silent", 14] == "30.12 08"
    change(meeting_id, moved_by(days=-21))
    assert planned(meeting_id)["silent", 14] == "moved"
    outbox()
    assert [mail for mail in outbox() if mail.kind == "meeting_reminder"] == []


def test_following_twice_is_following_once(call, planned, change):
    meeting_id = call(30)
    before = planned(meeting_id)
    change(meeting_id, moved_by(days=0))
    assert planned(meeting_id) == before


def test_meetings_from_before_there_were_reminders_get_theirs(world, planned, outbox):
    meeting_id = world.meeting(starts_at=core_clock.now() + timedelta(days=20))
    outbox()
    assert planned(meeting_id)["coming", 1] == "12.12 08" or planned(meeting_id)["coming", 1] == "11.12 08"


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2027-01-04 09:30", 1, "2026-12-31 08:00"),  # Monday: Sunday, Saturday and New Year's Day are none
        ("2027-03-30 09:30", 1, "2027-03-24 08:00"),  # Tuesday after Easter: back to the Wednesday
        ("2027-03-30 09:30", 2, "2027-03-24 08:00"),  # across the change of clocks: 8 on the wall
        ("2026-11-26 09:30", 0, "2026-11-26 07:00"),
        ("2026-11-26 07:30", 0, "2026-11-25 17:00"),
    ],
)
def test_mornings_on_working_days_never_at_night(start, days, expected):
    at = moment_before(core_clock.from_wall(datetime.fromisoformat(start)), days)
    assert f"{core_clock.local(at):%Y-%m-%d %H:%M}" == expected


def test_a_weekend_is_used_when_friday_has_passed(clock):
    clock.set(wall(date(2026, 11, 28), 12))  # Saturday
    at = moment_before(wall(date(2026, 11, 30), 9, 30), 1)
    assert f"{core_clock.local(at):%d.%m %H}" == "29.11 08"


@given(
    starts_at=st.datetimes(
        datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2036-01-01"), timezones=st.just(UTC)
    ),
    days=st.integers(0, 60),
    before=st.timedeltas(timedelta(), timedelta(days=90)),
)
def test_every_moment_is_before_the_meeting_in_daylight_and_not_earlier_than_it_has_to_be(starts_at, days, before):
    Clock.frozen_at = starts_at - before
    at = moment_before(starts_at, days)
    wall_time = core_clock.local(at)
    assert at < starts_at
    assert 7 <= wall_time.hour <= 17
    wished = core_clock.local(starts_at).date() - timedelta(days=days)
    assert wall_time.date() <= wished
    if days:
        between = [wall_time.date() + timedelta(days=n) for n in range(1, (wished - wall_time.date()).days + 1)]
        assert not any(is_working_day(day) for day in between)
        assert is_working_day(wall_time.date()) or wall_time.date() == wished
