"""Meetings laid out by month: as a list with today in its place, and as the weeks of a wall calendar."""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from babel.dates import format_date

from app.calendars.queries import OnADay, Row
from app.core import clock
from app.core.formats import language
from app.meetings.days import holiday_on, school_holiday_on

FIRST, LAST = date(2000, 1, 1), date(2100, 12, 1)


def first_of(day: date, *, months: int = 0) -> date:
    """The first day of the month that lies `months` after that of `day`."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def read_month(text: str | None) -> date | None:
    """The month of "2026-11", or None when it is not one we have."""
    try:
        day = datetime.strptime(text or "", "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None


def begins_at(day: date) -> datetime:
    """Midnight in Denmark. The clock never changes then."""
    return clock.from_wall(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - wall time


@dataclass
class Month:
    """A heading of the list. `today` is set where today belongs, and how many of the rows come before it."""

    first: date
    rows: list[Row] = field(default_factory=list)
    today: date | None = None

    @property
    def before_today(self) -> int:
        return len([1 for meeting, _answer in self.rows if self.today and meeting.day < self.today])


def listed(rows: Sequence[Row], *, since: date, until: date | None = None) -> list[Month]:
    """Months with meetings, and this month if it lies among them."""
    months: dict[date, Month] = {}
    today = clock.today()
    this_month = first_of(today)
    if since <= this_month and (until is None or this_month < until):
        months[this_month] = Month(this_month, today=today)
    for meeting, answer in rows:
        first = first_of(meeting.day)
        months.setdefault(first, Month(first)).rows.append((meeting, answer))
    return [months[first] for first in sorted(months)]


@dataclass(frozen=True)
class Day:
    """One square; `names_month` where the month has to be told, at the start and where it changes.

    `holiday` is a public holiday's name; `school` the schools' holiday, told on the first day of it in a week.
    """

    date: date
    on: OnADay
    is_other: bool
    is_today: bool
    names_month: bool
    holiday: str = ""
    school: str = ""

    @property
    def rows(self) -> list[Row]:
        return self.on.rows

    @property
    def is_weekend(self) -> bool:
        return self.date.weekday() >= 5

    @property
    def is_free(self) -> bool:
        return self.is_weekend or bool(self.holiday)

    @property
    def says_anything(self) -> bool:
        return bool(self.rows or self.is_today or self.holiday or self.school)


def days_of(first: date) -> list[date]:
    """The whole weeks, Monday first, that the month touches."""
    return list(calendar.Calendar().itermonthdates(first.year, first.month))


NOTHING = OnADay([], 0)


def grid(first: date, by_day: Mapping[date, OnADay]) -> list[list[Day]]:
    """Weeks of seven days."""
    today, names = clock.today(), "da" if language() == "da" else "en_US"
    told: set[tuple[int, str]] = set()
    days = []
    for number, day in enumerate(days_of(first)):
        school, week = school_holiday_on(day) or "", day.isocalendar().week
        is_told = (week, school) in told
        told.add((week, school))
        days.append(
            Day(
                day,
                by_day.get(day, NOTHING),
                is_other=day.month != first.month,
                is_today=day == today,
                names_month=number == 0 or day.day == 1,
                holiday=holiday_on(day, names) or "",
                school="" if is_told else school,
            )
        )
    return [days[start : start + 7] for start in range(0, len(days), 7)]


def year_of(year: int, by_day: Mapping[date, OnADay]) -> list[tuple[date, list[list[Day]]]]:
    """The twelve months, each with its weeks."""
    return [(first, grid(first, by_day)) for first in (date(year, month, 1) for month in range(1, 13))]


def next_day(day: date) -> date:
    return day + timedelta(days=1)


def weekday_names() -> list[str]:
    monday = date(2026, 11, 23)
    return [format_date(monday + timedelta(days=day), "EEEE", locale=language()) for day in range(7)]


def short_weekday(day: date) -> str:
    """tor. in Danish, Thu in English"""
    name = format_date(day, "EEEE", locale=language())[:3]
    return f"{name}." if language() == "da" else name


def day_number(day: date) -> str:
    """26. in Danish, 26 in English"""
    return format_date(day, "d.", locale="da") if language() == "da" else str(day.day)


def short_month(day: date) -> str:
    """nov."""
    return format_date(day, "MMM", locale=language())


FILTERS = (short_weekday, day_number, short_month)
