"""When a digest is due, and when quiet hours end: by the clock on the wall in Denmark, whatever that clock does at night.

An hour that the spring change skips is the one after it; of an hour that the autumn change repeats, the first is meant.
"""

from datetime import UTC, date, datetime, time, timedelta

from app.core import clock
from app.digests.models import Frequency, Hours

SATURDAY = 6


def on_the_wall(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), clock.COPENHAGEN).astimezone(UTC)


def next_digest(after: datetime, *, frequency: Frequency, weekday: int | None, hour: int) -> datetime:
    """The first moment later than `after` at which it is due."""
    day = clock.local(after).date()
    while True:
        moment = on_the_wall(day, hour)
        if moment > after and (frequency is Frequency.DAILY or day.isoweekday() == weekday):
            return moment
        day += timedelta(days=1)


def is_quiet(moment: datetime, hours: Hours) -> bool:
    local = clock.local(moment)
    if hours.are_weekends_quiet and local.isoweekday() >= SATURDAY:
        return True
    begins, ends = hours.quiet_from, hours.quiet_until
    if begins is None or ends is None:
        return False
    if begins < ends:
        return begins <= local.hour < ends
    return local.hour >= begins or local.hour < ends


def end_of_quiet(moment: datetime, hours: Hours) -> datetime:
    """The first full hour from `moment` on that is not quiet; it is at most three days away."""
    later = moment.replace(minute=0, second=0, microsecond=0)
    while is_quiet(later, hours):
        later += timedelta(hours=1)
    return later
