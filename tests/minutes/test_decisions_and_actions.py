"""Decisions have numbers that are never used again; actions have an owner who ticks them off."""

import threading
from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.minutes.models import Action, Decision
from app.minutes.operations import decide
from app.minutes.queries import item_for


@pytest.fixture
def meeting_id(world):
    return world.meeting(agenda=1)


@pytest.fixture
def item_id(world, meeting_id):
    return world.minutes(meeting_id, "Teksten", shared=True)[0]


def decisions(world):
    with world.acting():
        return [(row.name, row.text) for row in db.session.query(Decision).order_by(Decision.id)]


def the_action(world, action_id):
    with world.acting():
        action = db.session.get(Action, action_id)
        db.session.expunge(action)
        return action


def test_a_decision_is_added_from_the_editor_and_the_text_is_saved_with_it(browser, world, meeting_id):
    karen = browser("coordinator")
    karen.get(f"/meetings/{meeting_id}/minutes/edit")
    karen.submit("Beslutning", text="Først teksten")
    page = karen.submit("Tilføj beslutningen", text="Gruppen besluttede at prøve.")
    assert page.tree.css_first(".item textarea").text().strip() == "Først teksten"
    assert "Beslutning 2026-1" in page.text
    assert decisions(world) == [("2026-1", "Gruppen besluttede at prøve.")]


def test_numbers_follow_the_network_and_the_year_of_the_meeting(browser, world):
    other = world.meeting(agenda=1, network_id=world.other_network_id)
    last_year = world.meeting(agenda=1, starts_at=clock.now() - timedelta(days=365))
    this_year = world.meeting(agenda=1)
    agnes = browser("administrator")
    for meeting_id in (other, last_year, this_year, this_year):
        page = agnes.get(f"/meetings/{meeting_id}/minutes/edit")
        action = page.tree.css_first(".editor").attributes["action"].replace("revisions", "decisions")
        agnes.post(action, text="Besluttet")
    assert [name for name, _text in decisions(world)] == ["2026-1", "2025-1", "2026-1", "2026-2"]


def test_the_year_is_the_danish_one(browser, world):
    from datetime import UTC, datetime

    meeting_id = world.meeting(agenda=1, starts_at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    karen = browser("coordinator")
    karen.get(f"/meetings/{meeting_id}/minutes/edit")
    karen.submit("Beslutning")
    karen.submit("Tilføj beslutningen", text="Nytårsbeslutning")
    assert decisions(world) == [("2027-1", "Nytårsbeslutning")]


def test_two_meetings_that_decide_at_the_same_moment_get_two_numbers(app, world, item_id):
    other_item = world.minutes(world.meeting(agenda=1), "Teksten", shared=True)[0]
    start = threading.Barrier(2)

    def note(item):
        with app.test_request_context(method="POST"):
            karen = db.session.get(Person, world.cast["coordinator"])
            db.session.rollback()
            start.wait()
            at = item_for(karen, item)
            decide(at.item, at.meeting, text="Samtidig", by=karen)
            db.session.commit()

    threads = [threading.Thread(target=note, args=(item,)) for item in (item_id, other_item)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(name for name, _text in decisions(world)) == ["2026-1", "2026-2"]


def test_an_empty_decision_is_explained(browser, world, meeting_id, item_id):
    karen = browser("coordinator")
    karen.get(f"/meetings/{meeting_id}/minutes/edit")
    karen.submit("Beslutning")
    page = karen.submit("Tilføj beslutningen", text="   ")
    assert page.errors == ["Skriv, hvad der blev besluttet."]
    assert decisions(world) == []


def test_a_decision_is_put_right_taken_out_and_put_back(browser, world, meeting_id, item_id):
    decision_id = world.decision(item_id)
    karen = browser("coordinator")
    karen.get(f"/decisions/{decision_id}/edit")
    karen.submit("Gem", text="Rettet beslutning")
    assert decisions(world) == [("2026-1", "Rettet beslutning")]
    karen.get(f"/decisions/{decision_id}/edit")
    page = karen.submit("Tag beslutningen ud")
    assert "1 taget ud" in page.text
    mette = browser("member")
    assert "Rettet beslutning" not in mette.get(f"/meetings/{meeting_id}/minutes").text
    karen.post(f"/agenda-items/{item_id}/decisions", text="En ny")
    assert [name for name, _text in decisions(world)] == ["2026-1", "2026-2"]
    karen.get(f"/meetings/{meeting_id}/minutes/edit")
    karen.submit("Sæt ind igen: Rettet beslutning")
    assert "Rettet beslutning" in mette.get(f"/meetings/{meeting_id}/minutes").text
    karen.post(f"/decisions/{decision_id}/restoration")
    karen.post(f"/decisions/{decision_id}/removal")
    karen.post(f"/decisions/{decision_id}/removal")
    karen.get(f"/decisions/{decision_id}/edit", status=404)


def test_two_who_put_a_decision_right_do_not_overwrite_each_other(browser, world, item_id):
    decision_id = world.decision(item_id)
    karen, agnes = browser("coordinator"), browser("administrator")
    for each in (karen, agnes):
        each.get(f"/decisions/{decision_id}/edit")
    agnes.submit("Gem", text="Agnes' ord")
    page = karen.submit("Gem", text="Karens ord", status=409)
    assert "Agnes' ord" in page.errors[0]
    assert page.value("text") == "Karens ord"
    karen.submit("Gem")
    assert decisions(world) == [("2026-1", "Karens ord")]


def test_an_action_has_an_owner_and_a_due_date(browser, world, meeting_id, item_id):
    karen = browser("coordinator")
    karen.get(f"/meetings/{meeting_id}/minutes/edit")
    karen.submit("Opgave")
    page = karen.submit("Tilføj opgaven", text="Ring", owner="0", due_on="31.2.2026")
    assert page.errors == ["Vælg én person.", "Skriv datoen som 26.11.2026"]
    assert page.tree.css_first("#adding textarea").text().strip() == "Ring"
    page = karen.submit("Tilføj opgaven", owner=str(world.cast["member"]), due_on="4.12.2026")
    assert "Mette Medlem · frist 4. december 2026" in page.text
    page = browser("member").get(f"/meetings/{meeting_id}/minutes")
    assert page.tree.css_first(".document__table tbody").text(separator=" ").split()[-3:] == [
        "Mette",
        "Medlem",
        "4.12.2026",
    ]


def test_only_members_of_the_network_can_be_given_an_action(browser, world, meeting_id, item_id):
    karen = browser("coordinator")
    karen.get(f"/meetings/{meeting_id}/minutes/edit?add=action&item={item_id}")
    page = karen.submit("Tilføj opgaven", text="Ring", owner=str(world.cast["outsider"]), due_on="")
    assert page.errors
    with world.acting():
        assert db.session.query(Action).count() == 0


def test_an_action_is_given_to_another_taken_out_and_put_back(browser, world, meeting_id, item_id):
    action_id = world.action(item_id, "Ring", owner="member")
    karen = browser("coordinator")
    karen.get(f"/actions/{action_id}/edit")
    karen.submit("Gem", owner=str(world.cast["colleague"]))
    assert the_action(world, action_id).owner_id == world.cast["colleague"]
    karen.get(f"/actions/{action_id}/edit")
    karen.submit("Tag opgaven ud")
    ole = browser("colleague")
    assert "Ring" not in ole.get("/actions").text
    ole.post(f"/actions/{action_id}/completion", status=404)
    karen.get(f"/meetings/{meeting_id}/minutes/edit")
    karen.submit("Sæt ind igen: Ring")
    assert "Ring" in ole.get("/actions").text
    karen.post(f"/actions/{action_id}/restoration")


def test_who_sees_but_may_not_write_is_refused_and_who_may_not_see_finds_nothing(browser, world, item_id):
    action_id, decision_id = world.action(item_id, owner="colleague"), world.decision(item_id)
    for who, status in (("member", 403), ("outsider", 404)):
        someone = browser(who)
        someone.get(f"/actions/{action_id}/edit", status=status)
        someone.get(f"/decisions/{decision_id}/edit", status=status)
        for url in (
            f"/agenda-items/{item_id}/decisions",
            f"/agenda-items/{item_id}/actions",
            f"/decisions/{decision_id}/edit",
            f"/decisions/{decision_id}/removal",
            f"/decisions/{decision_id}/restoration",
            f"/actions/{action_id}/edit",
            f"/actions/{action_id}/removal",
            f"/actions/{action_id}/restoration",
            f"/actions/{action_id}/completion",
            f"/actions/{action_id}/reopening",
        ):
            someone.post(url, status=status, text="Mit", owner=str(world.cast["member"]))
        someone.post("/actions/completions", status=status, **{"ids[]": str(action_id)})
    assert the_action(world, action_id).done_at is None
    assert decisions(world) == [("2026-1", "Gruppen besluttede at prøve.")]


def test_the_owner_ticks_off_and_opens_again(browser, world, item_id):
    action_id = world.action(item_id, "Ring", owner="member")
    mette = browser("member")
    mette.post(f"/actions/{action_id}/completion")
    done = the_action(world, action_id)
    assert (done.done_at, done.done_by_id) == (clock.now(), world.cast["member"])
    mette.post(f"/actions/{action_id}/completion")
    mette.get("/actions")
    assert "Løst i dag" in mette.page.text
    mette.submit("Åbn igen: Ring")
    assert the_action(world, action_id).done_at is None


def test_a_coordinator_ticks_off_for_others(browser, world, item_id):
    action_id = world.action(item_id, owner="member")
    karen = browser("coordinator")
    karen.get(f"/actions/{action_id}/edit")
    karen.submit("Markér som løst")
    assert the_action(world, action_id).done_by_id == world.cast["coordinator"]


def test_my_actions_stand_with_the_overdue_first_across_networks(browser, world, item_id):
    with world.acting():
        from app.networks.models import Membership

        db.session.add(Membership(network_id=world.other_network_id, person_id=world.cast["member"]))
    other = world.minutes(world.meeting(agenda=1, network_id=world.other_network_id), "Teksten", shared=True)[0]
    world.action(item_id, "Uden frist")
    world.action(item_id, "Senere", due_on=clock.today() + timedelta(days=30))
    world.action(other, "Overskredet", due_on=clock.today() - timedelta(days=2))
    world.action(item_id, "Snart", due_on=clock.today() + timedelta(days=3))
    world.action(item_id, "En andens", owner="colleague")
    page = browser("member").get("/actions")
    assert [node.text() for node in page.tree.css(".rows__title")] == ["Overskredet", "Snart", "Senere", "Uden frist"]
    assert [node.text() for node in page.tree.css(".status")] == [
        "Overskredet 2 dage", "Frist på torsdag", "Frist 23. december",
    ]  # fmt: skip
    assert "ERFA Hemmeligt" in page.text


def test_several_are_ticked_off_at_once(browser, world, item_id):
    ids = [world.action(item_id, f"Opgave {number}") for number in range(3)]
    mette = browser("member")
    mette.get("/actions")
    page = mette.submit("Gem som løst", **{"ids[]": [str(ids[0]), str(ids[2])]})
    assert "2 opgaver er løst." in page.text
    assert [the_action(world, action_id).is_done for action_id in ids] == [True, False, True]
    mette.post("/actions/completions", **{"ids[]": str(ids[0])})
    mette.get("/actions")
    page = mette.submit("Gem som løst")
    assert "Sæt først flueben" in page.text


def test_one_that_is_not_mine_among_them_ticks_off_nothing(browser, world, item_id):
    mine, other = world.action(item_id), world.action(item_id, owner="colleague")
    browser("member").post("/actions/completions", status=403, **{"ids[]": [str(mine), str(other)]})
    assert not the_action(world, mine).is_done


def test_one_comes_back_to_where_one_ticked_but_never_to_another_site(browser, world, item_id):
    action_id = world.action(item_id)
    mette = browser("member")
    for target, expected in (("/", "/"), ("https://evil.test/", "/actions"), ("//evil.test", "/actions")):
        page = mette.post("/actions/completions", **{"ids[]": str(action_id), "next": target})
        assert page.response.headers["Location"] == expected


def test_with_nothing_to_do_the_list_says_so(browser):
    assert "Du har ingen åbne opgaver" in browser("member").get("/actions").text


def test_who_has_left_the_network_sees_its_actions_no_more(browser, world, item_id):
    world.action(item_id, "Ring")
    with world.acting():
        from app.networks.models import Membership

        db.session.query(Membership).filter_by(person_id=world.cast["member"]).one().left_at = clock.now()
    assert "Ring" not in browser("member").get("/actions").text


def test_my_actions_cost_the_same_for_2_as_for_40(browser, world, statements):
    mette, counts = browser("member"), []
    for number in (2, 38):
        for _each in range(number):
            item = world.minutes(world.meeting(agenda=1), "Teksten", shared=True)[0]
            world.action(item)
            world.action(item, done_at=clock.now())
        with statements.counted() as seen:
            mette.get("/actions")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8
