"""The days of a rule agree with counting them by hand, whatever the rule, and the wall clock shows the same hours all year."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import clock as time_here
from app.core.errors import DomainError
from app.series.moments import moments_on
from app.series.rules import LAST, MOST, Rule, Unit

pytestmark = pytest.mark.once

FIRST_DAYS = st.dates(date(2026, 11, 23), date(2029, 12, 31))
WEEKDAYS = st.integers(0, 6)
STEPS = st.integers(1, 12)


def nth_in(year: int, month: int, weekday: int, nth: int) -> date:
    days = [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]
    fitting = [day for day in days if day.weekday() == weekday]
    return fitting[-1] if nth == LAST else fitting[nth - 1]


def months_by_hand(rule: Rule) -> list[date]:
    year, month = rule.first_on.year, rule.first_on.month
    first = nth_in(year, month, rule.weekday, rule.nth)
    if first < rule.first_on:
        year, month = year + month // 12, month % 12 + 1
    found: list[date] = []
    while True:
        day = nth_in(year, month, rule.weekday, rule.nth)
        if (rule.until and day > rule.until) or len(found) in {rule.count, MOST + 1}:
            return found
        found.append(day)
        months = year * 12 + month - 1 + rule.interval
        year, month = months // 12, months % 12 + 1


def weeks_by_hand(rule: Rule) -> list[date]:
    day = rule.first_on
    while day.weekday() != rule.weekday:
        day += timedelta(days=1)
    found: list[date] = []
    while not (rule.until and day > rule.until) and len(found) not in {rule.count, MOST + 1}:
        found.append(day)
        day += timedelta(weeks=rule.interval)
    return found


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    unit, first_on = draw(st.sampled_from(Unit)), draw(FIRST_DAYS)
    nth = draw(st.sampled_from([1, 2, 3, 4, LAST])) if unit is Unit.MONTHS else None
    if draw(st.booleans()):
        ends = {"count": draw(st.integers(1, MOST))}
    else:
        ends = {"until": first_on + timedelta(days=draw(st.integers(0, 1500)))}
    return Rule(unit, draw(STEPS), draw(WEEKDAYS), first_on, nth, **ends)


@given(rules())
def test_the_days_are_those_one_counts_by_hand(rule: Rule) -> None:
    by_hand = months_by_hand(rule) if rule.unit is Unit.MONTHS else weeks_by_hand(rule)
    too_far = bool(by_hand) and by_hand[-1] > time_here.today() + timedelta(days=3653)
    if not by_hand or len(by_hand) > MOST or too_far:
        with pytest.raises(DomainError):
            rule.days()
    else:
        assert rule.days() == by_hand


@given(rules(), st.times(time(3), time(20)).map(lambda at: at.replace(second=0, microsecond=0)))
def test_the_wall_shows_the_same_hours_summer_and_winter(rule: Rule, starts: time) -> None:
    by_hand = months_by_hand(rule) if rule.unit is Unit.MONTHS else weeks_by_hand(rule)
    ends = time(starts.hour + 3, starts.minute)
    for day in by_hand:
        start, end = moments_on(day, starts, ends)
        assert time_here.local(start).replace(tzinfo=None) == datetime.combine(day, starts)
        assert time_here.local(end).replace(tzinfo=None) == datetime.combine(day, ends)
        assert end - start == timedelta(hours=3)


@given(st.dates(date(2026, 1, 1), date(2040, 12, 31)), st.times())
def test_a_moment_is_the_one_on_the_wall_or_refused(day: date, hour: time) -> None:
    """Only in the two nights of the clock changes, between two and three."""
    try:
        start, _end = moments_on(day, hour, hour)
    except DomainError:
        assert day.weekday() == 6 and day.month in {3, 10} and day.day >= 25 and hour.hour == 2
    else:
        assert time_here.local(start).replace(tzinfo=None) == datetime.combine(day, hour)
