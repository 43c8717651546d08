"""Which agreements there are, and who has accepted them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Event, EventKind, Person
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

    network_id: int
    name: str
    version: int
    at: datetime | None
    is_in_force: bool
    may_be_read: bool


def promises_of(person: Person) -> list[Promise]:
    """What this person has accepted, newest version first. Two queries at most.

    Also where they are no longer a member; such a network is called what it was called then, and nothing newer is told of it.
    """
    standing = standing_of(person)
    rows = db.session.execute(
        select(Network, Acceptance.version, Acceptance.at)
        .join(Acceptance, Acceptance.network_id == Network.id)
        .where(Acceptance.person_id == person.id)
        .order_by(Network.sort_key, Network.id, Acceptance.version.desc())
    )
    promises = []
    names: dict[int, str] | None = None
    for network, version, at in rows:
        if standing.belongs_to(network.id) or standing.is_administrator:
            promises.append(Promise(network.id, network.name, version, at, version == network.agreement_version, True))
            continue
        names = _names_then(person) if names is None else names
        promises.append(
            Promise(network.id, names.get(network.id) or _("A network you have left"), version, at, False, False)
        )
    return promises


def _names_then(person: Person) -> dict[int, str]:
    """Network → what the log called it when the person last had to do with it."""
    events = db.session.scalars(
        select(Event)
        .where(Event.person_id == person.id, Event.kind.in_([EventKind.AGREEMENT_ACCEPTED, EventKind.LEFT]))
        .order_by(Event.id)
    )
    return {one.network_id: str(one.facts.get("network", "")) for one in events if one.network_id is not None}


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
