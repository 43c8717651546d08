"""Which networks and people a viewer may see. Every read of what hangs on a network starts at `standing_of`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased, contains_eager, joinedload

from app.accounts.models import Person
from app.extensions import db
from app.networks.discretion import Confidentiality, titles_at_most
from app.networks.models import Acceptance, Membership, Network, Role
from app.organisations.models import Municipality, Organisation


@dataclass(frozen=True)
class Belonging:
    """A current membership. `accepted_at` is when its holder accepted the agreement that is in force now."""

    network_id: int
    name: str
    role: Role
    version: int
    accepted_at: datetime | None

    @property
    def is_awaiting(self) -> bool:
        """The network has an agreement that this member has not accepted."""
        return self.version > 0 and self.accepted_at is None


@dataclass(frozen=True)
class Standing:
    """What someone is, where: the role per network they may enter, and whether they run the installation.

    A network whose agreement somebody has not accepted is closed to them, its coordinators too: it stands in `awaiting`,
    not in `roles`. Administrators are asked, but not kept out. `belongings` holds every membership, for what goes by
    membership alone: mails and calendars.
    """

    person_id: int
    is_administrator: bool
    belongings: Mapping[int, Belonging]
    roles: Mapping[int, Role]

    @classmethod
    def of(cls, person_id: int, *, is_administrator: bool, belongings: Iterable[Belonging]) -> "Standing":
        known = {one.network_id: one for one in belongings}
        entered = {id_: one.role for id_, one in known.items() if is_administrator or not one.is_awaiting}
        return cls(person_id, is_administrator, known, entered)

    @property
    def awaiting(self) -> list[Belonging]:
        """Where an agreement is to be accepted, in Danish order."""
        return [one for one in self.belongings.values() if one.is_awaiting]

    def belongs_to(self, network_id: int) -> bool:
        """Is a member, whether or not the agreement has been accepted."""
        return network_id in self.belongings

    def is_told_as_coordinator(self, network_id: int) -> bool:
        """Gets the mails that coordinators get; to answer them, they accept the agreement first."""
        belonging = self.belongings.get(network_id)
        return self.is_administrator or (belonging is not None and belonging.role is Role.COORDINATOR)

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
            select(Network.id, Network.name, Membership.role, Network.agreement_version, Acceptance.at)
            .join(Membership, Membership.network_id == Network.id)
            .outerjoin(Acceptance, is_accepted_by(Membership.person_id))
            .where(Membership.person_id == viewer.id, Membership.left_at.is_(None))
            .order_by(Network.sort_key, Network.id)
        )
        belongings = [Belonging(*row) for row in rows]
        kept[viewer.id] = Standing.of(viewer.id, is_administrator=viewer.is_administrator, belongings=belongings)
    return kept[viewer.id]


def is_accepted_by(person_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The condition on Network ⟕ Acceptance that it is this person's, of the version in force."""
    return and_(
        Acceptance.network_id == Network.id,
        Acceptance.version == Network.agreement_version,
        Acceptance.person_id == person_id,
    )


def forget_standings() -> None:
    """After a membership changed within this transaction."""
    db.session.info.pop("standings", None)


def within_reach(viewer: Person, network_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The condition that a row's network is one the viewer may enter."""
    standing = standing_of(viewer)
    return true() if standing.is_administrator else network_id.in_(standing.roles)


def coordinates_a_network(person_id: int | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The condition that someone coordinates at least one network now."""
    return exists().where(
        Membership.person_id == person_id, Membership.role == Role.COORDINATOR, Membership.left_at.is_(None)
    )


def by_membership(person: Person, network_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The condition that a row's network is one the person is a member of: who is told, not who may enter."""
    return network_id.in_(list(standing_of(person).belongings))


def accepted_at_by(person: Person, network_id: int) -> datetime | None:
    """When a member accepted the agreement that is in force now."""
    belonging = standing_of(person).belongings.get(network_id)
    return belonging.accepted_at if belonging else None


def level_for(reader: Person, network: Network) -> Confidentiality:
    """What may be said to `reader` outside the pages: the network's level, or less until its agreement is accepted."""
    belonging = standing_of(reader).belongings.get(network.id)
    is_awaiting = belonging is not None and belonging.is_awaiting
    return titles_at_most(network.confidentiality) if is_awaiting else network.confidentiality


def level_in_sql() -> ColumnElement[str]:
    """`level_for`, on Network ⟕ Acceptance joined by `is_accepted_by`."""
    is_awaiting = and_(Network.agreement_version > 0, Acceptance.at.is_(None))
    lower = case(
        *((Network.confidentiality == level, titles_at_most(level).value) for level in Confidentiality), else_=""
    )
    return case((is_awaiting, lower), else_=func.coalesce(cast(Network.confidentiality, String), ""))


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


def network_with_members_for(viewer: Person, network_id: int) -> tuple[Network | None, list[Membership]]:
    """`network_for` and `members_of` in one query, for the network's overview."""
    enabled = aliased(Person)
    is_current = and_(
        Membership.network_id == Network.id,
        Membership.left_at.is_(None),
        exists().where(enabled.id == Membership.person_id, enabled.disabled_at.is_(None)),
    )
    rows = db.session.execute(
        select(Network, Membership)
        .outerjoin(Membership, is_current)
        .outerjoin(Membership.person)
        .options(
            contains_eager(Membership.person).joinedload(Person.organisation).joinedload(Organisation.municipality)
        )
        .where(within_reach(viewer, Network.id), Network.id == network_id)
        .order_by(Person.sort_key, Person.id)
    ).all()
    return (rows[0][0] if rows else None), [membership for _network, membership in rows if membership is not None]


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


def membership_to_end(viewer: Person, membership_id: int) -> Membership | None:
    """As `membership_for`, and one's own current one: nobody has to accept an agreement in order to leave."""
    is_own = and_(Membership.person_id == viewer.id, Membership.left_at.is_(None))
    return db.session.scalar(
        select(Membership)
        .options(joinedload(Membership.person), joinedload(Membership.network))
        .where(Membership.id == membership_id, or_(is_own, within_reach(viewer, Membership.network_id)))
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


def person_met_by(viewer: Person, person_id: int) -> Person | None:
    """Somebody the viewer knows to be there: oneself, who is in a network one may enter, for administrators everybody."""
    query = select(Person).where(Person.id == person_id)
    if viewer.id != person_id and not viewer.is_administrator:
        query = query.where(
            exists().where(
                Membership.person_id == person_id,
                Membership.left_at.is_(None),
                within_reach(viewer, Membership.network_id),
            )
        )
    return db.session.scalar(query)


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
