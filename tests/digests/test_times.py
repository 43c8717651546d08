"""Moments by the clock on the wall, through both changes; quiet hours begin and end where they should."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.core.clock import COPENHAGEN, local
from app.digests.models import Frequency, Hours
from app.digests.times import end_of_quiet, is_quiet, next_digest

moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(lambda wall: wall.replace(tzinfo=UTC))  # noqa: DTZ001
hours = st.integers(0, 23)


def quiet(begins=None, ends=None, weekends=False):
    return Hours(person_id=1, digest_hour=8, quiet_from=begins, quiet_until=ends, are_weekends_quiet=weekends)


@pytest.mark.parametrize(
    ("after", "hour", "expected"),
    [
        ("2026-03-28T09:00", 8, "2026-03-29T06:00"),  # the day that the clock goes forward
        ("2026-03-28T09:00", 2, "2026-03-29T01:00"),  # 2.00 is skipped: 3.00 it is
        ("2026-10-24T09:00", 8, "2026-10-25T07:00"),  # the day that it goes back
        ("2026-10-24T09:00", 2, "2026-10-25T00:00"),  # 2.00 comes twice: the first
        ("2026-10-25T00:00", 2, "2026-10-26T01:00"),  # and not again when it comes again
        ("2026-11-23T07:00", 8, "2026-11-24T07:00"),  # at that moment the next one is tomorrow's
    ],
)
def test_a_daily_digest_through_the_changes_of_the_clock(after, hour, expected):
    after, expected = (datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in (after, expected))
    assert next_digest(after, frequency=Frequency.DAILY, weekday=None, hour=hour) == expected


@given(moments, hours, st.none() | st.integers(1, 7))
def test_the_next_one_is_later_at_the_hour_on_the_day_and_none_is_left_out(after, hour, weekday):
    frequency = Frequency.WEEKLY if weekday else Frequency.DAILY
    moment = next_digest(after, frequency=frequency, weekday=weekday, hour=hour)
    wall = local(moment)
    assert moment > after
    assert wall.hour == hour or (wall.hour == 3 and hour == 2)
    assert weekday in {None, wall.isoweekday()}
    assert moment - after <= timedelta(days=7 if weekday else 1, hours=1)


@given(moments, hours, hours, st.booleans())
def test_quiet_ends_at_its_hour_and_not_before(moment, begins, ends, weekends):
    assume(begins != ends)
    wish = quiet(begins, ends, weekends)
    end = end_of_quiet(moment, wish)
    assert not is_quiet(end, wish)
    if not is_quiet(moment, wish):
        return
    assert moment < end <= moment + timedelta(days=3, hours=1)
    step = moment
    while step < end:
        assert is_quiet(step, wish)
        step += timedelta(minutes=20)
    wall = end.astimezone(COPENHAGEN)
    assert (wall.minute, wall.second) == (0, 0)
    assert wall.hour in {ends, 0, 3}, "its own hour, midnight after a Sunday, or the hour after a skipped one"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-27T19:00", "2026-11-27T19:00"),  # Friday 20.00: not quiet yet
        ("2026-11-27T20:30", "2026-11-30T06:00"),  # Friday 21.30 to Monday 7.00, over the weekend
        ("2026-11-24T23:00", "2026-11-25T06:00"),
        ("2026-03-29T00:30", "2026-03-30T05:00"),  # the Sunday that the clock changes, to Monday 7.00 summer time
    ],
)
def test_evenings_and_weekends(moment, expected):
    wish = quiet(21, 7, weekends=True)
    moment, expected = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (moment, expected))
    assert (end_of_quiet(moment, wish) if is_quiet(moment, wish) else moment) == expected


def test_without_a_choice_nothing_is_quiet():
    assert not any(is_quiet(datetime(2026, 11, 28, hour, tzinfo=UTC), quiet()) for hour in range(24))
