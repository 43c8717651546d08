"""Checking in with the code on the wall: bound to the meeting and its day, for members only, and once."""

import threading
from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.attendance import codes
from app.attendance.operations import check_in
from app.core import clock as core_clock
from app.core.tokens import sign
from app.extensions import db
from app.meetings.models import Meeting, Presence
from app.meetings.queries import meeting_to_change_for
from app.networks.models import Membership


def address(app, meeting_id: int) -> str:
    with app.app_context():
        return f"/check-in/{codes.token_of(db.session.get_one(Meeting, meeting_id))}"


def digits(app, meeting_id: int) -> str:
    with app.app_context():
        return codes.digits_of(db.session.get_one(Meeting, meeting_id))


def test_a_scanned_code_asks_and_the_button_checks_in(app, browser, world, today, kept):
    mette = browser("member")
    page = mette.get(address(app, today))
    assert kept(today) == {}
    page = mette.submit("Jeg er her")
    assert "Du er på listen. God fornøjelse med mødet." in page.text
    row = kept(today)["member"]
    assert (row.came_at, row.means.value, row.presence) == (None, "code", Presence.HERE)
    assert "tjekket ind med koden" in browser("coordinator").get(f"/meetings/{today}/attendance").text


def test_scanning_twice_is_one_line(app, browser, world, today, kept):
    mette = browser("member")
    for _ in range(3):
        mette.post(address(app, today))
    assert len(kept(today)) == 1
    assert "Du er på listen" in mette.get(address(app, today)).text


def test_who_comes_late_is_there_from_then_and_who_leaves_early_until_then(app, browser, world, today, kept, clock):
    clock.move(minutes=60)  # 10.00
    mette = browser("member")
    mette.get(address(app, today))
    mette.submit("Jeg er her")
    clock.move(minutes=45)
    page = mette.submit("Jeg går nu")
    assert "kl. 10.00–10.45" in page.text
    assert kept(today)["member"].left_at - kept(today)["member"].came_at == timedelta(minutes=45)


def test_without_a_camera_the_digits_do(app, browser, world, today, kept):
    mette = browser("member")
    mette.get(f"/meetings/{today}")
    mette.follow("Jeg er her")
    wrong = f"{(int(digits(app, today)) + 1) % 1_000_000:06d}"
    page = mette.submit("Jeg er her", code=wrong)
    assert page.errors == ["Det er ikke koden på væggen. Se efter en gang til."]
    page = mette.submit("Jeg er her", code=f" {digits(app, today)[:3]} {digits(app, today)[3:]} ")
    assert "Du er på listen" in page.text
    assert set(kept(today)) == {"member"}


def test_digits_are_not_to_be_found_by_trying(app, browser, world, today, kept):
    mette = browser("member")
    wrong = f"{(int(digits(app, today)) + 1) % 1_000_000:06d}"
    for _ in range(10):
        mette.post(f"/meetings/{today}/check-in", code=wrong, status=200)
    mette.post(f"/meetings/{today}/check-in", code=digits(app, today), status=429)
    assert kept(today) == {}


@pytest.mark.parametrize(("minutes", "says"), [(-31, "Du er tidligt på den"), (181, "Mødet er slut")])
def test_the_code_works_from_an_hour_before_until_the_end(app, browser, world, today, kept, clock, minutes, says):
    clock.move(minutes=minutes)
    mette = browser("member")
    assert says in mette.get(address(app, today)).text
    mette.post(address(app, today))
    mette.post(f"/meetings/{today}/check-in", code=digits(app, today))
    assert kept(today) == {}


def test_a_code_dies_when_the_meeting_moves_to_another_day(app, browser, world, today, kept):
    old = address(app, today)
    with world.acting():
        meeting = db.session.get_one(Meeting, today)
        meeting.starts_at += timedelta(days=1)
        meeting.ends_at += timedelta(days=1)
    mette = browser("member")
    assert mette.get(old, status=410).title == "Koden er fra en anden dag"
    mette.post(old, status=410)
    assert kept(today) == {}
    assert old != address(app, today)


def test_a_code_is_of_one_meeting_and_cannot_be_made_up(app, browser, world, today, kept):
    other = world.meeting(starts_at=core_clock.now() + timedelta(minutes=30))
    assert address(app, today) != address(app, other)
    mette = browser("member")
    with app.app_context():
        for made_up in (sign("calendar", f"{today}-20261123"), f"{today}-20261123-aaaaaaaaaaaaaaaa", "x", f"{today}"):
            mette.get(f"/check-in/{made_up}", status=404)
    assert mette.post(f"/meetings/{other}/check-in", code=digits(app, today), status=200).errors
    assert kept(today) == kept(other) == {}


def test_a_meeting_that_is_off_takes_nobody_in(app, browser, world, today, kept):
    with world.acting():
        db.session.get_one(Meeting, today).cancelled_at = core_clock.now()
    mette = browser("member")
    assert "Mødet holdes ikke" in mette.get(address(app, today)).text
    mette.post(address(app, today))
    assert kept(today) == {}


def test_others_are_told_kindly_and_learn_nothing(app, browser, world, today, kept):
    for who in ("outsider", "administrator"):
        page = browser(who).get(address(app, today), status=403)
        assert "Sig dit navn og din arbejdsplads til tovholderen" in page.text
        assert "Småjob" not in page.html and "Prøvenet" not in page.html
        browser(who).post(address(app, today), status=403)
    browser("outsider").get(f"/meetings/{today}/check-in", status=404)
    assert kept(today) == {}


def test_who_is_not_signed_in_signs_in_and_comes_back(app, browser, today):
    answer = browser(None).raw("GET", address(app, today))
    assert (
        answer.headers["Location"].startswith("/login?next=%2Fcheck-in%2F")
        or "next=/check-in/" in answer.headers["Location"]
    )


def test_who_has_not_accepted_the_agreement_is_led_to_it_and_back(app, browser, world, today):
    world.agreement(accepted_by=["coordinator"])
    answer = browser("member").raw("GET", address(app, today))
    assert answer.status_code == 303 and "/agreement" in answer.headers["Location"]
    assert "check-in" in answer.headers["Location"]


def test_online_is_asked_where_both_are_possible(app, browser, world, kept):
    meeting_id = world.meeting(starts_at=core_clock.now() + timedelta(minutes=30), online_url="https://v.example/r")
    mette = browser("member")
    mette.get(address(app, meeting_id))
    mette.submit("Jeg er her", presence="online")
    assert kept(meeting_id)["member"].presence is Presence.ONLINE


def test_the_code_is_on_the_coordinators_wall_and_on_no_members_page(app, browser, world, today):
    page = browser("coordinator").get(f"/meetings/{today}/attendance/code")
    shown = digits(app, today)
    assert f"{shown[:3]} {shown[3:]}" in page.text
    assert page.tree.css_first("svg.qr path")
    for where in (f"/meetings/{today}", f"/meetings/{today}/check-in"):
        html = browser("member").get(where).html
        assert shown not in html and f"{shown[:3]} {shown[3:]}" not in html


def test_the_meetings_page_asks_only_while_one_can_check_in(browser, world, today, clock):
    ahead = world.meeting()
    mette = browser("member")
    assert "Er du kommet?" not in mette.get(f"/meetings/{ahead}").text
    assert "Er du kommet?" in mette.get(f"/meetings/{today}").text
    clock.move(hours=5)
    assert "Er du kommet?" not in mette.get(f"/meetings/{today}").text


def test_twenty_taps_at_once_are_one_line(app, world, today, kept):
    ready, refused = threading.Barrier(20), []

    def scan() -> None:
        ready.wait()
        with app.test_request_context(method="POST"):
            try:
                mette = db.session.get_one(Person, world.cast["member"])
                meeting = meeting_to_change_for(mette, today)
                check_in(meeting, by=mette, presence=Presence.HERE)
                db.session.commit()
            except Exception as error:
                refused.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=scan) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    assert len(kept(today)) == 1


def test_a_member_of_another_network_only_is_not_let_in_by_having_been_one(app, browser, world, today, kept):
    with world.acting():
        membership = db.session.query(Membership).filter_by(person_id=world.cast["member"]).one()
        membership.left_at = core_clock.now() - timedelta(minutes=1)
    browser("member").post(address(app, today), status=403)
    assert kept(today) == {}
