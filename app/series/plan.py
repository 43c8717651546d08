"""The days of a series as the page shows them before anything is written: what speaks against each, and whose turn it is."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from flask_babel import gettext as _

from app.accounts.models import Person
from app.core.errors import DomainError
from app.hosting.queries import hosts_in_turn
from app.meetings.days import Against, Remark, remarks_on
from app.series.forms import IN_TURN, DayForm, PlanForm, host_choices
from app.series.rules import MOST


@dataclass
class Line:
    """One day: that of the rule, and what was made of it."""

    day: date
    form: DayForm
    remarks: list[Remark] = field(default_factory=list)
    error: str = ""

    @property
    def is_on(self) -> bool:
        return bool(self.form.on.data)

    @property
    def date(self) -> date:
        """The chosen day; that of the rule as long as none can be read."""
        chosen: date | None = self.form.day.data
        return chosen or self.day

    @property
    def host_code(self) -> str | None:
        return self.form.host.data or None

    @property
    def is_doubtful(self) -> bool:
        return self.is_on and bool(self.remarks)

    @property
    def is_off_day(self) -> bool:
        return any(remark.against in {Against.HOLIDAY, Against.WEEKEND} for remark in self.remarks)


@dataclass
class Plan:
    lines: list[Line]

    @property
    def held(self) -> list[Line]:
        return [line for line in self.lines if line.is_on]

    @property
    def is_sound(self) -> bool:
        return bool(self.held) and not any(line.error for line in self.held)

    @property
    def shown(self) -> str:
        """Names the days that stand here, so that only what was looked at is called."""
        return sha256(" ".join(line.date.isoformat() for line in self.held).encode()).hexdigest()[:16]

    @property
    def doubtful(self) -> int:
        return sum(line.is_doubtful for line in self.lines)


def plan_for(form: PlanForm, network_id: int, viewer: Person) -> Plan:
    """Of a valid form. Reads only."""
    hosts = host_choices()
    lines = [Line(day, DayForm.of(day, hosts)) for day in form.days]
    _in_turn(lines, _queue(network_id) if form.hosts.data == IN_TURN else [])
    taken: set[date] = set()
    for line in lines:
        line.error = _error_of(line, form, taken)
        if line.is_on:
            taken.add(line.date)
    remarks = remarks_on([line.date for line in lines], network_id, viewer)
    for line in lines:
        line.remarks = remarks.get(line.date, [])
    return Plan(lines)


def _error_of(line: Line, form: PlanForm, taken: set[date]) -> str:
    is_valid = line.form.validate()
    if not line.is_on:
        return ""
    if not is_valid or line.form.day.data is None:
        return str(next(iter(line.form.errors.values()), [_("Choose a date")])[0])
    if line.date in taken:
        return _("Two of the meetings are on the same day")
    try:
        form.common().facts_on(line.date)
    except DomainError as error:
        return error.sentence
    except OverflowError:
        return _("Look at the year again")
    return ""


def _queue(network_id: int) -> list[str]:
    """The municipalities in fair order, each once."""
    return list(dict.fromkeys(hosts_in_turn(network_id, MOST)))


def _in_turn(lines: Sequence[Line], queue: list[str]) -> None:
    """Gives every meeting that is held the next host, except where one was chosen: whose turn that was goes to the end."""
    order = deque(queue)
    for line in lines:
        if line.form.is_own_host:
            code = line.form.host.data
            if line.is_on and code in order:
                order.remove(code)
                order.append(code)
            continue
        is_next = bool(order) and line.is_on
        code = order[0] if is_next else ""
        order.rotate(-1 if is_next else 0)
        line.form.host.data = line.form.preset.data = code
