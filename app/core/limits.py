"""Counts of tries, kept in the application's own database, so that several web processes and nodes share them."""

import time
from typing import Any

from flask import Flask, current_app
from flask_limiter import Limiter
from limits.storage import Storage
from sqlalchemy import Column, Float, Integer, String, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine

from app.core import clock
from app.extensions import Model, db

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

    def get(self, key: str) -> int:
        with self._engine.begin() as connection:
            found = connection.execute(
                select(counters.c.hits).where(counters.c.key == key[:200], counters.c.expires > _now())
            ).scalar()
        return found or 0

    def get_expiry(self, key: str) -> float:
        with self._engine.begin() as connection:
            found = connection.execute(select(counters.c.expires).where(counters.c.key == key[:200])).scalar()
        return found or time.time()

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        with self._engine.begin() as connection:
            return connection.execute(delete(counters)).rowcount

    def clear(self, key: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(counters).where(counters.c.key == key[:200]))


def init_app(app: Flask, limiter: Limiter) -> None:
    limiter.init_app(app)
