"""Meetings that are open to all: who opens them, who sees what of them, and that they are gone again at once."""

import pytest
from icalendar import Calendar

from app.extensions import db
from app.meetings.models import Meeting, MeetingTurn
from app.networks.discretion import Confidentiality
from app.networks.models import Network
from app.notifications.models import Mail
from tests.calendars.feeds import change, events

EVENTS = "/events"
SECRETS = ("Om Jens", "v.example", "Punkt 1", "ERFA Prøvenet", "Karen", "Mette", "/meetings/")


def publication(meeting_id):
    return f"/meetings/{meeting_id}/publication"


def kept(world, meeting_id):
    with world.acting():
        return vars(db.session.get(Meeting, meeting_id))


def set_level(world, level):
    with world.acting():
        db.session.get(Network, world.network_id).confidentiality = level


def feed(app, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().get("/events.ics", headers=named, base_url="https://erfa.test")


@pytest.fixture
def opened(world, clock):
    return world.meeting(
        published_at=clock.move(), description="Om Jens.", online_url="https://v.example/rum", host_code="0849",
        public_url="https://tangvaerket.example/tilmelding",
    )  # fmt: skip


def test_a_coordinator_opens_a_meeting_and_anybody_finds_it_without_signing_in(app, browser, world, outbox):
    meeting_id = world.meeting(description="Om Jens.", online_url="https://v.example/rum", host_code="0849")
    coordinator = browser("coordinator")
    coordinator.get(f"/meetings/{meeting_id}")
    page = coordinator.follow("Åbn mødet for alle")
    assert "Småjob hos håndværksmestre" in page.text
    page = coordinator.submit("Åbn for alle", public_url="https://tangvaerket.example/tilmelding")
    assert "Mødet er åbent for alle og står i den offentlige kalender." in page.text
    assert "Åbent møde: alle kan se det i den offentlige kalender." in page.text
    anybody = browser(None)
    anybody.get("/")
    anybody.follow("Alle åbne møder")
    page = anybody.follow("Småjob hos håndværksmestre")
    assert page.title == "Småjob hos håndværksmestre"
    assert "Jammerbugt" in page.text
    assert page.links()["Tilmeld dig, eller læs mere"] == "https://tangvaerket.example/tilmelding"
    assert outbox() == []
    with world.acting():
        assert db.session.query(Mail).count() == 0
        (turn,) = db.session.query(MeetingTurn).filter_by(meeting_id=meeting_id)
        assert (turn.turn, turn.by_id) == ("published", world.cast["coordinator"])
    assert "Vist i den offentlige kalender" in coordinator.get(f"/meetings/{meeting_id}/history").text


@pytest.mark.parametrize("address", ["/", EVENTS, "show", "file", "/events.ics"])
def test_nothing_but_its_own_facts_is_shown(browser, opened, address):
    url = {"show": f"{EVENTS}/{opened}", "file": f"{EVENTS}/{opened}.ics"}.get(address, address)
    response = browser(None).raw("GET", url)
    assert response.status_code == 200
    text = response.get_data(as_text=True).replace("\r\n ", "")
    assert "Småjob hos håndværksmestre" in text
    assert "Tangværket" in text
    for secret in SECRETS:
        assert secret not in text, secret


def test_a_member_finds_the_way_to_the_meeting_itself_and_an_outsider_does_not(browser, opened):
    assert "Til mødets egen side" in browser("member").get(f"{EVENTS}/{opened}").text
    assert "Til mødets egen side" not in browser("outsider").get(f"{EVENTS}/{opened}").text


def test_what_is_not_open_is_not_there(app, browser, world, clock):
    ordinary = world.meeting()
    draft = world.meeting(published_at=clock.move(), called_at=None)
    for meeting_id in (ordinary, draft, 999):
        browser(None).get(f"{EVENTS}/{meeting_id}", status=404)
        assert browser(None).raw("GET", f"{EVENTS}/{meeting_id}.ics").status_code == 404
    assert events(feed(app)) == {}
    assert "Der er ingen åbne møder lige nu." in browser(None).get(EVENTS).text


def test_taken_back_it_is_gone_at_the_next_fetch(app, browser, world, opened):
    tag = feed(app).headers["ETag"]
    coordinator = browser("coordinator")
    coordinator.get(publication(opened))
    page = coordinator.submit("Tag det ud af den offentlige kalender")
    assert "Mødet er kun for medlemmerne." in page.text
    after = feed(app, If_None_Match=tag)
    assert events(after) == {}
    browser(None).get(f"{EVENTS}/{opened}", status=404)
    coordinator.post(f"{publication(opened)}/withdrawal")  # twice is once
    with world.acting():
        assert [turn.turn for turn in db.session.query(MeetingTurn).filter_by(meeting_id=opened)] == ["unpublished"]
    assert kept(world, opened)["public_url"]  # should it be opened again


def test_a_network_that_becomes_confidential_closes_its_open_meetings_at_once(app, browser, world, opened):
    tag = feed(app).headers["ETag"]
    set_level(world, Confidentiality.PARTICIPANTS)
    assert events(feed(app, If_None_Match=tag)) == {}
    browser(None).get(f"{EVENTS}/{opened}", status=404)
    assert "Småjob" not in browser(None).get("/").text
    assert "alle kan se det i den offentlige kalender" not in browser("coordinator").get(f"/meetings/{opened}").text


def test_a_confidential_network_opens_nothing_and_is_told_why(browser, world):
    meeting_id = world.meeting()
    set_level(world, Confidentiality.PARTICIPANTS)
    coordinator = browser("coordinator")
    page = coordinator.get(publication(meeting_id))
    assert "Netværkets fortrolighed tillader ikke" in page.text
    assert page.tree.css("main form") == []
    page = coordinator.post(publication(meeting_id), public_url="", status=200)
    assert kept(world, meeting_id)["published_at"] is None


@pytest.mark.parametrize("facts", ["draft", "cancelled", "over"])
def test_what_is_not_ahead_is_not_opened(browser, world, clock, facts):
    now = clock.move()
    meeting_id = world.meeting(**{
        "draft": {"called_at": None}, "cancelled": {"cancelled_at": now}, "over": {"starts_at": now.replace(month=10)},
    }[facts])  # fmt: skip
    coordinator = browser("coordinator")
    page = coordinator.get(publication(meeting_id))
    assert page.tree.css("main form") == []
    coordinator.post(publication(meeting_id), public_url="", status=200)
    assert kept(world, meeting_id)["published_at"] is None


def test_a_meeting_that_was_opened_and_then_cancelled_says_so_to_everybody(app, browser, world, clock, opened):
    moment = clock.move(hours=1)
    change(world, opened, cancelled_at=moment, updated_at=moment, sequence=1, cancellation_reason="Jens er syg.")
    event = events(feed(app))[f"meeting-{opened}@erfa.test"]
    assert event["STATUS"] == "CANCELLED"
    assert event["SUMMARY"] == "AFLYST: Småjob hos håndværksmestre"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["SEQUENCE"] == 1
    assert "Jens" not in event["DESCRIPTION"]
    assert "tilmelding" not in event["DESCRIPTION"]
    for page in (browser(None).get(EVENTS), browser(None).get(f"{EVENTS}/{opened}")):
        assert "Aflyst" in page.text
        assert "Jens" not in page.text


@pytest.mark.parametrize("link", ["javascript:alert(1)", "tangværket", "https://" + "x" * 600])
def test_a_link_that_is_none_is_explained_and_kept(browser, world, link):
    meeting_id = world.meeting()
    coordinator = browser("coordinator")
    coordinator.get(publication(meeting_id))
    page = coordinator.submit("Åbn for alle", public_url=link)
    assert len(page.errors) == 1
    assert page.value("public_url") == link
    assert kept(world, meeting_id)["published_at"] is None


def test_another_link_reaches_the_calendars(app, browser, world, clock, opened):
    tag = feed(app).headers["ETag"]
    clock.move(minutes=1)
    coordinator = browser("coordinator")
    coordinator.get(publication(opened))
    coordinator.submit("Gem", public_url="https://ny.example/")
    after = feed(app, If_None_Match=tag)
    assert after.status_code == 200
    assert "https://ny.example/" in events(after)[f"meeting-{opened}@erfa.test"]["DESCRIPTION"]


@pytest.mark.parametrize(("who", "status"), [("member", 403), ("colleague", 403), ("outsider", 404)])
def test_only_coordinators_open_and_close(browser, world, opened, who, status):
    other = world.meeting()
    for address in (publication(other), f"{publication(opened)}/withdrawal"):
        browser(who).post(address, status=status, public_url="")
    browser(who).get(publication(other), status=status)
    assert kept(world, other)["published_at"] is None
    assert kept(world, opened)["published_at"] is not None
    assert "Åbn mødet for alle" not in (browser("member").get(f"/meetings/{other}").text)


def test_no_get_opens_or_closes(browser, world, opened):
    other = world.meeting()
    coordinator = browser("coordinator")
    coordinator.get(publication(other))
    assert coordinator.raw("GET", f"{publication(opened)}/withdrawal").status_code == 405
    assert (kept(world, other)["published_at"], bool(kept(world, opened)["published_at"])) == (None, True)


def test_a_copy_of_an_open_meeting_is_not_open(browser, world, opened):
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/meetings/new?from={opened}")
    coordinator.submit("Send indkaldelsen", date="2026-12-10", starts="9.00", ends="11.00", title="Det næste")
    with world.acting():
        assert [row.is_published for row in db.session.query(Meeting).filter_by(title="Det næste")] == [False]


# The feed over HTTP


def test_the_public_feed_behaves_as_the_secret_ones_do(app, opened):
    whole = feed(app)
    assert whole.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert whole.headers["Cache-Control"] == "public, max-age=300"
    assert whole.headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in whole.headers
    assert "Last-Modified" not in whole.headers
    head = app.test_client().head("/events.ics", base_url="https://erfa.test")
    assert dict(head.headers) == dict(whole.headers)
    for authorization in ("Bearer", "Bearer x"):
        assert feed(app, Authorization=authorization).data == whole.data
    tag = whole.headers["ETag"]
    for given in (tag, f"W/{tag}", f'{tag[:-1]}-gzip"'):
        assert feed(app, If_None_Match=given).status_code == 304
    assert feed(app, Accept_Encoding="gzip").headers["Content-Encoding"] == "gzip"
    assert str(Calendar.from_ical(whole.data)["X-WR-CALNAME"]) == "ERFA Nord: åbne møder"


def test_the_public_feed_costs_one_statement_unchanged_and_two_changed(app, world, clock, statements, opened):
    for _number in range(20):
        world.meeting(published_at=clock.move())
    tag = feed(app).headers["ETag"]
    with statements.counted() as seen:
        assert feed(app, If_None_Match=tag).status_code == 304
    assert len(seen) == 1, seen
    with statements.counted() as seen:
        assert len(events(feed(app))) == 21
    assert len(seen) == 2, seen


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_costs_the_same_for_many(browser, world, clock, statements, count):
    for number in range(count):
        world.meeting(published_at=clock.move(), host_code=["0849", "0851", None][number % 3])
    anybody = browser(None)
    with statements.counted() as seen:
        page = anybody.get(EVENTS)
    assert len(page.tree.css("main .rows li")) == count
    assert len(seen) <= 2, seen


def test_the_page_leads_each_program_to_the_calendar(browser):
    page = browser(None).get(EVENTS)
    links = page.links()
    assert page.tree.css_first("#feed-address").attributes["value"] == "https://erfa.test/events.ics"
    assert links["Åbn på iPhone og Mac"] == "webcal://erfa.test/events.ics"
    assert "url=https%3A%2F%2Ferfa.test%2Fevents.ics" in links["Åbn i Outlook"]
    assert "cid=webcal%3A%2F%2Ferfa.test%2Fevents.ics" in links["Åbn i Google"]
