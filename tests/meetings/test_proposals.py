"""Members propose items; coordinators take them, keep them for later or decline; what a meeting does not reach moves on."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock as core_clock
from app.extensions import db
from app.meetings.models import AgendaItem, AgendaKind, Meeting
from app.meetings.proposals.models import Proposal, ProposalState
from app.networks.models import Membership, Role


@pytest.fixture
def proposals(world):
    """All rows, free of the session."""

    def load():
        with world.acting():
            rows = list(db.session.scalars(select(Proposal).order_by(Proposal.id)))
            db.session.expunge_all()
        return rows

    return load


@pytest.fixture
def propose(browser):
    def act(meeting_id, title="Fælles brev", who="member", **more):
        visit = browser(who)
        visit.get(f"/meetings/{meeting_id}/proposals")
        return visit.submit("Send forslaget", title=title, **more)

    return act


def titles(items):
    return [item.title for item in items]


def later(world, days=10, **more):
    return world.meeting(starts_at=core_clock.now() + timedelta(days=days), title="Næste gang", **more)


# Proposing


def test_a_member_proposes_from_the_meeting_and_the_coordinators_are_told(browser, world, proposals, owed, outbox):
    meeting_id = world.meeting()
    visit = browser("member")
    visit.get(f"/meetings/{meeting_id}")
    visit.follow("Foreslå et punkt")
    page = visit.submit(
        "Send forslaget", title="Fælles brev til mestre", kind="decision", minutes="20", why="Vi skriver hver sit."
    )
    assert "Dit forslag er sendt." in page.text
    assert "Fælles brev til mestre" in page.text and "Venter på tovholderne" in page.text
    (row,) = proposals()
    assert (row.state, row.kind, row.minutes, row.presenter, row.presenter_id) == (
        "waiting", "decision", 20, "Mette Medlem", world.cast["member"],
    )  # fmt: skip
    assert owed.told() == {"proposal_made": {"coordinator"}}
    (mail,) = outbox()
    assert "Mette Medlem foreslår et punkt i ERFA Prøvenet" in mail.message["Subject"]
    assert "Vi skriver hver sit." in mail.text
    assert "Fælles brev til mestre" in browser("member").get(f"/meetings/{meeting_id}").text


def test_other_members_do_not_see_what_is_asked_for(browser, world, propose):
    meeting_id = world.meeting()
    propose(meeting_id)
    assert "Fælles brev" not in browser("colleague").get(f"/meetings/{meeting_id}").text
    assert "Fælles brev" not in browser("colleague").get(f"/meetings/{meeting_id}/proposals").text


def test_who_proposes_for_later_finds_it_in_the_backlog(browser, world, propose, proposals):
    page = propose(world.meeting(), when="later")
    assert page.url == f"/networks/{world.network_id}/backlog"
    assert proposals()[0].state == "parked"
    assert "Fælles brev" in browser("colleague").get(page.url).text


def test_the_backlog_itself_takes_proposals(browser, world, proposals):
    visit = browser("colleague")
    visit.get(f"/networks/{world.network_id}/meetings")
    visit.follow("Punkter til senere møder")
    visit.submit("Sæt på emnelisten", title="Fritidsjob", minutes="30")
    (row,) = proposals()
    assert (row.state, row.meeting_id, row.title) == ("parked", None, "Fritidsjob")


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("title", " ", "Skriv, hvad punktet handler om"),
        ("title", "x" * 201, "Brug højst 200 tegn"),
        ("minutes", "mange", "Skriv et antal minutter fra 0 til 600"),
        ("why", "x" * 501, "Brug højst 500 tegn"),
    ],
)
def test_bad_input_is_explained_and_kept(world, propose, proposals, field, typed, sentence):
    page = propose(world.meeting(), **{"title": "Brev", field: typed})
    assert page.errors == [sentence]
    assert page.value(field) == typed.strip()
    assert proposals() == []


def test_a_meeting_that_has_begun_takes_no_more(browser, world, proposals, clock):
    meeting_id = world.meeting()
    clock.move(days=3, minutes=31)
    page = browser("member").get(f"/meetings/{meeting_id}")
    assert "Foreslå et punkt" not in page.links()
    visit = browser("member")
    page = visit.post(
        f"/meetings/{meeting_id}/proposals", status=200, title="Brev", kind="discussion", minutes="5", when="here"
    )
    assert "Mødet er begyndt eller holdes ikke" in page.text
    assert proposals() == []


def test_who_only_looks_in_from_outside_sees_nothing(browser, world, propose, proposals):
    meeting_id = world.meeting()
    propose(meeting_id)
    (row,) = proposals()
    visit = browser("outsider")
    visit.get(f"/meetings/{meeting_id}/proposals", status=404)
    visit.get(f"/networks/{world.network_id}/backlog", status=404)
    for act in ("acceptance", "parking", "refusal", "withdrawal", "place"):
        visit.post(f"/proposals/{row.id}/{act}", status=404)


def test_members_do_not_decide_and_strangers_to_a_proposal_do_not_find_it(browser, world, propose, proposals):
    propose(world.meeting())
    (row,) = proposals()
    for act in ("acceptance", "parking", "refusal", "place"):
        browser("member").post(f"/proposals/{row.id}/{act}", status=403)
        browser("colleague").post(f"/proposals/{row.id}/{act}", status=404)
    assert proposals()[0].state == "waiting"


# Deciding


def test_a_coordinator_takes_it_and_the_proposer_presents_it(
    browser, world, propose, proposals, agenda, owed, outbox, stored
):
    meeting_id = world.meeting()
    propose(meeting_id, minutes="20")
    outbox()
    owed.new()
    before = stored(meeting_id).updated_at
    visit = browser("coordinator")
    page = visit.get(f"/meetings/{meeting_id}")
    assert "1 foreslået punkt venter på dig" in page.text
    visit.follow("Se forslagene")
    visit.submit("Sæt på dagsordenen: Fælles brev")
    item = agenda(meeting_id)[-1]
    assert (item.title, item.minutes, item.presenter_id, item.position) == ("Fælles brev", 20, world.cast["member"], 3)
    assert proposals()[0].item_id == item.id
    assert stored(meeting_id).updated_at > before
    assert owed.told() == {"proposal_decided": {"member"}}
    (mail,) = outbox()
    assert "Dit punkt er på dagsordenen" in mail.message["Subject"]
    assert "På dagsordenen" in browser("member").get(f"/meetings/{meeting_id}").text
    visit.post(f"/proposals/{proposals()[0].id}/acceptance", meeting=meeting_id)
    assert len(agenda(meeting_id)) == 3
    assert owed.told() == {}


def test_a_proposal_is_kept_for_later_and_put_on_another_meeting(browser, world, propose, proposals, agenda, owed):
    meeting_id, next_id = world.meeting(), later(world)
    propose(meeting_id)
    owed.new()
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/proposals")
    visit.submit("Gem til senere: Fælles brev")
    assert proposals()[0].state == "parked"
    assert owed.told() == {"proposal_decided": {"member"}}
    visit.get(f"/networks/{world.network_id}/backlog")
    visit.submit("Sæt på dagsordenen: Fælles brev", meeting=str(next_id))
    assert titles(agenda(next_id))[-1] == "Fælles brev"
    assert owed.told() == {"proposal_decided": {"member"}}
    assert "På dagsordenen" in browser("member").get(f"/networks/{world.network_id}/backlog").text


def test_declining_says_a_word_and_who_asked_sees_it(browser, world, propose, proposals, owed, outbox):
    meeting_id = world.meeting()
    propose(meeting_id)
    outbox()
    owed.new()
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/proposals")
    visit.follow("Sig nej tak: Fælles brev")
    visit.submit("Sig nej tak til forslaget", answer="Vi tog det i maj.")
    assert (proposals()[0].state, proposals()[0].answer) == ("declined", "Vi tog det i maj.")
    (mail,) = outbox()
    assert "Vi tog det i maj." in mail.text
    page = browser("member").get(f"/meetings/{meeting_id}")
    assert "Nej tak" in page.text and "Vi tog det i maj." in page.text
    visit.post(f"/proposals/{proposals()[0].id}/refusal", answer="En gang til")
    assert proposals()[0].answer == "Vi tog det i maj."


def test_a_word_that_is_too_long_is_explained(browser, world, propose, proposals):
    propose(world.meeting())
    visit = browser("coordinator")
    visit.get(f"/proposals/{proposals()[0].id}/refusal")
    page = visit.submit("Sig nej tak til forslaget", answer="x" * 501)
    assert page.errors == ["Brug højst 500 tegn"]
    assert proposals()[0].state == "waiting"


def test_one_takes_back_ones_own_until_it_is_decided(browser, world, propose, proposals, owed, outbox):
    meeting_id = world.meeting()
    propose(meeting_id)
    visit = browser("member")
    visit.get(f"/meetings/{meeting_id}/proposals")
    visit.submit("Træk tilbage: Fælles brev")
    assert proposals()[0].state == "withdrawn"
    assert outbox() == []  # the coordinators were not told of what is no more
    visit.post(f"/proposals/{proposals()[0].id}/withdrawal")
    browser("coordinator").post(f"/proposals/{proposals()[0].id}/acceptance")
    assert proposals()[0].state == "withdrawn"


def test_coordinators_order_the_backlog_and_members_only_read_it(browser, world, proposals):
    for title in ("A", "B", "C"):
        visit = browser("member")
        visit.get(f"/networks/{world.network_id}/backlog")
        visit.submit("Sæt på emnelisten", title=title)
    visit = browser("coordinator")
    visit.get(f"/networks/{world.network_id}/backlog")
    page = visit.submit("Op: C")
    assert page.text.index(" C ") < page.text.index(" B ")
    assert [one.title for one in sorted(proposals(), key=lambda one: one.position)] == ["A", "C", "B"]
    visit.post(f"/proposals/{proposals()[0].id}/place", to="up")
    assert [one.position for one in proposals()] == [1, 3, 2]
    browser("member").post(f"/proposals/{proposals()[0].id}/place", status=403, to="down")


def test_two_coordinators_take_the_same_proposal_at_once_and_it_is_taken_once(
    app, browser, world, propose, proposals, agenda
):
    meeting_id = world.meeting(agenda=0)
    propose(meeting_id)
    (row,) = proposals()
    start, visits = threading.Barrier(2), [browser(who) for who in ("coordinator", "administrator")]
    tokens = [visit.get("/help").tree.css_first("[name=csrf_token]").attributes["value"] for visit in visits]

    def send(visit, token):
        start.wait()
        visit.raw("POST", f"/proposals/{row.id}/acceptance", data={"csrf_token": token})

    threads = [threading.Thread(target=send, args=pair) for pair in zip(visits, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert titles(agenda(meeting_id)) == ["Fælles brev"]


def test_a_proposal_never_comes_on_another_networks_agenda(browser, world, proposals, agenda):
    visit = browser("member")
    visit.get(f"/networks/{world.network_id}/backlog")
    visit.submit("Sæt på emnelisten", title="Vores")
    foreign = world.meeting(network_id=world.other_network_id, agenda=0)
    with world.acting():
        db.session.add(
            Membership(network_id=world.other_network_id, person_id=world.cast["coordinator"], role=Role.COORDINATOR)
        )
    browser("coordinator").post(f"/proposals/{proposals()[0].id}/acceptance", meeting=foreign)
    assert agenda(foreign) == []
    assert proposals()[0].state == "parked"


# Moving on


def test_an_item_moves_to_the_next_meeting_and_both_pages_say_so(browser, world, agenda, stored, outbox):
    meeting_id, next_id = world.meeting(), later(world, agenda=1)
    later(world, days=20)
    with world.acting():
        item = db.session.scalars(select(AgendaItem).where(AgendaItem.meeting_id == meeting_id)).first()
        item.presenter, item.presenter_id, item.minutes = "Mette Medlem", world.cast["member"], 25
    before = stored(next_id).updated_at
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/agenda")
    page = visit.submit("Til næste møde: Punkt 1")
    assert "er flyttet til det næste møde" in page.text
    assert titles(agenda(meeting_id)) == ["Punkt 2"]
    moved = agenda(next_id)[-1]
    assert (moved.title, moved.presenter_id, moved.minutes, moved.position) == (
        "Punkt 1", world.cast["member"], 25, 2,
    )  # fmt: skip
    assert stored(next_id).updated_at > before
    page = browser("member").get(f"/meetings/{meeting_id}")
    assert "flyttet til 3. december" in page.text
    page = browser("member").get(f"/meetings/{next_id}")
    assert "flyttet fra 26. november" in page.text
    assert outbox() == []


def test_minutes_under_a_moved_item_stay(browser, world, agenda):
    held = world.meeting(starts_at=core_clock.now() - timedelta(hours=3))
    next_id = later(world)
    world.minutes(held, "Vi nåede det halve.", shared=True)
    visit = browser("coordinator")
    visit.get(f"/meetings/{held}/agenda")
    visit.submit("Til næste møde: Punkt 1")
    assert "Vi nåede det halve." in browser("member").get(f"/meetings/{held}/minutes").text
    assert titles(agenda(next_id))[-1] == "Punkt 1"


def test_without_a_next_meeting_it_waits_in_the_backlog_and_is_taken_from_there(browser, world, agenda, proposals):
    meeting_id = world.meeting()
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/agenda")
    page = visit.submit("Til emnelisten: Punkt 1")
    assert "står på emnelisten" in page.text
    assert "flyttet til emnelisten" in browser("member").get(f"/meetings/{meeting_id}").text
    assert "flyttet fra 26. november" in browser("member").get(f"/networks/{world.network_id}/backlog").text
    next_id = later(world, agenda=0)
    visit.get(f"/networks/{world.network_id}/backlog")
    visit.submit("Sæt på dagsordenen: Punkt 1", meeting=str(next_id))
    assert titles(agenda(next_id)) == ["Punkt 1"]
    assert "flyttet til 3. december" in browser("member").get(f"/meetings/{meeting_id}").text


def test_an_item_moved_into_a_draft_says_nothing_of_it_to_members(browser, world, agenda):
    meeting_id, draft = world.meeting(), later(world, agenda=0)
    with world.acting():
        db.session.get_one(Meeting, draft).called_at = None
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/agenda")
    visit.submit("Til næste møde: Punkt 1")
    assert titles(agenda(draft)) == ["Punkt 1"]
    page = browser("member").get(f"/meetings/{meeting_id}")
    assert "flyttet til et senere møde" in page.text
    assert f"/meetings/{draft}" not in page.html


def test_moving_on_is_taken_back(browser, world, agenda, proposals):
    meeting_id, next_id = world.meeting(), later(world, agenda=0)
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/agenda")
    visit.submit("Til næste møde: Punkt 1")
    page = visit.submit("Sæt ind igen: Punkt 1")
    assert "er tilbage på dagsordenen" in page.text
    assert titles(agenda(meeting_id)) == ["Punkt 1", "Punkt 2"]
    assert agenda(next_id) == []
    assert "flyttet" not in browser("member").get(f"/meetings/{meeting_id}").text


def test_what_has_moved_on_twice_is_taken_back_one_step_at_a_time(browser, world, agenda):
    first, second, third = world.meeting(agenda=1), later(world, agenda=0), later(world, days=20, agenda=0)
    visit = browser("coordinator")
    for meeting_id in (first, second):
        visit.get(f"/meetings/{meeting_id}/agenda")
        visit.submit("Til næste møde: Punkt 1")
    visit.get(f"/meetings/{first}/agenda")
    page = visit.submit("Sæt ind igen: Punkt 1")
    assert "også flyttet videre" in page.text
    assert (agenda(first), agenda(second), titles(agenda(third))) == ([], [], ["Punkt 1"])


def test_a_removed_item_is_put_back_where_it_was(browser, world, agenda):
    meeting_id = world.meeting(agenda=3)
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/agenda")
    visit.submit("Fjern: Punkt 2")
    assert [item.position for item in agenda(meeting_id)] == [1, 2]
    visit.submit("Sæt ind igen: Punkt 2")
    assert titles(agenda(meeting_id)) == ["Punkt 1", "Punkt 2", "Punkt 3"]


def test_a_case_goes_along_with_its_item(browser, world, agenda):
    meeting_id, next_id = world.meeting(agenda=0), later(world, agenda=0)
    case_id = world.case()
    visit = browser("coordinator")
    visit.post(f"/cases/{case_id}/agenda-item", meeting=meeting_id)
    assert titles(agenda(meeting_id)) == ["Hvem skal ringe først?"]
    visit.get(f"/meetings/{meeting_id}/agenda")
    visit.submit("Til næste møde: Hvem skal ringe først?")
    assert f"/cases/{case_id}" in browser("member").get(f"/meetings/{next_id}").links().values()
    assert f"/cases/{case_id}" not in browser("member").get(f"/meetings/{meeting_id}").links().values()


def test_a_closed_meetings_agenda_stays(browser, world, agenda):
    meeting_id = world.meeting(starts_at=core_clock.now() - timedelta(days=1))
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/agenda")
    with world.acting():
        db.session.get_one(Meeting, meeting_id).closed_at = core_clock.now()
    page = visit.submit("Fjern: Punkt 1")
    assert "Mødet er afsluttet" in page.text
    assert len(agenda(meeting_id)) == 2


# What it costs


@pytest.mark.parametrize("who", ["member", "coordinator"])
def test_the_pages_ask_the_same_however_much_there_is(browser, world, statements, who):
    meeting_id = world.meeting()

    def fill(count):
        with world.acting():
            for number in range(count):
                by = world.person(f"Medlem {count} {number}", network=world.network_id)
                held = Meeting(
                    network_id=world.network_id, title="Før", created_by_id=by,
                    starts_at=core_clock.now() - timedelta(days=9), ends_at=core_clock.now() - timedelta(days=8),
                )  # fmt: skip
                db.session.add(held)
                db.session.flush()
                facts = {"title": "Punkt", "kind": AgendaKind.DISCUSSION}
                item = AgendaItem(meeting_id=held.id, position=1, removed_at=core_clock.now(), **facts)
                db.session.add(item)
                db.session.flush()
                facts |= {"network_id": world.network_id, "proposed_by_id": by}
                db.session.add(Proposal(state=ProposalState.WAITING, meeting_id=meeting_id, **facts))
                db.session.add(Proposal(state=ProposalState.PARKED, origin_id=item.id, **facts))

    counts = []
    for more in (2, 20):
        fill(more)
        visit = browser(who)
        visit.get(f"/meetings/{meeting_id}")
        of_each = []
        for url in (
            f"/meetings/{meeting_id}",
            f"/meetings/{meeting_id}/proposals",
            f"/networks/{world.network_id}/backlog",
        ):
            with statements.counted() as asked:
                visit.get(url)
            of_each.append(len(asked))
        counts.append(of_each)
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 8
