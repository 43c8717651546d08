"""What may be said of a network outside its own pages: one table, and rows that show no more than it allows.

Whatever leaves the pages (a mail, a calendar, a search hit, a file) takes its rows through `discreetly`. A text column is
silent there unless its model marks it with `fit_for`, so a new column is confidential until somebody decides otherwise.
docs/decisions/0005-discretion.md tells why the table is as it is.
"""

from collections.abc import Callable
from enum import IntEnum, StrEnum
from functools import cache
from types import FunctionType, MethodType
from typing import Any, Final, TypeVar, cast

from sqlalchemy import JSON, Enum, LargeBinary, String, Table, inspect

from app.accounts.models import Person
from app.extensions import Model

Row = TypeVar("Row", bound=Model)


class Confidentiality(StrEnum):
    """A network's level: how much of what is written there may stand outside its pages."""

    OPEN = "open"
    NETWORK = "network"
    PARTICIPANTS = "participants"


class Measure(IntEnum):
    """How much is told, from little to all."""

    HAPPENED = 0  # that something happened in the network, when and where
    TITLES = 1  # also what it is called, and who
    EVERYTHING = 2


class Output(StrEnum):
    """Every way in which words leave the pages that ask who one is."""

    MAIL_SUBJECT = "mail_subject"  # also the sender's name
    MAIL_TEXT = "mail_text"
    CALENDAR_TITLE = "calendar_title"
    CALENDAR_TEXT = "calendar_text"
    SEARCH_HIT = "search_hit"
    EXPORT = "export"
    LINK_PREVIEW = "link_preview"
    PUBLIC_CALENDAR = "public_calendar"  # and its pages: anybody reads them, without a sign-in


_OPEN, _NETWORK, _PARTICIPANTS = Confidentiality
_HAPPENED, _TITLES, _EVERYTHING = Measure
TABLE: Final[dict[Output, dict[Confidentiality, Measure]]] = {
    Output.MAIL_SUBJECT: {_OPEN: _TITLES, _NETWORK: _TITLES, _PARTICIPANTS: _HAPPENED},
    Output.MAIL_TEXT: {_OPEN: _EVERYTHING, _NETWORK: _TITLES, _PARTICIPANTS: _HAPPENED},
    Output.CALENDAR_TITLE: {_OPEN: _TITLES, _NETWORK: _TITLES, _PARTICIPANTS: _HAPPENED},
    Output.CALENDAR_TEXT: {_OPEN: _EVERYTHING, _NETWORK: _TITLES, _PARTICIPANTS: _HAPPENED},
    # A hit is shown to those who may enter, but over a shoulder and among other networks' hits.
    Output.SEARCH_HIT: {_OPEN: _EVERYTHING, _NETWORK: _EVERYTHING, _PARTICIPANTS: _TITLES},
    Output.EXPORT: {_OPEN: _EVERYTHING, _NETWORK: _TITLES, _PARTICIPANTS: _HAPPENED},
    # Whoever fetches a preview has not signed in.
    Output.LINK_PREVIEW: {_OPEN: _HAPPENED, _NETWORK: _HAPPENED, _PARTICIPANTS: _HAPPENED},
    # Only what a coordinator has opened to all, and only from networks that may tell what things are called.
    Output.PUBLIC_CALENDAR: {_OPEN: _TITLES, _NETWORK: _TITLES, _PARTICIPANTS: _HAPPENED},
}


def measure_of(level: Confidentiality, output: Output) -> Measure:
    return TABLE[output][level]


def may_be_published(level: Confidentiality) -> bool:
    """Whether a network may open a meeting to all: a public calendar of things without names helps nobody."""
    return measure_of(level, Output.PUBLIC_CALENDAR) >= Measure.TITLES


def titles_at_most(level: Confidentiality) -> Confidentiality:
    """For somebody who has not accepted the network's agreement yet: titles, however open the network is."""
    return Confidentiality.NETWORK if level is Confidentiality.OPEN else level


def fit_for(measure: Measure, *, instead: Any = "") -> dict[str, Any]:
    """`info` of a text column that may be told from `measure` on; `instead` stands where it may not."""
    return {"fit_for": measure, "instead": instead}


class Discreet:
    """A row that shows what `measure` allows: other texts are empty, other lists too, other people are None.

    What the model derives from its columns is derived from these, so that a property cannot say what a column may not.
    """

    __slots__ = ("_measure", "_row")

    def __init__(self, row: Model, measure: Measure) -> None:
        self._row, self._measure = row, measure

    def __getattr__(self, name: str) -> Any:
        derived = getattr(type(self._row), name, None)
        if isinstance(derived, property) and derived.fget is not None:
            return derived.fget(self)
        if isinstance(derived, FunctionType):
            return MethodType(derived, self)
        show = _showing(type(self._row)).get(name, _as_it_is)
        return show(getattr(self._row, name), self._measure)


def discreetly(row: Row, level: Confidentiality, output: Output) -> Row:
    """`row` as `output` may show it. It is a `Discreet`; to the types it stays the row, since it has all its names."""
    return cast("Row", Discreet(row, measure_of(level, output)))


def if_everything(words: str, level: Confidentiality, output: Output) -> str:
    """Words of people that stand in no row of their own, like the reason that a mail was made with."""
    return words if measure_of(level, output) is Measure.EVERYTHING else ""


Show = Callable[[Any, Measure], Any]


def _as_it_is(value: Any, _measure: Measure) -> Any:
    return value


def _words(needed: Measure, instead: Any) -> Show:
    return lambda value, measure: value if measure >= needed or not value else str(instead)


def _many(value: Any, measure: Measure) -> Any:
    return value if measure is Measure.EVERYTHING else []


def _person(value: Any, measure: Measure) -> Any:
    return value if measure >= Measure.TITLES else None


def _another(value: Any, measure: Measure) -> Any:
    return Discreet(value, measure) if value is not None else None


def hangs_on_a_network(table: Table) -> bool:
    """Whether its rows belong to a network, directly or through what they belong to; people and places do not."""
    return table.name == "networks" or any(
        hangs_on_a_network(key.column.table) for key in table.foreign_keys if key.column.table is not table
    )


@cache
def _showing(model: type[Model]) -> dict[str, Show]:
    """How each mapped name of `model` is shown. Numbers, moments and kinds say nothing by themselves."""
    mapper = inspect(model)
    shows: dict[str, Show] = {}
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        holds_words = isinstance(column.type, (String, JSON, LargeBinary)) and not isinstance(column.type, Enum)
        if holds_words and not column.foreign_keys:
            needed = column.info.get("fit_for", Measure.EVERYTHING)
            shows[attribute.key] = _words(needed, column.info.get("instead", ""))
    for relationship in mapper.relationships:
        if relationship.uselist:
            shows[relationship.key] = _many
        elif issubclass(relationship.mapper.class_, Person):
            shows[relationship.key] = _person
        elif hangs_on_a_network(cast("Table", relationship.mapper.local_table)):
            shows[relationship.key] = _another
    return shows
