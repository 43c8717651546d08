"""Which invitations and requests there are, and whom an invitation would reach."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, not_, or_, select, union_all
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.accounts.models import Person
from app.core import clock
from app.core.paging import Page
from app.extensions import db
from app.invitations.models import Invitation, JoinRequest
from app.invitations.pasting import Pasted
from app.networks.models import Membership, Network, Role
from app.networks.queries import standing_of
from app.organisations.models import Organisation

PER_PAGE = 50
A_DAY = timedelta(days=1)
A_NO_STANDS = timedelta(days=365)  # so long nobody invites who has said no to the network


class Shown(StrEnum):
    """Which of a network's invitations a list shows."""

    OPEN = "open"
    EXPIRED = "expired"
    ANSWERED = "answered"


def _which(shown: Shown) -> ColumnElement[bool]:
    if shown is Shown.ANSWERED:
        return not_(Invitation.is_unanswered())
    is_over = Invitation.expires_at <= clock.now()
    return and_(Invitation.is_unanswered(), is_over if shown is Shown.EXPIRED else not_(is_over))


def counts_of(network_id: int) -> dict[Shown, int]:
    """How many of each there are. One query."""
    counted = (func.count(case((_which(shown), 1))) for shown in Shown)
    row = db.session.execute(select(*counted).where(Invitation.network_id == network_id)).one()
    return dict(zip(Shown, row, strict=True))


def page_of(network_id: int, shown: Shown, page: Page) -> list[Invitation]:
    """The newest first, each with who sent it. One query."""
    newest = func.coalesce(Invitation.accepted_at, Invitation.declined_at, Invitation.withdrawn_at)
    order = newest.desc() if shown is Shown.ANSWERED else Invitation.last_sent_at.desc()
    return list(
        db.session.scalars(
            select(Invitation)
            .options(joinedload(Invitation.invited_by))
            .where(Invitation.network_id == network_id, _which(shown))
            .order_by(order, Invitation.id)
            .offset(page.offset)
            .limit(page.size)
        )
    )


def invitation_in(network_id: int, invitation_id: int) -> Invitation | None:
    """With its network, locked: what a coordinator is about to change."""
    return db.session.scalar(
        select(Invitation)
        .options(joinedload(Invitation.network))
        .where(Invitation.id == invitation_id, Invitation.network_id == network_id)
        .with_for_update(of=Invitation)
    )


def expired_in(network_id: int) -> list[Invitation]:
    """With their network, locked."""
    return list(
        db.session.scalars(
            select(Invitation)
            .options(joinedload(Invitation.network))
            .where(Invitation.network_id == network_id, _which(Shown.EXPIRED))
            .order_by(Invitation.id)
            .with_for_update(of=Invitation)
        )
    )


def sent_within_a_day(by: Person) -> int:
    """How many people somebody has invited since this hour yesterday."""
    return (
        db.session.scalar(
            select(func.count()).where(Invitation.invited_by_id == by.id, Invitation.last_sent_at > clock.now() - A_DAY)
        )
        or 0
    )


@dataclass(frozen=True)
class Plan:
    """What inviting these addresses would do."""

    fresh: list[Pasted]
    again: list[Invitation]  # invited before, but the invitation has expired
    members: list[Pasted]  # left alone
    invited: list[Pasted]  # left alone
    closed: list[Pasted]  # their account is closed, so nobody can invite them
    declined: list[tuple[Pasted, datetime]]  # left alone: said no, and when

    @property
    def total(self) -> int:
        return len(self.fresh) + len(self.again)


def plan_for(network_id: int, entries: Iterable[Pasted]) -> Plan:
    """Three queries, however many they are."""
    asked = {entry.email: entry for entry in entries}
    known = _people_at(network_id, list(asked))
    earlier = _unanswered_at(network_id, list(asked))
    noes = _noes_at(network_id, list(asked))
    plan = Plan([], [], [], [], [], [])
    for email, entry in asked.items():
        is_member, is_closed = known.get(email, (False, False))
        invitation = earlier.get(email)
        if is_closed:
            plan.closed.append(entry)
        elif is_member:
            plan.members.append(entry)
        elif invitation is None and email in noes:
            plan.declined.append((entry, noes[email]))
        elif invitation is None:
            plan.fresh.append(entry)
        elif invitation.is_open:
            plan.invited.append(entry)
        else:
            plan.again.append(invitation)
    return plan


def _people_at(network_id: int, emails: list[str]) -> dict[str, tuple[bool, bool]]:
    """Address → whether they are a member of the network, and whether their account is closed."""
    membership = exists().where(
        Membership.person_id == Person.id, Membership.network_id == network_id, Membership.left_at.is_(None)
    )
    rows = db.session.execute(select(Person.email, membership, Person.disabled_at).where(Person.email.in_(emails)))
    return {email: (is_member, disabled_at is not None) for email, is_member, disabled_at in rows}


def _unanswered_at(network_id: int, emails: list[str]) -> dict[str, Invitation]:
    rows = db.session.scalars(
        select(Invitation).where(
            Invitation.network_id == network_id, Invitation.email.in_(emails), Invitation.is_unanswered()
        )
    )
    return {invitation.email: invitation for invitation in rows}


def _noes_at(network_id: int, emails: list[str]) -> dict[str, datetime]:
    """Address → when it last said no to this network, if that still stands."""
    latest = func.max(Invitation.declined_at)
    rows = db.session.execute(
        select(Invitation.email, latest)
        .where(
            Invitation.network_id == network_id,
            Invitation.email.in_(emails),
            Invitation.declined_at > clock.now() - A_NO_STANDS,
        )
        .group_by(Invitation.email)
    )
    return {email: declined_at for email, declined_at in rows if declined_at is not None}


def person_ids_at(emails: Iterable[str]) -> dict[str, int]:
    """Whose addresses these are, as far as they have an account."""
    rows = db.session.execute(select(Person.email, Person.id).where(Person.email.in_(list(emails))))
    return {row.email: row.id for row in rows}


def invitations_to(person: Person) -> list[Invitation]:
    """The open ones to their address, the newest first, each with its network and who sent it."""
    return list(
        db.session.scalars(
            select(Invitation)
            .options(joinedload(Invitation.network), joinedload(Invitation.invited_by))
            .where(Invitation.email == person.email, _which(Shown.OPEN), _is_no_member_yet(person.id))
            .order_by(Invitation.last_sent_at.desc())
        )
    )


def _is_no_member_yet(person_id: int) -> ColumnElement[bool]:
    return ~exists().where(
        Membership.network_id == Invitation.network_id,
        Membership.person_id == person_id,
        Membership.left_at.is_(None),
    )


def _is_member_by_address() -> ColumnElement[bool]:
    return exists().where(
        Person.email == Invitation.email,
        Membership.person_id == Person.id,
        Membership.network_id == Invitation.network_id,
        Membership.left_at.is_(None),
    )


def overtaken() -> list[Invitation]:
    """Unanswered ones to people who have become members in another way."""
    return list(
        db.session.scalars(
            select(Invitation)
            .where(Invitation.is_unanswered(), _is_member_by_address())
            .order_by(Invitation.id)
            .with_for_update(skip_locked=True)
        )
    )


def due_for_a_reminder(*, rest: timedelta, warning: timedelta, at_most: int) -> list[Invitation]:
    """Open ones that have waited for `rest`, or that end within `warning`, and were not yet told so."""
    now = clock.now()
    has_waited = and_(Invitation.reminded_at.is_(None), Invitation.last_sent_at <= now - rest)
    ends_soon = and_(Invitation.warned_at.is_(None), Invitation.expires_at <= now + warning)
    return list(
        db.session.scalars(
            select(Invitation)
            .where(_which(Shown.OPEN), or_(has_waited, ends_soon), ~_is_member_by_address())
            .order_by(Invitation.id)
            .limit(at_most)
            .with_for_update(skip_locked=True)
        )
    )


# Open networks


def _coordinators() -> Select[Person]:
    return (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.role == Role.COORDINATOR, Membership.left_at.is_(None), Person.disabled_at.is_(None))
    )


def coordinators_of(network_id: int) -> list[Person]:
    return list(
        db.session.scalars(_coordinators().where(Membership.network_id == network_id).order_by(Person.sort_key))
    )


def who_decides_on(network_id: int) -> list[int]:
    """Person ids: the coordinators, or where there is none left, those who run the installation."""
    coordinators = [person.id for person in coordinators_of(network_id)]
    if coordinators:
        return coordinators
    is_administrator = and_(Person.administrator_since.is_not(None), Person.disabled_at.is_(None))
    return list(db.session.scalars(select(Person.id).where(is_administrator).order_by(Person.id)))


def open_network(network_id: int) -> Network | None:
    """A network that everybody signed in may know of."""
    return db.session.scalar(select(Network).where(Network.id == network_id, Network.is_open))


def municipalities_in(network_id: int) -> int:
    """From how many municipalities its members come."""
    return (
        db.session.scalar(
            select(func.count(func.distinct(Organisation.municipality_code)))
            .join(Person, Person.organisation_id == Organisation.id)
            .join(Membership, Membership.person_id == Person.id)
            .where(Membership.network_id == network_id, Membership.left_at.is_(None), Person.disabled_at.is_(None))
        )
        or 0
    )


@dataclass(frozen=True)
class OpenLine:
    """An open network in a list for somebody who is not in it."""

    network: Network
    has_asked: bool


def open_networks_for(viewer: Person) -> list[OpenLine]:
    """Those that the viewer is not a member of, and whether they have asked. One query."""
    asked = exists().where(
        JoinRequest.network_id == Network.id, JoinRequest.person_id == viewer.id, JoinRequest.awaits_an_answer()
    )
    rows = db.session.execute(
        select(Network, asked)
        .where(Network.is_open, Network.id.not_in(list(standing_of(viewer).belongings)))
        .order_by(Network.sort_key, Network.id)
    )
    return [OpenLine(network, has_asked) for network, has_asked in rows]


def last_request_of(person: Person, network_id: int) -> JoinRequest | None:
    return db.session.scalar(
        select(JoinRequest)
        .where(JoinRequest.network_id == network_id, JoinRequest.person_id == person.id)
        .order_by(JoinRequest.id.desc())
        .limit(1)
    )


def undecided_in(network_id: int) -> list[JoinRequest]:
    """The oldest first, with person and organisation; without those who have become members in another way."""
    return list(
        db.session.scalars(
            select(JoinRequest)
            .join(JoinRequest.person)
            .options(
                contains_eager(JoinRequest.person).joinedload(Person.organisation).joinedload(Organisation.municipality)
            )
            .where(JoinRequest.network_id == network_id, _still_asks())
            .order_by(JoinRequest.created_at, JoinRequest.id)
        )
    )


def _still_asks() -> ColumnElement[bool]:
    is_member = exists().where(
        Membership.network_id == JoinRequest.network_id,
        Membership.person_id == JoinRequest.person_id,
        Membership.left_at.is_(None),
    )
    asker = aliased(Person)
    is_closed = exists().where(asker.id == JoinRequest.person_id, asker.disabled_at.is_not(None))
    return and_(JoinRequest.awaits_an_answer(), ~is_member, ~is_closed)


def request_in(network_id: int, request_id: int) -> JoinRequest | None:
    """With network, person and organisation."""
    return db.session.scalar(
        select(JoinRequest)
        .options(
            joinedload(JoinRequest.network),
            joinedload(JoinRequest.person).joinedload(Person.organisation).joinedload(Organisation.municipality),
        )
        .where(JoinRequest.id == request_id, JoinRequest.network_id == network_id)
        .with_for_update(of=JoinRequest)
    )


# Home


@dataclass(frozen=True)
class Waiting:
    """What the first page says of invitations and requests: who asks, or who has invited the viewer."""

    is_request: bool
    id: int
    nonce: str  # of an invitation
    network_id: int
    network: str
    name: str
    at: datetime


def waiting_for(viewer: Person, *, limit: int) -> list[Waiting]:
    """Requests that the viewer is to answer as a coordinator, and invitations to them. One query."""
    coordinated = [network_id for network_id, role in standing_of(viewer).roles.items() if role is Role.COORDINATOR]
    requests = (
        select(
            literal(1).label("is_request"), JoinRequest.id.label("id"), literal("").label("nonce"),
            Network.id.label("network_id"), Network.name.label("network"), Person.name.label("name"),
            JoinRequest.created_at.label("at"),
        )
        .join(Network, Network.id == JoinRequest.network_id)
        .join(Person, Person.id == JoinRequest.person_id)
        .where(JoinRequest.network_id.in_(coordinated), _still_asks())
    )  # fmt: skip
    invitations = (
        select(
            literal(0), Invitation.id, Invitation.nonce, Network.id, Network.name, Person.name, Invitation.last_sent_at,
        )
        .join(Network, Network.id == Invitation.network_id)
        .join(Person, Person.id == Invitation.invited_by_id)
        .where(Invitation.email == viewer.email, _which(Shown.OPEN), _is_no_member_yet(viewer.id))
    )  # fmt: skip
    both = union_all(requests, invitations).subquery()
    rows = db.session.execute(select(both).order_by(both.c.at).limit(limit))
    return [Waiting(bool(row.is_request), *row[1:]) for row in rows]
