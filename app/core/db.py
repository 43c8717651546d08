"""How Python values rest in either database, and how SQLite is set up to be safe."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from flask import has_request_context, request
from sqlalchemy import Date, DateTime, Dialect, Enum, String, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from app.core import clock
from app.core.danish import sort_key


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment. SQLite keeps it naive; it comes back aware. Naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def word(kinds: type[StrEnum], name: str, *, is_checked: bool = True) -> Enum:
    """A column that holds one of `kinds` as its readable value, kept by a named CHECK unless the kinds keep growing."""
    return Enum(
        kinds,
        name=name,
        native_enum=False,
        create_constraint=is_checked,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


class danish_day(FunctionElement[date]):  # noqa: N801 - reads as the SQL function that it is
    """The date on the wall in Denmark at the moment that a column holds."""

    type = Date()
    inherit_cache = True


@compiles(danish_day, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **more)} AT TIME ZONE '{clock.COPENHAGEN.key}' AS DATE)"


@compiles(danish_day, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    return f"danish_day({compiler.process(element.clauses, **more)})"


def _danish_day(kept: str | None) -> str | None:
    """What SQLite calls: it knows no time zones."""
    return None if kept is None else clock.local(datetime.fromisoformat(kept).replace(tzinfo=UTC)).date().isoformat()


# Byte order on both databases; the key itself knows the Danish alphabet.
SortKey = String(240).with_variant(String(240, collation="C"), "postgresql")


def sorted_as(column: str) -> Callable[[Any], str]:
    """A column default that derives the Danish sort key from another column of the same row."""

    def derive(context: Any) -> str:
        return sort_key(context.get_current_parameters()[column])

    return derive


def the_one_who(column: str) -> Callable[[Any], Any]:
    """A column default: whoever stands in another column of the same row, as long as nobody else is named."""

    def derive(context: Any) -> Any:
        return context.get_current_parameters()[column]

    return derive


def _is_read_only_request() -> bool:
    return has_request_context() and request.method in {"GET", "HEAD", "OPTIONS"}


def prepare_sqlite(engine: Engine) -> None:
    """WAL, foreign keys, patience, and a write lock taken at BEGIN wherever a write may come.

    A transaction that reads first and writes later is refused at once by SQLite when another has written meanwhile
    (SQLITE_BUSY_SNAPSHOT, busy_timeout does not help), so anything but a GET begins IMMEDIATE and waits its turn,
    and so does whatever says `only_reads=False` of itself.
    """

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000", "synchronous=FULL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        connection.create_function("danish_day", 1, _danish_day, deterministic=True)

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        only_reads = connection.get_execution_options().get("only_reads", _is_read_only_request())
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")
