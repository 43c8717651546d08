"""What is reminded of whom how long before, and the moment that makes: in the morning, on a working day, never at night."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from app.core import clock
from app.meetings.days import holiday_on
from app.meetings.models import Meeting
from app.reminders.models import Anchor, Audience, Reminder

MORNING: Final = time(8)
EARLY: Final = time(7)  # on the day itself, before people set out
EVENING: Final = time(17)
TO_SET_OUT: Final = timedelta(hours=1)
FURTHEST: Final = 60  # days


@dataclass(frozen=True)
class Rule:
    """Whom, and how many days before what."""

    audience: Audience
    days: int
    anchor: Anchor = Anchor.START

    @classmethod
    def of(cls, reminder: Reminder) -> "Rule":
        return cls(reminder.audience, reminder.days, reminder.anchor)

    @property
    def order(self) -> tuple[int, int]:
        """The earliest first, and of one day the weightiest."""
        return -self.days, list(Audience).index(self.audience)


BUILT_IN: Final = (
    Rule(Audience.SILENT, 14),
    Rule(Audience.SILENT, 5),
    Rule(Audience.SILENT, 2, Anchor.DEADLINE),
    Rule(Audience.HOST, 14),
    Rule(Audience.HOST, 3),
    Rule(Audience.PRESENTERS, 7),
    Rule(Audience.PRESENTERS, 2),
    Rule(Audience.COMING, 1),
)


def deadline_of(meeting: Meeting) -> datetime | None:
    """The last moment to answer, where the meeting has one."""
    return getattr(meeting, "answer_by", None)


def anchor_of(meeting: Meeting, rule: Rule) -> datetime | None:
    return meeting.starts_at if rule.anchor is Anchor.START else deadline_of(meeting)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and holiday_on(day) is None


def _wall(day: date, hour: time) -> datetime:
    return clock.from_wall(datetime.combine(day, hour))


def moment_before(anchor: datetime, days: int) -> datetime:
    """At 8 in Denmark `days` before; on the day itself at 7, or the evening before where that is too late to set out.

    Where the morning would be a weekend's or a holiday's it is the last working day's before, unless that has passed
    already: late on a Sunday is better than never.
    """
    day = clock.local(anchor).date() - timedelta(days=days)
    if days == 0:
        early = _wall(day, EARLY)
        return early if anchor >= early + TO_SET_OUT else _wall(day - timedelta(days=1), EVENING)
    earlier = day
    while not is_working_day(earlier):
        earlier -= timedelta(days=1)
    at, wished = _wall(earlier, MORNING), _wall(day, MORNING)
    return wished if at <= clock.now() < wished else at
