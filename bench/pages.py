"""Prints, for the pages a member opens, the number of SQL statements and the milliseconds, on a small and on a large network.

python bench/pages.py [--cases 10000] [--posts 100000]
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

from sqlalchemy import func, select  # noqa: E402

import config  # noqa: E402
from app import create_app  # noqa: E402
from app.accounts.models import Person  # noqa: E402
from app.cases.models import Case  # noqa: E402
from app.core.clock import now  # noqa: E402
from app.core.tokens import fingerprint  # noqa: E402
from app.extensions import db  # noqa: E402
from app.meetings.models import Meeting  # noqa: E402
from app.minutes.models import Minutes  # noqa: E402
from app.sessions.models import SignInSession  # noqa: E402
from app.sessions.sign_in import SECRET  # noqa: E402
from tests.counting import Statements  # noqa: E402

SECRET_OF_BENCH = "the session of the benchmark, of no use elsewhere"


def pages(app) -> dict[str, str]:
    """Addresses by name; the case is the one with most replies."""
    with app.app_context():
        case = db.session.scalar(select(Case.id).where(Case.network_id == 1).order_by(Case.posts_count.desc()))
        meeting = db.session.scalar(
            select(Meeting.id).where(Meeting.network_id == 1).order_by(Meeting.starts_at.desc())
        )
        read = db.session.scalar(
            select(func.max(Minutes.meeting_id))
            .join(Minutes.meeting)
            .where(Minutes.shared_at.is_not(None), Meeting.network_id == 1)
        )
    return {
        "home": "/",
        "network": "/networks/1",
        "members": "/networks/1/members",
        "meetings": "/networks/1/meetings",
        "meeting": f"/meetings/{meeting}",
        "minutes": f"/meetings/{read}/minutes",
        "all minutes": "/networks/1/minutes",
        "all cases": "/cases",
        "unread cases": "/cases?show=unread",
        "the network's cases": "/networks/1/cases",
        "case": f"/cases/{case}?page=1",
        "calendar": "/calendar",
        "actions": "/actions",
    }


def measure(label: str, *options: str) -> dict[str, tuple[int, float]]:
    folder = tempfile.mkdtemp()
    values = {"DATA_DIR": folder, "DEMO": "1", "SECRET_KEY": "x" * 40}
    for command in (["db", "upgrade"], ["demo", "load", *options]):
        environment = {**os.environ, **values, "DATABASE_URL": ""}
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *command],
            cwd=ROOT, env=environment, check=True, capture_output=True,
        )  # fmt: skip
    app = create_app(config.load(config.Settings(values)))
    with app.app_context():
        who = db.session.scalars(select(Person).where(Person.email == "medlem@erfa.example")).one()
        expires = now().replace(year=now().year + 1)
        db.session.add(SignInSession(person_id=who.id, token_hash=fingerprint(SECRET_OF_BENCH), expires_at=expires))
        db.session.commit()
        statements = Statements(db.engine)
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie[SECRET] = SECRET_OF_BENCH
    figures = {}
    for name, address in pages(app).items():
        browser.get(address)  # templates are compiled by now
        with statements.counted() as seen:
            answer = browser.get(address)
        assert answer.status_code == 200, (address, answer.status)
        times = []
        for _ in range(5):
            start = time.perf_counter()
            browser.get(address)
            times.append((time.perf_counter() - start) * 1000)
        figures[name] = (len(seen), statistics.median(times))
    print(f"measured: {label}", file=sys.stderr)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", default="10000")
    parser.add_argument("--posts", default="100000")
    wanted = parser.parse_args()
    small = measure("the demo")
    large = measure("large", "--cases", wanted.cases, "--posts", wanted.posts, "--meetings", "500", "--members", "500")
    print(f"{'page':22} {'statements':>12} {'ms':>16}   the demo, then {wanted.cases} cases and {wanted.posts} posts")
    for name, (count, ms) in small.items():
        print(f"{name:22} {count:>5} {large[name][0]:>6} {ms:>8.1f} {large[name][1]:>7.1f}")


if __name__ == "__main__":
    main()
