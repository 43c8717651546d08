"""Counts SQL statements, so that a page which asks once per row is noticed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

A_PAGE = 8  # statements at most
ONCE = "SELECT municipalities."  # the eleven, which a process asks for once, at whatever page is its first; not counted
WHERE_ROOMS_MEET = 9  # on the page of a meeting in a series, and of a network, where most rooms have something to say


class Statements:
    """`with statements.counted() as seen:` collects the statements run; `len(seen)` is the query count."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", ONCE)):
                seen.append(statement)

        event.listen(self.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(self.engine, "before_cursor_execute", note)
