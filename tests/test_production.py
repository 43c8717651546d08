"""The way of docs/operations.md: by separate commands, with nothing of the demo in reach."""

import json
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.running import ROOT, environment, free_port

pytestmark = pytest.mark.once
BIN = Path(sys.executable).parent
FLASK = [BIN / "flask", "--app", "wsgi"]
PASSWORD = "skibet skal sejle i nat"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An installation: tables made, an administrator with a password."""
    folder = tmp_path_factory.mktemp("production")
    settings = environment(folder, PORT=str(free_port()), CONTACT_EMAIL="hjaelp@erfa.test")
    subprocess.run([*FLASK, "db", "upgrade"], cwd=ROOT, env=settings, check=True, capture_output=True)
    subprocess.run(
        [*FLASK, "account", "create-admin", "--email", "Anna@erfa.test", "--name", "Anna Madsen", "--password-stdin"],
        cwd=ROOT, env=settings, check=True, capture_output=True, text=True, input=f"{PASSWORD}\n",
    )  # fmt: skip
    return settings


@pytest.fixture(scope="module")
def site(settings: dict[str, str]) -> Iterator[str]:
    command = [BIN / "gunicorn", "--config", "bin/gunicorn.conf.py", "wsgi:app"]
    server = subprocess.Popen(
        command, cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    url = f"http://127.0.0.1:{settings['PORT']}"
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=5).close()
            break
        except OSError:
            time.sleep(0.1)
    yield url
    server.terminate()
    server.wait(20)


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def read(opener: urllib.request.OpenerDirector, url: str, **form: str) -> str:
    with opener.open(url, urlencode(form).encode() if form else None, timeout=20) as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize("path", ["/mailbox", "/mailbox/1", "/mailbox/1/html", "/mailbox/1.eml"])
def test_nothing_of_the_demo_is_there(site, path):
    assert status_of(site + path) == 404


def test_no_page_speaks_of_the_demo(site):
    for path in ("/", "/login", "/help", "/about"):
        page = read(urllib.request.build_opener(), site + path)
        assert "erfa-nord-demo" not in page
        assert "erfa.example" not in page
        assert "/mailbox" not in page


def test_the_administrator_signs_in_and_founds_the_first_network(site):
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def token(page: str) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found
        return found[1]

    page = read(opener, f"{site}/login")
    home = read(opener, f"{site}/login", email="anna@erfa.test", password=PASSWORD, csrf_token=token(page))
    assert "Anna" in home
    page = read(opener, f"{site}/networks/new")
    made = read(opener, f"{site}/networks/new", name="ERFA Rebild", purpose="Vi lærer.", csrf_token=token(page))
    assert "ERFA Rebild" in made


def test_the_worker_ends_when_it_is_asked_to_and_shows_that_it_lives(site, settings):
    worker = subprocess.Popen(
        [*FLASK, "worker"], cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 60
    age = None
    while age is None and time.monotonic() < until:
        time.sleep(0.2)
        age = json.loads(read(urllib.request.build_opener(), f"{site}/healthz"))["worker_age_seconds"]
    assert age is not None
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0


def test_the_same_address_cannot_be_made_administrator_twice(settings):
    again = subprocess.run(
        [*FLASK, "account", "create-admin", "--email", "anna@erfa.test", "--name", "Anna Madsen"],
        cwd=ROOT, env=settings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert again.returncode == 1
    assert "already an account" in again.stderr


def test_a_database_with_the_demo_is_not_served(settings, tmp_path):
    demo = {**settings, "DATA_DIR": str(tmp_path), "DEMO": "1"}
    subprocess.run([*FLASK, "db", "upgrade"], cwd=ROOT, env=demo, check=True, capture_output=True)
    subprocess.run([*FLASK, "demo", "load"], cwd=ROOT, env=demo, check=True, capture_output=True)
    refused = subprocess.run(
        [BIN / "gunicorn", "--config", "bin/gunicorn.conf.py", "wsgi:app"],
        cwd=ROOT, env={**demo, "DEMO": "0", "PORT": str(free_port())}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert refused.returncode != 0
    assert "holds the demo network with well-known passwords" in refused.stderr


def test_the_secret_key_is_for_its_owner_only(settings):
    assert (Path(settings["DATA_DIR"]) / "secret_key").stat().st_mode & 0o077 == 0
