"""The coordinator's list: one tap at the door, guests, who did not come, times and hours."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.attendance.models import Attendance
from app.attendance.queries import present_at
from app.core import clock as core_clock
from app.extensions import db
from app.meetings.models import Meeting, Presence


def url(meeting_id: int, rest: str = "") -> str:
    return f"/meetings/{meeting_id}/attendance{rest}"


def test_one_tap_puts_somebody_on_the_list_and_another_takes_them_off(browser, world, today, says, kept):
    says(today, member="yes", colleague="no")
    karen = browser("coordinator")
    page = karen.get(url(today))
    assert "Har sagt ja" in page.text and "Andre medlemmer" in page.text
    page = karen.submit("Er her Mette Medlem")
    assert "På stedet kl. 9.30–12.00" in page.text
    assert kept(today)["member"].presence is Presence.HERE
    karen.submit("Er her Ole Kollega")
    assert set(kept(today)) == {"member", "colleague"}
    assert "havde ikke sagt ja" in karen.page.text
    karen.submit("Fortryd Ole Kollega")
    assert set(kept(today)) == {"member"}


def test_a_second_tap_changes_nothing(browser, world, today, kept):
    karen = browser("coordinator")
    for _ in range(2):
        karen.post(url(today, f"/people/{world.cast['member']}"), said="here")
    assert set(kept(today)) == {"member"}
    karen.post(url(today, f"/people/{world.cast['member']}"), said="away")
    karen.post(url(today, f"/people/{world.cast['member']}"), said="away")
    assert kept(today) == {}


def test_nonsense_in_a_tap_does_nothing_and_strangers_are_not_found(browser, world, today, kept):
    karen = browser("coordinator")
    karen.post(url(today, f"/people/{world.cast['member']}"), said="dancing")
    karen.post(url(today, f"/people/{world.cast['outsider']}"), said="here", status=404)
    karen.post(url(today, "/people/4711"), said="here", status=404)
    assert kept(today) == {}


def test_all_who_said_yes_are_put_on_the_list_at_once(browser, world, today, says, kept):
    says(today, member="yes", coordinator="yes", colleague="maybe")
    karen = browser("coordinator")
    karen.get(url(today))
    page = karen.submit("Alle, der har sagt ja, er her")
    assert "2 flere er på listen." in page.text
    assert set(kept(today)) == {"member", "coordinator"}
    karen.post(url(today, "/expected"))
    assert len(kept(today)) == 2


def test_who_said_yes_and_did_not_come_is_named_when_the_meeting_is_over(browser, world, today, says, clock):
    says(today, member="yes", colleague="yes")
    karen = browser("coordinator")
    karen.get(url(today))
    karen.submit("Er her Mette Medlem")
    clock.move(hours=4)
    page = karen.get(url(today))
    assert "1 sagde ja og kom ikke" in page.text
    assert "Udeblevet" in page.text


def test_times_are_corrected_and_hours_follow(browser, world, today, kept):
    karen = browser("coordinator")
    karen.get(url(today))
    karen.submit("Er her Mette Medlem")
    karen.follow("Ret Mette Medlem")
    assert karen.page.value("came") == "09:30"
    page = karen.submit("Gem", came="10.15", left="11:45")
    assert "kl. 10.15–11.45" in page.text
    assert "timer i alt 1,5" in page.text
    row = kept(today)["member"]
    assert core_clock.local(row.came_at).hour == 10


@pytest.mark.parametrize(
    ("came", "left", "sentence"),
    [
        ("13.00", "14.00", "Da var mødet slut."),
        ("10.00", "9.45", "Det er, før de kom."),
        ("10.00", "10.00", "Det er, før de kom."),
        ("æbler", "12.00", "Skriv klokkeslættet som 9.30"),
    ],
)
def test_times_that_cannot_be_are_refused_at_their_field(browser, world, today, kept, came, left, sentence):
    karen = browser("coordinator")
    karen.get(url(today, f"/people/{world.cast['member']}/edit"))
    page = karen.submit("Gem", came=came, left=left)
    assert page.errors == [sentence]
    assert page.value("left") in {left, left.replace(".", ":").rjust(5, "0")}
    assert kept(today) == {}


def test_a_guest_is_known_by_name_and_put_on_once(browser, world, today, kept):
    karen = browser("coordinator")
    karen.get(url(today))
    karen.follow("Tilføj en gæst")
    page = karen.submit("Gem")
    assert page.errors == ["Skriv for- og efternavn."]
    page = karen.submit("Gem", name="Gerda Gæst", organisation="Tangværket", municipality="0849")
    assert "Gerda Gæst er på listen." in page.text
    assert "Tangværket, Jammerbugt" in page.text
    karen.get(url(today, "/guests/new"))
    karen.submit("Gem", name="Gerda Gæst", organisation="Tangværket", municipality="0849")
    assert list(kept(today)) == ["Gerda Gæst"]
    karen.follow("Ret Gerda Gæst")
    karen.submit("Gem", left="11.00")
    assert core_clock.local(kept(today)["Gerda Gæst"].left_at).hour == 11
    karen.follow("Ret Gerda Gæst")
    page = karen.submit("Tag af listen")
    assert "ikke længere på listen" in page.text
    assert kept(today) == {}


def test_the_list_opens_on_the_day_and_not_for_meetings_that_are_off(browser, world, kept):
    ahead = world.meeting()
    off = world.meeting(starts_at=core_clock.now() - timedelta(hours=2), cancelled_at=core_clock.now())
    karen = browser("coordinator")
    for meeting_id in (ahead, off):
        assert "Er her" not in karen.get(url(meeting_id)).text
        karen.post(url(meeting_id, f"/people/{world.cast['member']}"), said="here")
        assert kept(meeting_id) == {}
        karen.get(url(meeting_id, "/guests/new"), status=302)
        karen.get(url(meeting_id, "/scan"), status=302)


def test_members_may_not_keep_the_list_and_outsiders_do_not_find_it(browser, world, today, kept):
    for who, status in (("member", 403), ("outsider", 404)):
        one = browser(who)
        for rest in ("", "/guests/new", "/scan", "/sheet.pdf", "/code"):
            one.get(url(today, rest), status=status)
        one.post(url(today, f"/people/{world.cast['member']}"), said="here", status=status)
        one.post(url(today, "/expected"), status=status)
    assert kept(today) == {}


def test_who_was_there_is_one_statement_however_many_meetings(app, world, statements, today):
    held = [world.meeting(starts_at=core_clock.now() - timedelta(days=days)) for days in range(1, 12)]
    with world.acting():
        for meeting_id in held:
            facts = {"meeting_id": meeting_id, "by_id": world.cast["coordinator"]}
            db.session.add(Attendance(person_id=world.cast["member"], **facts))
            db.session.add(
                Attendance(guest_name="Gerda Gæst", guest_organisation="Tangværket", guest_code="0849", **facts)
            )
    with app.app_context(), statements.counted() as seen:
        present = present_at([*held, today])
    assert len(seen) == 1
    assert set(present) == set(held)
    guest, member = present[held[0]]
    assert (guest.name, guest.organisation, guest.municipality) == ("Gerda Gæst", "Tangværket", "Jammerbugt")
    assert member.person.id == world.cast["member"] and member.municipality
    assert member.time == timedelta(minutes=150)


def test_the_minutes_name_who_was_there_instead_of_who_had_said_so(browser, world, today, says, clock):
    says(today, member="yes", colleague="yes")
    world.minutes(today, "Vi talte.", shared=True)
    ole = browser("colleague")
    assert "Ole Kollega" in ole.get(f"/meetings/{today}/minutes").text
    with world.acting():
        facts = {"meeting_id": today, "by_id": world.cast["coordinator"]}
        db.session.add(Attendance(person_id=world.cast["member"], **facts))
        db.session.add(Attendance(guest_name="Gerda Gæst", guest_organisation="Tangværket", **facts))
    text = ole.get(f"/meetings/{today}/minutes").text
    present = text[text.index("Til stede") : text.index("Udeblevet")]
    assert "Mette Medlem" in present and "Gerda Gæst" in present and "Ole Kollega" not in present
    assert "Ole Kollega" in text[text.index("Udeblevet") :]


def test_the_page_costs_the_same_for_many(browser, world, today, statements):
    karen, counts = browser("coordinator"), []
    for _ in range(2):
        with statements.counted() as seen:
            karen.get(url(today))
        counts.append(len(seen))
        with world.acting():
            for number in range(20):
                person = world.person(f"Person {number}", network=world.network_id)
                db.session.add(Attendance(meeting_id=today, person_id=person, by_id=world.cast["coordinator"]))
    assert counts[0] == counts[1] and counts[0] <= 9, counts


def test_somebody_who_has_left_since_stays_on_the_list(browser, world, today, kept, clock):
    with world.acting():
        db.session.add(Attendance(meeting_id=today, person_id=world.cast["outsider"], by_id=world.cast["coordinator"]))
    karen = browser("coordinator")
    clock.move(hours=5)
    assert "Ulla Udenfor" in karen.get(url(today)).text
    with world.acting():
        assert db.session.scalars(select(Meeting.id).where(Meeting.id == today)).one()
