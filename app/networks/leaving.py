"""Leaving one network or all of them, so that nothing is left to nobody. `open_duties` and `hand_over_everything` are public."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.accounts.operations import leave_organisation
from app.core import clock
from app.core.errors import DomainError
from app.core.tokens import new_secret
from app.extensions import db
from app.networks.duties import Duty, Ended, Ending, Thing, duties, duty_of, open_things, register
from app.networks.models import Membership, Network, Role
from app.networks.queries import forget_standings
from app.notifications.notices import forget_network
from app.notifications.operations import announce
from app.organisations.models import Organisation

LONGEST_WORD = 500


class UnsettledError(DomainError):
    """Somebody has to be named first; `problems` says for which question of the form ("to-action-7") and why."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(next(iter(problems.values())))
        self.problems = dict(problems)


@dataclass(frozen=True)
class Wishes:
    """Who is to have what: in each network somebody for everything, and for single things somebody else, or nobody."""

    everything: Mapping[int, int] = field(default_factory=dict)  # network → person
    single: Mapping[str, int | None] = field(default_factory=dict)  # key of the thing → person; None is nobody
    words: Mapping[str, str] = field(default_factory=dict)  # key of the thing → the word it ends with


@dataclass
class Household:
    """What there is to hand over in one network, and who is there to take it."""

    network: Network
    membership: Membership | None  # None: somebody who only has things here, as an administrator may
    receivers: list[Membership]  # everybody else, coordinators first
    things: list[Thing]

    def __post_init__(self) -> None:
        if self.membership is not None and self.is_last_coordinator:
            network = self.network
            self.things = [Thing("coordination", self.membership.id, network.id, network.name), *self.things]

    @property
    def coordinators(self) -> list[Membership]:
        return [one for one in self.receivers if one.role is Role.COORDINATOR]

    @property
    def is_last_coordinator(self) -> bool:
        coordinates = self.membership is not None and self.membership.role is Role.COORDINATOR
        return coordinates and bool(self.receivers) and not self.coordinators

    @property
    def heir(self) -> Membership | None:
        """Who is proposed: the other coordinator. Where there is none, the leaver has to choose."""
        return self.coordinators[0] if self.coordinators else None

    def may_end(self, thing: Thing) -> Ending:
        """Where nobody else is left, nobody is let down."""
        return Ending.FREE if thing.ending is Ending.NONE and not self.receivers else thing.ending


@dataclass
class Receipt:
    """What became of it all, in one network."""

    network: Network
    given: dict[int, list[Thing]] = field(default_factory=dict)  # by person
    ended: list[Ended] = field(default_factory=list)
    people: dict[int, Person] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.given or self.ended)


# What there is


def open_duties(person_id: int) -> list[Thing]:
    """Public, for whoever closes an account: what is open and this person's, in all networks."""
    return [thing for household in households_of(db.session.get_one(Person, person_id)) for thing in household.things]


def _memberships(condition: ColumnElement[bool]) -> list[Membership]:
    return list(
        db.session.scalars(
            select(Membership)
            .join(Membership.person)
            .options(
                joinedload(Membership.network),
                joinedload(Membership.person).joinedload(Person.organisation).joinedload(Organisation.municipality),
            )
            .where(condition, Membership.left_at.is_(None), Person.disabled_at.is_(None))
            .order_by(Membership.role, Person.sort_key, Person.id)  # "coordinator" comes before "member"
            .execution_options(populate_existing=True)
        )
    )


def households_of(person: Person, *, seen_by: Person | None = None) -> list[Household]:
    """The networks someone is in or has things in, in Danish order. Three queries at most and those of the duties.

    With `seen_by`, who is no administrator, only those the person is in: what somebody has in another network, say a
    meeting that an administrator called, would tell them that it exists.
    """
    things: dict[int, list[Thing]] = defaultdict(list)
    for thing in open_things(person, None):
        things[thing.network_id].append(thing)
    own = {one.network_id: one for one in _own(person)}
    there = {id_: one.network for id_, one in own.items()}
    elsewhere = set(things) - set(own)
    if elsewhere and (seen_by is None or seen_by.is_administrator):
        there |= {one.id: one for one in db.session.scalars(select(Network).where(Network.id.in_(elsewhere)))}
    others: dict[int, list[Membership]] = defaultdict(list)
    for one in _memberships(Membership.network_id.in_(there)) if there else []:
        if one.person_id != person.id:
            others[one.network_id].append(one)
    households = [Household(network, own.get(id_), others[id_], things[id_]) for id_, network in there.items()]
    return sorted(households, key=lambda household: (household.network.sort_key, household.network.id))


def household_of(membership: Membership) -> Household:
    """One network's, for a membership whose person and network are loaded. One query and those of the duties."""
    network_id, person = membership.network_id, membership.person
    others = [one for one in _memberships(Membership.network_id == network_id) if one.person_id != person.id]
    return Household(membership.network, membership, others, open_things(person, [network_id]))


def _own(person: Person) -> list[Membership]:
    """Also of somebody whose account is closed."""
    query = select(Membership).options(joinedload(Membership.network), joinedload(Membership.person))
    own = query.where(Membership.person_id == person.id, Membership.left_at.is_(None))
    return list(db.session.scalars(own.execution_options(populate_existing=True)))


# Coordinating is itself a duty


def _pass_on_coordination(things: Sequence[Thing], to: Person, by: Person) -> None:
    for thing in things:
        heir = db.session.scalars(
            select(Membership).where(
                Membership.network_id == thing.network_id, Membership.person_id == to.id, Membership.left_at.is_(None)
            )
        ).one()
        heir.role, db.session.get_one(Membership, thing.id).role = Role.COORDINATOR, Role.MEMBER
        facts = {"network": thing.title, "role": Role.COORDINATOR.value}
        record(EventKind.ROLE_CHANGED, to, by=by, network_id=thing.network_id, **facts)


def register_coordination() -> None:
    """Found with the household, which has read the memberships anyway; it is a thing only where nobody shares it."""
    register(
        "coordination",
        Duty(
            headings={"coordination": _l("Coordinating the network")},
            columns=frozenset({"memberships.person_id"}),
            open_things=lambda _person, _networks: [],
            hand_over=_pass_on_coordination,
            end=lambda _ended, _by: None,
        ),
    )


# Settling who gets what


@dataclass
class _Settled:
    given: list[tuple[Thing, Membership]] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)


def _settle(household: Household, wishes: Wishes, settled: _Settled) -> None:
    """Decides for each thing, or says what is missing. Coordination comes first: it decides who may take the drafts."""
    takers = {one.person_id: one for one in household.receivers}
    coordinators = {one.person_id: one for one in household.coordinators}
    for thing in household.things:
        is_named = thing.key in wishes.single
        wished = wishes.single[thing.key] if is_named else _general(household, wishes)
        if wished is None:
            _end(household, thing, wishes.words.get(thing.key, "").strip(), settled)
            continue
        taker = takers.get(wished)
        if thing.is_for_coordinators and not is_named and wished not in coordinators:
            taker = next(iter(coordinators.values()), None)
        if taker is None:
            question = f"to-{thing.key}" if is_named else f"all-{household.network.id}"
            settled.problems.setdefault(question, _asks(thing))
        elif thing.is_for_coordinators and taker.person_id not in coordinators:
            settled.problems[f"to-{thing.key}"] = _(
                "Only a coordinator can finish minutes, and %(name)s is not one.", name=taker.person.name
            )
        else:
            settled.given.append((thing, taker))
            if thing.kind == "coordination":
                coordinators[taker.person_id] = taker


def _general(household: Household, wishes: Wishes) -> int | None:
    """Who has what nobody else was named for: 0 when that is still to be chosen, None when nobody is there."""
    if not household.receivers:
        return None
    return wishes.everything.get(household.network.id, household.heir.person_id if household.heir else 0)


def _asks(thing: Thing) -> str:
    if thing.kind == "coordination":
        return _("Choose who coordinates %(network)s from now on.", network=thing.title)
    return _("Choose who takes over.")


def _end(household: Household, thing: Thing, word: str, settled: _Settled) -> None:
    ending = household.may_end(thing)
    if ending is Ending.NONE:
        settled.problems[f"to-{thing.key}"] = _asks(thing)
    elif ending is Ending.WORD and not word:
        settled.problems[f"word-{thing.key}"] = _("Write a word on how it ended.")
    elif len(word) > LONGEST_WORD:
        settled.problems[f"word-{thing.key}"] = _("Use at most %(max)d characters.", max=LONGEST_WORD)
    else:
        settled.ended.append((thing, word))


# Doing it


def _lock(networks: Collection[int]) -> None:
    """Acts on the members of a network wait for each other; always in the same order, so that no two wait in a ring."""
    db.session.execute(select(Network.id).where(Network.id.in_(networks)).order_by(Network.id).with_for_update())


def _depart(person: Person, households: list[Household], wishes: Wishes, *, by: Person, ends: bool) -> list[Receipt]:
    """All or nothing: raises UnsettledError before anything is changed."""
    settled = _Settled()
    for household in households:
        _settle(household, wishes, settled)
    if settled.problems:
        raise UnsettledError(settled.problems)
    _hand_over(settled, by)
    networks = [household.network.id for household in households]
    if ends:
        for duty in duties():
            duty.let_go(person, networks)
        _end_memberships(person, households, by)
    forget_standings()
    receipts = _receipts(households, settled)
    _write_down(person, households, receipts, by)
    _tell(person, receipts, by)
    return receipts


def _hand_over(settled: _Settled, by: Person) -> None:
    given: dict[tuple[int, int], tuple[Duty, Person, list[Thing]]] = {}
    for thing, taker in settled.given:
        duty = duty_of(thing.kind)
        given.setdefault((id(duty), taker.person_id), (duty, taker.person, []))[2].append(thing)
    for duty, to, things in given.values():
        duty.hand_over(things, to, by)
    for duty in duties():
        ended = [(thing, word) for thing, word in settled.ended if thing.kind in duty.headings]
        if ended:
            duty.end(ended, by)


def _end_memberships(person: Person, households: list[Household], by: Person) -> None:
    for household in households:
        if household.membership is not None:
            household.membership.left_at = clock.now()
            forget_network(person.id, household.network.id)
            record(EventKind.LEFT, person, by=by, network_id=household.network.id, network=household.network.name)


def _receipts(households: list[Household], settled: _Settled) -> list[Receipt]:
    receipts = {household.network.id: Receipt(household.network) for household in households}
    for thing, taker in settled.given:
        receipt = receipts[thing.network_id]
        receipt.given.setdefault(taker.person_id, []).append(thing)
        receipt.people[taker.person_id] = taker.person
    for thing, word in settled.ended:
        receipts[thing.network_id].ended.append((thing, word))
    return list(receipts.values())


def _write_down(person: Person, households: list[Household], receipts: list[Receipt], by: Person) -> None:
    """One line in the log for each receiver; the leaver's receipt is read from them."""
    for household, receipt in zip(households, receipts, strict=True):
        about = {
            "network": receipt.network.name,
            "membership_id": household.membership.id if household.membership else None,
        }
        for person_id, things in receipt.given.items():
            named = [[thing.kind, thing.title] for thing in things]
            record(EventKind.HANDED_OVER, person, by=by, network_id=receipt.network.id, to=receipt.people[person_id].name, things=named, **about)  # fmt: skip
        if receipt.ended:
            named = [[thing.kind, thing.title, word] for thing, word in receipt.ended]
            record(EventKind.HANDED_OVER, person, by=by, network_id=receipt.network.id, to="", things=named, **about)


def _tell(person: Person, receipts: list[Receipt], by: Person) -> None:
    """One mail to each receiver, however many things and networks."""
    given: dict[int, list[list[str | int]]] = defaultdict(list)
    for receipt in receipts:
        for person_id, things in receipt.given.items():
            given[person_id] += [[receipt.network.id, thing.kind, thing.title] for thing in things]
    act = f"leaving:{new_secret()}"
    for person_id, given_things in given.items():
        payload = {"from": person.name, "by": by.name if by.id != person.id else "", "things": given_things}
        announce("handed_over", to=[person_id], about=act, payload=payload, but_not=by.id)


def leave(membership: Membership, wishes: Wishes, *, by: Person) -> Receipt | None:
    """Hands over and ends the membership; its row stays, with its dates. None when it had ended already."""
    _lock([membership.network_id])
    db.session.refresh(membership, ["left_at", "role"])
    if membership.left_at is not None:
        return None
    household = household_of(membership)
    return _depart(membership.person, [household], wishes, by=by, ends=True)[0]


def leave_everything(person: Person, wishes: Wishes, *, by: Person, last_day: date | None = None) -> list[Receipt]:
    """Hands over in all networks, ends the memberships and, with `last_day`, the affiliation. Twice changes nothing."""
    _lock([household.network.id for household in households_of(person, seen_by=by)])
    households = households_of(person, seen_by=by)
    receipts = _depart(person, households, wishes, by=by, ends=True)
    if last_day is not None:
        leave_organisation(person, last_day=last_day, by=by)
    return receipts


def hand_over_everything(person: Person, *, to: Mapping[int, int] | None = None, by: Person) -> list[Receipt]:
    """Public, before an account is closed: everything to one person in each network, `to`, else its other coordinator.

    The memberships end. Raises UnsettledError where nobody is named and nobody is there to be proposed.
    """
    return leave_everything(person, Wishes(everything=to or {}), by=by)
