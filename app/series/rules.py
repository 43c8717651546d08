"""On which days meetings return: the rule, its days, and how one says it. Days and hours are those on the wall in Denmark."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import Final

from babel.dates import get_day_names
from dateutil.rrule import MONTHLY, WEEKLY, rrule
from dateutil.rrule import weekday as nth_weekday
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.core import clock
from app.core.errors import DomainError
from app.core.formats import day_month_year, language

MOST: Final = 60  # meetings of one series
FURTHEST: Final = timedelta(days=3653)  # ten years: nobody plans further, and a mistyped year is found
LONGEST_STEP: Final = 12
LAST: Final = -1
NTHS: Final = {1: _l("first"), 2: _l("second"), 3: _l("third"), 4: _l("fourth"), LAST: _l("last")}
EVERY: Final = {
    2: _l("second"), 3: _l("third"), 4: _l("fourth"), 5: _l("fifth"), 6: _l("sixth"), 7: _l("seventh"),
    8: _l("eighth"), 9: _l("ninth"), 10: _l("tenth"), 11: _l("eleventh"), 12: _l("twelfth"),
}  # fmt: skip


class Unit(StrEnum):
    MONTHS = "months"
    WEEKS = "weeks"


@dataclass(frozen=True)
class Rule:
    """The `nth` `weekday` (0 is Monday) of every `interval`-th month, or that weekday of every `interval`-th week, from `first_on`.

    Either `count` or `until` ends it. `nth` is 1 to 4 or LAST; None for weeks, and where a series was moved out of it.
    """

    unit: Unit
    interval: int
    weekday: int
    first_on: date
    nth: int | None = None
    count: int | None = None
    until: date | None = None

    def days(self) -> list[date]:
        """Every day of it, the first one not before `first_on`; raises DomainError where that is nothing to plan."""
        days = list(islice(self._days(), MOST + 1))
        if not days:
            raise DomainError(_("No meeting falls before that day. Choose a later one"), field="until")
        if len(days) > MOST:
            sentence = _("That is more than %(most)s meetings. Let the series end earlier", most=MOST)
            raise DomainError(sentence, field="until" if self.until else "count")
        if days[-1] > clock.today() + FURTHEST:
            sentence = _("That goes on for more than ten years. Let the series end earlier")
            raise DomainError(sentence, field="until" if self.until else "count")
        return days

    def _days(self) -> Iterator[date]:
        """The steps are counted from the first day that fits, not from the month or week of `first_on`."""
        on = nth_weekday(self.weekday, self.nth) if self.unit is Unit.MONTHS else nth_weekday(self.weekday)
        midnight = datetime.combine(self.first_on, time())
        first = next(iter(self._every(1, on, midnight)), None)
        if first is None:
            return iter(())
        return (moment.date() for moment in self._every(self.interval, on, first, count=self.count))

    def _every(self, interval: int, on: nth_weekday, start: datetime, count: int | None = None) -> rrule:
        return rrule(
            MONTHLY if self.unit is Unit.MONTHS else WEEKLY,
            interval=interval,
            byweekday=on,
            dtstart=start,
            count=count,
            until=datetime.combine(self.until, time()) if self.until else None,
        )


def is_nth(day: date, nth: int) -> bool:
    """Whether it is the first, second, … or LAST of its weekday in the month."""
    if nth == LAST:
        return (day + timedelta(days=7)).month != day.month
    return (day.day - 1) // 7 + 1 == nth


def weekday_name(weekday: int) -> str:
    """tirsdag"""
    return str(get_day_names("wide", locale=language())[weekday])


def in_words(rule: Rule) -> str:
    """Anden tirsdag hver anden måned"""
    day = weekday_name(rule.weekday)
    if rule.unit is Unit.MONTHS and rule.nth is not None:
        day = _("%(nth)s %(weekday)s", nth=NTHS[rule.nth], weekday=day)
    elif rule.interval == 1 and rule.unit is Unit.WEEKS:
        return _("Every %(weekday)s", weekday=day)
    words = f"{day} {every(rule.unit, rule.interval)}"
    return words[0].upper() + words[1:]


def every(unit: Unit, interval: int) -> str:
    """hver anden måned"""
    if unit is Unit.WEEKS:
        return _("every %(nth)s week", nth=EVERY[interval]) if interval > 1 else _("every week")
    return _("every %(nth)s month", nth=EVERY[interval]) if interval > 1 else _("every month")


def in_full(rule: Rule, starts: time, ends: time, count: int) -> str:
    """Anden tirsdag hver anden måned kl. 9.30–12.00, 6 gange"""
    times = _("at %(start)s–%(end)s", start=wall_time(starts), end=wall_time(ends))
    if rule.until:
        end = _("until %(day)s", day=day_month_year(rule.until))
    else:
        end = ngettext("%(num)d time", "%(num)d times", count)
    return f"{in_words(rule)} {times}, {end}"


def wall_time(hour: time) -> str:
    """9.30"""
    return f"{hour.hour}{'.' if language() == 'da' else ':'}{hour.minute:02d}"
