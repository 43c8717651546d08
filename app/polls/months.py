"""The month in which a coordinator picks days, each with what speaks against it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.core import clock
from app.meetings.days import Against, Remark

HEAVY = {Against.HOLIDAY, Against.SCHOOL_HOLIDAY, Against.OWN_MEETING, Against.CLASH}


@dataclass(frozen=True)
class Day:
    """One square of the month."""

    date: date
    remarks: Sequence[Remark]
    is_other: bool  # of the month before or after
    is_past: bool
    is_chosen: bool

    @property
    def is_doubtful(self) -> bool:
        return any(remark.against in HEAVY for remark in self.remarks)


@dataclass(frozen=True)
class Month:
    first: date
    weeks: list[list[date]]

    @classmethod
    def holding(cls, day: date) -> "Month":
        first = day.replace(day=1)
        start = first - timedelta(days=first.weekday())
        weeks = []
        while start.month == first.month or start <= first:
            weeks.append([start + timedelta(days=number) for number in range(7)])
            start += timedelta(days=7)
        return cls(first, weeks)

    @property
    def days(self) -> list[date]:
        return [day for week in self.weeks for day in week]

    @property
    def before(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        return (self.first + timedelta(days=32)).replace(day=1)

    def squares(self, remarks: Mapping[date, Sequence[Remark]], chosen: Collection[date]) -> list[list[Day]]:
        today = clock.today()
        return [
            [Day(day, remarks.get(day, ()), day.month != self.first.month, day < today, day in chosen) for day in week]
            for week in self.weeks
        ]


def read_day(text: str | None) -> date | None:
    """A day as our own buttons send it, within reason."""
    if not text or not re.fullmatch(r"\d{4}-\d\d(-\d\d)?", text):
        return None
    try:
        day = date.fromisoformat(text if len(text) == 10 else f"{text}-01")
    except ValueError:
        return None
    return day if 2000 <= day.year <= clock.today().year + 20 else None
