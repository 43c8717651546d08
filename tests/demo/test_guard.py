"""A production server refuses a database it must not serve, in one sentence, before it answers anything."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.demo import guard

ROOT = Path(__file__).resolve().parent.parent.parent


def run(folder: Path, *command: str, demo: bool = False, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {**kept, "DATA_DIR": str(folder), "DEMO": "1" if demo else "0", **more}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loaded")
    assert run(folder, "flask", "db", "upgrade").returncode == 0
    result = run(folder, "flask", "demo", "load")
    assert result.returncode == 0, result.stderr
    assert "only with DEMO=1" in result.stdout
    return folder


@pytest.fixture
def start() -> Callable[..., Any]:
    """Starts what a server starts: the import of `wsgi`. (`flask db upgrade`, which mends, goes through: see `loaded`.)"""
    return lambda folder, **more: run(folder, "wsgi", **more)


def test_the_demo_is_not_served_in_production(loaded: Path, start: Callable[..., Any]) -> None:
    result = start(loaded)
    assert result.returncode == 3
    assert result.stderr == f"ERFA Nord cannot start: {guard.HOLDS_DEMO}\n"


def test_the_demo_is_served_as_a_demo(loaded: Path, start: Callable[..., Any]) -> None:
    result = start(loaded, demo=True)
    assert (result.returncode, result.stderr) == (0, "")


def test_gunicorn_stops_instead_of_trying_for_ever(loaded: Path) -> None:
    result = run(loaded, "gunicorn", "--bind", "127.0.0.1:0", "--workers", "1", "wsgi:app")
    assert result.returncode == 3
    assert guard.HOLDS_DEMO in result.stderr
    assert "Traceback" not in result.stderr.split("Worker failed to boot")[0]


def test_a_database_that_is_not_there_yet_is_no_reason(tmp_path: Path, start: Callable[..., Any]) -> None:
    result = start(tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert not list(tmp_path.glob("*.sqlite3"))


def test_a_server_that_does_not_answer_yet_is_no_reason(tmp_path: Path, start: Callable[..., Any]) -> None:
    assert start(tmp_path, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none").returncode == 0


def change_revision(folder: Path, revision: str) -> None:
    with sqlite3.connect(folder / "erfa.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def test_a_newer_database_is_refused(loaded: Path, tmp_path: Path, start: Callable[..., Any]) -> None:
    shutil.copy(loaded / "erfa.sqlite3", tmp_path)
    change_revision(tmp_path, "9999")
    result = start(tmp_path)
    assert result.returncode == 3
    assert result.stderr.startswith("ERFA Nord cannot start: The database is newer than this code")
    assert result.stderr.count("\n") == 1


def test_an_older_database_is_refused_with_what_to_do(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert guard.refusal(app) is None
    monkeypatch.setattr("alembic.script.ScriptDirectory.get_current_head", lambda _self: "9999")
    sentence = guard.refusal(app)
    assert sentence is not None
    assert sentence.startswith("The database is older than this code")
    assert sentence.endswith("run flask db upgrade.")


def test_tables_must_be_there_before_the_demo(tmp_path: Path) -> None:
    result = run(tmp_path, "flask", "demo", "load")
    assert result.returncode == 1
    assert result.stderr == "Error: The database has no tables yet: run flask db upgrade first.\n"
