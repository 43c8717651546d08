"""The overview, the networks, and who has which role."""

from app.core import clock as core_clock
from app.extensions import db
from app.networks.models import Membership, Network, Role
from app.notifications.models import Mail, MailState, Worker


def titles(page):
    return [node.text() for node in page.tree.css("main .rows__title")]


def test_the_overview_says_what_is_worth_a_look(browser, world):
    administrator = browser("administrator")
    page = administrator.get("/administration")
    assert "Der er endnu ikke sendt mails herfra." in page.text
    assert "Der er kun én administrator" in page.text
    assert "1 netværk har ingen tovholder" in page.text and "1 netværk har kun én tovholder" in page.text
    with world.acting():
        db.session.add(Worker(name="w", seen_at=core_clock.now()))
        mail = {"kind": "x", "person_id": 1, "payload": {}, "state": MailState.DEAD, "reason": "550"}
        db.session.add(Mail(key="1", **mail))
        world.person("To Admin", administrator=True)
    page = administrator.get("/administration")
    assert "1 mail kunne ikke leveres" in page.text and "kører" in page.text
    assert "kun én administrator" not in page.text
    assert "posten er forsinket" not in page.text.lower()


def test_the_overview_leads_to_the_lists_it_counts(browser, world):
    administrator = browser("administrator")
    administrator.get("/administration")
    assert titles(administrator.follow("1 netværk har ingen tovholder")) == ["ERFA Hemmeligt"]
    administrator.get("/administration")
    assert titles(administrator.follow("1 netværk har kun én tovholder")) == ["ERFA Prøvenet"]


def test_networks_with_members_coordinators_and_when_they_last_met(browser, world, clock):
    world.meeting(starts_at=core_clock.now())
    world.meeting(title="Aflyst", starts_at=core_clock.now(), cancelled_at=core_clock.now())
    clock.move(days=2)
    page = browser("administrator").get("/administration/networks?q=prøve")
    assert titles(page) == ["ERFA Prøvenet"]
    assert "3 medlemmer · mødtes sidst 23. november 2026" in page.text and "Karen Tovholder" in page.text
    assert "har ikke mødtes endnu" in browser("administrator").get("/administration/networks?q=hemmelig").text
    assert "Ingen netværk fundet" in browser("administrator").get("/administration/networks?q=%25").text


def test_roles_name_administrators_and_coordinators(browser, world):
    page = browser("administrator").get("/administration/roles")
    assert titles(page) == ["Agnes Admin", "Karen Tovholder"]


def test_every_page_is_reached_from_the_header(browser, world):
    administrator = browser("administrator")
    administrator.get("/help")
    administrator.follow("Administration")
    for words, title in (
        ("Personer", "Personer"), ("Roller", "Roller"), ("Hændelseslog", "Hændelseslog"), ("Overblik", "Administration"),
    ):  # fmt: skip
        assert administrator.follow(words).title == title
    assert "Administration" not in browser("coordinator").get("/help").links()


def test_lists_cost_the_same_for_few_as_for_many(browser, world, statements):
    administrator = browser("administrator")
    urls = [
        "/administration",
        "/administration/networks",
        "/administration/networks?led=one&q=e",
        "/administration/roles",
    ]
    counts = []
    for more in (0, 40):
        with world.acting():
            for number in range(more):
                network = world._add(Network(name=f"ERFA {number:02}")).id
                person = world.person(f"Person {number}", network=network, role=Role.COORDINATOR)
                world._add(Membership(network_id=world.other_network_id, person_id=person))
        for url in urls:
            with statements.counted() as seen:
                administrator.get(url)
            counts.append(len(seen))
    assert counts[:4] == counts[4:] and max(counts) <= 8
