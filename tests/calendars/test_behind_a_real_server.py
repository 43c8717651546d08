"""A feed from gunicorn itself, with every log turned on: what goes over the wire, and what is written down."""

import hashlib
import http.client
import secrets
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.running import ROOT, environment, free_port

pytestmark = pytest.mark.once
BIN = Path(sys.executable).parent
FLASK = [BIN / "flask", "--app", "wsgi"]


@dataclass(frozen=True)
class Site:
    port: int
    token: str
    database: Path
    log: Path

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, headers=named)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("served")
    port, token, log = free_port(), secrets.token_urlsafe(32), folder / "log"
    settings = environment(folder, PORT=str(port), CONTACT_EMAIL="hjaelp@erfa.test", WEB_CONCURRENCY="1")
    subprocess.run([*FLASK, "db", "upgrade"], cwd=ROOT, env=settings, check=True, capture_output=True)
    subprocess.run(
        [*FLASK, "account", "create-admin", "--email", "anna@erfa.test", "--name", "Anna Madsen", "--password-stdin"],
        cwd=ROOT, env=settings, check=True, capture_output=True, text=True, input="skibet skal sejle i nat\n",
    )  # fmt: skip
    (database,) = folder.glob("*.sqlite3")
    with sqlite3.connect(database) as connection:
        connection.execute(
            "INSERT INTO feeds (person_id, name, token_hash, created_at, last_fetched_by) VALUES (1, 'x', ?, '2026-11-01 08:00:00', '')",
            [hashlib.sha256(token.encode()).hexdigest()],
        )
    connection.close()
    command = [
        BIN / "gunicorn", "--config", "bin/gunicorn.conf.py", "--log-level", "debug", "--access-logfile", "-",
        "--access-logformat", "%(r)s %(U)s %(f)s %(a)s %({raw_uri}e)s", "wsgi:app",
    ]  # fmt: skip
    with log.open("wb") as written:
        server = subprocess.Popen(
            command, cwd=ROOT, env=settings, stdout=written, stderr=written, start_new_session=True
        )
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            break
        except OSError:
            time.sleep(0.1)
    yield Site(port, token, database, log)
    server.terminate()
    server.wait(20)


def test_get_and_head_are_alike_on_the_wire(site):
    status, headers, body = site.ask(f"/feeds/{site.token}.ics")
    assert status == 200
    assert body.startswith(b"BEGIN:VCALENDAR\r\n")
    assert int(headers["Content-Length"]) == len(body)
    for told in ({}, {"Authorization": "Bearer"}, {"Authorization": "Bearer x"}, {"Accept": "text/html"}):
        head_status, head, nothing = site.ask(f"/feeds/{site.token}.ics", "HEAD", **told)
        assert (head_status, nothing) == (200, b"")
        assert {**head, "Date": ""} == {**headers, "Date": ""}
    assert site.ask(f"/feeds/{site.token}.ics", If_None_Match=f"W/{headers['ETag']}")[0] == 304


def test_nothing_is_packed_or_redirected_unasked(site):
    _status, headers, body = site.ask(f"/feeds/{site.token}.ics", Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip"
    assert body[:2] == b"\x1f\x8b"
    assert "Content-Encoding" not in site.ask(f"/feeds/{site.token}.ics")[1]
    for path in (f"/feeds/{site.token}x.ics", "/feeds/x.ics"):
        status, headers, body = site.ask(path)
        assert (status, headers["Content-Type"], body) == (404, "text/plain; charset=utf-8", b"Not found\n")
        assert "Location" not in headers


def test_the_token_is_in_no_log_even_when_a_fetch_fails(site):
    assert site.ask(f"/feeds/{site.token}.ics", Referer=f"https://erfa.test/feeds/{site.token}.ics")[0] == 200
    with sqlite3.connect(site.database) as connection:
        connection.execute("ALTER TABLE feeds RENAME TO gone")
    connection.close()
    try:
        assert site.ask(f"/feeds/{site.token}.ics")[0] == 500
    finally:
        with sqlite3.connect(site.database) as connection:
            connection.execute("ALTER TABLE gone RENAME TO feeds")
        connection.close()
    assert site.ask("/healthz")[0] == 200
    until, text = time.monotonic() + 10, ""
    while time.monotonic() < until and not ("/feeds/….ics" in text and "no such table" in text):
        text = site.log.read_text(errors="replace")
        time.sleep(0.05)
    assert "/feeds/….ics" in text
    assert "no such table" in text
    assert site.token not in text
