"""A network stays closed to a member until its agreement is accepted, and nothing is lost on the way."""

from urllib.parse import parse_qs, urlsplit

import pytest

from app.accounts.models import Person
from app.calendars.operations import create_feed
from app.core.clock import Clock
from app.extensions import db
from app.networks.models import Acceptance, Network
from app.notifications.operations import announce
from tests.calendars.feeds import events, fetch
from tests.conftest import MONDAY
from tests.counting import WHERE_ROOMS_MEET, Statements
from tests.stage import Stage, endpoints


def test_the_network_leads_to_its_agreement_and_back(browser, world):
    world.agreement()
    member = browser("member")
    answer = member.raw("GET", f"/networks/{world.network_id}?a=b")
    assert answer.status_code == 303
    way = urlsplit(answer.headers["Location"])
    assert way.path == f"/agreements/{world.network_id}"
    assert parse_qs(way.query) == {"next": [f"/networks/{world.network_id}?a=b"]}
    member.get(answer.headers["Location"])
    page = member.submit("Jeg accepterer spillereglerne")
    assert page.title == "ERFA Prøvenet"
    assert "Du accepterede den 23. november 2026." in page.text


def test_so_does_whatever_hangs_on_it(browser, world):
    meeting_id, case_id = world.meeting(), world.case()
    world.agreement()
    member = browser("member")
    for url in (
        f"/meetings/{meeting_id}",
        f"/cases/{case_id}",
        f"/meetings/{meeting_id}.ics",
        f"/people/{world.cast['colleague']}",
    ):
        answer = member.raw("GET", url)
        assert (answer.status_code, urlsplit(answer.headers["Location"]).path) == (
            303,
            f"/agreements/{world.network_id}",
        )


def test_what_is_not_there_stays_not_there(browser, world):
    world.agreement()
    member = browser("member")
    for url in (
        "/meetings/4711",
        "/nowhere",
        f"/networks/{world.other_network_id}",
        f"/agreements/{world.other_network_id}",
    ):
        assert member.raw("GET", url).status_code == 404


def test_not_now_leaves_it_closed_and_asks_again_at_home(browser, world):
    world.meeting(title="Hemmeligt møde")
    world.agreement()
    member = browser("member")
    member.get(f"/agreements/{world.network_id}")
    page = member.follow("Ikke nu")
    assert "Læs og acceptér spillereglerne i ERFA Prøvenet" in page.text
    assert "Hemmeligt møde" not in page.html
    assert "Læs og acceptér spillereglerne, så åbner netværket." in member.get("/networks").text
    assert member.raw("GET", f"/networks/{world.network_id}").status_code == 303


def test_coordinators_are_asked_too_and_administrators_are_not_kept_out(browser, world):
    world.agreement()
    coordinator = browser("coordinator")
    for path in ("", "/edit", "/members", "/members/new"):
        assert coordinator.raw("GET", f"/networks/{world.network_id}{path}").status_code == 303
    assert coordinator.raw("GET", f"/agreements/{world.network_id}/edit").status_code == 303
    assert browser("administrator").get(f"/networks/{world.network_id}").title == "ERFA Prøvenet"


def test_what_was_being_written_is_refused_with_the_way_to_send_it_again(browser, world):
    case_id = world.case()
    member = browser("colleague")
    member.get(f"/cases/{case_id}")
    world.agreement()
    page = member.submit("Send dit svar", kind="advice", body="Ring selv.", status=404)
    assert "Der blev ikke gemt noget" in page.text
    assert f"/agreements/{world.network_id}" in page.links().values()


def test_a_new_version_closes_it_again(browser, world):
    world.agreement(accepted_by=["member"])
    member = browser("member")
    member.get(f"/networks/{world.network_id}")
    world.agreement("Nyt.")
    assert member.raw("GET", f"/networks/{world.network_id}").status_code == 303


def test_calendars_keep_their_meetings_and_mails_still_come(app, world, outbox):
    meeting_id = world.meeting()
    with world.acting():
        token = create_feed(db.session.get_one(Person, world.cast["member"]), name="Outlook")[1]
    before = set(events(fetch(app, token)))
    world.agreement()
    after = events(fetch(app, token))
    assert set(after) == before
    assert "Punkt 1" not in str(after[f"meeting-{meeting_id}@erfa.test"]["DESCRIPTION"])
    with world.acting():
        payload = {"meeting_id": meeting_id, "by": "Karen Tovholder", "sequence": 0}
        announce("meeting_called", to=[world.cast["member"]], about=f"meeting-{meeting_id}", payload=payload)
    (mail,) = outbox()
    assert "Småjob hos håndværksmestre" in mail.subject
    assert "Punkt 1" not in mail.text


def test_a_calendar_tells_more_after_accepting_and_says_that_it_is_newer(app, world, clock):
    meeting_id = world.meeting()
    with world.acting():
        token = create_feed(db.session.get_one(Person, world.cast["member"]), name="Outlook")[1]
    world.agreement()
    first = fetch(app, token)
    clock.move(minutes=5)
    with world.acting():
        network = db.session.get_one(Network, world.network_id)
        db.session.add(Acceptance(network_id=network.id, version=1, person_id=world.cast["member"]))
    second = fetch(app, token)
    assert second.headers["ETag"] != first.headers["ETag"]
    old, new = (events(answer)[f"meeting-{meeting_id}@erfa.test"] for answer in (first, second))
    assert "Punkt 1" in str(new["DESCRIPTION"])
    assert new["DTSTAMP"].dt > old["DTSTAMP"].dt


@pytest.mark.parametrize("who", ["member", "coordinator"])
def test_nobody_who_awaits_an_agreement_reads_anything_but_it(built, who):
    """Every address answers, none breaks, and none shows what the network wrote."""
    Clock.frozen_at = MONDAY
    stage = Stage(*built)
    with stage.world.acting():
        db.session.execute(Acceptance.__table__.delete())
    secrets = (
        "Småjob hos håndværksmestre",
        "Hvem skal ringe",
        "Holdt møde",
        "Vi ringer",
        "Vi prøver os frem",
        "Ole Kollega",
    )
    # Mails and feeds go by membership, an invitation by its secret; who leaves sees what is theirs and who may take it.
    others = ("notifications.", "calendars.feed", "invitations.answer", "networks.end", "networks.leave_all")
    for endpoint, method, rule in endpoints(stage.app):
        if method != "GET" or endpoint.startswith(others):
            continue
        answer = stage.browsers[who].raw("GET", stage.url(endpoint, rule))
        assert answer.status_code < 500, endpoint
        text = answer.get_data(as_text=True)
        assert not [secret for secret in secrets if secret in text], endpoint


@pytest.mark.parametrize("awaits", [False, True])
def test_the_pages_cost_what_they_did(browser, world, statements: Statements, awaits):
    meeting_id = world.meeting()
    world.agreement(accepted_by=[] if awaits else ["member"])
    member = browser("member")
    for url in ["/", "/networks"] + ([] if awaits else [f"/networks/{world.network_id}", f"/meetings/{meeting_id}"]):
        with statements.counted() as seen:
            member.get(url)
        assert len(seen) <= WHERE_ROOMS_MEET, (url, len(seen))
