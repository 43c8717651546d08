#!/usr/bin/env python3
"""Brings the database up to date and runs web server and worker together; stops both when either ends or is told to."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent
os.chdir(ROOT)
sys.path.insert(0, str(ROOT))

from alembic.migration import MigrationContext  # noqa: E402 - the folder above must be on the path first
from alembic.script import ScriptDirectory  # noqa: E402
from flask import Flask  # noqa: E402
from flask.cli import ScriptInfo  # noqa: E402
from flask_migrate import upgrade  # noqa: E402
from gunicorn.app.wsgiapp import WSGIApplication  # noqa: E402
from sqlalchemy import Engine, create_engine, inspect, text  # noqa: E402
from sqlalchemy.exc import OperationalError  # noqa: E402

import config  # noqa: E402
from app import create_app  # noqa: E402
from app.demo.guard import refusal  # noqa: E402

SECONDS_TO_STOP = 2.5
ACCOUNTS = """
Demo accounts, password erfa-nord-demo:
  tovholder@erfa.example   coordinates the first network
  medlem@erfa.example      is a member of it
  udenfor@erfa.example     is a member of another network only
  admin@erfa.example       administers everything
"""


def fail(sentence: str) -> NoReturn:
    sys.exit(f"ERFA Nord cannot start: {sentence}")


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """The database by itself, before the application exists."""
    engine = create_engine(url)
    try:
        yield engine
    except OperationalError as error:
        fail(f"the database does not answer ({str(error.orig).strip().splitlines()[0]}). Look at DATABASE_URL.")
    finally:
        engine.dispose()


def has_rows(engine: Engine, table: str) -> bool:
    if not inspect(engine).has_table(table):
        return False
    with engine.connect() as connection:
        return connection.execute(text(f"SELECT 1 FROM {table} LIMIT 1")).first() is not None  # noqa: S608 - our own names


def claim(host: str, port: int) -> socket.socket:
    """The listening socket, so that nobody can take the port between the look and the start."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except socket.gaierror:
        fail(f"HOST {host!r} is not an address of this machine.")
    except PermissionError:
        fail(f"this account may not listen on port {port}; set PORT to one above 1023.")
    except OSError as error:
        if error.errno == 98:
            fail(f"port {port} is in use by another program; stop it, or set PORT to a free one.")
        fail(f"HOST {host} and PORT {port} cannot be used: {error.strerror}.")


def bring_up_to_date(app: Flask, engine: Engine) -> None:
    script = ScriptDirectory(str(ROOT / "migrations"))
    known, wanted = {revision.revision for revision in script.walk_revisions()}, set(script.get_heads())
    with engine.connect() as connection:
        current = set(MigrationContext.configure(connection).get_current_heads())
    if current - known:
        fail(
            "the database is newer than this code. Update the code, or use another database (DATA_DIR or DATABASE_URL)."
        )
    if current != wanted:
        with app.app_context():
            upgrade()


class Pages(WSGIApplication):
    """Gunicorn around an application that exists already."""

    def __init__(self, app: Flask, listener: socket.socket) -> None:
        self.app = app
        sys.argv = [
            "gunicorn",
            "--config",
            str(ROOT / "bin/gunicorn.conf.py"),
            "--bind",
            f"fd://{listener.fileno()}",
            "--graceful-timeout",
            "2",
            "wsgi:app",
        ]
        super().__init__()

    def load(self) -> Flask:
        return self.app


def send_mail(app: Flask) -> None:
    app.cli.main(args=["worker"], prog_name="flask", obj=ScriptInfo(create_app=lambda: app))


def child(act: Callable[[], Any], mask: set[signal.Signals]) -> int:
    """Runs `act` in a process of its own that ends with this one; returns its number.

    Forked, not started anew: the application has been read already and its memory is shared.
    """
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setpgid(0, 0)  # Ctrl-C reaches the parent only, which then stops its children in order
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: no orphans even when the parent is killed
        if os.getppid() == parent:
            act()
            code = 0
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
        if isinstance(ending.code, str):
            print(ending.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def end(children: dict[int, str]) -> None:
    """Asks the children to stop and waits for them; whoever has not stopped in time is stopped."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in children:
            os.kill(pid, number)
        until = time.monotonic() + SECONDS_TO_STOP
        while children and time.monotonic() < until:
            pid, _status = os.waitpid(-1, os.WNOHANG)
            children.pop(pid, None)
            time.sleep(0 if pid else 0.02)


def supervise(acts: dict[str, Callable[[], Any]]) -> int:
    """Runs every act beside the others until told to stop or until one of them ends. Returns the exit code."""
    awaited = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD}
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, awaited)  # they wait for `sigwait`, so none comes at a bad moment
    children = {child(act, mask): name for name, act in acts.items()}
    code = 0
    if signal.sigwait(awaited) == signal.SIGCHLD:
        pid, status = os.wait()
        code = abs(os.waitstatus_to_exitcode(status)) or 1
        print(f"The {children.pop(pid)} has stopped by itself, so ERFA Nord stops.", file=sys.stderr)
    else:
        print("\nStopping ...", flush=True)
    end(children)
    return code


def main() -> int:
    given = config.Settings.from_environment()
    try:
        settings = config.load(given)
    except config.ConfigurationError as error:
        fail(str(error))
    listener = claim(settings["HOST"], settings["PORT"])
    with opened(settings["SQLALCHEMY_DATABASE_URI"]) as engine:
        is_empty, is_demo = not has_rows(engine, "people"), has_rows(engine, "demo_loads")
        if not given.text("DEMO"):
            # Only what is empty or holds the demo is a demo: the mailbox page must not open on real people's mail.
            os.environ["DEMO"] = "1" if is_empty or is_demo else "0"
        app = create_app()
        bring_up_to_date(app, engine)
    if app.config["DEMO"] and is_empty:
        print("Building the demo network, once ...", flush=True)
        is_demo = subprocess.call([sys.executable, "-m", "flask", "--app", "wsgi", "demo", "load"]) == 0
        if not is_demo:
            fail("the demo could not be built; the reason stands above. DEMO=0 starts without it.")

    if reason := refusal(app):
        fail(reason)

    print(f"\nERFA Nord is at {settings['BASE_URL']}   (Ctrl-C stops it)", flush=True)
    if app.config["DEMO"] and is_demo:
        print(ACCOUNTS, flush=True)
    return supervise({"web server": lambda: Pages(app, listener).run(), "worker": lambda: send_mail(app)})


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
