"""Open networks: what outsiders see of them, asking to join, and the coordinators' answer."""

import pytest
from sqlalchemy import func, select

from app.accounts.models import Event, EventKind, Person
from app.core import clock as core_clock
from app.extensions import db
from app.invitations.models import JoinRequest
from app.invitations.operations.joining import DecidedError, approve, ask_to_join, decline_request
from app.invitations.queries import request_in
from app.networks.models import Membership, Network, Role
from tests.browser import Browser

ASK = "Bed om at være med"


@pytest.fixture
def door(world):
    """The first network stands open; the address of the page before it."""
    with world.acting():
        db.session.get(Network, world.network_id).is_open = True
    return f"/networks/{world.network_id}/joining"


@pytest.fixture
def asked(world, door):
    """Ulla has asked; the address where a coordinator answers."""
    with world.acting():
        row = JoinRequest(network_id=world.network_id, person_id=world.cast["outsider"], word="Må jeg?")
        return f"/networks/{world.network_id}/requests/{world._add(row).id}"


def requests(app):
    with app.app_context():
        rows = list(db.session.scalars(select(JoinRequest).order_by(JoinRequest.id)))
        db.session.expunge_all()
        return rows


def is_member(app, world, who="outsider"):
    with app.app_context():
        return bool(
            db.session.scalar(
                select(func.count()).where(
                    Membership.network_id == world.network_id,
                    Membership.person_id == world.cast[who],
                    Membership.left_at.is_(None),
                )
            )
        )


# Opening the door


def test_a_coordinator_opens_and_closes_the_network(app, browser, world):
    coordinator, outsider = browser("coordinator"), browser("outsider")
    assert "Prøvenet" not in outsider.get("/networks").html
    coordinator.get(f"/networks/{world.network_id}/edit")
    coordinator.submit("Gem", is_open="y")
    page = outsider.get("/networks")
    assert "Åbne netværk" in page.text
    page = outsider.follow("ERFA Prøvenet")
    assert "Vi prøver os frem." in page.text
    assert "Kommuner 3" in page.text
    assert "Karen Tovholder" in page.text
    form = coordinator.get(f"/networks/{world.network_id}/edit").tree.css_first("[name=is_open]")
    assert "checked" in form.attributes
    coordinator.page.tree.css_first("[name=is_open]").remove()
    coordinator.submit("Gem")
    assert "Prøvenet" not in outsider.get("/networks").html
    outsider.get(f"/networks/{world.network_id}/joining", status=404)


def test_nothing_but_the_name_plate_is_seen_from_outside(browser, world, door):
    world.meeting(title="Hemmeligt møde")
    world.case(title="Hemmelig sag?")
    outsider = browser("outsider")
    html = outsider.get("/networks").html + outsider.get(door).html + outsider.get("/").html
    for words in ("Hemmeligt møde", "Hemmelig sag", "Mette", "Ole Kollega", "person1@", "person2@"):
        assert words not in html
    network = f"/networks/{world.network_id}"
    for rest in ("", "/members", "/meetings", "/cases", "/minutes", "/edit", "/invitations", "/requests/1"):
        outsider.get(network + rest, status=404)


def test_a_closed_network_has_no_door(browser, world):
    outsider = browser("outsider")
    hidden = f"/networks/{world.network_id}/joining"
    assert outsider.get(hidden, status=404).text == outsider.get("/networks/4711/joining", status=404).text
    outsider.post(hidden, status=404)
    outsider.post(f"{hidden}/withdrawal", status=404)


def test_whoever_is_in_is_led_in_and_sees_no_offer(browser, world, door):
    member = browser("member")
    assert "Åbne netværk" not in member.get("/networks").text
    assert member.get(door, status=302).response.headers["Location"] == f"/networks/{world.network_id}"
    member.post(door)
    browser(None).get(door, status=302)


def test_who_has_yet_to_accept_the_agreement_is_no_outsider(browser, world, door, outbox):
    """A member is not asked to join again, and a coordinator still hears who asks."""
    world.agreement()
    member = browser("member")
    assert "Åbne netværk" not in member.get("/networks").text
    member.get(door, status=302)
    outsider = browser("outsider")
    outsider.get(door)
    outsider.submit(ASK)
    assert [told.to for told in outbox()] == ["person1@erfa.test"]


# Asking


def test_asking_tells_the_coordinators_and_shows_on_their_pages(app, browser, world, door, outbox):
    outsider = browser("outsider")
    outsider.get(door)
    page = outsider.submit(ASK, word="Jeg arbejder med <b>småjob</b>.\nMå jeg?")
    assert "Din anmodning er sendt." in page.text
    assert "Du spurgte i dag." in page.text
    (told,) = outbox()
    assert (told.to, told.subject) == ("person1@erfa.test", "Ulla Udenfor vil gerne være med i ERFA Prøvenet")
    assert "> Må jeg?" in told.text
    assert "<b>småjob" not in told.html
    assert "Hemmeligt" not in told.text + told.html
    coordinator = browser("coordinator")
    assert "Svar: Ulla Udenfor vil gerne være med" in coordinator.get("/").text
    coordinator.follow("Svar: Ulla Udenfor vil gerne være med")
    assert "1 vil gerne være med" in coordinator.get(f"/networks/{world.network_id}/members").text
    page = coordinator.follow("Ulla Udenfor")
    assert "Organisation 4" in page.text
    assert "<b>småjob" not in page.html
    assert "Hemmeligt" not in page.html
    for who in ("member", "outsider", "administrator"):
        assert "vil gerne være med" not in browser(who).get("/").text
    assert "vil gerne være med" not in browser("member").get(f"/networks/{world.network_id}/members").text
    assert "Du har bedt om at være med" in outsider.get("/networks").text


def test_asking_twice_is_asking_once(app, browser, door, outbox):
    outsider = browser("outsider")
    first = outsider.get(door)
    outsider.submit(ASK)
    outsider.page = first
    outsider.submit(ASK)
    assert len(requests(app)) == 1
    assert len(outbox()) == 1


def test_asking_at_the_same_moment_is_asking_once(app, world, door, at_once):
    def act():
        network = db.session.get_one(Network, world.network_id)
        ask_to_join(network, db.session.get_one(Person, world.cast["outsider"]), word="")

    assert at_once(act, act, act) == []
    assert len(requests(app)) == 1


def test_a_word_too_long_is_explained_and_kept(app, browser, door):
    outsider = browser("outsider")
    outsider.get(door)
    page = outsider.submit(ASK, word="x" * 1001)
    assert page.errors == ["Brug højst 1000 tegn."]
    assert page.value("word") == "x" * 1001
    assert requests(app) == []


def test_one_can_take_the_request_back_and_ask_anew(app, browser, world, door, outbox):
    outsider = browser("outsider")
    outsider.get(door)
    outsider.submit(ASK)
    page = outsider.submit("Træk anmodningen tilbage")
    assert "Din anmodning er trukket tilbage." in page.text
    assert outbox() == []  # a mail about it, still in the outbox, is dropped
    assert "vil gerne være med" not in browser("coordinator").get("/").text
    outsider.submit(ASK)
    outsider.post(f"{door}/withdrawal")
    outsider.post(f"{door}/withdrawal")
    assert [request.withdrawn_at is not None for request in requests(app)] == [True, True]


def test_without_a_coordinator_the_administrator_hears_of_it(browser, world, door, outbox):
    with world.acting():
        row = db.session.scalar(select(Membership).where(Membership.person_id == world.cast["coordinator"]))
        row.left_at = core_clock.now()
    outsider = browser("outsider")
    outsider.get(door)
    outsider.submit(ASK)
    assert [told.to for told in outbox()] == ["person0@erfa.test"]


# Answering


def test_approving_lets_in_and_tells(app, browser, world, asked, outbox):
    coordinator = browser("coordinator")
    coordinator.get(asked)
    page = coordinator.submit("Luk Ulla ind")
    assert "Ulla Udenfor er nu medlem og får besked med en mail." in page.text
    (told,) = outbox()
    assert (told.to, told.subject) == ("person4@erfa.test", "Du er nu med i ERFA Prøvenet")
    assert f"https://erfa.test/networks/{world.network_id}" in told.text
    browser("outsider").get(f"/networks/{world.network_id}")
    (request,) = requests(app)
    assert request.decided_by_id == world.cast["coordinator"]
    with app.app_context():
        assert db.session.scalars(select(Event.person_id).where(Event.kind == EventKind.JOINED)).all() == [
            world.cast["outsider"]
        ]
    assert "Anmodningen blev imødekommet i dag." in coordinator.get(asked).text
    coordinator.post(f"{asked}/approval")
    assert "allerede besvaret" in coordinator.get(f"/networks/{world.network_id}/members").text
    coordinator.post(f"{asked}/refusal", reason="Nej.")
    assert outbox() == []
    assert is_member(app, world)


def test_declining_needs_a_reason_which_reaches_the_one_who_asked(app, browser, world, asked, door, outbox, clock):
    coordinator = browser("coordinator")
    coordinator.get(asked)
    page = coordinator.submit("Send afslaget", reason=" ")
    assert page.errors == ["Skriv en sætning. Den kommer til at stå i mailen."]
    page = coordinator.submit("Send afslaget", reason="Vi er fulde.\nPrøv til foråret.")
    assert "Ulla Udenfor får en mail med din begrundelse." in page.text
    (told,) = outbox()
    assert (told.to, told.subject) == ("person4@erfa.test", "Du kan ikke komme med i ERFA Prøvenet nu")
    assert "> Prøv til foråret." in told.text
    assert "Du kan spørge igen den 23. december 2026." in told.text
    outsider = browser("outsider")
    page = outsider.get(door)
    assert "Vi er fulde." in page.text
    assert ASK not in page.text
    outsider.post(door, status=200)
    assert "Du kan spørge igen den 23. december 2026." in outsider.page.text
    assert len(requests(app)) == 1
    clock.move(days=30)
    outsider = browser("outsider")
    outsider.get(door)
    outsider.submit(ASK)
    assert len(requests(app)) == 2
    assert not is_member(app, world)


def test_a_mail_in_english_for_who_reads_english(browser, world, asked, outbox):
    with world.acting():
        db.session.get(Person, world.cast["outsider"]).locale = "en"
    coordinator = browser("coordinator")
    coordinator.get(asked)
    coordinator.submit("Send afslaget", reason="Vi er fulde.")
    (told,) = outbox()
    assert told.subject == "You cannot join ERFA Prøvenet now"
    assert "You can ask again on 23 December 2026." in told.text


def test_nobody_but_coordinators_answers(app, browser, world, asked):
    for who, status in (("member", 403), ("outsider", 404)):
        visitor = browser(who)
        visitor.get(asked, status=status)
        for act in ("approval", "refusal"):
            visitor.post(f"{asked}/{act}", status=status, reason="Nej.")
    (request,) = requests(app)
    assert request.is_undecided
    browser("coordinator").get(asked)
    assert requests(app)[0].is_undecided


def test_a_request_to_another_network_is_not_found_in_mine(app, browser, world, door):
    with world.acting():
        row = JoinRequest(network_id=world.other_network_id, person_id=world.cast["member"])
        number = world._add(row).id
    for act in ("", "/approval", "/refusal"):
        url = f"/networks/{world.network_id}/requests/{number}{act}"
        if act:
            browser("coordinator").post(url, status=404, reason="Nej.")
        else:
            browser("coordinator").get(url, status=404)


def test_two_coordinators_answering_at_once_give_one_answer(app, world, asked, at_once):
    number = int(asked.rsplit("/", 1)[1])

    def yes():
        approve(request_in(world.network_id, number), by=db.session.get_one(Person, world.cast["coordinator"]))

    def no():
        by = db.session.get_one(Person, world.cast["administrator"])
        decline_request(request_in(world.network_id, number), by=by, reason="Nej.")

    refused = at_once(yes, no)
    assert [type(error) for error in refused] == [DecidedError]
    (request,) = requests(app)
    assert is_member(app, world) == (request.approved_at is not None)


def test_a_closed_account_is_not_let_in_and_no_longer_listed(app, browser, world, asked):
    with world.acting():
        db.session.get(Person, world.cast["outsider"]).disabled_at = core_clock.now()
    coordinator = browser("coordinator")
    assert "vil gerne være med" not in coordinator.get("/").text
    coordinator.post(f"{asked}/approval")
    assert "er lukket" in coordinator.get(f"/networks/{world.network_id}/members").text
    assert not is_member(app, world)


def test_whoever_was_added_meanwhile_is_no_longer_listed(browser, world, asked, outbox):
    with world.acting():
        world._add(Membership(network_id=world.network_id, person_id=world.cast["outsider"], role=Role.MEMBER))
    coordinator = browser("coordinator")
    assert "vil gerne være med" not in coordinator.get(f"/networks/{world.network_id}/members").text
    coordinator.post(f"{asked}/approval")
    assert outbox() == []


def test_the_pages_cost_the_same_however_many_ask_and_are_open(browser, world, door, statements):
    coordinator, outsider, counts = browser("coordinator"), browser("outsider"), []
    for total in (1, 20, 0):
        for reader, url in (
            (coordinator, f"/networks/{world.network_id}/members"),
            (outsider, "/networks"),
            (outsider, door),
        ):
            with statements.counted() as seen:
                reader.get(url)
            counts.append(len(seen))
        with world.acting():
            for number in range(total):
                person = world.person(f"Person {total} {number}")
                world._add(JoinRequest(network_id=world.network_id, person_id=person))
                world._add(Network(name=f"Net {number}", is_open=True))
    assert counts[:3] == counts[3:6] == counts[6:]
    assert max(counts) <= 8


def test_asking_is_limited(app, world, door):
    outsider = Browser(app, world.cast["outsider"])
    for _ in range(20):
        outsider.post(door)
    outsider.post(door, status=429)
