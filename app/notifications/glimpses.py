"""What the inbox says of an announcement: each room registers, per kind, how its line reads, and where its things stand.

A line is written when the inbox is opened, from what is true then. All things on a page are read in one statement, however
many sorts there are: each room says how its things become rows of the same columns.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import LazyString
from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    String,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)

from app.accounts.models import Person
from app.core.db import UtcDateTime
from app.extensions import db

log = logging.getLogger(__name__)
Facts = dict[str, Any]
Asked = Any  # something that SQL can be made of: a column, or an expression


@dataclass(frozen=True)
class Thing:
    """What an announcement is about, as it stands now. `who` is its author or whoever else counts; `state` is the sort's own word."""

    id: int
    network_id: int = 0
    title: str = ""
    who: str = ""
    state: str = ""
    at: datetime | None = None
    number: int = 0

    @property
    def moment(self) -> datetime:
        """`at`, of a sort whose things all have one."""
        if self.at is None:
            raise ValueError("a thing without a moment")
        return self.at


@dataclass(frozen=True)
class Glimpse:
    """A line of the inbox: a sentence, the page it leads to, and in a quiet line who or what stands behind it."""

    words: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Sort:
    """How things of one sort are read. `join` adds what the columns need; `seen_by` narrows to what a viewer may see.

    Whether the viewer is in the thing's network is for `draw` to look at.
    """

    id: Asked
    network: Asked = None
    title: Asked = None
    who: Asked = None
    state: Asked = None
    at: Asked = None
    number: Asked = None
    join: Callable[[Select[Any]], Select[Any]] = lambda query: query
    seen_by: Callable[[Person], ColumnElement[bool]] | None = None


# None: there is nothing to say of it any more.
Say = Callable[[Facts, Thing], Glimpse | None]


@dataclass(frozen=True)
class Kind:
    """How one kind of announcement is told. `named` is the place in its payload that names a thing of the sort `sort`.

    `area` is the part of the house it comes from, for whoever looks through many. What is `owed` comes even where a
    network is muted. Without `in_network` it is shown to people who are not in the network, and says nothing of it.
    """

    say: Say
    icon: str
    area: LazyString
    sort: str = ""
    named: str = ""
    owed: bool = True
    in_network: bool = True
    before_agreeing: bool = False  # also shown where the network's agreement is not accepted yet
    to_address: bool = False  # also what is announced to the address of somebody who has an account


NOTHING: Final = Thing(0)
_sorts: dict[str, Sort] = {}
_kinds: dict[str, Kind] = {}
_areas: dict[str, LazyString] = {}


def add_sort(name: str, sort: Sort) -> None:
    """Called once per sort while the application is put together."""
    _sorts[name] = sort


def register(kind: str, how: Kind) -> None:
    """Called once per kind while the application is put together. A kind without one leaves nothing in the inbox."""
    _kinds[kind] = how


def for_the_mailbox_alone(kind: str, area: LazyString) -> None:
    """Called once per kind that leaves no line but is still of a part of the house, for whoever looks for a mail that was not sent."""
    _areas[kind] = area


def areas() -> dict[str, LazyString]:
    """The part of the house that each kind comes from; mails about signing in are of none."""
    return {**_areas, **{kind: how.area for kind, how in _kinds.items()}}


def kind_of(kind: str) -> Kind | None:
    return _kinds.get(kind)


def kinds() -> dict[str, Kind]:
    return dict(_kinds)


def network_of(how: Kind, payload: Facts) -> ScalarSelect[int] | None:
    """The network that an announcement belongs to, to be asked in the statement that writes its notices."""
    sort = _sorts.get(how.sort)
    if sort is None or sort.network is None or not how.in_network or how.named not in payload:
        return None
    return sort.join(select(sort.network)).where(sort.id == payload[how.named]).scalar_subquery()


Told = tuple[str, Facts]


def draw(viewer: Person, told: Sequence[Told], *, may_enter: Callable[[int], bool]) -> list[Glimpse | None]:
    """The line of each (kind, payload), in their order; None where there is nothing to say, or not any more.

    `may_enter` says of a network's number whether the viewer may. One statement at most.
    """
    things = _things(viewer, told)
    return [_line(kind, payload, things, may_enter) for kind, payload in told]


def _line(
    kind: str, payload: Facts, things: dict[tuple[str, int], Thing], may_enter: Callable[[int], bool]
) -> Glimpse | None:
    how = _kinds.get(kind)
    if how is None:
        return None
    thing = things.get((how.sort, payload.get(how.named, 0))) if how.sort else NOTHING
    if thing is None or (
        thing.network_id and how.in_network and not how.before_agreeing and not may_enter(thing.network_id)
    ):
        return None
    try:
        return how.say(payload, thing)
    except (KeyError, ValueError) as error:  # facts as an older version wrote them; one line must not cost the page
        log.warning("no line for a notice of kind %s: %s", kind, type(error).__name__)
        return None


def _things(viewer: Person, told: Iterable[Told]) -> dict[tuple[str, int], Thing]:
    wanted: dict[str, set[int]] = {}
    for kind, payload in told:
        how = _kinds.get(kind)
        if how is not None and how.sort and how.named in payload:
            wanted.setdefault(how.sort, set()).add(payload[how.named])
    reads = [_read(name, sorted(ids), viewer) for name, ids in sorted(wanted.items())]
    if not reads:
        return {}
    rows = db.session.execute(union_all(*reads) if len(reads) > 1 else reads[0])
    return {
        (row.sort, row.id): Thing(row.id, row.network_id, row.title, row.who, row.state, row.at, row.number)
        for row in rows
    }


def _read(name: str, ids: list[int], viewer: Person) -> Select[Any]:
    sort = _sorts[name]
    number = func.coalesce(sort.number, 0) if sort.number is not None else literal(0, Integer)
    moment = sort.at if sort.at is not None else cast(null(), UtcDateTime)
    query = sort.join(
        select(
            literal_column(f"'{name}'", String).label("sort"),
            sort.id.label("id"),
            (func.coalesce(sort.network, 0) if sort.network is not None else literal(0, Integer)).label("network_id"),
            _text(sort.title).label("title"),
            _text(sort.who).label("who"),
            _text(sort.state).label("state"),
            moment.label("at"),
            number.label("number"),
        )
    ).where(sort.id.in_(ids))
    return query.where(sort.seen_by(viewer)) if sort.seen_by else query


def _text(asked: Asked) -> Any:
    return func.coalesce(cast(asked, String), "") if asked is not None else literal_column("''", String)
