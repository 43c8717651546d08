"""Writing the plan of a year, and making meetings of it; nothing here commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.hosting.queries import hosts_in_turn
from app.meetings.models import Meeting
from app.meetings.operations.agenda import add_standard_agenda
from app.meetings.operations.scheduling import Facts, schedule_meeting
from app.networks.models import Network
from app.wheels.models import Wheel
from app.wheels.plan import Month, MonthView, plan_from, to_keep, usual_year
from app.wheels.queries import wheel_of, wheel_to_change


class StaleError(Exception):
    """Somebody else has changed the plan since it was opened."""


def lock_plans(network_id: int) -> None:
    """Until commit: who comes second sees what the first has done, and makes no month's draft twice."""
    db.session.execute(select(Network.id).where(Network.id == network_id).with_for_update())


def write_plan(network: Network, year: int, plan: Mapping[int, Month], *, seen: int, by: Person) -> Wheel:
    """Keeps the plan. `seen` is the version that the writer had before them, 0 where there was none."""
    lock_plans(network.id)
    wheel = wheel_to_change(network.id, year)
    if seen != (wheel.version if wheel else 0):
        raise StaleError
    if wheel is None:
        wheel = Wheel(network_id=network.id, year=year, plan=to_keep(plan), edited_by_id=by.id)
        db.session.add(wheel)
    elif wheel.plan != to_keep(plan):
        wheel.plan = to_keep(plan)
        wheel.version += 1
        wheel.edited_at, wheel.edited_by_id = clock.now(), by.id
    db.session.flush()
    return wheel


def start_from_usual(network: Network, year: int, *, by: Person) -> Wheel:
    _refuse_if_planned(network.id, year)
    return write_plan(network, year, usual_year(), seen=_version(network.id, year), by=by)


def copy_last_year(network: Network, year: int, *, by: Person) -> Wheel:
    """Themes, events and which months have a meeting. Hosts are not copied: it is the turn of others."""
    _refuse_if_planned(network.id, year)
    last = wheel_of(network.id, year - 1)
    if last is None or not last.plan:
        raise DomainError(_("Nothing was planned last year, so there is nothing to copy"))
    plan = {number: replace(month, host_code=None) for number, month in plan_from(last.plan).items()}
    return write_plan(network, year, plan, seen=_version(network.id, year), by=by)


def _version(network_id: int, year: int) -> int:
    wheel = wheel_of(network_id, year)
    return wheel.version if wheel else 0


def _refuse_if_planned(network_id: int, year: int) -> None:
    wheel = wheel_of(network_id, year)
    if wheel is not None and wheel.plan:
        raise DomainError(_("Something is planned for the year already. Edit it instead"))


def give_hosts(network_id: int, plan: Mapping[int, Month], months: Sequence[MonthView]) -> dict[int, Month]:
    """The planned meetings ahead that nobody is host of yet get one each, in turn; who is planned already is not asked twice."""
    lacking = [
        month.number for month in months if plan[month.number].meets and not month.meetings and not month.is_past
    ]
    taken = {plan[number].host_code for number in lacking} | {m.host_code for m in months if m.is_promised}
    free = [number for number in lacking if plan[number].host_code is None and not months[number - 1].is_promised]
    order = hosts_in_turn(network_id, len(free) + 11)
    unique = list(dict.fromkeys(order))
    in_turn = [code for code in unique if code not in taken] + [code for code in unique if code in taken]
    given = {number: in_turn[n % len(in_turn)] for n, number in enumerate(free)} if in_turn else {}
    return {number: replace(month, host_code=given.get(number, month.host_code)) for number, month in plan.items()}


@dataclass(frozen=True)
class Wanted:
    """A meeting to be made of a month: when, in moments."""

    month: MonthView
    starts_at: datetime
    ends_at: datetime


def make_drafts(network: Network, wanted: Sequence[Wanted], *, with_agenda: bool, by: Person) -> list[Meeting]:
    """A draft for each; nobody is told, and the coordinators call them one by one when they are ready."""
    with force_locale("da"):  # what is the network's is not in the reader's language
        usual = _("ERFA meeting")
    made = []
    for one in wanted:
        title = one.month.planned.theme or usual
        facts = Facts(title, one.starts_at, one.ends_at, host_code=one.month.host_code)
        meeting, _told = schedule_meeting(network, facts, by=by, is_draft=True)
        if with_agenda:
            add_standard_agenda(meeting)
        made.append(meeting)
    return made
