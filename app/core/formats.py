"""Dates, times and numbers as Danes write them, and their English counterparts (domain.md A12)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal
from flask_babel import get_locale, gettext, ngettext

from app.core.clock import local, now, today

_LONG = {"da": "EEEE 'den' d. MMMM y", "en": "EEEE d MMMM y"}
_DAY_MONTH = {"da": "d. MMMM", "en": "d MMMM"}
_DAY_MONTH_YEAR = {"da": "d. MMMM y", "en": "d MMMM y"}


def language() -> str:
    locale = get_locale()
    return locale.language if locale else "da"


def listed(names: Sequence[str]) -> str:
    """Thisted, Morsø og Aalborg"""
    return format_list(list(names), locale=language()) if names else ""


def _as_date(when: date | datetime) -> date:
    return local(when).date() if isinstance(when, datetime) else when


def _pattern(when: date | datetime, patterns: dict[str, str]) -> str:
    return format_date(_as_date(when), patterns[language()], locale=language())


def long_date(when: date | datetime) -> str:
    """torsdag den 26. november 2026"""
    return _pattern(when, _LONG)


def day_month(when: date | datetime) -> str:
    """26. november, and the year when it is another than this"""
    is_this_year = _as_date(when).year == today().year
    return _pattern(when, _DAY_MONTH if is_this_year else _DAY_MONTH_YEAR)


def day_month_year(when: date | datetime) -> str:
    """26. november 2026"""
    return _pattern(when, _DAY_MONTH_YEAR)


def short_date(when: date | datetime) -> str:
    """26.11.2026"""
    day = _as_date(when)
    return f"{day.day}.{day.month}.{day.year}" if language() == "da" else f"{day.day}/{day.month}/{day.year}"


def weekday(when: date | datetime) -> str:
    """torsdag"""
    return format_date(_as_date(when), "EEEE", locale=language())


def month(when: date | datetime) -> str:
    """november"""
    return format_date(_as_date(when), "MMMM", locale=language())


def short_month(when: date | datetime) -> str:
    """nov."""
    return format_date(_as_date(when), "LLL", locale=language())


def short_day(when: date | datetime) -> str:
    """26. nov., the year said elsewhere"""
    return _pattern(when, {"da": "d. MMM", "en": "d MMM"})


def month_year(when: date | datetime) -> str:
    """November 2026"""
    text = format_date(_as_date(when), "MMMM y", locale=language())
    return text[0].upper() + text[1:]


def clock_time(when: datetime) -> str:
    """9.30 in Danish, 9:30 in English; no leading zero"""
    wall = local(when)
    return f"{wall.hour}{'.' if language() == 'da' else ':'}{wall.minute:02d}"


def hours(start: datetime, end: datetime) -> str:
    """kl. 9.30–12.00"""
    if local(start).date() == local(end).date():
        return gettext("at %(start)s–%(end)s", start=clock_time(start), end=clock_time(end))
    return gettext(
        "at %(start)s to %(day)s at %(end)s", start=clock_time(start), day=day_month(end), end=clock_time(end)
    )


def span(start: datetime, end: datetime) -> str:
    """torsdag den 26. november 2026 kl. 9.30–12.00"""
    return f"{long_date(start)} {hours(start, end)}"


def week(when: date | datetime) -> str:
    """uge 48 (ISO 8601)"""
    return gettext("week %(number)s", number=_as_date(when).isocalendar().week)


def machine(when: date | datetime) -> str:
    """For <time datetime>: Danish wall time with its offset, to the minute."""
    return local(when).isoformat(timespec="minutes") if isinstance(when, datetime) else when.isoformat()


def near_day(when: date | datetime) -> str:
    """i går, i dag, i morgen, på torsdag; further away the date"""
    day = _as_date(when)
    away = (day - today()).days
    if away == 0:
        return gettext("today")
    if away == 1:
        return gettext("tomorrow")
    if away == -1:
        return gettext("yesterday")
    if 1 < away < 7:
        return gettext("on %(weekday)s", weekday=weekday(day))
    return day_month(day)


def distance(when: date | datetime) -> str:
    """i dag, i morgen, om 3 dage, for 2 dage siden"""
    away = (_as_date(when) - today()).days
    if away in {-1, 0, 1}:
        return near_day(when)
    if away > 0:
        return ngettext("in %(num)d day", "in %(num)d days", away)
    return ngettext("%(num)d day ago", "%(num)d days ago", -away)


def whole(number: int) -> str:
    """2.000 in Danish, 2,000 in English"""
    return format_decimal(number, locale=language())


def ago(when: datetime) -> str:
    """for 20 minutter siden, for 2 timer siden, i går, 26. november"""
    passed = now() - when
    if passed < timedelta(minutes=1):
        return gettext("just now")
    if passed < timedelta(hours=1):
        return ngettext("%(num)d minute ago", "%(num)d minutes ago", int(passed.total_seconds() // 60))
    if local(when).date() == today():
        return ngettext("%(num)d hour ago", "%(num)d hours ago", int(passed.total_seconds() // 3600))
    return near_day(when)


FILTERS = (
    long_date, day_month, day_month_year, short_date, weekday, month, short_month, short_day, month_year, clock_time, week, machine,
    near_day, distance, ago, listed,
)  # fmt: skip
