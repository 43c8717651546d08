"""A case's way from the question over the meeting and its minutes to a decision."""

from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.cases.journey import journey_of
from app.cases.models import Case
from app.cases.queries import case_for, paths_through
from app.core import clock as time
from app.core.parts import parts_of
from app.extensions import db
from app.meetings.models import AgendaItem, AgendaKind, Meeting
from app.minutes.models import Decision, Minutes
from app.notifications.models import Mail


@pytest.fixture
def stations(world):
    """What and state of a case's stations, as somebody of the cast sees them."""

    def read(case, who="colleague"):
        with world.app.test_request_context():
            viewer = db.session.get(Person, world.cast[who])
            return [
                (station.state, station.name, station.when) for station in journey_of(case_for(viewer, case), viewer)
            ]

    return read


@pytest.fixture
def part(world):
    """What this room says at a place of another room's page."""

    def read(place, who="colleague", **what):
        with world.app.test_request_context():
            viewer = db.session.get(Person, world.cast[who])
            kept = {name: db.session.get(model, key) for name, (model, key) in what.items()}
            said = "".join(parts_of(place, viewer=viewer, **kept))
            db.session.rollback()
            return said

    return read


def bring(world, case, meeting):
    """Puts the case under the meeting's first item."""
    with world.acting():
        item = db.session.query(AgendaItem).filter_by(meeting_id=meeting).order_by(AgendaItem.position).first()
        item.kind = AgendaKind.CASE
        db.session.get(Case, case).agenda_item_id = item.id
        return item.id


def share(world, meeting, *, shared=True):
    with world.acting():
        moment = time.now() if shared else None
        db.session.add(Minutes(meeting_id=meeting, shared_at=moment, shared_by_id=world.cast["coordinator"]))


def decide(world, item, number=15):
    with world.acting():
        db.session.add(
            Decision(
                network_id=world.network_id,
                agenda_item_id=item,
                year=2026,
                number=number,
                text="Vi ringer.",
                created_by_id=world.cast["coordinator"],
            )
        )


def test_a_coordinator_brings_a_case_to_a_meeting_and_takes_it_off_again(browser, world, stations):
    case, meeting = world.case(), world.meeting(agenda=1)
    coordinator = browser("coordinator")
    coordinator.get(f"/cases/{case}")
    page = coordinator.submit("Sæt på dagsordenen", meeting=str(meeting))
    assert "Sagen er på dagsordenen torsdag den 26. november." in page.text
    assert page.links()["torsdag den 26. november"] == f"/meetings/{meeting}"
    with world.app.app_context():
        item = db.session.get(AgendaItem, db.session.get(Case, case).agenda_item_id)
        assert (item.title, item.kind, item.presenter) == ("Hvem skal ringe først?", AgendaKind.CASE, "Mette Medlem")
        assert item.position > 1
        assert item.minutes == 30
    assert "på dagsordenen torsdag den 26. november" in browser("colleague").get("/cases").text
    page = coordinator.submit("Tag af dagsordenen")
    assert "Sagen er taget af dagsordenen." in page.text
    assert stations(case)[1][0] == "ahead"
    with world.app.app_context():
        assert db.session.get(AgendaItem, item.id).removed_at
        assert db.session.query(Mail).count() == 0


def test_the_owner_brings_their_own_case_and_others_may_not(browser, world):
    case, meeting = world.case(), world.meeting()
    colleague = browser("colleague")
    assert "Tag den med på et møde" not in colleague.get(f"/cases/{case}").text
    colleague.post(f"/cases/{case}/agenda-item", status=403, meeting=str(meeting))
    colleague.post(f"/cases/{case}/agenda-item/removal", status=403)
    member = browser("member")
    member.get(f"/cases/{case}")
    assert "Sagen er på dagsordenen" in member.submit("Sæt på dagsordenen").text


def test_bringing_twice_is_one_item(browser, world):
    case, meeting = world.case(), world.meeting(agenda=0)
    member = browser("member")
    member.post(f"/cases/{case}/agenda-item", meeting=str(meeting))
    member.post(f"/cases/{case}/agenda-item", meeting=str(meeting))
    other = world.meeting(starts_at=time.now() + timedelta(days=9), agenda=0)
    member.post(f"/cases/{case}/agenda-item", status=200, meeting=str(other))
    with world.app.app_context():
        assert db.session.query(AgendaItem).count() == 1
    member.post(f"/cases/{case}/agenda-item/removal")
    member.post(f"/cases/{case}/agenda-item/removal")


def test_only_a_coming_meeting_of_the_same_network_is_taken(browser, world):
    case = world.case()
    past = world.meeting(starts_at=time.now() - timedelta(days=3))
    cancelled = world.meeting(cancelled_at=time.now())
    elsewhere = world.meeting(network_id=world.other_network_id, title="Hemmeligt møde")
    world.meeting(title="Det rigtige møde")
    member = browser("member")
    page = member.get(f"/cases/{case}")
    assert len(page.tree.css("select[name=meeting] option")) == 1
    for wrong in (past, cancelled, elsewhere, 999, "", "x"):
        member.post(f"/cases/{case}/agenda-item", status=200, meeting=str(wrong))
        assert member.page.errors == ["Vælg et møde, der ikke er begyndt."]
        assert "Hemmeligt møde" not in member.page.html


def test_without_a_coming_meeting_nothing_is_offered(browser, world):
    assert "Tag den med på et møde" not in browser("member").get(f"/cases/{world.case()}").text


def test_what_a_meeting_has_held_stays_on_its_agenda(browser, world, clock, stations):
    case, meeting = world.case(), world.meeting()
    bring(world, case, meeting)
    clock.move(days=4)
    world.meeting()
    member = browser("member")
    assert "Sæt på dagsordenen" not in member.get(f"/cases/{case}").text
    member.post(f"/cases/{case}/agenda-item/removal")
    assert stations(case)[1][0] == "done"


def test_a_cancelled_meeting_sets_the_case_free(browser, world, stations):
    case, meeting = world.case(), world.meeting()
    bring(world, case, meeting)
    with world.acting():
        db.session.get(Meeting, meeting).cancelled_at = time.now()
    assert [state for state, *_ in stations(case)] == ["now", *["ahead"] * 5]
    new = world.meeting(title="Det nye møde")
    member = browser("member")
    member.get(f"/cases/{case}")
    member.submit("Sæt på dagsordenen", meeting=str(new))
    assert stations(case)[1][0] == "now"


def test_the_journey_from_the_question_to_the_decision(world, stations, clock):
    case, meeting = world.case(), world.meeting(host_code="0849")
    told, names = ("now", "Fortalt af Mette", "23. november"), lambda: [name for _state, name, _when in stations(case)]
    assert stations(case)[0] == told
    assert names()[1:] == [
        "Ikke på en dagsorden endnu",
        "Skrives på mødet",
        "Ingen endnu",
        "Hvad skete der?",
        "Hvis Mette vil",
    ]
    item = bring(world, case, meeting)
    assert stations(case)[:3] == [
        ("done", "Fortalt af Mette", "23. november"), ("now", "Jammerbugt", "26. november"), ("ahead", "Skrives på mødet", ""),
    ]  # fmt: skip
    clock.move(days=4)
    assert stations(case)[1:3] == [("done", "Jammerbugt", "26. november"), ("now", "Ikke delt endnu", "")]
    share(world, meeting)
    assert stations(case)[2:4] == [("done", "Det blev sagt", "27. november"), ("ahead", "Ingen endnu", "")]
    decide(world, item)
    decide(world, item, number=16)
    assert stations(case)[3] == ("done", "2026-15", "27. november")
    assert [state for state, *_ in stations(case)][4:] == ["ahead", "ahead"]


@pytest.mark.parametrize("who", ["colleague", "coordinator", "administrator"])
def test_a_draft_of_minutes_never_shows_on_the_journey(world, stations, clock, who):
    case, meeting = world.case(), world.meeting()
    item = bring(world, case, meeting)
    clock.move(days=4)
    share(world, meeting, shared=False)
    decide(world, item)
    assert stations(case, who)[2:4] == [("now", "Ikke delt endnu", ""), ("ahead", "Ingen endnu", "")]


def test_the_case_page_shows_the_journey(browser, world):
    case, meeting = world.case(), world.meeting(host_code="0849")
    bring(world, case, meeting)
    page = browser("colleague").get(f"/cases/{case}")
    assert [node.attributes["class"] for node in page.tree.css(".journey--brief > li")] == [
        "is-done",
        "is-now",
        *["is-ahead"] * 4,
    ]
    assert page.links()["Jammerbugt"] == f"/meetings/{meeting}"


def test_the_meeting_and_its_minutes_show_the_case_and_its_journey(world, part):
    case, meeting = world.case(posts=2), world.meeting()
    item = bring(world, case, meeting)
    for place in ("meeting.item", "minutes.item"):
        html = part(place, item=(AgendaItem, item), meeting=(Meeting, meeting))
        assert f'href="/cases/{case}"' in html
        assert "2 svar" in html
        assert part(place, item=(AgendaItem, item + 1), meeting=(Meeting, meeting)) == ""
    for place in ("meeting.journey", "minutes.foot"):
        html = part(place, meeting=(Meeting, meeting))
        assert "Sagens rejse" in html
        assert "Hvem skal ringe først?" in html
    assert "beside" in part("minutes.foot", meeting=(Meeting, meeting))
    assert part("meeting.journey", meeting=(Meeting, world.meeting())) == ""


def test_a_case_taken_off_in_the_meetings_room_leaves_its_pages(world, part, stations):
    case, meeting = world.case(), world.meeting()
    item = bring(world, case, meeting)
    with world.acting():
        db.session.get(AgendaItem, item).removed_at = time.now()
    assert part("meeting.journey", meeting=(Meeting, meeting)) == ""
    assert stations(case)[1][0] == "ahead"


def test_no_journey_crosses_from_one_network_to_another(world, part):
    """Even a row that should not be: a case hung under another network's item says nothing there."""
    case = world.case(network_id=world.other_network_id, author="outsider", title="Hemmelig")
    meeting = world.meeting()
    item = bring(world, case, meeting)
    assert part("meeting.journey", who="administrator", meeting=(Meeting, meeting)) == ""
    assert part("meeting.item", who="colleague", item=(AgendaItem, item), meeting=(Meeting, meeting)) == ""


def test_all_the_parts_of_a_meeting_cost_one_statement(world, statements):
    meeting = world.meeting(agenda=12)
    with world.acting():
        for number, item in enumerate(db.session.query(AgendaItem).all()):
            author = world.person(f"Sagsgiver {number}", network=world.network_id)
            db.session.add(
                Case(
                    network_id=world.network_id,
                    author_id=author,
                    title=f"Sag {number}",
                    situation="S",
                    agenda_item_id=item.id,
                )
            )
    with world.app.test_request_context():
        viewer = db.session.get(Person, world.cast["colleague"])
        row = db.session.get(Meeting, meeting)
        items = db.session.query(AgendaItem).all()
        parts_of("meeting.item", item=items[0], meeting=row, viewer=viewer)
        assert len(paths_through(viewer, meeting)) == 12
        with statements.counted() as seen:
            for item in items:
                parts_of("meeting.item", item=item, meeting=row, viewer=viewer)
                parts_of("minutes.item", item=item, meeting=row, viewer=viewer)
            parts_of("meeting.journey", meeting=row, viewer=viewer)
            parts_of("minutes.foot", meeting=row, viewer=viewer)
        assert seen == []
