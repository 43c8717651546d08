"""Every line of the log, the newest first; a page begins where the one before it ended."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased, contains_eager

from app.accounts.models import Event, EventKind, Person
from app.administration.queries.people import says
from app.core import clock
from app.core.danish import sort_key
from app.extensions import db
from app.networks.models import Network


def _midnight(day: date) -> datetime:
    """When the day begins in Denmark; no clock changes at midnight."""
    return clock.from_wall(datetime.combine(day, time()))


@dataclass(frozen=True)
class EventsLike:
    """Which lines are looked for; what is empty narrows nothing. Both days are part of the period."""

    kind: EventKind | None = None
    person: str = ""
    network: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        if self.kind is not None:
            conditions.append(Event.kind == self.kind)
        if self.person.split():
            people = select(Person.id).where(*says(self.person))
            conditions.append(or_(Event.person_id.in_(people), Event.by_id.in_(people)))
        if self.network.split():
            names = (Network.sort_key.contains(sort_key(word), autoescape=True) for word in self.network.split())
            conditions.append(Event.network_id.in_(select(Network.id).where(*names)))
        if self.since is not None:
            conditions.append(Event.at >= _midnight(self.since))
        if self.until is not None:
            conditions.append(Event.at < _midnight(self.until + timedelta(days=1)))
        return conditions


@dataclass(frozen=True)
class Line:
    """An event with the people in it, and the name the network has today."""

    event: Event
    network_name: str | None


def _lines(like: EventsLike) -> Select[Event, str]:
    about, by = aliased(Person), aliased(Person)
    return (
        select(Event, Network.name)
        .outerjoin(Event.person.of_type(about))
        .outerjoin(Event.by.of_type(by))
        .outerjoin(Network, Network.id == Event.network_id)
        .options(contains_eager(Event.person.of_type(about)), contains_eager(Event.by.of_type(by)))
        .where(*like.conditions)
        .order_by(Event.at.desc(), Event.id.desc())
    )


def _is_before(event_id: int) -> ColumnElement[bool]:
    its_moment = select(Event.at).where(Event.id == event_id).scalar_subquery()
    return or_(Event.at < its_moment, and_(Event.at == its_moment, Event.id < event_id))


def lines_before(like: EventsLike, event_id: int | None, *, size: int) -> list[Line]:
    """The next `size` older than the event; the newest when it is None. One statement, as quick on the last page as on the first."""
    lines = _lines(like) if event_id is None else _lines(like).where(_is_before(event_id))
    return [Line(event, name) for event, name in db.session.execute(lines.limit(size))]


def all_lines(like: EventsLike, *, at_most: int) -> Iterator[Line]:
    """The newest first, read a thousand at a time."""
    for event, name in db.session.execute(_lines(like).limit(at_most).execution_options(yield_per=1000)):
        yield Line(event, name)


def latest_about(person_id: int, *, size: int) -> list[Line]:
    about = _lines(EventsLike()).where(Event.person_id == person_id)
    return [Line(event, name) for event, name in db.session.execute(about.limit(size))]
