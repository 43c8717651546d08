"""What is planned for a year, and what there is of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import and_, select

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.hosting.queries import Rota, promised_hosts, rota_from, rota_statement
from app.meetings.models import Meeting
from app.meetings.queries import meetings_visible_to
from app.wheels.models import Wheel
from app.wheels.plan import MonthView, plan_from, year_of


def wheel_of(network_id: int, year: int) -> Wheel | None:
    return db.session.scalar(select(Wheel).where(Wheel.network_id == network_id, Wheel.year == year))


def wheel_to_change(network_id: int, year: int) -> Wheel | None:
    """Locked until commit: who comes second sees what the first has done."""
    query = select(Wheel).where(Wheel.network_id == network_id, Wheel.year == year).with_for_update()
    return db.session.scalar(query)


def wheel_and_rota(network_id: int, year: int) -> tuple[Wheel | None, Rota]:
    """Both in one statement, for the network's overview. A network without members has no order and shows no plan."""
    statement = rota_statement(network_id).add_columns(Wheel)
    is_the_years = and_(Wheel.network_id == network_id, Wheel.year == year)
    rows = list(db.session.execute(statement.outerjoin(Wheel, is_the_years)))
    return (rows[0].Wheel if rows else None), rota_from(rows)


def meetings_in(network_id: int, year: int, viewer: Person) -> list[Meeting]:
    """All that the viewer may see, those that are off too, soonest first."""
    begins, ends = (clock.from_wall(datetime.combine(date(one, 1, 1), time())) for one in (year, year + 1))
    return list(
        db.session.scalars(
            meetings_visible_to(viewer)
            .where(Meeting.network_id == network_id, Meeting.starts_at >= begins, Meeting.starts_at < ends)
            .order_by(Meeting.starts_at, Meeting.id)
        )
    )


@dataclass(frozen=True)
class Year:
    """A year's wheel with what is there of it."""

    year: int
    wheel: Wheel | None
    months: list[MonthView]

    @property
    def version(self) -> int:
        return self.wheel.version if self.wheel else 0

    @property
    def is_planned(self) -> bool:
        return self.wheel is not None and bool(self.wheel.plan)

    @property
    def to_make(self) -> list[MonthView]:
        return [month for month in self.months if month.lacks_meeting]


def year_for(network_id: int, year: int, viewer: Person, *, is_changing: bool = False) -> Year:
    wheel = (wheel_to_change if is_changing else wheel_of)(network_id, year)
    plan = plan_from(wheel.plan if wheel else None)
    months = year_of(year, plan, meetings_in(network_id, year, viewer), promised_hosts(network_id, year))
    return Year(year, wheel, months)


def first_to_make(months: Sequence[MonthView]) -> MonthView | None:
    return next((month for month in months if month.lacks_meeting), None)


def months_left(year: int) -> list[int]:
    """Which of the year's months are not over."""
    this = clock.today().replace(day=1)
    return [number for number in range(1, 13) if date(year, number, 1) >= this]
