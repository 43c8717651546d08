"""Networks: who sees which, what stands on the overview, and who may change it."""

import pytest
from sqlalchemy import func, select

from app.accounts.models import Person
from app.core.danish import sort_key
from app.core.parts import _parts
from app.extensions import db
from app.networks.models import Membership, Network, Role
from tests.browser import Browser

SECRET = ("ERFA Hemmeligt", "Ingen ved det", "Ulla")


def pages_of(network_id):
    return [f"/networks/{network_id}", f"/networks/{network_id}/members"]


def work_pages_of(network_id):
    return [f"/networks/{network_id}/edit", f"/networks/{network_id}/members/new"]


def test_members_see_their_own_networks_only(browser, world):
    page = browser("member").get("/networks")
    assert page.title == "Mine netværk"
    assert "ERFA Prøvenet" in page.text
    assert "3 medlemmer" in page.text
    assert not any(word in page.html for word in SECRET)


def test_administrators_see_every_network(browser):
    page = browser("administrator").get("/networks")
    assert page.title == "Alle netværk"
    assert "ERFA Hemmeligt" in page.text
    assert "Nyt netværk" in page.text


def test_somebody_without_a_network_is_told_how_to_get_into_one(browser, world):
    with world.acting():
        loner = world.person("Lone Lund")
    page = Browser(world.app, loner).get("/networks")
    assert "person5@erfa.test" in page.text


@pytest.mark.parametrize("who", ["member", "colleague", "coordinator"])
def test_whoever_belongs_to_a_network_sees_it(browser, world, who):
    page = browser(who).get(f"/networks/{world.network_id}")
    assert page.title == "ERFA Prøvenet"
    assert "Vi prøver os frem." in page.text


def test_a_closed_network_does_not_exist_for_outsiders(browser, world):
    for who, network_id in (("outsider", world.network_id), ("member", world.other_network_id)):
        reader = browser(who)
        for url in pages_of(network_id) + work_pages_of(network_id):
            page = reader.get(url, status=404)
            assert "Prøvenet" not in page.html
            assert "Hemmeligt" not in page.html
    outsider = browser("outsider")
    hidden = outsider.get(f"/networks/{world.network_id}", status=404).text
    assert hidden == outsider.get("/networks/4711", status=404).text


def test_nobody_is_asked_to_sign_in_first(browser, world):
    for url in [
        "/networks",
        "/networks/new",
        *pages_of(world.network_id),
        *work_pages_of(world.network_id),
        "/people/1",
    ]:
        answer = browser(None).raw("GET", url)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/login?next=")


def test_members_may_look_but_not_change(browser, world):
    reader = browser("member")
    for url in work_pages_of(world.network_id):
        reader.get(url, status=403)
    reader.get("/networks/new", status=403)
    page = reader.get(f"/networks/{world.network_id}")
    assert "Redigér netværket" not in page.text


def test_members_stand_by_municipality_in_danish_order_with_aalborg_last(browser, world):
    with world.acting():
        for number in range(11):
            world.person(f"Person {number}", network=world.network_id)
    page = browser("member").get(f"/networks/{world.network_id}")
    names = [node.text() for node in page.tree.css(".who b")]
    assert names == [
        "Brønderslev", "Frederikshavn", "Hjørring", "Jammerbugt", "Læsø", "Mariagerfjord", "Morsø", "Rebild", "Thisted",
        "Vesthimmerlands", "Aalborg",
    ]  # fmt: skip


def test_many_from_one_municipality_are_summed_up_and_the_coordinator_is_named(browser, world):
    with world.acting():
        home = db.session.get(Person, world.cast["coordinator"]).organisation_id
        for name in ("Aksel Andersen", "Bente Bach"):
            person_id = world.person(name, network=world.network_id)
            db.session.get(Person, person_id).organisation_id = home
    page = browser("member").get(f"/networks/{world.network_id}")
    assert "Karen Tovholder, tovholder, og 2 til" in page.text


def test_somebody_without_an_organisation_stands_last(browser, world):
    with world.acting():
        db.session.get(Person, world.cast["coordinator"]).organisation_id = None
    page = browser("member").get(f"/networks/{world.network_id}")
    assert [node.text() for node in page.tree.css(".who b")][-1] == "Uden kommune"
    browser("member").get(f"/networks/{world.network_id}/members")


def test_rooms_above_add_their_parts(browser, world, monkeypatch):
    for place in ("network.lead", "network.main", "network.aside"):
        monkeypatch.setitem(
            _parts, place, [lambda network, viewer, place=place: f"<p>{place} {network.id} {viewer.id}</p>"]
        )
    page = browser("member").get(f"/networks/{world.network_id}")
    for place in ("network.lead", "network.main", "network.aside"):
        assert f"{place} {world.network_id} {world.cast['member']}" in page.text


def test_a_coordinator_edits_name_and_purpose(app, browser, world):
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}")
    coordinator.follow("Redigér netværket")
    page = coordinator.submit("Gem", name="  ERFA  Ålborg ", purpose="**Nyt** formål <script>alert(1)</script>")
    assert page.title == "ERFA Ålborg"
    assert "<strong>Nyt</strong>" in page.html
    assert "<script>alert" not in page.html
    with app.app_context():
        assert db.session.get(Network, world.network_id).sort_key == sort_key("ERFA Ålborg")


def test_bad_input_is_explained_and_kept(browser, world):
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/edit")
    page = coordinator.submit("Gem", name="", purpose="x" * 4001)
    assert page.errors == ["Giv netværket et navn.", "Brug højst 4000 tegn."]
    assert page.value("purpose") == "x" * 4001


def test_a_name_that_a_hidden_network_has_is_not_refused(browser, world):
    """Being told that it is taken would reveal the other network."""
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/edit")
    assert coordinator.submit("Gem", name="ERFA Hemmeligt").title == "ERFA Hemmeligt"


def test_two_editors_do_not_overwrite_each_other(app, browser, world, clock):
    slow, quick = browser("coordinator"), browser("administrator")
    slow.get(f"/networks/{world.network_id}/edit")
    clock.move(minutes=1)
    quick.get(f"/networks/{world.network_id}/edit")
    quick.submit("Gem", purpose="Den hurtiges formål")
    page = slow.submit("Gem", purpose="Den langsommes formål", status=409)
    assert "Den hurtiges formål" in page.text
    assert page.value("purpose") == "Den langsommes formål"
    slow.submit("Gem")
    with app.app_context():
        assert db.session.get(Network, world.network_id).purpose == "Den langsommes formål"


@pytest.mark.parametrize("opened_at", ["", "yesterday", "2026-11-23T08:00:00"])
def test_an_edit_that_does_not_say_what_it_saw_is_refused(browser, world, opened_at):
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/edit")
    coordinator.submit("Gem", opened_at=opened_at, status=400, follow=False)


def test_an_administrator_makes_a_network_and_is_led_to_its_first_coordinator(app, browser):
    administrator = browser("administrator")
    administrator.get("/networks")
    administrator.follow("Nyt netværk")
    page = administrator.submit("Opret netværket", name="ERFA Småjob", purpose="")
    assert page.title == "Tilføj et medlem"
    assert page.tree.css_first("[name=role][checked]").attributes["value"] == "coordinator"
    with app.app_context():
        network = db.session.scalar(select(Network).where(Network.name == "ERFA Småjob"))
        assert db.session.scalar(select(func.count()).where(Membership.network_id == network.id)) == 0
    page = administrator.get(f"/networks/{network.id}/members")
    assert "Netværket har ingen tovholder." in page.text
    administrator.get(f"/networks/{network.id}")


def test_only_administrators_make_networks(browser):
    for who in ("coordinator", "member", "outsider"):
        visitor = browser(who)
        visitor.get("/networks")
        token = visitor.page.tree.css_first("[name=csrf_token]").attributes["value"]
        answer = visitor.raw("POST", "/networks/new", data={"csrf_token": token, "name": "X"})
        assert answer.status_code == 403


def test_a_page_costs_the_same_for_two_members_and_for_forty(browser, world, statements, monkeypatch):
    for place in ("network.lead", "network.main", "network.aside"):
        monkeypatch.setitem(_parts, place, [])
    reader = browser("coordinator")
    urls = ["/networks", *pages_of(world.network_id), f"/networks/{world.network_id}/members/new"]
    few, many = [], []
    for counts in (few, many):
        for url in urls:
            with statements.counted() as seen:
                reader.get(url)
            counts.append(len(seen))
        with world.acting():
            for number in range(40):
                world.person(f"Person {number}", network=world.network_id)
                extra = world._add(Network(name=f"Net {number}"))
                world._add(Membership(network_id=extra.id, person_id=world.cast["coordinator"], role=Role.MEMBER))
    assert few == many
    assert max(many) <= 8
    assert many[1] <= 4  # leaves four for the rooms above


@pytest.mark.parametrize("page", ["polls", "hosts", "wheel/2026", "attendance", "evaluations", "reminders"])
def test_a_page_about_meetings_lies_under_their_tab(browser, world, page):
    tab = browser("coordinator").get(f"/networks/{world.network_id}/{page}").tree.css_first(".tabs [aria-current]")
    assert tab.text() == "Møder"
    assert tab.attributes["aria-current"] == "true"  # in this part of the network, on a page of its own
