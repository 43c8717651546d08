"""One application per process, an empty migrated database per test, and a clock that stands until it is moved."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, make_url, text

import config
from app import create_app
from app.accounts.models import Person
from app.core.clock import Clock
from app.extensions import Model, db
from tests.browser import Browser
from tests.counting import Statements
from tests.outbox import Outbox
from tests.smtp import PostOffice, post_office
from tests.world import World

CHROMIUM = Path("/usr/bin/chromium")
MAIL_SERVERS = {"postfix": Path("/usr/sbin/postfix"), "dovecot": Path("/usr/sbin/dovecot")}
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # 9.00 in Denmark, week 48


def settings_for(folder: Path, **more: str) -> dict[str, Any]:
    values = {
        "DATA_DIR": str(folder),
        "BASE_URL": "https://erfa.test",
        "MAIL_REPLY_HOST": "svar.erfa.test",
        "SECRET_KEY": "a key for tests only, long enough to be taken",
        "DEMO": "1",
        **more,
    }
    return {**config.load(config.Settings(values)), "TESTING": True}


def own_database(server: str) -> str:
    """A new database on the server for this process of pytest-xdist; the one that `server` names is left alone."""
    if not server:
        return ""
    url = make_url(server).set(drivername="postgresql+psycopg")
    name = f"erfa_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"))
    engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Callable[[], None]]]:
    """The application and what empties its database; on PostgreSQL where TEST_DATABASE_URL names one."""
    folder = tmp_path_factory.mktemp("data")
    url = own_database(os.environ.get("TEST_DATABASE_URL", ""))
    app = create_app(settings_for(folder, **({"DATABASE_URL": url} if url else {})))
    if url:
        with app.app_context():
            upgrade()
        tables = ", ".join(table for table in Model.metadata.tables if table != "municipalities")

        def empty() -> None:
            with app.app_context(), db.engine.begin() as connection:
                connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    else:
        with app.app_context():
            upgrade()
            db.engine.dispose()  # the last connection to close folds the write-ahead log into the file
        database, template = folder / "erfa.sqlite3", folder / "template.sqlite3"
        shutil.copy(database, template)

        def empty() -> None:
            with app.app_context():
                db.engine.dispose()
            for leftover in folder.glob("erfa.sqlite3*"):
                leftover.unlink()
            shutil.copy(template, database)

    yield app, empty
    with app.app_context():
        db.engine.dispose()


class MovableClock:
    """Time in tests: it stands, and moves when told."""

    def __init__(self) -> None:
        self.set(MONDAY)

    def set(self, moment: datetime) -> None:
        Clock.frozen_at = moment

    def move(self, **how_far: float) -> datetime:
        assert Clock.frozen_at
        Clock.frozen_at += timedelta(**how_far)
        return Clock.frozen_at


@pytest.fixture(autouse=True)
def clock() -> Iterator[MovableClock]:
    yield MovableClock()
    Clock.frozen_at = None


@pytest.fixture
def app(built: tuple[Flask, Callable[[], None]]) -> Iterator[Flask]:
    """The application on an empty database. Not within an application context: requests bring their own."""
    app, empty = built
    empty()
    yield app
    with app.app_context():
        db.session.remove()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium, Postfix or Dovecot what needs them is skipped with a sentence; in CI nothing is.

    Files that take long come first, so that no process is left with one while the other has nothing more to do.
    """
    items.sort(key=lambda item: ("browser" not in item.keywords, item.path.parent != Path(__file__).parent))
    if os.environ.get("CI"):
        return
    missing = {}
    if not CHROMIUM.exists():
        missing["browser"] = f"no Chromium at {CHROMIUM}, so nothing is tried in a browser"
    for name, server in MAIL_SERVERS.items():
        if not server.exists() or os.geteuid() != 0:
            missing[name] = f"no {server}, or the tests are not run as root, so no mail goes through it"
    for item in items:
        for name in missing.keys() & item.keywords:
            item.add_marker(pytest.mark.skip(reason=missing[name]))


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


@pytest.fixture
def browser(app: Flask, world: World) -> Callable[[Person | str | None], Browser]:
    """`browser("member")` is that member of the cast, signed in; `browser(None)` is nobody."""

    def open_browser(who: Person | str | None = None) -> Browser:
        person_id = None if who is None else (world.cast[who] if isinstance(who, str) else who.id)
        return Browser(app, person_id)

    return open_browser


@pytest.fixture
def statements(app: Flask) -> Statements:
    with app.app_context():
        return Statements(db.engine)


@pytest.fixture
def outbox(app: Flask) -> Outbox:
    """`outbox()` sends what is owed and returns what people were told since it was last called (tests/outbox.py)."""
    return Outbox(app)


@pytest.fixture
def smtp(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """A real SMTP server, and the application set to use it: `smtp.messages` (tests/smtp.py)."""
    with post_office() as office:
        monkeypatch.setitem(app.config, "MAIL_SERVER", "127.0.0.1")
        monkeypatch.setitem(app.config, "MAIL_PORT", office.port)
        yield office


@pytest.fixture
def at_once(world: World) -> Callable[..., list[Exception]]:
    """Runs acts side by side, each in a transaction of its own; returns what they refused with."""

    def run(*acts: Callable[[], object]) -> list[Exception]:
        gate, refused = threading.Barrier(len(acts)), []

        def one(act: Callable[[], object]) -> None:
            try:
                with world.app.test_request_context(method="POST"):
                    gate.wait(10)
                    act()
                    db.session.commit()
            except Exception as fault:
                refused.append(fault)
            finally:
                with world.app.app_context():
                    db.session.remove()

        threads = [threading.Thread(target=one, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return refused

    return run
