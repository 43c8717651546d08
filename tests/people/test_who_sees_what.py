"""No field shows to whom it is hidden, in any output, and every field shows to whom it is not."""

import random
from dataclasses import dataclass

import pytest

from app.accounts.models import Person
from app.extensions import db
from app.networks.models import Membership, Role
from app.people.models import Audience, Field, Picture
from app.people.queries import visible_fields
from tests.browser import Browser
from tests.people.conftest import picture_file

VIEWERS = ("administrator", "coordinator", "member", "outsider", "own")
# Written down here once more, and otherwise than in the code: who of the cast may see what is for whom.
MAY_SEE = {
    Audience.EVERYONE: {"administrator", "coordinator", "member", "outsider", "own"},
    Audience.NETWORKS: {"administrator", "coordinator", "member", "own"},
    Audience.COORDINATORS: {"administrator", "coordinator", "own"},
}


@dataclass
class Hidden:
    """Somebody each of whose fields has its audience and a mark of its own."""

    id: int
    number: int
    audiences: dict[Field, Audience]

    @property
    def marks(self):
        return {
            Field.MAIL: f"mail{self.number}@erfa.test",
            Field.PHONE: f"80 55 77 {self.number:02d}",
            Field.PICTURE: f"picture{self.number}x",
            Field.ABOUT: f"emne{self.number}x",
        }

    def is_seen(self, field, viewer):
        return viewer in MAY_SEE[self.audiences[Field.PROFILE]] and viewer in MAY_SEE[self.audiences[field]]


@pytest.fixture
def people(world, profile):
    """Twenty of them, in the network of the member and its coordinator."""
    chance = random.Random(11)  # noqa: S311 - chance, not secrets
    data = picture_file(size=(20, 20))
    made = []
    with world.acting():
        ids = [world.person(f"Navn{number} Navnsen", network=world.network_id) for number in range(10, 30)]
    for number, person_id in enumerate(ids, start=10):
        one = Hidden(person_id, number, {field: chance.choice(list(Audience)) for field in Field})
        profile(
            person_id,
            text=f"Om mig: emne{number}x.",
            reachable=f"Ring 80 55 77 {number}",
            competences=[f"emne{number}x"],
            **{field.value: audience for field, audience in one.audiences.items()},
        )
        with world.acting():
            person = db.session.get(Person, person_id)
            person.email, person.phone = one.marks[Field.MAIL], one.marks[Field.PHONE]
            db.session.add(Picture(person_id=person_id, fingerprint=one.marks[Field.PICTURE], large=data, small=data))
        made.append(one)
    return made


def texts(browser, url):
    answer = browser.raw("GET", url)
    return answer.get_data(as_text=True).replace("\u00a0", " ") if answer.status_code == 200 else ""


@pytest.mark.parametrize("viewer", VIEWERS[:-1])
def test_lists_hold_what_may_be_seen_and_nothing_else(browser, people, world, viewer):
    reader = browser(viewer)
    directory = "".join(texts(reader, f"/people?page={page}") for page in (1, 2))
    printed = texts(reader, "/people/print")
    cards = texts(reader, f"/networks/{world.network_id}/cards").replace("\r\n ", "")
    suggested = texts(reader, "/account/profile")
    for one in people:
        is_listed = viewer in MAY_SEE[one.audiences[Field.PROFILE]]
        name = f"Navn{one.number} Navnsen"
        assert (name in directory, name in printed) == (is_listed, is_listed)
        assert (name in cards) == (is_listed and viewer != "outsider")
        shown = {field for field in one.marks if one.is_seen(field, viewer)}
        for field, mark in one.marks.items():
            assert (mark in directory) == (field in shown and field in {Field.PICTURE, Field.ABOUT}), (one, field)
            assert (mark in printed) == (field in shown and field is not Field.PICTURE), (one, field)
            assert (mark in cards) == (field in shown and field is not Field.PICTURE and viewer != "outsider")
        assert (one.marks[Field.ABOUT] in suggested) == (Field.ABOUT in shown)


@pytest.mark.parametrize("viewer", VIEWERS)
def test_a_persons_own_addresses_hold_what_may_be_seen_and_nothing_else(app, browser, people, viewer):
    for one in people:
        reader = browser(viewer) if viewer != "own" else Browser(app, one.id)
        page, card = texts(reader, f"/people/{one.id}"), texts(reader, f"/people/{one.id}/card").replace("\r\n ", "")
        picture = reader.raw("GET", f"/people/{one.id}/picture/{one.marks[Field.PICTURE]}/96").status_code
        is_listed = viewer in MAY_SEE[one.audiences[Field.PROFILE]]
        is_fellow = viewer != "outsider"
        assert bool(page) == (is_listed or is_fellow)
        assert bool(card) == is_listed
        assert picture == (200 if one.is_seen(Field.PICTURE, viewer) else 404)
        for field, mark in one.marks.items():
            assert (mark in page) == one.is_seen(field, viewer), (viewer, one, field)
            assert (mark in card) == (one.is_seen(field, viewer) and field is not Field.PICTURE), (viewer, one, field)
        assert ("PHOTO" in card) == one.is_seen(Field.PICTURE, viewer)


@pytest.mark.parametrize("viewer", VIEWERS[:-1])
def test_what_is_hidden_is_no_reason_to_be_found(browser, people, viewer):
    reader = browser(viewer)
    for one in people:
        by_field = {
            Field.MAIL: [f"/people?q={one.marks[Field.MAIL]}"],
            Field.PHONE: [f"/people?q=80+55+77+{one.number}", f"/people?q=805577{one.number}"],
            Field.ABOUT: [f"/people?q=emne{one.number}", f"/people?topic=emne{one.number}x"],
        }
        for field, addresses in by_field.items():
            for address in addresses:
                is_hit = f'/people/{one.id}"' in texts(reader, address)
                assert is_hit == one.is_seen(field, viewer), (viewer, address, one)


@pytest.mark.parametrize("viewer", VIEWERS[:-1])
def test_exports_are_told_the_same(app, people, world, viewer):
    with app.app_context():
        reader = db.session.get(Person, world.cast[viewer])
        told = visible_fields(reader, [one.id for one in people])
        for one in people:
            assert told[one.id] == {field for field in Field if one.is_seen(field, viewer)}


def test_what_is_for_networks_ends_with_the_last_shared_network(browser, world, profile, clock):
    profile("colleague", text="Ring.", competences=["fonde"], phone=Audience.EVERYONE)
    address = f"/people/{world.cast['colleague']}"
    assert "fonde" in browser("member").get(address).text
    with world.acting():
        row = db.session.query(Membership).filter_by(person_id=world.cast["member"]).one()
        row.left_at = clock.move(minutes=1)
    browser("member").get(address, status=404)
    assert "Ole Kollega" not in browser("member").get("/people").text


def test_a_coordinator_elsewhere_is_no_coordinator_here(app, world, profile):
    profile("member", default=Audience.COORDINATORS)
    with world.acting():
        boss = world.person("Bo Boss", network=world.other_network_id, role=Role.COORDINATOR)
        world._add(Membership(network_id=world.network_id, person_id=boss, role=Role.MEMBER))
    page = Browser(app, boss).get(f"/people/{world.cast['member']}")
    assert "Mette viser kun profilen til tovholdere." in page.text
    assert "person2@erfa.test" not in page.html
    assert "Mette Medlem" not in Browser(app, boss).get("/people").text


def test_networks_one_is_not_in_are_never_named(browser, world, profile):
    with world.acting():
        world._add(Membership(network_id=world.other_network_id, person_id=world.cast["member"], role=Role.COORDINATOR))
    profile("member", default=Audience.EVERYONE, competences=["fonde"])
    for address in ("/people", f"/people/{world.cast['member']}", f"/people/{world.cast['member']}/card"):
        html = texts(browser("colleague"), address)
        assert "Mette Medlem" in html and "Hemmeligt" not in html
    assert "tovholder" not in browser("colleague").get("/people?q=mette").text


def test_an_open_profile_shows_nobody_its_networks(browser, world, profile):
    profile("member", default=Audience.EVERYONE, text="Spørg bare.")
    page = browser("outsider").get(f"/people/{world.cast['member']}")
    assert "Spørg bare." in page.text and "person2@erfa.test" in page.text
    assert "Prøvenet" not in page.html
    assert "Ingen, I har sammen for tiden." in page.text


def test_a_closed_account_is_seen_by_administrators_only(browser, world, profile, clock):
    profile("colleague", default=Audience.EVERYONE, file=picture_file(size=(20, 20)))
    with world.acting():
        db.session.get(Person, world.cast["colleague"]).disabled_at = clock.move(minutes=1)
    for who in ("member", "coordinator", "outsider"):
        browser(who).get(f"/people/{world.cast['colleague']}", status=404)
        browser(who).get(f"/people/{world.cast['colleague']}/card", status=404)
        assert browser(who).raw("GET", f"/people/{world.cast['colleague']}/picture/abc/96").status_code == 404
        assert "Ole Kollega" not in browser(who).get("/people").text
    assert "Kontoen er lukket." in browser("administrator").get(f"/people/{world.cast['colleague']}").text
    assert "Ole Kollega" not in browser("administrator").get("/people").text
