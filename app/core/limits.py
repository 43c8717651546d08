"""Counts of tries, kept in the application's own database, so that several web processes and nodes share them."""

import math
from ipaddress import IPv6Address, ip_address
from typing import Any, cast

from flask import Flask, Response, current_app, request
from limits.storage import Storage
from sqlalchemy import Column, Float, Integer, Select, String, Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine

from app.core import clock
from app.extensions import Model, db, limiter

counters = Table(
    "rate_counters",
    Model.metadata,
    Column("key", String(200), primary_key=True),
    Column("hits", Integer, nullable=False),
    Column("expires", Float, nullable=False, index=True),  # Unix seconds
)


def _now() -> float:
    return clock.now().timestamp()


class DatabaseStorage(Storage):
    """Fixed windows in the table `rate_counters`, each count in a transaction of its own: a refused request still counts."""

    STORAGE_SCHEME = ["erfa-database"]  # noqa: RUF012 - the library's way

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)

    @property
    def base_exceptions(self) -> type[Exception]:
        return Exception

    @property
    def _engine(self) -> Engine:
        return current_app.extensions["sqlalchemy"].engine

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        insert = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        self._let_go_of_the_write_lock()
        now = _now()
        is_over = counters.c.expires <= now
        statement = insert(counters).values(key=key[:200], hits=amount, expires=now + expiry)
        statement = statement.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "hits": db.case((is_over, amount), else_=counters.c.hits + amount),
                "expires": db.case((is_over, now + expiry), else_=counters.c.expires),
            },
        )
        with self._engine.begin() as connection:
            hits: int = connection.execute(statement.returning(counters.c.hits)).scalar_one()
            if hits == amount:
                connection.execute(delete(counters).where(counters.c.expires < now - 3600))
        return hits

    def _let_go_of_the_write_lock(self) -> None:
        """Counting happens before a view does anything; on SQLite the read that found the visitor would lock us out."""
        session = db.session()
        if session.in_transaction() and not (session.new or session.dirty or session.deleted):
            session.rollback()

    def _read(self, statement: Select[Any]) -> Any:
        """Outside any transaction of the request's own, and without asking SQLite for the write lock."""
        with self._engine.connect().execution_options(only_reads=True) as connection:
            return connection.execute(statement).scalar()

    def get(self, key: str) -> int:
        found = self._read(select(counters.c.hits).where(counters.c.key == key[:200], counters.c.expires > _now()))
        return found or 0

    def get_expiry(self, key: str) -> float:
        found = self._read(select(counters.c.expires).where(counters.c.key == key[:200]))
        return found or _now()

    def give_back(self, key: str) -> None:
        """Takes one hit off a count that still runs."""
        counted = (counters.c.key == key[:200], counters.c.expires > _now(), counters.c.hits > 0)
        with self._engine.begin() as connection:
            connection.execute(update(counters).where(*counted).values(hits=counters.c.hits - 1))

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        with self._engine.begin() as connection:
            return connection.execute(delete(counters)).rowcount

    def clear(self, key: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(counters).where(counters.c.key == key[:200]))


def by_ip() -> str:
    """The visitor's network address; of IPv6 the /64 that one household or phone has to itself."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "ip:unknown"
    if isinstance(address, IPv6Address):
        return f"ip:{IPv6Address(int(address) >> 64 << 64)}"
    return f"ip:{address}"


def give_back() -> None:
    """This request succeeded and shall not count: only failures use up the tries. After the commit."""
    storage = cast("DatabaseStorage", limiter.storage)
    for limit in limiter.current_limits:
        storage.give_back(limit.key)


def init_app(app: Flask) -> None:
    limiter.init_app(app)

    @app.after_request
    def _say_when_to_come_back(response: Response) -> Response:
        limit = limiter.current_limit
        if response.status_code == 429 and limit is not None and limit.breached:
            seconds = limiter.storage.get_expiry(limit.key) - _now()
            response.headers["Retry-After"] = str(max(1, math.ceil(seconds)))
        return response
