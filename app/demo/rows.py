"""Rows on their way into the database: numbered here, kept a moment, inserted many at a time."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, func, insert, select

from app.extensions import Model

Values = dict[str, Any]
AT_ONCE = 5000
COUNTED = {"people", "meetings", "cases", "posts"}  # what the progress is told in


class Rows:
    """Takes rows in an order in which each one's parents come first; keeps at most `AT_ONCE` of them in memory."""

    def __init__(self, connection: Connection, *, tick: Callable[[], object] = lambda: None) -> None:
        self._connection = connection
        self._tick = tick
        self._waiting: dict[str, list[Values]] = {table.name: [] for table in Model.metadata.sorted_tables}
        self._room = AT_ONCE
        self.counts: Counter[str] = Counter()

    def add(self, kind: type[Model], values: Values) -> int:
        """Takes a row and returns the id it gets."""
        name = kind.__tablename__
        number = self.counts[name] + 1
        values["id"] = number
        self.put(kind, values)
        return number

    def put(self, kind: type[Model], values: Values) -> None:
        """Takes a row whose key is among its values."""
        name = kind.__tablename__
        self.counts[name] += 1
        self._waiting[name].append(values)
        if name in COUNTED:
            self._tick()
        self._room -= 1
        if self._room <= 0:
            self.flush()

    def flush(self) -> None:
        """Inserts what waits, parents before children."""
        for name, waiting in self._waiting.items():
            if waiting:
                self._connection.execute(insert(Model.metadata.tables[name]), waiting)
                waiting.clear()
        self._room = AT_ONCE

    def finish(self) -> None:
        """The last rows, and on PostgreSQL the sequences and statistics that the next writer and reader rely on."""
        self.flush()
        if self._connection.dialect.name != "postgresql":
            return
        for name in self.counts:
            if "id" in Model.metadata.tables[name].columns:
                sequence = func.pg_get_serial_sequence(name, "id")
                self._connection.execute(select(func.setval(sequence, self.counts[name])))
        self._connection.exec_driver_sql("ANALYZE")
