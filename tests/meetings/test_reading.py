"""What members see of meetings: the list, the page, the map, the overview's parts."""

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.models import Affiliation, Person
from app.core import clock
from app.core.parts import parts_of
from app.extensions import db
from app.meetings import queries
from app.meetings.models import Answer, AnswerWord, Presence
from app.networks.models import Membership, Network
from tests.counting import WHERE_ROOMS_MEET


def crowd(world, meeting_id, count):
    """Members of as many organisations, all of whom have answered."""
    words = list(AnswerWord)
    with world.acting():
        for number in range(count):
            person_id = world.person(f"Deltager {number:02d}", network=world.network_id)
            db.session.add(
                Answer(
                    meeting_id=meeting_id,
                    person_id=person_id,
                    answer=words[number % 3],
                    presence=Presence.HERE,
                    note=f"Ord {number}",
                )
            )


def queries_of(browser, statements, url, who="member"):
    visit = browser(who)
    visit.get(url)
    with statements.counted() as seen:
        visit.get(url)
    return seen


@pytest.mark.parametrize("who", ["member", "coordinator"])
def test_the_page_costs_the_same_for_two_answers_as_for_forty(browser, world, statements, who):
    small, large = world.meeting(agenda=1, host_code="0849"), world.meeting(agenda=12, host_code="0810")
    crowd(world, small, 2)
    few = queries_of(browser, statements, f"/meetings/{small}", who)
    crowd(world, large, 40)
    many = queries_of(browser, statements, f"/meetings/{large}", who)
    assert len(few) == len(many) <= WHERE_ROOMS_MEET, many


def test_the_list_costs_the_same_for_two_meetings_as_for_forty(browser, world, statements):
    codes = ["0810", "0849", "0851", "0773"]

    def meetings(count):
        for number in range(count):
            away = timedelta(days=(number + 1) * (1 if number % 2 else -1))
            world.meeting(
                starts_at=datetime(2026, 11, 23, 8, tzinfo=UTC) + away,
                agenda=0,
                host_code=codes[number % 4],
                created_by_id=world.cast["coordinator" if number % 3 else "colleague"],
            )

    meetings(2)
    few = queries_of(browser, statements, f"/networks/{world.network_id}/meetings")
    meetings(38)
    many = queries_of(browser, statements, f"/networks/{world.network_id}/meetings")
    assert len(few) == len(many) <= WHERE_ROOMS_MEET, many


def test_upcoming_come_first_held_follow_and_cancelled_are_marked(browser, world, clock, answers):
    world.meeting(title="Holdt", starts_at=datetime(2026, 9, 24, 7, 30, tzinfo=UTC))
    soon = world.meeting(title="Snart")
    world.meeting(
        title="Aflyst møde",
        starts_at=datetime(2026, 12, 10, 8, tzinfo=UTC),
        cancelled_at=datetime(2026, 11, 20, tzinfo=UTC),
    )
    world.meeting(title="Fremmed", network_id=world.other_network_id)
    answers(soon, colleague="yes")
    page = browser("member").get(f"/networks/{world.network_id}/meetings")
    text = page.text
    assert text.index("Snart") < text.index("Aflyst møde") < text.index("Holdte møder") < text.index("24.9.2026")
    assert text.count("Aflyst") == 2
    assert "Fremmed" not in text
    assert "Mangler dit svar" in text
    assert "Deltager" in browser("colleague").get(f"/networks/{world.network_id}/meetings").text
    assert "Indkald til møde" not in text


def test_held_meetings_are_paged(browser, world):
    for number in range(25):
        world.meeting(title=f"Møde {number}", starts_at=datetime(2026, 1, 1 + number, 8, tzinfo=UTC), agenda=0)
    visit = browser("member")
    page = visit.get(f"/networks/{world.network_id}/meetings")
    assert "Møde 24" in page.text
    assert "Møde 4 " not in page.text
    assert "Møde 4 " in visit.follow("Næste").text
    visit.get(f"/networks/{world.network_id}/meetings?page=999999999999999999999")


def test_an_empty_list_says_what_to_do(browser, world):
    url = f"/networks/{world.network_id}/meetings"
    assert "Du får en mail" in browser("member").get(url).text
    page = browser("coordinator").get(url)
    assert page.links()["Indkald til møde"] == f"/networks/{world.network_id}/meetings/new"


def test_a_closed_networks_meetings_do_not_exist_for_outsiders(browser, world):
    meeting_id = world.meeting()
    for url in (f"/networks/{world.network_id}/meetings", f"/meetings/{meeting_id}", "/meetings/4711"):
        browser("outsider").get(url, status=404)
    browser("administrator").get(f"/meetings/{meeting_id}")
    assert browser(None).raw("GET", f"/meetings/{meeting_id}").status_code == 302


def test_the_map_fills_as_answers_come(browser, world, answers):
    meeting_id = world.meeting()
    answers(meeting_id, coordinator="yes", member="maybe", colleague="no")
    page = browser("member").get(f"/meetings/{meeting_id}")
    states = {
        " ".join(tile.css_first("b").text().replace("\xad", "").split()): tile.attributes["class"].split("--")[-1]
        for tile in page.tree.css(".tile")
    }
    assert len(states) == 11
    assert states["Frederikshavn"] == "yes"
    assert states["Hjørring"] == "maybe"
    assert states["Jammerbugt"] == "no"
    assert states["Aalborg"] == "none"
    assert "1 af 11 kommuner kommer" in page.text
    assert "Hjørring siger måske. Jammerbugt kommer ikke." in page.text
    assert "Se alle 3 navne" in page.text


def test_somebody_of_no_organisation_and_somebody_who_left_are_treated_rightly(browser, world, answers):
    meeting_id = world.meeting()
    answers(meeting_id, member="yes", colleague="yes", coordinator="yes")
    with world.acting():
        db.session.get_one(Person, world.cast["member"]).organisation_id = None
        db.session.query(Affiliation).filter_by(person_id=world.cast["member"]).delete()
        db.session.query(Membership).filter_by(person_id=world.cast["coordinator"]).update({"left_at": clock.now()})
        db.session.get_one(Person, world.cast["colleague"]).disabled_at = datetime(2026, 11, 1, tzinfo=UTC)
    page = browser("member").get(f"/meetings/{meeting_id}")
    assert "1 har sagt ja." in page.text
    assert "Andre ✓ Deltager Mette Medlem" in page.text
    assert "Ole Kollega" not in page.text
    assert page.text.count("Karen Tovholder") == page.text.count("Kontakt Karen Tovholder")  # who called it


def test_what_people_write_is_shown_as_they_wrote_it(browser, world):
    meeting_id = world.meeting(title="<b>Fed</b> & æøå", description="<script>alert(1)</script>")
    page = browser("member").get(f"/meetings/{meeting_id}")
    assert page.title == "<b>Fed</b> & æøå"
    assert "<script>alert" not in page.html


def test_in_english_the_page_is_english(browser, world):
    with world.acting():
        db.session.get_one(Person, world.cast["member"]).locale = "en"
    page = browser("member").get(f"/meetings/{world.meeting()}")
    assert "Thursday 26 November 2026 at 9:30–12:00" in page.text
    assert "Save answer" in page.text


@pytest.fixture
def overview(app, world):
    """What meetings say on the network's overview to someone of the cast."""

    def show(who, place):
        with app.test_request_context():
            viewer = db.session.get_one(Person, world.cast[who])
            network = db.session.get_one(Network, world.network_id)
            return " ".join(" ".join(parts_of(place, network=network, viewer=viewer)).split())

    return show


def test_the_overview_leads_with_the_next_meeting_that_is_not_cancelled(world, overview):
    world.meeting(title="Aflyst", cancelled_at=datetime(2026, 11, 20, tzinfo=UTC))
    world.meeting(title="Næste", starts_at=datetime(2026, 11, 27, 8, 30, tzinfo=UTC), host_code="0849")
    world.meeting(title="Senere", starts_at=datetime(2026, 12, 27, 8, 30, tzinfo=UTC))
    lead = overview("member", "network.lead")
    assert "Næste</a>" in lead
    assert "Kl. 9.30–12.00 · Tangværket, Fjerritslev, Jammerbugt er vært" in lead
    assert "Svar og se dagsorden" in lead
    later = overview("member", "network.main")
    assert "Senere" in later
    assert "Aflyst" in later
    assert "Næste" not in later


def test_with_nothing_planned_the_overview_says_what_to_do(world, overview):
    assert "Indkald til møde" in overview("coordinator", "network.lead")
    assert "Indkald til møde" not in overview("member", "network.lead")
    assert "Senere møder" not in overview("member", "network.main")


def test_home_learns_what_comes_next_and_what_waits(app, world, answers):
    first = world.meeting(title="Først")
    second = world.meeting(title="Så", starts_at=datetime(2026, 12, 3, 8, 30, tzinfo=UTC))
    world.meeting(title="Fremmed", network_id=world.other_network_id, starts_at=datetime(2026, 11, 24, 8, tzinfo=UTC))
    world.meeting(starts_at=datetime(2026, 11, 24, 8, tzinfo=UTC), cancelled_at=datetime(2026, 11, 20, tzinfo=UTC))
    answers(first, member="yes")
    with app.test_request_context():
        member = db.session.get_one(Person, world.cast["member"])
        meeting, own = queries.invitations_for(member)[0]
        assert (meeting.id, own.answer) == (first, "yes")
        assert [meeting.id for meeting, answer in queries.invitations_for(member) if answer is None] == [second]
        colleague = db.session.get_one(Person, world.cast["colleague"])
        assert queries.invitations_for(colleague)[0][1] is None
        assert [meeting.id for meeting, _answer in queries.invitations_for(colleague)] == [first, second]
        administrator = db.session.get_one(Person, world.cast["administrator"])
        assert queries.invitations_for(administrator) == []
