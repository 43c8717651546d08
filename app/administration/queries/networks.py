"""All networks with what an administrator wants to know of each, and who coordinates what."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager

from app.accounts.models import Person
from app.core import clock
from app.core.danish import sort_key
from app.extensions import db
from app.meetings.models import Meeting
from app.meetings.queries import is_on
from app.networks.models import Membership, Network, Role


class Led(StrEnum):
    """How many coordinate a network."""

    NONE = "none"
    ONE = "one"


def _members(*more: ColumnElement[bool]) -> Any:
    """How many who can sign in are in the network of the row around it."""
    return (
        select(func.count())
        .select_from(Membership)
        .join(Membership.person)
        .where(Membership.network_id == Network.id, Membership.left_at.is_(None), Person.disabled_at.is_(None), *more)
        .correlate(Network)
        .scalar_subquery()
    )


@dataclass(frozen=True)
class NetworksLike:
    """Which networks are looked for; what is empty narrows nothing."""

    words: str = ""
    led: Led | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        conditions = [Network.sort_key.contains(sort_key(word), autoescape=True) for word in self.words.split()]
        if self.led is not None:
            conditions.append(_members(Membership.role == Role.COORDINATOR) == (1 if self.led is Led.ONE else 0))
        return conditions


def count_of_networks(like: NetworksLike) -> int:
    return db.session.scalar(select(func.count()).select_from(Network).where(*like.conditions)) or 0


@dataclass(frozen=True)
class Row:
    """A network, how many are in it, and when it last met."""

    network: Network
    members: int
    last_met_at: datetime | None


def page_of_networks(like: NetworksLike, *, offset: int, size: int) -> list[Row]:
    last = (
        select(func.max(Meeting.starts_at))
        .where(Meeting.network_id == Network.id, is_on(), Meeting.starts_at <= clock.now())
        .correlate(Network)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Network, _members(), last)
        .where(*like.conditions)
        .order_by(Network.sort_key, Network.id)
        .offset(offset)
        .limit(size)
    )
    return [Row(network, members, last_met_at) for network, members, last_met_at in rows]


def _coordinating() -> Select[Membership]:
    return (
        select(Membership)
        .join(Membership.person)
        .join(Membership.network)
        .options(contains_eager(Membership.person), contains_eager(Membership.network))
        .where(Membership.left_at.is_(None), Membership.role == Role.COORDINATOR, Person.disabled_at.is_(None))
    )


def coordinators_per_network(network_ids: Iterable[int]) -> dict[int, list[Person]]:
    """One query."""
    found: dict[int, list[Person]] = defaultdict(list)
    for membership in db.session.scalars(
        _coordinating().where(Membership.network_id.in_(list(network_ids))).order_by(Person.sort_key, Person.id)
    ):
        found[membership.network_id].append(membership.person)
    return found


def count_of_coordinating() -> int:
    return db.session.scalar(select(func.count()).select_from(_coordinating().subquery())) or 0


def page_of_coordinating(*, offset: int, size: int) -> list[Membership]:
    """By person: who coordinates which network."""
    return list(
        db.session.scalars(
            _coordinating()
            .order_by(Person.sort_key, Person.id, Network.sort_key, Network.id)
            .offset(offset)
            .limit(size)
        )
    )


def led_by_alone(person_id: int) -> list[Network]:
    """Networks that have no coordinator but this person."""
    is_theirs = select(Membership.network_id).where(
        Membership.person_id == person_id, Membership.left_at.is_(None), Membership.role == Role.COORDINATOR
    )
    others = _members(Membership.role == Role.COORDINATOR, Membership.person_id != person_id)
    return list(
        db.session.scalars(
            select(Network).where(Network.id.in_(is_theirs), others == 0).order_by(Network.sort_key, Network.id)
        )
    )
