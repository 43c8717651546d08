"""Prints, for the directory, what each question costs among many people: SQL statements and milliseconds, on SQLite and,
where TEST_DATABASE_URL names a server, on PostgreSQL.

python bench/directory.py [--people 50000]
python -m tests.postgres python bench/directory.py
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import create_engine, make_url, select, text  # noqa: E402

import config  # noqa: E402
from app import create_app  # noqa: E402
from app.accounts.models import Person  # noqa: E402
from app.core.clock import now  # noqa: E402
from app.core.tokens import fingerprint  # noqa: E402
from app.extensions import db  # noqa: E402
from app.sessions.models import SignInSession  # noqa: E402
from app.sessions.sign_in import SECRET  # noqa: E402
from tests.counting import Statements  # noqa: E402

QUESTIONS = {
    "everybody": "/people",
    "a page far in": "/people?page=900",
    "a name": "/people?q=skovlyst",
    "a topic": "/people?q=mentor",
    "three words": "/people?q=anna+konsulent+aalborg",
    "nothing found": "/people?q=xyzzy",
    "a telephone number": "/people?q=70+12+34+61",
    "a municipality": "/people?municipality=0851",
    "a workplace": "/people?workplace=jobcenter+thisted",
    "one competence": "/people?topic=fonde",
    "one network": "/people?network=1",
    "for printing": "/people/print",
    "a person": "/people/13",
    "own profile": "/account/profile",
}
VIEWERS = ("medlem", "admin")


def databases() -> dict[str, str]:
    """By name, what DATABASE_URL is to be."""
    known = {"SQLite": ""}
    server = os.environ.get("TEST_DATABASE_URL")
    if server:
        url = make_url(server).set(drivername="postgresql+psycopg")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS erfa_bench WITH (FORCE)"))
            connection.execute(text("CREATE DATABASE erfa_bench ENCODING 'UTF8' TEMPLATE template0"))
        known["PostgreSQL"] = url.set(database="erfa_bench").render_as_string(hide_password=False)
    return known


def loaded(database: str, people: int):
    values = {"DATA_DIR": tempfile.mkdtemp(), "DEMO": "1", "SECRET_KEY": "x" * 40, "DATABASE_URL": database}
    sizes = ["--members", str(people), "--meetings", "0", "--cases", "0", "--posts", "0"]
    for command in (["db", "upgrade"], ["demo", "load", *sizes]):
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *command],
            cwd=ROOT, env={**os.environ, **values}, check=True, capture_output=True,
        )  # fmt: skip
    return create_app(config.load(config.Settings(values)))


def signed_in(app, account: str):
    secret = f"the session of the benchmark for {account}, of no use elsewhere"
    with app.app_context():
        who = db.session.scalars(select(Person).where(Person.email == f"{account}@erfa.example")).one()
        expires = now().replace(year=now().year + 1)
        db.session.add(SignInSession(person_id=who.id, token_hash=fingerprint(secret), expires_at=expires))
        db.session.commit()
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie[SECRET] = secret
    return browser


def measure(app, account: str) -> dict[str, tuple[int, float, int]]:
    browser = signed_in(app, account)
    with app.app_context():
        statements = Statements(db.engine)
    figures = {}
    for name, address in QUESTIONS.items():
        browser.get(address)  # templates are compiled by now
        with statements.counted() as seen:
            answer = browser.get(address)
        assert answer.status_code == 200, (address, answer.status)
        times = []
        for _ in range(5):
            start = time.perf_counter()
            browser.get(address)
            times.append((time.perf_counter() - start) * 1000)
        figures[name] = (len(seen), statistics.median(times), len(answer.data) // 1024)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50_000)
    wanted = parser.parse_args()
    for database, url in databases().items():
        app = loaded(url, wanted.people)
        figures = {viewer: measure(app, viewer) for viewer in VIEWERS}
        print(f"{database}, {wanted.people} people")
        print(f"  {'':22}" + "".join(f"{viewer:>28}" for viewer in VIEWERS))
        print(f"  {'':22}" + f"{'statements':>12}{'ms':>8}{'KiB':>8}" * len(VIEWERS))
        for name in QUESTIONS:
            cells = (figures[viewer][name] for viewer in VIEWERS)
            print(f"  {name:22}" + "".join(f"{count:>12}{ms:>8.1f}{size:>8}" for count, ms, size in cells))


if __name__ == "__main__":
    main()
