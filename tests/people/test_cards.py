"""Contact cards, as address books read them."""

from base64 import b64decode
from urllib.parse import unquote

import vobject

from app.accounts.models import Person
from app.extensions import db
from app.organisations.models import Organisation
from app.people.models import Audience
from tests.people.conftest import picture_file


def cards_in(answer):
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/vcard; charset=utf-8"
    return list(vobject.readComponents(answer.get_data(as_text=True)))


def rename(world, who, name, **more):
    with world.acting():
        person = db.session.get(Person, world.cast[who])
        person.name = name
        for field, value in more.items():
            setattr(person, field, value)
        return person.organisation_id


def test_a_card_holds_what_one_may_see(browser, world, profile):
    data = picture_file(size=(96, 96))
    profile("colleague", reachable="Mandag; tirsdag", competences=["fonde, store", "småjob"], file=data)
    organisation = rename(
        world, "colleague", "Åse Ørum, Æbelø", title="Jobkonsulent; leder\\mester", phone="70 12 34 61"
    )
    with world.acting():
        db.session.get(Organisation, organisation).name = "Café Fjord; Øst, ApS"
    me = browser("member")
    me.get(f"/people/{world.cast['colleague']}")
    me.page.links()["Hent kontaktkort"]
    answer = me.raw("GET", me.page.links()["Hent kontaktkort"])
    (card,) = cards_in(answer)
    assert card.version.value == "3.0"
    assert card.fn.value == "Åse Ørum, Æbelø"
    assert (card.n.value.given, card.n.value.family) == ("Åse Ørum,", "Æbelø")
    assert card.org.value == ["Café Fjord; Øst, ApS"]
    assert card.title.value == "Jobkonsulent; leder\\mester"
    assert card.tel.value == "70 12 34 61"
    assert card.email.value == "person3@erfa.test"
    assert card.note.value == "Spørg om fonde, store og småjob\nTræffes: Mandag; tirsdag"
    assert card.url.value == f"https://erfa.test/people/{world.cast['colleague']}"
    raw = answer.get_data(as_text=True)
    assert card.photo.params == {"ENCODING": ["b"], "TYPE": ["JPEG"]}
    assert b64decode(raw.split("PHOTO;ENCODING=b;TYPE=JPEG:")[1].split("\r\n")[0]) == data
    assert "\n" not in raw.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in raw.split("\r\n") if not line.startswith("PHOTO"))


def test_the_file_is_named_after_the_person(browser, world):
    rename(world, "colleague", 'Åse "Ø" Kollega')
    header = browser("member").raw("GET", f"/people/{world.cast['colleague']}/card").headers["Content-Disposition"]
    assert header.startswith('attachment; filename="Aase Oe Kollega.vcf"; filename*=UTF-8')
    assert header.isascii()
    assert unquote(header.split("filename*=UTF-8''")[1]) == 'Åse "Ø" Kollega.vcf'


def test_a_hidden_profile_has_no_card(browser, world, profile):
    profile("colleague", profile=Audience.COORDINATORS)
    page = browser("member").get(f"/people/{world.cast['colleague']}")
    assert "Hent kontaktkort" not in page.text
    browser("member").get(f"/people/{world.cast['colleague']}/card", status=404)
    assert cards_in(browser("coordinator").raw("GET", f"/people/{world.cast['colleague']}/card"))


def test_a_network_gives_all_its_cards_in_one_file(browser, world, profile):
    profile("colleague", mail=Audience.COORDINATORS)
    profile("coordinator", profile=Audience.COORDINATORS)
    me = browser("member")
    me.get(f"/networks/{world.network_id}/members")
    answer = me.raw("GET", me.page.links()["Hent alles kontaktkort"])
    cards = {card.fn.value: card for card in cards_in(answer)}
    assert list(cards) == ["Mette Medlem", "Ole Kollega"]
    assert not hasattr(cards["Ole Kollega"], "email")
    assert unquote(answer.headers["Content-Disposition"]).endswith("ERFA Prøvenet.vcf")
    browser("outsider").get(f"/networks/{world.network_id}/cards", status=404)


def test_many_cards_cost_no_more_statements_than_few(browser, world, profile, statements):
    me = browser("member")
    profile("colleague", competences=["fonde"], file=picture_file(size=(20, 20)))
    address = f"/networks/{world.network_id}/cards"
    me.raw("GET", address)
    with statements.counted() as few:
        me.raw("GET", address)
    with world.acting():
        others = [world.person(f"Person {number}", network=world.network_id) for number in range(30)]
    for number, other in enumerate(others):
        profile(other, competences=[f"emne {number}"], file=picture_file(size=(20, 20)))
    with statements.counted() as many:
        answer = me.raw("GET", address)
    assert len(cards_in(answer)) == 33
    assert len(few) == len(many) <= 8
