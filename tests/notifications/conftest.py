"""Mails of a kind that only these tests know."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.notifications import letters
from app.notifications.models import Mail
from app.notifications.operations import announce
from app.notifications.worker import Worker
from tests.notifications import probe
from tests.world import World


@pytest.fixture(autouse=True)
def _probe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(letters._composers, "probe", probe.compose)


@pytest.fixture
def owe(world: World) -> Callable[..., None]:
    """`owe("member", topic=True)`: a mail to that member of the cast, about case 9 unless `about` says otherwise."""
    numbers: Iterator[int] = count()

    def owe_one(*who: str, about: str = "case-9", **payload: object) -> None:
        with world.acting():
            announce("probe", to=[world.cast[name] for name in who], about=f"{about}-{next(numbers)}", payload=payload)

    return owe_one


@pytest.fixture
def mails(app: Flask) -> Callable[[], list[Mail]]:
    """The rows of the outbox as they are now."""

    def read() -> list[Mail]:
        with app.app_context():
            rows = list(db.session.scalars(select(Mail).order_by(Mail.id)))
            db.session.expunge_all()
        return rows

    return read


@pytest.fixture
def work(app: Flask) -> Callable[[], None]:
    """One run of the worker over all that is due."""
    return lambda: Worker(app).run(once=True)
