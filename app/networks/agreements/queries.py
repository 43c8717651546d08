"""Which agreements there are, and who has accepted them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.extensions import db
from app.networks.models import Acceptance, Agreement, Membership, Network
from app.networks.queries import standing_of


def network_to_agree_on(viewer: Person, network_id: int) -> Network | None:
    """The network of an agreement: whoever is a member reads it before they may enter."""
    standing = standing_of(viewer)
    if not (standing.belongs_to(network_id) or standing.is_administrator):
        return None
    return db.session.get(Network, network_id)


def agreement_of(network_id: int, version: int) -> Agreement | None:
    return db.session.scalar(
        select(Agreement)
        .options(joinedload(Agreement.by))
        .where(Agreement.network_id == network_id, Agreement.version == version)
    )


def versions_of(network_id: int) -> Sequence[Agreement]:
    """Newest first."""
    return db.session.scalars(
        select(Agreement)
        .options(joinedload(Agreement.by))
        .where(Agreement.network_id == network_id)
        .order_by(Agreement.version.desc())
    ).all()


def acceptances_by(person: Person, network_id: int) -> dict[int, datetime]:
    """Version → when this person accepted it."""
    rows = db.session.execute(
        select(Acceptance.version, Acceptance.at).where(
            Acceptance.person_id == person.id, Acceptance.network_id == network_id
        )
    )
    return {row.version: row.at for row in rows}


@dataclass(frozen=True)
class Promise:
    """A version that someone has accepted, or is asked to (`at` is None)."""

    network: Network
    version: int
    at: datetime | None
    is_in_force: bool


def promises_of(person: Person) -> list[Promise]:
    """What this person has accepted, also where they are no longer a member, newest version first. One query."""
    rows = db.session.execute(
        select(Network, Acceptance.version, Acceptance.at)
        .join(Acceptance, Acceptance.network_id == Network.id)
        .where(Acceptance.person_id == person.id)
        .order_by(Network.sort_key, Network.id, Acceptance.version.desc())
    )
    return [Promise(network, version, at, version == network.agreement_version) for network, version, at in rows]


@dataclass(frozen=True)
class Signature:
    """A member, and when they accepted the version in force (None: not yet) or last an earlier one."""

    person: Person
    at: datetime | None
    earlier: int | None
    earlier_at: datetime | None

    @property
    def has_accepted(self) -> bool:
        return self.at is not None


def signatures_in(network: Network) -> list[Signature]:
    """Every current member with organisation, in Danish order of name. One query."""
    rows = db.session.execute(
        select(Person, Acceptance.version, Acceptance.at)
        .join(Membership, Membership.person_id == Person.id)
        .outerjoin(Acceptance, and_(Acceptance.person_id == Person.id, Acceptance.network_id == network.id))
        .options(joinedload(Person.organisation))
        .where(Membership.network_id == network.id, Membership.left_at.is_(None), Person.disabled_at.is_(None))
        .order_by(Person.sort_key, Person.id, Acceptance.version)
    )
    people: dict[int, Person] = {}
    accepted: dict[int, dict[int, datetime]] = {}
    for person, version, at in rows:
        people[person.id] = person
        accepted.setdefault(person.id, {}).update({} if version is None else {version: at})
    return [_signature(person, accepted[person.id], network.agreement_version) for person in people.values()]


def _signature(person: Person, accepted: dict[int, datetime], in_force: int) -> Signature:
    earlier = max((version for version in accepted if version < in_force), default=None)
    return Signature(person, accepted.get(in_force), earlier, accepted[earlier] if earlier else None)
