"""When a meeting can be evaluated, and when people are asked to: while they remember it, and not at night."""

from datetime import datetime, time, timedelta
from typing import Final

from app.core import clock
from app.reminders.rules import is_working_day

BEFORE_THE_END: Final = timedelta(minutes=15)  # the last item of the agenda is about the meeting itself
AFTERWARDS: Final = timedelta(hours=1)
LATEST: Final = time(20)
MORNING: Final = time(8)
TOO_LATE: Final = timedelta(days=7)  # after the end; later nobody is asked any more


def opens_at(ends_at: datetime) -> datetime:
    return ends_at - BEFORE_THE_END


def asks_at(ends_at: datetime) -> datetime:
    """An hour after the end, or where that is evening or a weekend at 8 on the next working day."""
    at = clock.local(ends_at + AFTERWARDS)
    if MORNING <= at.time() <= LATEST and is_working_day(at.date()):
        return ends_at + AFTERWARDS
    day = at.date() if at.time() < MORNING else at.date() + timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return clock.from_wall(datetime.combine(day, MORNING))
