"""Lists that wait, and what is known already of the people on them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Affiliation, Person
from app.core import clock
from app.extensions import db
from app.networks.models import Membership
from app.organisations.models import Organisation
from app.rosters.models import ReceivedList

T = TypeVar("T")
AT_ONCE = 1000  # values in one IN (…)


def received_list_for(viewer: Person, network_id: int, list_id: int) -> ReceivedList | None:
    """One's own, as long as it lives; the network's other coordinators send their own."""
    return db.session.scalar(
        select(ReceivedList)
        .options(joinedload(ReceivedList.network))
        .where(
            ReceivedList.id == list_id,
            ReceivedList.network_id == network_id,
            ReceivedList.by_id == viewer.id,
            ReceivedList.received_at > clock.now() - ReceivedList.LIFETIME,
        )
    )


def _in_portions(values: Iterable[T]) -> Iterator[Sequence[T]]:
    listed = list(dict.fromkeys(values))
    return (listed[start : start + AT_ONCE] for start in range(0, len(listed), AT_ONCE))


@dataclass
class Known:
    """What the database has: people by address, whom of them the network has, and organisations by sort key."""

    people: dict[str, Person] = field(default_factory=dict)
    members: set[int] = field(default_factory=set)
    organisations: dict[str, Organisation] = field(default_factory=dict)


def _follow_merges(organisations: dict[str, Organisation]) -> None:
    """What has been merged into another stands for that one: old lists hold old names."""
    wanted = {one.merged_into_id for one in organisations.values() if one.merged_into_id is not None}
    while wanted:
        found = {one.id: one for one in db.session.scalars(select(Organisation).where(Organisation.id.in_(wanted)))}
        for key, one in organisations.items():
            if one.merged_into_id in found:
                organisations[key] = found[one.merged_into_id]
        wanted = {one.merged_into_id for one in organisations.values() if one.merged_into_id is not None}


def last_days(network_id: int, person_ids: Iterable[int]) -> tuple[dict[int, date], dict[int, datetime]]:
    """When the last known job of each of these people ended, and when they last left this network. Two statements."""
    jobs: dict[int, date] = {}
    memberships: dict[int, datetime] = {}
    for portion in _in_portions(person_ids):
        for person_id, to_on in db.session.execute(
            select(Affiliation.person_id, func.max(Affiliation.to_on))
            .where(Affiliation.person_id.in_(portion))
            .group_by(Affiliation.person_id)
        ):
            jobs |= {person_id: to_on} if to_on else {}
        for person_id, left_at in db.session.execute(
            select(Membership.person_id, func.max(Membership.left_at))
            .where(Membership.network_id == network_id, Membership.person_id.in_(portion))
            .group_by(Membership.person_id)
        ):
            memberships |= {person_id: left_at} if left_at else {}
    return jobs, memberships


def what_is_known(network_id: int, mails: Iterable[str], organisation_keys: Iterable[str]) -> Known:
    """Three statements for up to a thousand lines."""
    known = Known()
    for portion in _in_portions(mails):
        for person in db.session.scalars(select(Person).where(Person.email.in_(portion))):
            known.people[person.email] = person
    for keys in _in_portions(organisation_keys):
        for organisation in db.session.scalars(
            select(Organisation).where(Organisation.sort_key.in_(keys)).order_by(Organisation.id.desc())
        ):
            known.organisations[organisation.sort_key] = organisation
    _follow_merges(known.organisations)
    known.members = set(
        db.session.scalars(
            select(Membership.person_id).where(Membership.network_id == network_id, Membership.left_at.is_(None))
        )
    )
    return known
