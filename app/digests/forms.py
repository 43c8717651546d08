"""What a person may say of how much they want to hear, and when.

The fields differ from person to person: one pair for each network they are in. So the form is read by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from flask_babel import gettext as _

from app.core import formats
from app.core.clock import today
from app.digests.models import Frequency, Hours
from app.digests.queries import Choices, Wish
from app.notifications.models import Level

T = TypeVar("T")
AT_ONCE = "at_once"
DAILY = "daily"
WHENS = (AT_ONCE, DAILY, *(f"weekly-{weekday}" for weekday in range(1, 8)))


class NonsenseError(ValueError):
    """What no form of ours can have sent."""


@dataclass
class Wishes:
    """The form: what stands in it, and what is wrong with it."""

    levels: dict[int, Level]
    whens: dict[int, str]
    hours: Hours
    errors: dict[str, str] = field(default_factory=dict)


def when_of(wish: Wish) -> str:
    if wish.rhythm is None:
        return AT_ONCE
    return DAILY if wish.rhythm.frequency is Frequency.DAILY else f"weekly-{wish.rhythm.weekday}"


def frequency_of(when: str) -> tuple[Frequency | None, int | None]:
    if when == AT_ONCE:
        return None, None
    return (Frequency.DAILY, None) if when == DAILY else (Frequency.WEEKLY, int(when.removeprefix("weekly-")))


def as_it_stands(chosen: Choices) -> Wishes:
    return Wishes(
        {wish.network_id: wish.level for wish in chosen.wishes},
        {wish.network_id: when_of(wish) for wish in chosen.wishes},
        chosen.hours,
    )


def sent(chosen: Choices, values: Mapping[str, str]) -> Wishes:
    """What was sent; what the form did not hold stays as it is. Raises NonsenseError."""
    form = as_it_stands(chosen)
    for wish in chosen.wishes:
        level, when = values.get(f"level-{wish.network_id}"), values.get(f"when-{wish.network_id}")
        if level is not None:
            form.levels[wish.network_id] = _one_of(level, {one.value: one for one in Level})
        if when is not None:
            form.whens[wish.network_id] = _one_of(when, {one: one for one in WHENS})
    if "digest_hour" in values:
        form.hours = _hours(chosen.hours.person_id, values)
        if form.hours.quiet_from is None and form.hours.quiet_until is not None:
            form.errors["quiet_from"] = _("Choose when it is to be quiet from, too.")
        elif form.hours.quiet_from is not None and form.hours.quiet_until is None:
            form.errors["quiet_until"] = _("Choose when it is to be quiet until, too.")
        elif form.hours.quiet_from is not None and form.hours.quiet_from == form.hours.quiet_until:
            form.errors["quiet_until"] = _("Choose another hour than the one it begins at.")
    return form


def _hours(person_id: int, values: Mapping[str, str]) -> Hours:
    clock = {str(hour): hour for hour in range(24)}
    return Hours(
        person_id=person_id,
        digest_hour=_one_of(values["digest_hour"], clock),
        quiet_from=_one_of(values.get("quiet_from", ""), {"": None, **clock}),
        quiet_until=_one_of(values.get("quiet_until", ""), {"": None, **clock}),
        are_weekends_quiet="are_weekends_quiet" in values,
    )


def _one_of(word: str, choices: Mapping[str, T]) -> T:
    try:
        return choices[word]
    except KeyError as error:
        raise NonsenseError(word) from error


def levels_in_words() -> list[tuple[str, str]]:
    return [
        (Level.WATCH.value, _("Follow all")),
        (Level.NORMAL.value, _("The usual")),
        (Level.QUIET.value, _("Quiet, only to me")),
        (Level.MUTED.value, _("Muted")),
    ]


def whens_in_words() -> list[tuple[str, str]]:
    monday = today().toordinal() - today().weekday()
    days = [(f"weekly-{n}", formats.weekday(today().fromordinal(monday + n - 1))) for n in range(1, 8)]
    return [
        (AT_ONCE, _("At once")),
        (DAILY, _("Every day")),
        *((value, _("Each %(weekday)s", weekday=day)) for value, day in days),
    ]
