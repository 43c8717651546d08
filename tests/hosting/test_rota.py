"""Whose turn it is, and what coordinators decide about it."""

from datetime import timedelta

import pytest

from app.core import clock as core_clock
from app.extensions import db
from app.hosting.models import RotaEntry
from app.hosting.queries import hosts_in_turn
from app.meetings.models import Meeting
from app.networks.models import Membership

FREDERIKSHAVN, HJORRING, JAMMERBUGT = "0813", "0860", "0849"
ALL = ["Frederikshavn", "Hjørring", "Jammerbugt"]


def held(world, code, days_ago, **more):
    return world.meeting(starts_at=core_clock.now() - timedelta(days=days_ago), host_code=code, **more)


def place_url(world, code=HJORRING):
    return f"/networks/{world.network_id}/hosts/{code}"


def test_who_never_was_host_comes_first_then_the_longest_since_last(world, order):
    assert order() == ALL
    held(world, FREDERIKSHAVN, 200)
    held(world, HJORRING, 400)
    assert order() == ["Jammerbugt", "Hjørring", "Frederikshavn"]


def test_a_called_meeting_is_a_turn_and_one_that_is_off_is_none(world, order):
    world.meeting(host_code=FREDERIKSHAVN)
    assert order() == ["Hjørring", "Jammerbugt", "Frederikshavn"]
    world.meeting(host_code=HJORRING, cancelled_at=core_clock.now())
    world.meeting(host_code=JAMMERBUGT, postponed_at=core_clock.now())
    assert order() == ["Hjørring", "Jammerbugt", "Frederikshavn"]


def test_a_draft_ahead_is_as_good_as_taken_and_shown_to_nobody(world, order, browser):
    world.meeting(host_code=FREDERIKSHAVN, called_at=None, title="Hemmelig plan")
    assert order()[-1] == "Frederikshavn"
    page = browser("member").get(f"/networks/{world.network_id}/hosts")
    assert "Hemmelig plan" not in page.text
    assert "Vært 26. november" not in page.text


def test_the_page_tells_members_the_order_and_who_was_host(world, browser):
    held(world, HJORRING, 100, title="Småjob i Hjørring")
    member = browser("member")
    member.get(f"/networks/{world.network_id}")
    page = member.follow("Værtsrækkefølge")
    assert page.text.index("Frederikshavn") < page.text.index("Hjørring")
    assert "1 gang i alt" in page.text
    assert "Småjob i Hjørring" in page.text
    assert "Spørg den næste vært" not in page.text
    member.get(place_url(world), status=403)
    browser("outsider").get(f"/networks/{world.network_id}/hosts", status=404)


def test_the_overview_says_who_is_next(world, browser):
    text = browser("member").get(f"/networks/{world.network_id}").text
    assert "Næste vært er Frederikshavn, derefter Hjørring." in text


def test_a_note_stands_where_the_next_host_is_told(world, browser):
    karen = browser("coordinator")
    karen.get(place_url(world, FREDERIKSHAVN))
    karen.submit("Gem bemærkningen", **{"note-note": "online eller med færgen kl. 8.25"})
    text = browser("member").get(f"/networks/{world.network_id}").text
    assert "Næste vært er Frederikshavn (online eller med færgen kl. 8.25), derefter Hjørring." in text


def test_a_skip_needs_a_reason_and_is_taken_back(world, browser, order):
    karen = browser("coordinator")
    karen.get(place_url(world, FREDERIKSHAVN))
    page = karen.submit("Spring Frederikshavn over", **{"skip-reason": ""})
    assert page.errors == ["Skriv en grund; de andre kan se den"]
    assert order() == ALL
    page = karen.submit("Spring Frederikshavn over", **{"skip-reason": "De flytter"})
    assert "Springes over i denne omgang: De flytter" in page.text
    assert order() == ["Hjørring", "Jammerbugt", "Frederikshavn"]
    page = karen.submit("Spring ikke over alligevel")
    assert order() == ALL


def test_a_skip_is_over_when_all_the_others_have_been_host(world, browser, order, clock):
    karen = browser("coordinator")
    karen.get(place_url(world, FREDERIKSHAVN))
    karen.submit("Spring Frederikshavn over", **{"skip-reason": "De flytter"})
    for code in (HJORRING, JAMMERBUGT):
        assert order()[-1] == "Frederikshavn"
        clock.move(days=8)
        world.meeting(host_code=code)
    assert order() == ALL


def test_two_swap_and_each_keeps_the_others_place_until_it_has_been_host(world, browser, order, clock):
    karen = browser("coordinator")
    karen.get(place_url(world, FREDERIKSHAVN))
    page = karen.submit("Byt plads", **{"swap-other": JAMMERBUGT})
    assert "Frederikshavn og Jammerbugt har byttet plads." in page.text
    assert order() == ["Jammerbugt", "Hjørring", "Frederikshavn"]
    clock.move(days=8)
    world.meeting(host_code=JAMMERBUGT)
    assert order() == ["Hjørring", "Frederikshavn", "Jammerbugt"]
    page = karen.post(place_url(world, FREDERIKSHAVN), act="unswap")
    assert "Byttet er brugt" in karen.get(f"/networks/{world.network_id}/hosts").text
    clock.move(days=8)
    world.meeting(host_code=HJORRING)
    clock.move(days=8)
    world.meeting(host_code=FREDERIKSHAVN)
    assert order() == ["Jammerbugt", "Hjørring", "Frederikshavn"]


def test_a_swap_is_taken_back(world, browser, order):
    karen = browser("coordinator")
    karen.get(place_url(world, FREDERIKSHAVN))
    karen.submit("Byt plads", **{"swap-other": JAMMERBUGT})
    karen.submit("Byt tilbage")
    assert order() == ALL


def test_who_is_out_is_not_proposed_and_comes_back_where_it_was(world, browser, order):
    karen = browser("coordinator")
    karen.get(place_url(world, FREDERIKSHAVN))
    page = karen.submit("Tag Frederikshavn ud", **{"out-reason": "Ingen lokaler"})
    assert "Ude af rækkefølgen" in page.text
    assert "Ingen lokaler" in page.text
    assert order() == ["Hjørring", "Jammerbugt"]
    with world.acting():
        assert hosts_in_turn(world.network_id, 3) == [HJORRING, JAMMERBUGT, HJORRING]
    karen.submit("Sæt ind i rækkefølgen igen")
    assert order() == ALL


def test_where_nobody_is_member_any_more_nobody_is_host(world, order):
    with world.acting():
        for membership in db.session.query(Membership).filter_by(person_id=world.cast["colleague"]):
            membership.left_at = core_clock.now()
    assert order() == ["Frederikshavn", "Hjørring"]


@pytest.mark.parametrize(
    ("act", "status"), [("skip", 403), ("note", 403), ("swap", 403), ("out", 403), ("unskip", 403), ("", 403)]
)
def test_only_coordinators_change_the_order(world, browser, act, status):
    browser("member").post(place_url(world), status=status, act=act, **{f"{act}-reason": "Nej"})
    browser("outsider").post(place_url(world), status=404, act=act)
    with world.acting():
        assert db.session.query(RotaEntry).count() == 0


def test_a_button_that_is_none_is_refused_and_a_place_that_is_none_not_found(world, browser):
    karen = browser("coordinator")
    karen.post(place_url(world), status=400, act="everything")
    karen.post(place_url(world, "0851"), status=404, act="skip")
    karen.post(place_url(world), status=200, act="swap", **{"swap-other": "9999"})


def test_the_history_is_kept_when_the_host_is_off_the_meeting(world, browser):
    meeting_id = held(world, HJORRING, 30, title="Det var her")
    with world.acting():
        db.session.get_one(Meeting, meeting_id).cancelled_at = core_clock.now()
    assert "Det var her" not in browser("member").get(f"/networks/{world.network_id}/hosts").text
