"""Which networks and people a viewer may see. Every read of what hangs on a network starts at `standing_of`."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from app.accounts.models import Person
from app.extensions import db
from app.networks.models import Membership, Network, Role
from app.organisations.models import Organisation


@dataclass(frozen=True)
class Standing:
    """What someone is, where: the role per network, and whether they run the installation."""

    person_id: int
    is_administrator: bool
    roles: Mapping[int, Role]

    def may_enter(self, network_id: int) -> bool:
        """Sees the network and what hangs on it. Administrators see every network (docs/operations.md says so to members)."""
        return self.is_administrator or network_id in self.roles

    def coordinates(self, network_id: int) -> bool:
        return self.is_administrator or self.roles.get(network_id) is Role.COORDINATOR


def standing_of(viewer: Person) -> Standing:
    """Read once per transaction and kept with the database session, so that rights change with the next request."""
    kept: dict[int, Standing] = db.session.info.setdefault("standings", {})
    if viewer.id not in kept:
        rows = db.session.execute(
            select(Membership.network_id, Membership.role).where(
                Membership.person_id == viewer.id, Membership.left_at.is_(None)
            )
        )
        kept[viewer.id] = Standing(viewer.id, viewer.is_administrator, {row.network_id: row.role for row in rows})
    return kept[viewer.id]


def forget_standings() -> None:
    """After a membership changed within this transaction."""
    db.session.info.pop("standings", None)


def within_reach(viewer: Person, network_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The condition that a row's network is one the viewer may enter."""
    standing = standing_of(viewer)
    return true() if standing.is_administrator else network_id.in_(standing.roles)


def networks_visible_to(viewer: Person) -> Select[Network]:
    return select(Network).where(within_reach(viewer, Network.id)).order_by(Network.sort_key)


def network_for(viewer: Person, network_id: int) -> Network | None:
    return db.session.scalar(networks_visible_to(viewer).where(Network.id == network_id))


def members_of(network_id: int) -> list[Membership]:
    """Current members with person and organisation, in Danish order of name. One query."""
    return list(
        db.session.scalars(
            select(Membership)
            .join(Membership.person)
            .options(
                joinedload(Membership.person).joinedload(Person.organisation).joinedload(Organisation.municipality)
            )
            .where(Membership.network_id == network_id, Membership.left_at.is_(None), Person.disabled_at.is_(None))
            .order_by(Person.sort_key, Person.id)
        )
    )


def people_ids_in(network_id: int) -> list[int]:
    """Whom an announcement to the whole network goes to."""
    return list(
        db.session.scalars(
            select(Membership.person_id)
            .join(Membership.person)
            .where(Membership.network_id == network_id, Membership.left_at.is_(None), Person.disabled_at.is_(None))
            .order_by(Membership.person_id)
        )
    )
