"""Which municipality's turn it is to be host: the one that has waited longest, among those with members."""

from dataclasses import dataclass
from datetime import date
from itertools import cycle, islice

from sqlalchemy import func, select

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.meetings.models import Meeting
from app.meetings.queries import is_on
from app.networks.models import Membership
from app.organisations.models import Organisation
from app.organisations.queries import Place, municipalities


@dataclass(frozen=True)
class Turn:
    """A municipality in the order of hosts. `last_on` is the day of its latest meeting as host, held or called."""

    place: Place
    last_on: date | None


def fair_order(network_id: int) -> list[Turn]:
    """Public: longest since last first, those who never were host before all others, then in Danish order."""
    with_members = set(
        db.session.scalars(
            select(Organisation.municipality_code)
            .join(Person, Person.organisation_id == Organisation.id)
            .join(Membership, Membership.person_id == Person.id)
            .where(Membership.network_id == network_id, Membership.left_at.is_(None), Person.disabled_at.is_(None))
            .distinct()
        )
    )
    latest = dict(
        db.session.execute(
            select(Meeting.host_code, func.max(Meeting.starts_at))
            .where(Meeting.network_id == network_id, Meeting.host_code.is_not(None), is_on())
            .group_by(Meeting.host_code)
        ).all()
    )
    turns = [
        Turn(place, clock.local(latest[place.code]).date() if place.code in latest else None)
        for place in municipalities()
        if place.code in with_members
    ]
    return sorted(turns, key=lambda turn: turn.last_on or date.min)


def hosts_in_turn(network_id: int, count: int) -> list[str]:
    """Public: the codes of the hosts for the next `count` meetings; empty where nobody could be host."""
    codes = [turn.place.code for turn in fair_order(network_id)]
    return list(islice(cycle(codes), count)) if codes else []
