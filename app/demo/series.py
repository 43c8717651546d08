"""A series of meetings that one network has planned ahead, counted from today."""

from datetime import date, datetime, time, timedelta
from typing import Final

from app.core import clock
from app.demo.days import last_working_day, wall
from app.demo.rows import Rows
from app.meetings.models import AgendaItem, AgendaKind, Meeting
from app.series.models import Series, SeriesMeeting
from app.series.operations.planning import plan_of
from app.series.rules import Rule, Unit

TITLE: Final = "Indkøb, der holder"
HOURS: Final = (time(10), time(12))
HOSTS: Final = ("0840", "0787", "0851", "0810")
AGENDA: Final = (
    ("Velkomst, nyt siden sidst", AgendaKind.INFORMATION, "Nadia Holm Karimi", 20),
    ("Værten viser et indkøb frem", AgendaKind.DISCUSSION, "Vært", 40),
    ("Sag til sparring", AgendaKind.CASE, "Sagsgiver", 45),
    ("Aftaler og næste gang", AgendaKind.DECISION, "Nadia Holm Karimi", 15),
)


def write_series(rows: Rows, network_id: int, by_id: int, today: date) -> None:
    """The first Wednesday of every third month, each time at another host's."""
    rows.flush()  # the meetings so far say more than these
    planned_at = wall(last_working_day(today - timedelta(days=6)), 9, 40)
    rule = Rule(Unit.MONTHS, 3, 2, today + timedelta(days=40), nth=1, count=len(HOSTS))
    starts, ends = HOURS
    series_id = rows.add(
        Series,
        {
            "network_id": network_id, "key": "0" * 32, "title": TITLE, "unit": rule.unit, "step": rule.interval,
            "weekday": rule.weekday, "nth": rule.nth, "first_on": rule.first_on, "meetings_wanted": rule.count,
            "until_on": None, "starts": starts, "ends": ends, "sequence": 1,
            "created_by_id": by_id, "created_at": planned_at,
        },
    )  # fmt: skip
    for day, host in zip(rule.days(), HOSTS, strict=True):
        facts = {
            "title": TITLE, "place": "", "online_url": "", "description": "Tag et udbud med, som I er i tvivl om.",
            "starts_at": clock.from_wall(datetime.combine(day, starts)),
            "ends_at": clock.from_wall(datetime.combine(day, ends)),
        }  # fmt: skip
        more = {"network_id": network_id, "host_code": host, "sequence": 0, "created_by_id": by_id}
        times = {"created_at": planned_at, "updated_at": planned_at, "called_at": planned_at}
        meeting_id = rows.add(Meeting, {**facts, **more, **times})
        for position, (title, kind, presenter, minutes) in enumerate(AGENDA, start=1):
            item = {"meeting_id": meeting_id, "position": position, "title": title, "kind": kind}
            rows.add(AgendaItem, {**item, "presenter": presenter, "minutes": minutes, "removed_at": None})
        entry = {"series_id": series_id, "meeting_id": meeting_id, "planned": plan_of(Meeting(**facts))}
        rows.add(SeriesMeeting, {**entry, "ended_at": None})
    rows.flush()
