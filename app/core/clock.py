"""What time is it? The one place that asks, so that a test can move the clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


class Clock:
    """The system's clock; `frozen_at` (aware UTC) stops it, for tests and demo data."""

    frozen_at: datetime | None = None


def now() -> datetime:
    """This moment as an aware UTC time, to the microsecond."""
    return Clock.frozen_at or datetime.now(UTC)


def today() -> date:
    """The date on the wall in Denmark."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """An aware moment as Danish wall time."""
    return moment.astimezone(COPENHAGEN)


class NoSuchTimeError(ValueError):
    """The hour that the spring change skips."""


class DoubledTimeError(ValueError):
    """The hour that the autumn change repeats; calendar programs disagree on which of the two it names (RFC 5545 3.3.5)."""


def from_wall(wall: datetime) -> datetime:
    """Danish wall time (naive) as aware UTC. Raises NoSuchTimeError or DoubledTimeError within the clock changes."""
    early, late = (wall.replace(tzinfo=COPENHAGEN, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early == late:
        return early
    if early.astimezone(COPENHAGEN).replace(tzinfo=None) == wall:
        raise DoubledTimeError(wall)
    raise NoSuchTimeError(wall)
