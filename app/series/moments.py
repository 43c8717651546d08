"""When a meeting of a series begins and ends: the hours on the wall, on its own day, summer and winter."""

from datetime import date, datetime, time

from flask_babel import gettext as _

from app.core import clock
from app.core.errors import DomainError
from app.core.formats import day_month_year


def moments_on(day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    """As aware UTC. Raises DomainError in the two hours a year that are missing or come twice."""
    return _moment(day, starts), _moment(day, ends)


def _moment(day: date, hour: time) -> datetime:
    try:
        return clock.from_wall(datetime.combine(day, hour))
    except clock.NoSuchTimeError:
        sentence = _(
            "The clock goes forward on %(day)s: there is no time between 2 and 3 that night. Choose another",
            day=day_month_year(day),
        )
    except clock.DoubledTimeError:
        sentence = _(
            "The clock goes back on %(day)s: the hour between 2 and 3 comes twice that night. Choose another",
            day=day_month_year(day),
        )
    raise DomainError(sentence, field="starts")
