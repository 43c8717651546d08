"""The months of a year as they are planned, and what the calendar says of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import holidays
from flask_babel import force_locale
from flask_babel import gettext as _

from app.core import clock
from app.meetings.models import Meeting
from app.organisations.queries import municipalities

MONTHS = range(1, 13)
LONGEST = 120  # letters of a theme and of a line


@dataclass(frozen=True)
class Month:
    """What is planned in a month: a theme, whether there is to be a meeting and who is its host, and soft events."""

    theme: str = ""
    host_code: str | None = None
    meets: bool = False
    events: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == Month()


Plan = Mapping[int, Month]


def plan_from(kept: Mapping[str, Any] | None) -> dict[int, Month]:
    """All twelve months; those of which nothing is kept are empty."""
    codes = {place.code for place in municipalities()}
    return {number: _month_from((kept or {}).get(str(number)), codes) for number in MONTHS}


def _month_from(kept: Any, codes: set[str]) -> Month:
    if not isinstance(kept, dict):
        return Month()
    host = kept.get("host")
    events = tuple(str(line) for line in kept.get("events", ()))
    return Month(str(kept.get("theme", "")), host if host in codes else None, bool(kept.get("meets")), events)


def to_keep(plan: Plan) -> dict[str, Any]:
    """As JSON, without the months of which nothing is planned."""
    return {
        str(number): {"theme": one.theme, "host": one.host_code, "meets": one.meets, "events": list(one.events)}
        for number, one in plan.items()
        if not one.is_empty
    }


def usual_year() -> dict[int, Month]:
    """The year of domain.md A7, in Danish whoever starts it: the wheel is the network's, not the reader's."""
    with force_locale("da"):
        events = {
            1: (_("Ground rules and terms of reference"),),
            2: (_("ESF status report, participant data"),),
            6: (_("Midterm evaluation"),),
            8: (_("ESF status report, participant data"),),
            10: (_("Dates and hosts for next year"),),
            12: (_("Annual report and handover"), _("Accessibility statement brought up to date")),
        }
    return {n: Month(meets=n in {3, 5, 9, 11}, events=events.get(n, ())) for n in MONTHS}


# Where long words may break in a month's narrow column; browsers know where only for some languages.
_BREAKS = (
    "Brønders·lev", "Frederiks·havn", "Jammer·bugt", "Mariager·fjord", "Vest·himmer·lands", "kommis·sorium",
    "Midtvejs·evaluering", "status·rapport", "deltager·data", "sommer·ferie", "vinter·ferie", "efterårs·ferie",
    "Tilgængeligheds·erklæring", "ajour·føres", "over·dragelse", "års·rapport", "Års·rapport", "Spille·regler",
    "Accessi·bility", "partici·pant",
)  # fmt: skip


def breakable(text: str) -> str:
    """`text` with soft hyphens in the long words that years are made of."""
    for word in _BREAKS:
        text = text.replace(word.replace("·", ""), word.replace("·", "\u00ad"))
    return text


# What the calendar says


def _easter(year: int) -> date:
    days = holidays.country_holidays("DK", years=year, language="en_US")
    return next(day for day, name in sorted(days.items()) if name == "Easter Sunday")


def holidays_in(year: int, number: int) -> list[str]:
    """The weeks to avoid that fall mainly in a month, in words."""
    fixed = {
        1: [_("Week 1: Christmas holiday")],
        2: [_("Weeks 7–8: winter holiday")],
        7: [_("Weeks 28–31: summer holiday")],
        10: [_("Week 42: autumn holiday")],
        12: [_("Weeks 51–52: Christmas holiday")],
    }
    said = list(fixed.get(number, []))
    easter = _easter(year)
    if easter.month == number:
        said.append(_("Easter, week %(number)s", number=(easter - timedelta(days=3)).isocalendar().week))
    friday = easter + timedelta(days=40)
    if friday.month == number:
        said.append(_("Friday after Ascension Day, week %(number)s", number=friday.isocalendar().week))
    return said


# The year as it is shown


@dataclass(frozen=True)
class MonthView:
    """A month ready to print. `host` is the name of who is planned or has promised."""

    first: date
    planned: Month
    host: str
    host_code: str | None
    is_promised: bool
    holidays: list[str]
    meetings: list[Meeting] = field(default_factory=list)
    next_id: int | None = None

    @property
    def number(self) -> int:
        return self.first.month

    @property
    def is_now(self) -> bool:
        return self.first == clock.today().replace(day=1)

    @property
    def is_past(self) -> bool:
        return self.first < clock.today().replace(day=1)

    @property
    def is_done(self) -> bool:
        return bool(self.meetings) and all(meeting.is_over for meeting in self.meetings)

    @property
    def is_next(self) -> bool:
        return any(meeting.id == self.next_id for meeting in self.meetings)

    @property
    def lacks_meeting(self) -> bool:
        """One is planned and none is there."""
        return self.planned.meets and not self.meetings and not self.is_past

    @property
    def is_holiday(self) -> bool:
        """Most of it is holiday, so that it is no month to meet in."""
        return self.number in {2, 7} and not self.meetings

    @property
    def is_bare(self) -> bool:
        return self.planned.is_empty and not self.meetings and not self.holidays and not self.host


def year_of(
    year: int, plan: Plan, meetings: Sequence[Meeting], promised: Mapping[int, str] | None = None
) -> list[MonthView]:
    """The twelve months. A meeting that is off stands nowhere; a draft only where the viewer may see it."""
    names = {place.code: place.name for place in municipalities()}
    on = [one for one in meetings if not one.is_off and one.day.year == year]
    ahead = min((one for one in meetings if not (one.is_off or one.is_draft or one.is_over)), key=_start, default=None)
    views = []
    for number in MONTHS:
        planned, said_yes = plan[number], (promised or {}).get(number)
        host_code = said_yes or planned.host_code
        views.append(
            MonthView(
                date(year, number, 1),
                planned,
                names.get(host_code or "", ""),
                host_code,
                said_yes is not None,
                holidays_in(year, number),
                sorted((one for one in on if one.day.month == number), key=_start),
                ahead.id if ahead else None,
            )
        )
    return views


def _start(meeting: Meeting) -> Any:
    return meeting.starts_at


def nth_weekday(year: int, month: int, nth: int, weekday: int) -> date:
    """The nth (1 to 4, or 5 for the last) Monday (0) to Friday of a month."""
    first = date(year, month, 1)
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    return day if day.month == month else day - timedelta(days=7)
