"""Pages that count members as of a day: of one network for its members, of all for administrators."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.core import clock
from app.core.errors import found, require
from app.networks import policy
from app.networks.queries import network_for
from app.networks.routes import bp
from app.networks.statistics import Statistics, statistics_on
from app.organisations.words import KINDS

FIRST_YEAR = 1900


@dataclass
class Days:
    """The days that were asked for; what is no day is said at its field, and the nearest sensible one is shown."""

    on: date
    since: date
    errors: dict[str, str] = field(default_factory=dict)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year >= FIRST_YEAR else None


def days_in(asked: Mapping[str, str]) -> Days:
    """Today, and since the year began, unless something else is asked for."""
    errors = {}
    on = _day(asked["on"]) if asked.get("on") else clock.today()
    if on is None or on > clock.today():
        errors["on"] = _("Choose today or a day that has been.") if on else _("Write the day as day, month and year.")
        on = clock.today()
    first = date(on.year, 1, 1)
    since = _day(asked["since"]) if asked.get("since") else first
    if since is None or since > on:
        errors["since"] = _("Choose a day before the other one.") if since else _("Write the day as day, month and year.")  # fmt: skip
        since = first
    return Days(on, since, errors)


@dataclass(frozen=True)
class Tally:
    """A table as the page prints it; `name` is its anchor."""

    name: str
    heading: str
    head: list[str]
    lines: list[tuple[str | int, ...]]


def tallies_of(counted: Statistics) -> list[Tally]:
    """By municipality, by kind of organisation, and by organisation."""
    names = {place.code: place.name for place, _people in counted.municipalities}
    places: list[tuple[str | int, ...]] = [(place.name, people) for place, people in counted.municipalities]
    if counted.homeless:
        places.append((_("Without a municipality"), counted.homeless))
    kinds: list[tuple[str | int, ...]] = [(str(KINDS[kind]), people) for kind, people in counted.kinds]
    work: list[tuple[str | int, ...]] = [
        (one.name, names[one.municipality_code], one.people) for one in counted.workplaces
    ]
    people = _("People")
    tallies = [
        Tally("by-municipality", _("By municipality"), [_("Municipality"), people], places),
        Tally("by-kind", _("By kind of organisation"), [_("Kind"), people], kinds),
        Tally("by-organisation", _("By organisation"), [_("Organisation"), _("Municipality"), people], work),
    ]
    return [tally for tally in tallies if tally.lines]


def _by_network(counted: Statistics) -> Tally:
    lines: list[tuple[str | int, ...]] = [(one.name, one.members, one.joined, one.left) for one in counted.movements]
    return Tally("by-network", _("By network"), [_("Network"), _("Members"), _("Joined"), _("Left")], lines)


@bp.get("/networks/<int:network_id>/statistics")
def statistics(network_id: int) -> ResponseReturnValue:
    network = found(network_for(current_user, network_id))
    days = days_in(request.args)
    counted = statistics_on(days.on, since=days.since, network_id=network_id)
    return render_template(
        "networks/statistics.html",
        network=network,
        counted=counted,
        tallies=tallies_of(counted),
        days=days,
        asked=request.args,
    )


@bp.get("/statistics")
def statistics_of_all() -> ResponseReturnValue:
    require(policy.may_count_all(current_user))
    days = days_in(request.args)
    counted = statistics_on(days.on, since=days.since)
    return render_template(
        "networks/statistics_of_all.html",
        counted=counted,
        by_network=_by_network(counted),
        tallies=tallies_of(counted),
        days=days,
        asked=request.args,
    )
