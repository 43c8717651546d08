"""One's own profile: what is saved, what is pointed out, and what is kept of what was typed."""

import pytest
from sqlalchemy import func, select

from app.accounts.models import Event, EventKind, Person
from app.core.danish import sort_key
from app.extensions import db
from app.people.models import Audience, Competence, Profile

PAGE = "/account/profile"


@pytest.fixture
def member(world):
    """Reads the member's row."""

    def read():
        with world.app.app_context():
            return db.session.get(Person, world.cast["member"])

    return read


def written(world, who="member"):
    with world.app.app_context():
        return db.session.get(Profile, world.cast[who])


def events(world):
    with world.app.app_context():
        return db.session.scalar(select(func.count()).where(Event.kind == EventKind.PROFILE_CHANGED))


def test_name_title_phone_and_language_are_saved(browser, member):
    me = browser("member")
    me.get("/")
    me.follow("Min profil")
    me.follow("Redigér din profil")
    page = me.submit("Gem", name="  Åse   Medlem ", title="Jobkonsulent", phone="70 12 34 61", locale="en")
    assert "Your profile is saved." in page.text
    person = member()
    assert (person.name, person.title, person.phone, person.locale) == (
        "Åse Medlem",
        "Jobkonsulent",
        "70 12 34 61",
        "en",
    )
    assert person.sort_key == sort_key("Åse Medlem")


def test_bad_input_is_explained_and_kept(browser, member, world):
    me = browser("member")
    me.get(PAGE)
    page = me.submit(
        "Gem", name="", title="x" * 121, phone="ring til mor", about="a" * 2001, competences="b" * 61, reachable="Man"
    )
    assert page.errors == [
        "Skriv dit navn.",
        "Brug højst 120 tegn.",
        "Brug kun cifre, mellemrum og +.",
        "»bbbbbbbbbbbbbbbbbbbb…« er for langt. Brug højst 60 tegn til hver.",
        "Brug højst 2000 tegn.",
    ]
    assert page.value("title") == "x" * 121
    assert page.value("competences") == "b" * 61
    assert page.value("reachable") == "Man"
    assert member().name == "Mette Medlem"
    assert written(world) is None
    assert events(world) == 0


def test_a_language_or_an_audience_we_do_not_know_is_refused(browser, member, world):
    me = browser("member")
    me.get(PAGE)
    assert me.submit("Gem", locale="xx").errors
    assert me.submit("Gem", phone_for="nobody").errors
    assert member().locale == "da"
    assert written(world) is None


def test_competences_come_one_per_line_or_parted_by_commas(browser, world):
    me = browser("member")
    me.get(PAGE)
    me.submit("Gem", competences=" Fonde, sociale   indkøb\nmentor\n\n,fonde,", one_more="Håndværkere")
    page = me.get(f"/people/{world.cast['member']}")
    assert [node.text() for node in page.tree.css(".tags a")] == ["Fonde", "sociale indkøb", "mentor", "Håndværkere"]
    assert me.get(PAGE).value("competences") == "Fonde\nsociale indkøb\nmentor\nHåndværkere"
    me.submit("Gem", competences="mentor\nfonde")
    page = me.get(f"/people/{world.cast['member']}")
    assert [node.text() for node in page.tree.css(".tags a")] == ["mentor", "Fonde"]
    me.get(PAGE)
    me.submit("Gem", competences="")
    assert not me.get(f"/people/{world.cast['member']}").tree.css(".tags a")


def test_two_who_write_the_same_word_share_it(browser, world):
    for who, word in (("member", "håndværkere"), ("colleague", "HAANDVÆRKERE")):
        browser(who).get(PAGE)
        me = browser(who)
        me.get(PAGE)
        me.submit("Gem", competences=word)
    with world.app.app_context():
        assert [one.name for one in db.session.scalars(select(Competence))] == ["håndværkere"]
    assert browser("colleague").get(PAGE).value("competences") == "håndværkere"


def test_at_most_twelve(browser, world):
    me = browser("member")
    me.get(PAGE)
    page = me.submit("Gem", competences="\n".join(f"emne {number}" for number in range(12)), one_more="et til")
    assert page.errors == ["Vælg højst 12. Du har skrevet 13."]
    assert page.value("one_more") == "et til"
    me.submit("Gem", one_more="")
    assert len(me.get(f"/people/{world.cast['member']}").tree.css(".tags a")) == 12


def test_what_others_can_be_asked_about_is_suggested_but_nothing_hidden(browser, profile):
    profile("colleague", competences=["fonde"])
    profile("coordinator", competences=["skilsmisse"], about=Audience.COORDINATORS)
    profile("outsider", competences=["udbud"])
    page = browser("member").get(PAGE)
    assert [node.attributes["value"] for node in page.tree.css("datalist option")] == ["fonde"]


def test_markdown_is_shown_and_harms_nobody(browser, world):
    me = browser("member")
    me.get(PAGE)
    me.submit("Gem", about="Jeg har **fulgt** 26 ud.\n\n<script>alert(1)</script> [x](javascript:alert)")
    page = me.get(f"/people/{world.cast['member']}")
    assert page.tree.css_first(".prose strong").text() == "fulgt"
    assert not page.tree.css("main script")
    assert 'href="javascript' not in page.html


def test_a_change_is_noted_once_and_nothing_twice(browser, world):
    me = browser("member")
    me.get(PAGE)
    me.submit("Gem", about="Ring gerne.", competences="fonde")
    me.submit("Gem")
    assert events(world) == 1
    me.submit("Gem", competences="fonde, mentor")
    assert events(world) == 2


def test_the_audiences_are_saved(browser, world):
    me = browser("member")
    me.get(PAGE)
    me.submit("Gem", profile_for="everyone", phone_for="coordinators")
    kept = written(world)
    assert (kept.profile_for, kept.phone_for, kept.mail_for) == (
        Audience.EVERYONE,
        Audience.COORDINATORS,
        Audience.NETWORKS,
    )
    page = me.get(PAGE)
    assert page.tree.css_first("#phone_for option[selected]").attributes["value"] == "coordinators"


def test_a_profile_costs_the_same_however_many_words_there_are(browser, profile, world, statements):
    me = browser("member")
    me.get(PAGE)
    with statements.counted() as few:
        me.get(PAGE)
    with world.acting():
        others = [world.person(f"Person {number}", network=world.network_id) for number in range(20)]
    for number, other in enumerate(others):
        profile(other, competences=[f"emne {number}", f"sag {number}"])
    with statements.counted() as many:
        me.get(PAGE)
    assert len(few) == len(many) <= 8
