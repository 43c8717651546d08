"""People and hours of a network in a period, on the page and as a file in which nothing is a formula."""

import io
from datetime import timedelta

import openpyxl
import pytest

from app.accounts.models import Event, EventKind
from app.attendance.models import Attendance
from app.core import clock as core_clock
from app.extensions import db


@pytest.fixture
def three(world):
    """Meetings a week, two and three weeks ago; Mette was at all, Ole left one of them early, a guest was at the first."""
    held = [world.meeting(starts_at=core_clock.now() - timedelta(days=7 * n), title=f"Møde {n}") for n in (1, 2, 3)]
    with world.acting():
        for number, meeting_id in enumerate(held):
            facts = {"meeting_id": meeting_id, "by_id": world.cast["coordinator"]}
            db.session.add(Attendance(person_id=world.cast["member"], **facts))
            if number == 0:
                early = core_clock.now() - timedelta(days=7) + timedelta(minutes=60)
                db.session.add(Attendance(person_id=world.cast["colleague"], left_at=early, **facts))
                db.session.add(
                    Attendance(guest_name="=HYPERLINK(1)", guest_organisation="+45", guest_code="0849", **facts)
                )
    return held


def test_hours_are_summed_by_person_and_by_meeting(browser, world, three):
    page = browser("coordinator").get(f"/networks/{world.network_id}/attendance")
    assert "møder 3" in page.text and "personer 3" in page.text and "timer i alt 11" in page.text
    rows = [" ".join(row.text(separator=" ").split()) for row in page.tree.css("tbody tr")]
    assert any(row.startswith("Mette Medlem") and row.endswith("3 7,5") for row in rows)
    assert any(row.startswith("Ole Kollega") and row.endswith("1 1") for row in rows)
    assert any("Møde 1" in row and "+2" in row for row in rows)


def test_the_period_narrows_and_bad_days_are_said_at_their_field(browser, world, three):
    karen = browser("coordinator")
    day = (core_clock.now() - timedelta(days=10)).date().isoformat()
    assert "møde 1 " in karen.get(f"/networks/{world.network_id}/attendance?since={day}").text
    assert karen.get(f"/networks/{world.network_id}/attendance?since=x").errors == [
        "Skriv datoen med dag, måned og år."
    ]
    assert "Der er ikke ført fremmøde" in karen.get(f"/networks/{world.network_id}/attendance?since=2026-11-23").text


def test_the_file_sums_and_holds_no_formula(browser, world, three, app):
    karen = browser("coordinator")
    url = f"/networks/{world.network_id}/attendance/file"
    text = karen.post(url, kind="csv", status=200).response.data.decode("utf-8-sig")
    assert "'=HYPERLINK(1);'+45;Jammerbugt" in text and ";2,5\r\n" in text
    book = openpyxl.load_workbook(io.BytesIO(karen.post(url, kind="xlsx", status=200).response.data))
    people, lines = book.worksheets
    assert [cell.value for cell in people[1]] == ["Navn", "Organisation", "Kommune", "Møder", "Timer"]
    assert {row[0].data_type for row in people.iter_rows()} == {"s"}
    assert sum(row[4].value for row in people.iter_rows(min_row=2)) == 11
    assert lines.max_row == 6
    karen.post(url, kind="exe", status=400)
    with app.app_context():
        assert db.session.query(Event).filter_by(kind=EventKind.ATTENDANCE_EXPORTED).count() == 2


def test_hours_are_for_coordinators(browser, world):
    for who, status in (("member", 403), ("outsider", 404)):
        browser(who).get(f"/networks/{world.network_id}/attendance", status=status)
        browser(who).post(f"/networks/{world.network_id}/attendance/file", kind="csv", status=status)


def test_many_meetings_cost_as_much_as_few(browser, world, three, statements):
    karen, counts = browser("coordinator"), []
    for _ in range(2):
        with statements.counted() as seen:
            karen.get(f"/networks/{world.network_id}/attendance")
        counts.append(len(seen))
        for number in range(10):
            meeting_id = world.meeting(starts_at=core_clock.now() - timedelta(days=30 + number))
            with world.acting():
                person = world.person(f"Person {number}", network=world.network_id)
                db.session.add(Attendance(meeting_id=meeting_id, person_id=person, by_id=world.cast["coordinator"]))
    assert counts[0] == counts[1] and counts[0] <= 8, counts
