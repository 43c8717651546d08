#!/usr/bin/env python3
"""Prints how many requests a second one process answers on feeds of 1, 50 and 1,000 meetings: 304, 200 from stored fragments,
200 with every fragment made anew, each beside a bare Flask route. Run: python bench/feed.py [meetings …]"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import delete, insert

import config
from app import create_app
from app.accounts.models import Person
from app.calendars.models import Feed, Fragment
from app.core import clock
from app.core.access import public
from app.core.tokens import fingerprint
from app.extensions import db
from app.meetings.models import AgendaItem, AgendaKind, Answer, AnswerWord, Meeting
from app.networks.models import Membership, Network

TOKEN = "bench"
ANSWERS = [AnswerWord.YES, AnswerWord.MAYBE, AnswerWord.NO, None]
# The hours beside both clock changes; those that an autumn night has twice, the form refuses.
CHANGES = [
    change + beside
    for change in (
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 1, tzinfo=UTC),
        datetime(2027, 3, 28, 1, tzinfo=UTC),
    )
    for beside in (timedelta(hours=-3), timedelta(minutes=-90), timedelta(hours=1), timedelta(hours=2))
]


def build(meetings: int, *, days: int = 780) -> None:
    """A member whose networks have meetings on both sides of both clock changes, some cancelled, answered in all ways."""
    now = clock.now()
    person = Person(name="Mette Medlem", email="mette@erfa.example")
    network = Network(name="ERFA Socialøkonomi", purpose="", updated_at=now - timedelta(days=300))
    db.session.add_all([person, network])
    db.session.flush()
    db.session.add(Membership(network_id=network.id, person_id=person.id))
    db.session.add(Feed(person_id=person.id, name="Bench", token_hash=fingerprint(TOKEN)))
    starts = [moment for moment in CHANGES if abs(moment - now) < timedelta(days=200)][: meetings - 1]
    first = now.replace(hour=8, minute=30, second=0, microsecond=0) - timedelta(days=80)
    starts += [
        first + timedelta(minutes=days * 24 * 60 * number // meetings) for number in range(meetings - len(starts))
    ]
    rows = [
        {
            "network_id": network.id,
            "title": f"Småjob hos håndværksmestre, nr. {number}; æøå 🌊",
            "starts_at": start,
            "ends_at": start + timedelta(minutes=150),
            "place": "Tangværket, Havnevej 4, Fjerritslev",
            "online_url": "https://video.example.dk/rum/7?a=1,2" if number % 3 == 0 else "",
            "host_code": "0849",
            "description": "Tag jeres egne tal med.\nVi spiser sammen bagefter: rugbrød, ost og kaffe.",
            "created_by_id": person.id,
            "created_at": now - timedelta(days=100),
            "updated_at": now - timedelta(days=90, minutes=number),
            "cancelled_at": now - timedelta(days=20) if number % 10 == 0 else None,
            "cancellation_reason": "Værten er syg." if number % 10 == 0 else "",
            "sequence": int(number % 10 == 0),
            "published_at": now - timedelta(days=20) if number % 5 == 0 else None,
        }
        for number, start in enumerate(starts)
    ]
    ids = list(db.session.scalars(insert(Meeting).returning(Meeting.id, sort_by_parameter_order=True), rows))
    kinds = list(AgendaKind)
    db.session.execute(
        insert(AgendaItem),
        [
            {"meeting_id": meeting_id, "position": position, "title": f"Punkt {position}: hvad virker?", "kind": kinds[position], "presenter": "Jonas Thorup Bach", "minutes": 20}
            for meeting_id in ids for position in range(4)
        ],
    )  # fmt: skip
    db.session.execute(
        insert(Answer),
        [
            {"meeting_id": meeting_id, "person_id": person.id, "answer": ANSWERS[meeting_id % 4], "note": "", "answered_at": now - timedelta(days=30)}
            for meeting_id in ids if ANSWERS[meeting_id % 4]
        ],
    )  # fmt: skip
    db.session.commit()


def application(folder: str, **more: str) -> Flask:
    settings = config.load(config.Settings({"DATA_DIR": folder, "SECRET_KEY": "x" * 40, **more}))
    app = create_app(settings)

    @app.get("/bare")
    @public
    def bare() -> str:
        return "bare"

    with app.app_context():
        upgrade()
    return app


def rate(ask: Callable[[], object], before: Callable[[], object] = lambda: None, seconds: float = 3) -> float:
    """Requests a second; what `before` does to make each one cold is not counted."""
    spent = count = 0.0
    while spent < seconds:
        before()
        start = time.perf_counter()
        ask()
        spent += time.perf_counter() - start
        count += 1
    return count / spent


def main() -> None:
    for meetings in [int(argument) for argument in sys.argv[1:]] or (1, 50, 1000):
        measure(meetings)


def measure(meetings: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = application(folder, **({"DATABASE_URL": os.environ["BENCH_DATABASE_URL"]} if "BENCH_DATABASE_URL" in os.environ else {}))  # fmt: skip
        with app.app_context():
            build(meetings)
        client = app.test_client()
        url = f"/feeds/{TOKEN}.ics"
        first = client.get(url)
        assert first.status_code == 200
        assert first.data.count(b"BEGIN:VEVENT") > 0

        def forget() -> None:
            with app.app_context():
                db.session.execute(delete(Fragment))
                db.session.commit()

        def unchanged() -> None:
            assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304

        open_to_all = client.get("/events.ics")

        def unchanged_for_all() -> None:
            assert client.get("/events.ics", headers={"If-None-Match": open_to_all.headers["ETag"]}).status_code == 304

        def whole() -> None:
            assert client.get(url).status_code == 200

        events = first.data.count(b"BEGIN:VEVENT")
        print(f"{meetings} meetings, {events} events, {len(first.data):,} bytes, {db_name(app)}")
        for name, asked in [
            ("bare Flask route", rate(lambda: client.get("/bare"))),
            ("304, unchanged", rate(unchanged)),
            ("200, stored fragments", rate(whole)),
            ("200, gzip", rate(lambda: client.get(url, headers={"Accept-Encoding": "gzip"}))),
            ("200, made anew", rate(whole, forget)),
            ("the public calendar, 304", rate(unchanged_for_all)),
        ]:
            print(f"{name:26}{asked:10.0f} requests/s {1000 / asked:9.2f} ms")
        with app.app_context():
            db.engine.dispose()


def db_name(app: Flask) -> str:
    with app.app_context():
        return db.engine.dialect.name


if __name__ == "__main__":
    main()
