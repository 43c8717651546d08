"""Who belonged to a network on a day, and where they worked on that day; counted anew each time, so that a late move counts.

A day is taken as it ended: who joined on it is in, who left on it is out, and who moved on it is where they moved to.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from app.accounts.models import Affiliation, Person
from app.accounts.queries import is_affiliated_on
from app.core import clock
from app.extensions import db
from app.networks.models import Membership, Network
from app.organisations.models import Organisation, OrganisationKind
from app.organisations.queries import Place, municipalities


@dataclass(frozen=True)
class Workplace:
    """An organisation and how many of its people take part."""

    name: str
    kind: OrganisationKind
    municipality_code: str
    people: int


@dataclass(frozen=True)
class Movement:
    """How a network stood at the end of a period, and who came and went during it; `joined` and `left` are memberships."""

    name: str
    network_id: int
    members: int
    joined: int
    left: int


@dataclass(frozen=True)
class Statistics:
    """People are counted once, in however many networks they are."""

    on: date
    since: date
    people: int
    homeless: int  # those who worked nowhere that day
    workplaces: list[Workplace]
    movements: list[Movement]

    @property
    def municipalities(self) -> list[tuple[Place, int]]:
        """All eleven in Danish order."""
        counts: Counter[str] = Counter()
        for one in self.workplaces:
            counts[one.municipality_code] += one.people
        return [(place, counts[place.code]) for place in municipalities()]

    @property
    def represented(self) -> int:
        return len([place for place, people in self.municipalities if people])

    @property
    def kinds(self) -> list[tuple[OrganisationKind, int]]:
        """Those that there are people from, in the order of the word list."""
        counts: Counter[OrganisationKind] = Counter()
        for one in self.workplaces:
            counts[one.kind] += one.people
        return [(kind, counts[kind]) for kind in OrganisationKind if counts[kind]]

    @property
    def tiles(self) -> list[dict[str, str | int]]:
        return [{"slug": place.slug, "name": place.name, "note": people or ""} for place, people in self.municipalities]

    @property
    def joined(self) -> int:
        return sum(one.joined for one in self.movements)

    @property
    def left(self) -> int:
        return sum(one.left for one in self.movements)


def end_of(day: date) -> datetime:
    """The midnight, in Denmark, with which the day ends."""
    return clock.from_wall(datetime.combine(day + timedelta(days=1), datetime.min.time()))


def _is_member_on(day: date) -> ColumnElement[bool]:
    return and_(
        Membership.joined_at < end_of(day),
        or_(Membership.left_at.is_(None), Membership.left_at >= end_of(day)),
        or_(Person.disabled_at.is_(None), Person.disabled_at >= end_of(day)),
    )


def statistics_on(day: date, *, since: date, network_id: int | None = None) -> Statistics:
    """Of one network, or of all together. Two queries; the period is from the day `since` to `day`, both included."""
    where = () if network_id is None else (Membership.network_id == network_id,)
    rows = db.session.execute(
        select(
            Organisation.name,
            Organisation.kind,
            Organisation.municipality_code,
            func.count(Membership.person_id.distinct()).label("people"),
        )
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(Affiliation, and_(Affiliation.person_id == Person.id, is_affiliated_on(day)))
        .outerjoin(Organisation, Organisation.id == Affiliation.organisation_id)
        .where(_is_member_on(day), *where)
        .group_by(Organisation.id, Organisation.name, Organisation.kind, Organisation.municipality_code)
        .order_by(Organisation.sort_key, Organisation.id)
    ).all()
    workplaces = [Workplace(*row) for row in rows if row.name is not None]
    homeless = sum(row.people for row in rows if row.name is None)
    people = homeless + sum(one.people for one in workplaces)
    return Statistics(day, since, people, homeless, workplaces, _movements(day, since, *where))


def _movements(day: date, since: date, *where: ColumnElement[bool]) -> list[Movement]:
    start, end = end_of(since - timedelta(days=1)), end_of(day)
    joined = and_(Membership.joined_at >= start, Membership.joined_at < end)
    left = and_(Membership.left_at >= start, Membership.left_at < end)
    rows = db.session.execute(
        select(
            Network.name,
            Network.id,
            func.sum(case((_is_member_on(day), 1), else_=0)),
            func.sum(case((joined, 1), else_=0)),
            func.sum(case((left, 1), else_=0)),
        )
        .join(Membership, Membership.network_id == Network.id)
        .join(Person, Person.id == Membership.person_id)
        .where(*where)
        .group_by(Network.id, Network.name, Network.sort_key)
        .order_by(Network.sort_key, Network.id)
    )
    return [Movement(*row) for row in rows]
