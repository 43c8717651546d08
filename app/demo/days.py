"""Which days people work, so that nothing in the demo happens on a Sunday or at Christmas."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import count

import holidays
from babel.dates import format_date

from app.core import clock


@lru_cache(maxsize=32)
def _closed_days(year: int) -> frozenset[date]:
    """Public holidays, and the few other days on which town halls are closed."""
    denmark = holidays.country_holidays("DK", years=year, language="da")
    ascension = next(day for day, name in denmark.items() if "Kristi himmelfart" in name)
    fixed = (date(year, 6, 5), date(year, 12, 24), date(year, 12, 31))
    return frozenset([*denmark, ascension + timedelta(days=1), *fixed])


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _closed_days(day.year)


def nearest_working_day(day: date, *, after: date) -> date:
    """The working day closest to `day`, the earlier of two; always later than `after`."""
    for away in count():
        for candidate in (day - timedelta(days=away), day + timedelta(days=away)):
            if candidate > after and is_working_day(candidate):
                return candidate
    raise AssertionError("days do not end")


def working_day_from(day: date) -> date:
    """`day`, or the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def last_working_day(day: date) -> date:
    """`day`, or the last working day before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


QUIET_WEEKS = {1, 7, 8, 28, 29, 30, 31, 42, 51, 52, 53}  # school holidays, and Christmas


def meeting_day(day: date, *, forward: bool) -> date:
    """A working day outside the school holidays and the turn of the year: `day`, or the next one in that direction."""
    while day.isocalendar().week in QUIET_WEEKS or not (1, 2) < (day.month, day.day) < (12, 21):
        day += timedelta(days=7 if forward else -7)
    return working_day_from(day) if forward else last_working_day(day)


def after_clock_changes(today: date) -> list[date]:
    """The first working day after each clock change (last Sunday of March and of October) of the coming year."""
    days = []
    for year in (today.year, today.year + 1):
        for month in (3, 10):
            last = date(year, month, 31)
            sunday = last - timedelta(days=(last.weekday() + 1) % 7)
            day = working_day_from(sunday + timedelta(days=1))
            if today < day <= today + timedelta(days=366):
                days.append(day)
    return days


def wall(day: date, hour: int, minute: int = 0) -> datetime:
    """That Danish wall time as UTC; not to be asked for the hours of a clock change."""
    return clock.from_wall(datetime(day.year, day.month, day.day, hour, minute))  # noqa: DTZ001 - wall time is naive


def in_words(day: date, *, weekday: bool = False, year: bool = False) -> str:
    """26. november; torsdag den 26. november; torsdag den 26. november 2026"""
    pattern = ("EEEE 'den' " if weekday else "") + "d. MMMM" + (" y" if year else "")
    return format_date(day, pattern, locale="da")
