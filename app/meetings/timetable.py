"""When each point of an agenda begins, and whether the meeting is long enough for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.meetings.models import AgendaItem, Meeting


@dataclass(frozen=True)
class Timetable:
    """`rows` pairs each item with the moment it begins. `overrun` is how many minutes the meeting is too short."""

    rows: list[tuple[AgendaItem, datetime]]
    minutes: int
    length: int

    @property
    def overrun(self) -> int:
        return max(0, self.minutes - self.length)


def timetable_of(meeting: Meeting, items: Sequence[AgendaItem]) -> Timetable:
    rows, moment = [], meeting.starts_at
    for item in items:
        rows.append((item, moment))
        moment += timedelta(minutes=item.minutes)
    return Timetable(rows, sum(item.minutes for item in items), int(meeting.length.total_seconds() // 60))
