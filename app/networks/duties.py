"""What somebody sees to in a network, and would leave to nobody. Each room registers its own kinds, from above."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Person


class Ending(StrEnum):
    """What may become of a thing that nobody takes over."""

    NONE = "none"  # somebody has to
    WORD = "word"  # it ends, with a word on how
    FREE = "free"  # it may be without anybody


@dataclass(frozen=True)
class Thing:
    """Something open that is somebody's. `title` is the network's own words, `note` tells it from others."""

    kind: str
    id: int
    network_id: int
    title: str
    note: str = ""
    url: str = ""
    ending: Ending = Ending.NONE
    is_for_coordinators: bool = False  # nobody else could do anything with it

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.id}"


Ended = tuple[Thing, str]  # a thing and the word it ends with
Networks = Collection[int] | None  # None is all there are


@dataclass(frozen=True)
class Duty:
    """One room's kinds of things and what can be done with them.

    `columns` are those that name whose a thing is, "table.column": the tests want each column that names a person to be
    one of these or to have a reason (tests/networks/test_leaving.py). `let_go` ends what is of no use to anybody else.
    """

    headings: Mapping[str, Any]  # kind → what several of it are called on screen
    columns: frozenset[str]
    open_things: Callable[[Person, Networks], list[Thing]]
    hand_over: Callable[[Sequence[Thing], Person, Person], None]  # the things, to whom, by whom
    end: Callable[[Sequence[Ended], Person], None]
    let_go: Callable[[Person, Networks], None] = lambda _person, _networks: None


_duties: dict[str, Duty] = {}


def register(name: str, duty: Duty) -> None:
    """Called once per name while the application is put together."""
    _duties[name] = duty


def duties() -> list[Duty]:
    """All of them, the lowest room's first."""
    return list(_duties.values())


def headings() -> dict[str, Any]:
    """Every kind of thing in the order pages show them, and its heading."""
    return {kind: heading for duty in duties() for kind, heading in duty.headings.items()}


def duty_of(kind: str) -> Duty:
    return next(duty for duty in duties() if kind in duty.headings)


def among(column: InstrumentedAttribute[int], networks: Networks) -> ColumnElement[bool]:
    """The condition that a row hangs on one of these networks."""
    return true() if networks is None else column.in_(networks)


def open_things(person: Person, networks: Networks = None) -> list[Thing]:
    """Everything that would be left to nobody. One query for each duty, however many networks there are."""
    return [thing for duty in duties() for thing in duty.open_things(person, networks)]
