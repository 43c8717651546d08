"""Somebody's page: what they can be asked about, what they have shared, and how they are reached."""

from datetime import timedelta

import pytest
from flask_babel import force_locale

from app.accounts.models import Affiliation, Person
from app.cases.models import Case
from app.extensions import db
from app.networks.models import Membership
from app.people.models import Audience
from app.people.words import possessive


@pytest.fixture
def page_of(browser, world):
    return lambda who, by="member": browser(by).get(f"/people/{world.cast[who]}")


def test_what_they_can_be_asked_about_leads_to_others(browser, world, profile):
    profile("colleague", text="Ring *gerne*.", reachable="Mandag til torsdag", competences=["håndværkere", "mentor"])
    profile("coordinator", competences=["Haandværkere"])
    me = browser("member")
    page = me.get(f"/people/{world.cast['colleague']}")
    assert "Spørg mig om håndværkere mentor Ring gerne ." in page.text
    assert "Træffes Mandag til torsdag" in page.text
    assert "ERFA Prøvenet" in page.text
    found = me.follow("håndværkere")
    assert [node.text() for node in found.tree.css(".people .rows__title")] == ["Karen Tovholder", "Ole Kollega"]


@pytest.mark.parametrize(
    ("mail", "phone", "said"),
    [
        (Audience.NETWORKS, Audience.NETWORKS, "Mail og telefon ses kun af Oles netværk."),
        (Audience.EVERYONE, Audience.NETWORKS, "Telefonnummeret ses kun af Oles netværk."),
        (Audience.NETWORKS, Audience.EVERYONE, "Mailadressen ses kun af Oles netværk."),
        (Audience.COORDINATORS, Audience.EVERYONE, "Mailadressen ses kun af tovholderne i Oles netværk."),
        (Audience.EVERYONE, Audience.EVERYONE, ""),
    ],
)
def test_it_says_who_sees_mail_and_phone(browser, world, profile, mail, phone, said):
    profile("colleague", mail=mail, phone=phone)
    with world.acting():
        db.session.get(Person, world.cast["colleague"]).phone = "70 12 34 61"
    text = browser("coordinator").get(f"/people/{world.cast['colleague']}").text
    assert said in text
    assert text.count("ses kun") == (1 if said else 0)


def test_names_own_things_in_danish(app):
    with app.test_request_context():
        assert [possessive(name) for name in ("Ole", "Jens", "Max")] == ["Oles", "Jens'", "Max'"]
        with force_locale("en"):
            assert possessive("Jens") == "Jens's"


def test_what_they_have_shared_newest_first_and_each_case_once(browser, world, page_of, clock):
    world.case(posts=2, title="Hvem skal ringe først?")
    clock.move(days=1)
    world.case(author="colleague", title="Hvordan siger vi farvel?", posts=1)
    page = page_of("colleague")
    rows = [node.text(separator=" ") for node in page.tree.css("[aria-labelledby=h-shared] li")]
    assert [" ".join(row.split()) for row in rows] == [
        "Hvordan siger vi farvel? Sagsgiver · i dag",
        "Hvem skal ringe først? Erfaring · i går",
    ]
    assert page.links()["Hvem skal ringe først?"].endswith("#post-2")


def test_nothing_is_told_of_what_they_shared_elsewhere(browser, world, page_of):
    with world.acting():
        world._add(Membership(network_id=world.other_network_id, person_id=world.cast["colleague"]))
        world._add(
            Case(
                network_id=world.other_network_id, author_id=world.cast["colleague"], title="Skjult sag", situation="x"
            )
        )
    world.case(author="colleague", title="Åben sag")
    assert "Skjult sag" not in page_of("colleague").html and "Åben sag" in page_of("colleague").html
    page = page_of("colleague", by="outsider")
    assert "Skjult sag" in page.html and "Åben sag" not in page.html
    assert "Prøvenet" not in page.html


def test_where_one_worked_before_is_ones_own_business(browser, world, page_of, clock):
    with world.acting():
        row = db.session.query(Affiliation).filter_by(person_id=world.cast["member"]).one()
        world._add(
            Affiliation(
                person_id=world.cast["member"], organisation_id=1,
                from_on=row.from_on - timedelta(days=400), to_on=row.from_on,
            )
        )  # fmt: skip
    assert "Hvor du har arbejdet før Organisation 0" in page_of("member").text
    for by in ("colleague", "coordinator", "administrator"):
        assert "Organisation 0" not in page_of("member", by=by).text


def test_ones_own_page_says_what_to_do_next(browser, world):
    me = browser("member")
    me.get("/")
    page = me.follow("Min profil")
    assert "Fortæl de andre, hvad de kan spørge dig om." in page.text
    me.follow("Redigér din profil")
    assert me.page.url == "/account/profile"


def test_a_page_costs_the_same_however_much_is_shared(browser, world, profile, statements):
    me = browser("member")
    address = f"/people/{world.cast['colleague']}"
    world.case(posts=1)
    profile("colleague", competences=["fonde"])
    me.get(address)
    with statements.counted() as few:
        me.get(address)
    for number in range(12):
        world.case(posts=3, title=f"Sag {number}")
        world.case(author="colleague", title=f"Egen {number}")
    with statements.counted() as many:
        me.get(address)
    assert len(few) == len(many) <= 8
