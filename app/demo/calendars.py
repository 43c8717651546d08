"""Whose calendars fetch the demo's meetings, and which of its meetings are open to all."""

from datetime import date, timedelta

from sqlalchemy import Connection, update

from app.calendars.models import Feed, FeedScope
from app.core import clock
from app.demo.core_network import Known
from app.demo.days import last_working_day, wall
from app.demo.rows import Rows
from app.meetings.models import Meeting

OPEN = {
    "Fra krav til opfølgning": "",
    "Værter, datoer og et nyt fokus": "https://tilmelding.example/erfa-socialoekonomi",
}


def write_calendars(rows: Rows, known: Known, connection: Connection, today: date) -> None:
    """Feeds with addresses that nobody knows, as everybody else's: they can be renewed and recalled."""
    rows.flush()
    opened = wall(last_working_day(today - timedelta(days=1)), 11)
    for title, link in OPEN.items():
        facts = {"published_at": opened, "published_by_id": Meeting.created_by_id, "public_url": link}
        connection.execute(update(Meeting).where(Meeting.title == title).values(**facts))
    social = known.networks["social"]
    for who in ("mette", "karen"):
        _feed(rows, known.people[who], "Arbejdscomputeren", "Outlook", days=256, fetched=timedelta(hours=2))
        _feed(
            rows,
            known.people[who],
            "Min telefon",
            "iPhone",
            days=170,
            fetched=timedelta(minutes=20),
            network=social,
            alarm=30,
        )
        _feed(rows, known.people[who], "Gammel bærbar", "Thunderbird", days=410, fetched=timedelta(days=204))


def _feed(
    rows: Rows, person_id: int, name: str, program: str, *,
    days: int, fetched: timedelta, network: int | None = None, alarm: int | None = None,
) -> None:  # fmt: skip
    now = clock.now()
    rows.add(
        Feed,
        {
            "person_id": person_id,
            "name": name,
            "scope": FeedScope.NETWORK if network else FeedScope.MINE,
            "network_id": network,
            "weeks_back": 13,
            "alarm_minutes": alarm,
            "hides_cancelled": False,
            "token_hash": f"no token leads here: {person_id} {name}",
            "created_at": wall(last_working_day(now.date() - timedelta(days=days)), 9, 20),
            "last_fetched_at": now - fetched,
            "last_fetched_by": program,
        },
    )
