#!/usr/bin/env python3
"""Serves feeds of 1, 50 and 1,000 meetings of every shape for other programs to read, and asks a judge what they make of them.

Shapes: moved, cancelled, postponed, of whole days (over a clock change too), beside and within both clock changes, answered in
every way, online, with long Danish words and emoji; then the same with reminders, of all networks at once, and as anybody sees it.
Run: python bench/readers.py [JUDGE …] where JUDGE is called with each address and says by its exit code whether all is well;
without one it serves until it is stopped.
"""

import os
import subprocess
import sys
import tempfile
import threading
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from feed import ANSWERS, CHANGES, application
from sqlalchemy import insert
from werkzeug.serving import WSGIRequestHandler, make_server

from app.accounts.models import Person
from app.calendars.models import Feed, FeedScope
from app.core import clock
from app.core.tokens import fingerprint
from app.extensions import db
from app.meetings.models import AgendaItem, AgendaKind, Answer, Meeting, Venue
from app.networks.discretion import Confidentiality
from app.networks.models import Membership, Network

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
SIZES = (1, 50, 1000)
AROUND = timedelta(days=352)  # a year with both clock changes, most of it behind: readers list one year


def whole_days(first: date, days: int = 1) -> tuple[datetime, datetime]:
    begins, ends = (datetime.combine(day, time(), COPENHAGEN) for day in (first, first + timedelta(days=days)))
    return begins.astimezone(UTC), ends.astimezone(UTC)


def odd_times(now: datetime) -> list[tuple[datetime, datetime]]:
    """Those that readers get wrong: around the changes, through them, in the doubled hour, and whole days."""
    near = [moment for moment in CHANGES if abs(moment - now) < timedelta(days=330)]
    times = [(moment, moment + timedelta(minutes=150)) for moment in near]
    for spring_or_autumn in (date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28)):
        times += [whole_days(spring_or_autumn), whole_days(spring_or_autumn - timedelta(days=1), 3)]
    # The first of the two; the second is read as the first by some, and the forms refuse both (docs/decisions/0003).
    times.append((datetime(2026, 10, 25, 0, 15, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)))
    return [*times, whole_days(now.date() + timedelta(days=40)), whole_days(now.date() + timedelta(days=50), 2)]


def facts_of(number: int, start: datetime, end: datetime, now: datetime) -> dict[str, Any]:
    kind = number % 10
    if kind in {0, 6} and end < now - timedelta(days=29):
        kind = 1  # what is off stands for thirty days
    changed = now - timedelta(days=40, minutes=number)
    facts: dict[str, Any] = {
        "title": f"Småjob {number}; æøå 🌊 {'blåbærgrød ' * (number % 7 if number < 50 else 0)}".strip(),
        "starts_at": start, "ends_at": end, "created_at": now - timedelta(days=100), "updated_at": changed,
        "place": "" if kind == 4 else "Tangværket, Havnevej 4; Fjerritslev", "host_code": "0849" if number % 3 else None,
        "online_url": "https://video.example.dk/rum/7?a=1,2" if kind in {4, 5} else "",
        "venue": {4: Venue.ONLINE, 5: Venue.BOTH}.get(kind, Venue.HERE),
        "description": "Tag jeres egne tal med.\nBagefter: rugbrød, ost \\ kaffe 👩🏽‍🔧." if number % 2 else "",
        "cancelled_at": changed if kind == 0 and number else None, "cancellation_reason": "Værten er syg." if kind == 0 else "",
        "postponed_at": changed if kind == 6 else None, "postponement_reason": "",
        "sequence": 1 if kind in {0, 6} else 2 if kind == 3 else 0, "published_at": changed if number % 2 else None,
    }  # fmt: skip
    return facts


def build() -> dict[str, str]:
    """A member of three networks; returns token by what its feed holds."""
    now = clock.now()
    person = Person(name="Mette Medlem", email="mette@erfa.example")
    db.session.add(person)
    db.session.flush()
    tokens = {}
    for size in SIZES:
        network = Network(
            name=f"ERFA med {size}", confidentiality=Confidentiality.OPEN, updated_at=now - timedelta(days=300)
        )
        db.session.add(network)
        db.session.flush()
        db.session.add(Membership(network_id=network.id, person_id=person.id))
        times = odd_times(now)[: size - 1]
        first = now.replace(hour=8, minute=30, second=0, microsecond=0) - timedelta(days=AROUND.days * 9 // 10)
        ordinary = [
            first + timedelta(minutes=AROUND.days * 1440 * number // size) for number in range(size - len(times))
        ]
        times += [(start, start + timedelta(minutes=150)) for start in ordinary]
        rows = [
            {**facts_of(number, start, end, now), "network_id": network.id, "created_by_id": person.id}
            for number, (start, end) in enumerate(times)
        ]
        ids = list(db.session.scalars(insert(Meeting).returning(Meeting.id, sort_by_parameter_order=True), rows))
        items = [
            {"meeting_id": id_, "position": position, "title": "Hvad virker? Æ; ø, å", "kind": AgendaKind.DISCUSSION, "presenter": "Jonas", "minutes": 20}
            for id_ in ids for position in range(3)
        ]  # fmt: skip
        db.session.execute(insert(AgendaItem), items)
        answers = [
            {"meeting_id": id_, "person_id": person.id, "answer": word, "note": "", "answered_at": now - timedelta(days=30)}
            for id_ in ids if (word := ANSWERS[id_ % len(ANSWERS)])
        ]  # fmt: skip
        if answers:
            db.session.execute(insert(Answer), answers)
        tokens[f"{size} meetings"] = f"of-{size}"
        db.session.add(_feed(person, f"of-{size}", FeedScope.NETWORK, network))
    tokens |= {"all networks, with reminders": "all", "open meetings": "open", "without what is off": "on"}
    db.session.add(_feed(person, "all", FeedScope.MINE, alarm_minutes=30))
    db.session.add(_feed(person, "open", FeedScope.PUBLIC, alarm_minutes=24 * 60))
    db.session.add(_feed(person, "on", FeedScope.MINE, hides_cancelled=True, weeks_back=0))
    db.session.commit()
    return tokens


def _feed(person: Person, token: str, scope: FeedScope, network: Network | None = None, **options: Any) -> Feed:
    facts = {"name": token, "token_hash": fingerprint(token), "weeks_back": 52, **options}
    return Feed(person_id=person.id, scope=scope, network=network, **facts)


class Quiet(WSGIRequestHandler):
    def log_request(self, *_args: Any) -> None:
        pass


def main() -> int:
    judge, worst = sys.argv[1:], 0
    with tempfile.TemporaryDirectory() as folder:
        app = application(folder, **({"DATABASE_URL": os.environ["BENCH_DATABASE_URL"]} if "BENCH_DATABASE_URL" in os.environ else {}))  # fmt: skip
        with app.app_context():
            tokens = build()
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        addresses = {what: f"http://127.0.0.1:{server.port}/feeds/{token}.ics" for what, token in tokens.items()}
        addresses["the public calendar"] = f"http://127.0.0.1:{server.port}/events.ics"
        for what, address in addresses.items():
            body = app.test_client().get(address.split(str(server.port))[1]).data
            counts = {name: body.count(word) for name, word in WORDS.items()}
            print(f"== {what}: {counts}", address, flush=True)
            if judge:
                worst = max(worst, subprocess.run([*judge, address], check=False).returncode)
        if not judge:
            threading.Event().wait()
        server.shutdown()
        with app.app_context():
            db.engine.dispose()
    return worst


WORDS = {
    "events": b"BEGIN:VEVENT", "cancelled": b"STATUS:CANCELLED", "moved": b"SEQUENCE:2", "whole days": b"DTSTART;VALUE=DATE:",
    "in UTC": b"0Z\r\nDTEND", "reminders": b"BEGIN:VALARM",
}  # fmt: skip

if __name__ == "__main__":
    sys.exit(main())
