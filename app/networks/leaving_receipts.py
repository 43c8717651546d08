"""What was handed over when somebody left, read from the log: the receipt of the one who left, who sees the network no more."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Event, EventKind, Person
from app.core import clock
from app.extensions import db
from app.networks.duties import headings
from app.networks.models import Membership

RECENT = timedelta(days=30)


@dataclass
class Handed:
    """To whom, what, below its headings; `to` is empty for what ended, each with its word."""

    to: str
    groups: list[tuple[str, list[tuple[str, str]]]]


@dataclass
class Slip:
    """One network's, with the day."""

    network: str
    at: datetime
    handed: list[Handed] = field(default_factory=list)


def _groups(things: Iterable[list[str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    titles: dict[str, list[tuple[str, str]]] = {}
    for kind, title, *word in things:
        titles.setdefault(kind, []).append((title, word[0] if word else ""))
    return [(str(heading), titles[kind]) for kind, heading in headings().items() if kind in titles]


def _slip(events: list[Event], network: str, at: datetime) -> Slip:
    given = sorted(events, key=lambda event: (not event.facts["to"], event.id))
    return Slip(network, at, [Handed(event.facts["to"], _groups(event.facts["things"])) for event in given])


def _handed_over_by(person_id: int, *conditions: Any) -> list[Event]:
    query = select(Event).where(Event.person_id == person_id, Event.kind == EventKind.HANDED_OVER, *conditions)
    return list(db.session.scalars(query.order_by(Event.id)))


def receipt_of(membership: Membership, *, knows_network: bool) -> Slip:
    """For an ended membership whose network is loaded. Two queries.

    The network is called what it was called then: whoever has left does not hear of a later name.
    """
    events = _handed_over_by(membership.person_id, Event.network_id == membership.network_id)
    own = [event for event in events if event.facts["membership_id"] == membership.id]
    at = membership.left_at or clock.now()
    name = own[-1].facts["network"] if own else _name_at(membership, at)
    return _slip(own, name or (membership.network.name if knows_network else _("a network")), at)


def _name_at(membership: Membership, at: datetime) -> str:
    """What the log called the network when this membership ended; nothing where no line was written."""
    left = db.session.scalars(
        select(Event).where(
            Event.person_id == membership.person_id,
            Event.network_id == membership.network_id,
            Event.kind == EventKind.LEFT,
        )
    ).all()
    nearest = min(left, key=lambda event: abs(event.at - at), default=None)
    return str(nearest.facts.get("network", "")) if nearest else ""


def receipts_of(person: Person) -> list[Slip]:
    """Of the last month, the latest first. One query."""
    slips: dict[Any, list[Event]] = {}
    for event in _handed_over_by(person.id, Event.at > clock.now() - RECENT):
        slips.setdefault((event.network_id, event.facts["membership_id"]), []).append(event)
    return [_slip(events, events[0].facts["network"], events[0].at) for events in reversed(slips.values())]
