"""What speaks against meeting on a day: public holidays, the schools' holiday weeks, and what people have already.

Nothing here forbids; whoever chooses a day sees it beside the day.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

import holidays
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.core import clock
from app.core.formats import clock_time, language
from app.extensions import db
from app.meetings.models import Meeting
from app.meetings.queries import is_on
from app.networks.models import Membership, Network
from app.networks.queries import standing_of

_A_DAY = timedelta(hours=26)  # the longest day and a little; days are told apart by the date on the wall


class Against(StrEnum):
    HOLIDAY = "holiday"
    WEEKEND = "weekend"
    SCHOOL_HOLIDAY = "school_holiday"
    OWN_MEETING = "own_meeting"  # the network meets that day already
    CLASH = "clash"  # members have a meeting in another network


@dataclass(frozen=True)
class Remark:
    """One thing that speaks against a day, in a short sentence of the reader's language."""

    against: Against
    words: str


@lru_cache(maxsize=64)
def _holidays_of(year: int, language: str) -> dict[date, str]:
    return dict(holidays.country_holidays("DK", years=year, language=language))


def holiday_on(day: date, language: str = "da") -> str | None:
    """The public holiday's name; "da" or "en_US". Store bededag is none any more."""
    return _holidays_of(day.year, language).get(day)


def school_holiday_on(day: date) -> str | None:
    """The weeks that domain.md A7 says to avoid: the schools of most of the eleven municipalities are closed."""
    week = day.isocalendar().week
    if week in {7, 8}:
        return _("Winter holiday in many schools (weeks 7 and 8)")
    if 28 <= week <= 31:
        return _("Summer holiday (weeks 28 to 31)")
    if week == 42:
        return _("Autumn holiday (week 42)")
    if week >= 51 or week == 1:
        return _("Christmas holiday (weeks 51 to 1)")
    return _the_days_around_holidays(day)


def _the_days_around_holidays(day: date) -> str | None:
    for ahead in range(4):  # Monday to Wednesday before Maundy Thursday
        if holiday_on(day + timedelta(days=ahead)) == "Skærtorsdag":
            return _("The week before Easter")
    if holiday_on(day - timedelta(days=1)) == "Kristi himmelfartsdag":
        return _("The Friday after Ascension Day")
    return None


def remarks_on(days: Iterable[date], network_id: int, viewer: Person) -> dict[date, list[Remark]]:
    """For each of `days` what speaks against it, weightiest first; two statements, however many days.

    Of networks that the viewer is not in only how many members are busy is told, never which network it is.
    """
    asked = sorted(set(days))
    remarks: dict[date, list[Remark]] = {day: of_the_calendar(day) for day in asked}
    if asked:
        for day, remark in _of_people(asked, network_id, viewer):
            remarks[day].append(remark)
    return remarks


def of_the_calendar(day: date) -> list[Remark]:
    """Public: what the calendar itself says of a day."""
    found = []
    name = holiday_on(day, "da" if language() == "da" else "en_US")
    if name:
        found.append(Remark(Against.HOLIDAY, name))
    elif day.weekday() >= 5:
        found.append(Remark(Against.WEEKEND, _("Saturday") if day.weekday() == 5 else _("Sunday")))
    school = school_holiday_on(day)
    if school:
        found.append(Remark(Against.SCHOOL_HOLIDAY, school))
    return found


def _midnight(day: date) -> datetime:
    return clock.from_wall(datetime.combine(day, time()))


def _of_people(days: Collection[date], network_id: int, viewer: Person) -> list[tuple[date, Remark]]:
    """Meetings on these days that the network's members have, in the network itself or in others."""
    mine, theirs = aliased(Membership), aliased(Membership)
    busy = func.count(theirs.person_id.distinct())
    rows = db.session.execute(
        select(Meeting.starts_at, Meeting.network_id, Network.name, busy)
        .join(Network, Network.id == Meeting.network_id)
        .join(theirs, (theirs.network_id == Meeting.network_id) & theirs.left_at.is_(None))
        .join(
            mine,
            (mine.person_id == theirs.person_id) & (mine.network_id == network_id) & mine.left_at.is_(None),
        )
        .where(is_on(), Meeting.starts_at >= _midnight(min(days)), Meeting.starts_at < _midnight(max(days)) + _A_DAY)
        .group_by(Meeting.id, Meeting.starts_at, Meeting.network_id, Network.name)
        .order_by(Meeting.starts_at, Meeting.id)
    )
    entered = standing_of(viewer)
    known: list[tuple[date, Remark]] = []
    hidden: dict[date, int] = defaultdict(int)
    for starts_at, of_network, name, count in rows:
        day = clock.local(starts_at).date()
        if day not in days:
            continue
        if of_network == network_id:
            known.append((day, Remark(Against.OWN_MEETING, _("The network meets this day already"))))
        elif entered.may_enter(of_network):
            sentence = _("%(network)s meets at %(time)s", network=name, time=clock_time(starts_at))
            known.append((day, Remark(Against.CLASH, sentence)))
        else:
            hidden[day] += count
    return known + [(day, Remark(Against.CLASH, _busy(count))) for day, count in hidden.items()]


def _busy(count: int) -> str:
    return ngettext(
        "%(num)d member has another meeting this day", "%(num)d members have other meetings this day", count
    )
