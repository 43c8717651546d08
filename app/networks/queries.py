"""Which networks and people a viewer may see. Every read of what hangs on a network starts at `standing_of`."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from app.accounts.models import Person
from app.extensions import db
from app.networks.models import Membership, Network, Role
from app.organisations.models import Municipality, Organisation


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


@dataclass(frozen=True)
class Listed:
    """A network in a list, with how many it has and what the viewer is there (None: an administrator who looks in)."""

    network: Network
    members: int
    role: Role | None


def networks_listed_for(viewer: Person) -> list[Listed]:
    counts = (
        select(Membership.network_id, func.count().label("members"))
        .join(Membership.person)
        .where(Membership.left_at.is_(None), Person.disabled_at.is_(None))
        .group_by(Membership.network_id)
        .subquery()
    )
    rows = db.session.execute(
        networks_visible_to(viewer)
        .add_columns(func.coalesce(counts.c.members, 0))
        .outerjoin(counts, counts.c.network_id == Network.id)
    )
    roles = standing_of(viewer).roles
    return [Listed(network, members, roles.get(network.id)) for network, members in rows]


@dataclass(frozen=True)
class Place:
    """A municipality (None: nobody has said which) and the members who work there, coordinators first."""

    municipality: Municipality | None
    memberships: list[Membership]


def by_municipality(memberships: list[Membership]) -> list[Place]:
    """In Danish order, Aalborg last, and those without a municipality after it. No query."""
    places: dict[str, Place] = {}
    for membership in sorted(memberships, key=lambda one: one.role is not Role.COORDINATOR):
        organisation = membership.person.organisation
        municipality = organisation.municipality if organisation else None
        code = municipality.code if municipality else ""
        places.setdefault(code, Place(municipality, [])).memberships.append(membership)
    return sorted(places.values(), key=lambda place: place.municipality.position if place.municipality else 99)


def coordinators_in(memberships: list[Membership]) -> list[Membership]:
    return [membership for membership in memberships if membership.role is Role.COORDINATOR]


def only_coordinator_in(memberships: list[Membership]) -> Membership | None:
    """None where there are several, or none at all. No query."""
    coordinators = coordinators_in(memberships)
    return coordinators[0] if len(coordinators) == 1 else None


def membership_for(viewer: Person, membership_id: int) -> Membership | None:
    """With person and network, ended ones too, if the viewer may enter the network."""
    return db.session.scalar(
        select(Membership)
        .options(joinedload(Membership.person), joinedload(Membership.network))
        .where(Membership.id == membership_id, within_reach(viewer, Membership.network_id))
    )


def own_or_reached_membership(viewer: Person, membership_id: int) -> Membership | None:
    """As `membership_for`, and one's own even when it has ended: it was the viewer's network then."""
    return db.session.scalar(
        select(Membership)
        .options(joinedload(Membership.person), joinedload(Membership.network))
        .where(
            Membership.id == membership_id,
            or_(Membership.person_id == viewer.id, within_reach(viewer, Membership.network_id)),
        )
    )


def current_membership(person_id: int, network_id: int) -> Membership | None:
    return db.session.scalar(
        select(Membership).where(
            Membership.person_id == person_id, Membership.network_id == network_id, Membership.left_at.is_(None)
        )
    )


def has_other_coordinator(membership: Membership) -> bool:
    """Whether somebody else who can sign in coordinates the same network."""
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    Membership.network_id == membership.network_id,
                    Membership.id != membership.id,
                    Membership.role == Role.COORDINATOR,
                    Membership.left_at.is_(None),
                    Membership.person_id == Person.id,
                    Person.disabled_at.is_(None),
                )
            )
        )
    )


def _within_reach_now(viewer: Person, person_id: int) -> ColumnElement[bool]:
    return exists().where(
        Membership.person_id == person_id, Membership.left_at.is_(None), within_reach(viewer, Membership.network_id)
    )


def person_for(viewer: Person, person_id: int) -> Person | None:
    """Oneself, people one shares a network with, and for administrators everybody; with organisation."""
    query = (
        select(Person)
        .options(joinedload(Person.organisation).joinedload(Organisation.municipality))
        .where(Person.id == person_id)
    )
    if viewer.id != person_id and not viewer.is_administrator:
        query = query.where(Person.disabled_at.is_(None), _within_reach_now(viewer, person_id))
    return db.session.scalar(query)


def networks_shared_with(viewer: Person, person_id: int) -> list[Network]:
    """Never the person's networks that the viewer may not enter."""
    return list(
        db.session.scalars(
            networks_visible_to(viewer)
            .join(Membership, Membership.network_id == Network.id)
            .where(Membership.person_id == person_id, Membership.left_at.is_(None))
        )
    )
