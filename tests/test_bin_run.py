"""The newcomer's way: one command starts everything, says where it is, and takes everything down again."""

import os
import signal
import socket
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from tests.running import ROOT, Running, alive, allowed, environment, free_port, running

pytestmark = pytest.mark.once


def refused(folder: Path, **more: str) -> str:
    """The sentence with which it does not start."""
    done = subprocess.run(
        [ROOT / "bin" / "run"],
        env=environment(folder, **{"PORT": str(free_port()), "DEMO": "0", **more}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done
    lines = (done.stdout + done.stderr).strip().splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("ERFA Nord cannot start: ") and lines[0].endswith("."), lines
    return lines[0]


def test_one_command_builds_the_demo_says_where_it_is_and_is_quick_the_second_time(tmp_path):
    with running(tmp_path / "data") as site:
        assert "ERFA Nord" in site.answer()
        assert site.url in site.said
        for who in ("admin", "tovholder", "medlem", "udenfor"):
            assert f"{who}@erfa.example" in site.said
        assert site.stop(signal.SIGINT) == 0
    started = time.monotonic()
    with running(tmp_path / "data") as site:
        site.answer()
        assert time.monotonic() - started < allowed(4)
        assert "Building" not in site.said and "medlem@erfa.example" in site.said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_leaves_nobody_behind(tmp_path, number):
    with running(tmp_path / "data", DEMO="0") as site:
        site.answer()
        family = site.family(least=4)  # gunicorn, two web processes and the worker
        started = time.monotonic()
        assert site.stop(number) == 0
        assert time.monotonic() - started < allowed(3)
        assert not alive(family)
        assert "Traceback" not in site.said


def test_even_a_killed_parent_leaves_nobody_behind(tmp_path):
    with running(tmp_path / "data", DEMO="0") as site:
        site.answer()
        family = site.family(least=4)
        site.process.kill()
        until = time.monotonic() + 10
        while alive(family) and time.monotonic() < until:
            time.sleep(0.1)
        assert not alive(family)


def children_of(site: Running) -> list[int]:
    """The web server and the worker, in the order they were started."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(site.process.pid)], capture_output=True, text=True, check=True
    )
    return sorted(int(pid) for pid in listed.stdout.split())


@pytest.mark.parametrize(("which", "name"), [(0, "web server"), (1, "worker")])
def test_when_one_half_dies_the_other_is_stopped_and_the_exit_code_says_so(tmp_path, which, name):
    with running(tmp_path / "data", DEMO="0") as site:
        site.answer()
        family = site.family(least=4)
        os.kill(children_of(site)[which], signal.SIGKILL)
        assert site.process.wait(10) != 0
        assert f"The {name} has stopped by itself" in site.said
        until = time.monotonic() + 10  # gunicorn's children notice within a second that it is gone
        while alive(family) and time.monotonic() < until:
            time.sleep(0.1)
        assert not alive(family)


def test_a_port_in_use_is_said_in_a_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"port {port} is in use" in refused(tmp_path / "data", PORT=str(port))


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "eighty"), ("HOST", "nowhere.invalid"), ("DEMO", "sometimes")],
)
def test_a_wrong_setting_is_refused_by_name(tmp_path, name, value):
    """One that is refused when it is read, one by the machine, one that bin/run reads itself; all: tests/test_config.py."""
    assert name in refused(tmp_path / "data", **{name: value})


def test_a_database_that_does_not_answer_is_said_in_a_sentence(tmp_path):
    url = f"postgresql://erfa@127.0.0.1:{free_port()}/erfa"
    sentence = refused(tmp_path / "data", DATABASE_URL=url)
    assert "the database does not answer" in sentence


def test_a_database_newer_than_the_code_is_said_in_a_sentence(tmp_path):
    with running(tmp_path / "data", DEMO="0") as site:
        site.answer()
    with sqlite3.connect(tmp_path / "data" / "erfa.sqlite3") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    assert "newer than this code" in refused(tmp_path / "data")


def test_a_python_that_is_too_old_is_said_in_a_sentence(tmp_path):
    """A machine whose only Python is 3.9: the commands that bin/run needs, and nothing else, on the path."""
    path = tmp_path / "bin"
    path.mkdir()
    for command in ("bash", "dirname", "basename", "cat", "find"):
        where = next(folder for folder in ("/bin", "/usr/bin") if Path(folder, command).exists())
        (path / command).symlink_to(Path(where, command))
    old = path / "python3"
    old.write_text('#!/bin/bash\n[[ "$*" == *platform* ]] && echo 3.9.2\n[[ "$*" != *version_info* ]]\n')
    old.chmod(0o755)
    (tmp_path / "bin-run").mkdir()
    for name in ("run", "prepare.sh"):
        (tmp_path / "bin-run" / name).write_text((ROOT / "bin" / name).read_text())
    (tmp_path / "requirements.txt").write_text("")
    done = subprocess.run(
        ["/bin/bash", tmp_path / "bin-run" / "run"],
        env={"PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "ERFA Nord cannot start: it needs Python 3.11 or newer, and this machine's python3 is 3.9.2."
    )


def test_an_installation_with_people_in_it_never_becomes_a_demo(tmp_path):
    """The mailbox page would show their mail to everybody."""
    with running(tmp_path / "data", DEMO="0") as site:
        site.answer()
    with sqlite3.connect(tmp_path / "data" / "erfa.sqlite3") as database:
        database.execute(
            "INSERT INTO people (email, name, sort_key, title, phone, locale, created_at)"
            " VALUES ('a@b.dk', 'A', 'a', '', '', 'da', '2026-01-01')"
        )
    database.close()
    with running(tmp_path / "data") as site:
        site.answer()
        assert "erfa-nord-demo" not in site.said
        with pytest.raises(OSError, match="404"):
            site.answer("/mailbox")
