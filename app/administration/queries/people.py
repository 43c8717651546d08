"""Everybody with an account, as administrators look for them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from app.accounts.addresses import as_kept
from app.accounts.models import Event, EventKind, Person
from app.core import clock
from app.core.danish import sort_key
from app.extensions import db
from app.factors.queries import has_factor
from app.networks.models import Membership, Network, Role
from app.networks.queries import within_reach
from app.organisations.models import Organisation
from app.sessions.models import SignInSession

SIGN_INS = (EventKind.SIGNED_IN, EventKind.SIGNED_IN_ON_A_NEW_DEVICE)


class Held(StrEnum):
    """A role somewhere."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    MEMBER = "member"
    NONE = "none"


class State(StrEnum):
    """How it stands with an account."""

    OPEN = "open"
    DISABLED = "disabled"
    NEVER_SIGNED_IN = "never-signed-in"
    NOWHERE = "without-organisation"


def is_in_a_network(role: Role | None = None) -> ColumnElement[bool]:
    is_current = and_(Membership.person_id == Person.id, Membership.left_at.is_(None))
    return exists().where(is_current if role is None else and_(is_current, Membership.role == role))


def has_signed_in() -> ColumnElement[bool]:
    """As far as the log and the sessions remember."""
    return or_(
        exists().where(Event.person_id == Person.id, Event.kind.in_(SIGN_INS)),
        exists().where(SignInSession.person_id == Person.id),
    )


def says(words: str) -> list[ColumnElement[bool]]:
    """Each word stands in the name, however its letters are written, or in the address."""
    return [
        or_(
            Person.sort_key.contains(sort_key(word), autoescape=True),
            Person.email.contains(as_kept(word), autoescape=True),
        )
        for word in words.split()
    ]


@dataclass(frozen=True)
class PeopleLike:
    """Who is looked for; what is empty narrows nothing."""

    words: str = ""
    municipality_code: str = ""
    organisation_id: int | None = None
    role: Held | None = None
    state: State | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        conditions = says(self.words)
        if self.municipality_code:
            conditions.append(
                Person.organisation_id.in_(
                    select(Organisation.id).where(Organisation.municipality_code == self.municipality_code)
                )
            )
        if self.organisation_id is not None:
            conditions.append(Person.organisation_id == self.organisation_id)
        if self.role is not None:
            conditions.append(_holds(self.role))
        if self.state is not None:
            conditions.append(_stands(self.state))
        return conditions


def _holds(role: Held) -> ColumnElement[bool]:
    if role is Held.ADMINISTRATOR:
        return Person.administrator_since.is_not(None)
    if role is Held.NONE:
        return ~is_in_a_network()
    return is_in_a_network(Role(role.value))


def _stands(state: State) -> ColumnElement[bool]:
    is_open = Person.disabled_at.is_(None)
    return {
        State.OPEN: is_open,
        State.DISABLED: ~is_open,
        State.NEVER_SIGNED_IN: and_(is_open, ~has_signed_in()),
        State.NOWHERE: and_(is_open, Person.organisation_id.is_(None)),
    }[state]


def count_of_people(like: PeopleLike) -> int:
    return db.session.scalar(select(func.count()).select_from(Person).where(*like.conditions)) or 0


def page_of_people(like: PeopleLike, *, offset: int, size: int) -> list[Person]:
    """In Danish order of name, each with organisation and municipality. One query."""
    return list(
        db.session.scalars(
            select(Person)
            .options(joinedload(Person.organisation))
            .where(*like.conditions)
            .order_by(Person.sort_key, Person.id)
            .offset(offset)
            .limit(size)
        )
    )


def networks_per_person(person_ids: Iterable[int]) -> dict[int, list[Membership]]:
    """The current memberships of each, with their networks, in Danish order. One query."""
    found: dict[int, list[Membership]] = defaultdict(list)
    for membership in db.session.scalars(
        select(Membership)
        .join(Membership.network)
        .options(contains_eager(Membership.network))
        .where(Membership.person_id.in_(list(person_ids)), Membership.left_at.is_(None))
        .order_by(Network.sort_key, Network.id)
    ):
        found[membership.person_id].append(membership)
    return found


def is_seen_by(viewer: Person) -> ColumnElement[bool]:
    """Oneself, people one shares a network with, and for administrators everybody."""
    if viewer.is_administrator:
        return true()
    shares = exists().where(
        Membership.person_id == Person.id, Membership.left_at.is_(None), within_reach(viewer, Membership.network_id)
    )
    return or_(Person.id == viewer.id, and_(Person.disabled_at.is_(None), shares))


def person_seen_by(viewer: Person, person_id: int) -> Person | None:
    """With organisation, if the viewer may know of them."""
    return db.session.scalar(
        select(Person).options(joinedload(Person.organisation)).where(Person.id == person_id, is_seen_by(viewer))
    )


def person_with_organisation(person_id: int) -> Person | None:
    return db.session.scalar(select(Person).options(joinedload(Person.organisation)).where(Person.id == person_id))


@dataclass(frozen=True)
class Presence:
    """What is known of someone's signing in."""

    last_at: datetime | None
    sessions: int
    has_factor: bool


def presence_of(person: Person) -> Presence:
    """One statement."""
    last_event = select(func.max(Event.at)).where(Event.person_id == person.id, Event.kind.in_(SIGN_INS))
    held = select(func.max(SignInSession.created_at)).where(SignInSession.person_id == person.id)
    living = (
        select(func.count())
        .select_from(SignInSession)
        .where(SignInSession.person_id == person.id, SignInSession.expires_at > clock.now())
    )
    row = db.session.execute(
        select(last_event.scalar_subquery(), held.scalar_subquery(), living.scalar_subquery(), has_factor(person.id))
    ).one()
    return Presence(max((moment for moment in row[:2] if moment), default=None), row[2], row[3])


def administrators() -> list[Person]:
    """With organisation, in Danish order; closed accounts too."""
    return list(
        db.session.scalars(
            select(Person)
            .options(joinedload(Person.organisation))
            .where(Person.administrator_since.is_not(None))
            .order_by(Person.sort_key, Person.id)
        )
    )


def networks_without(person_id: int) -> list[Network]:
    """Those the person is not in, to choose from."""
    is_in = exists().where(
        Membership.network_id == Network.id, Membership.person_id == person_id, Membership.left_at.is_(None)
    )
    return list(db.session.scalars(select(Network).where(~is_in).order_by(Network.sort_key, Network.id)))
