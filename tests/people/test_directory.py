"""Finding a colleague: what is searched, in what order it comes, and what it costs."""

import pytest

from app.accounts.models import Person
from app.core.danish import sort_key
from app.extensions import db
from app.organisations.models import Organisation
from app.people.models import Audience
from tests.browser import Browser


def names(page):
    return [node.text() for node in page.tree.css(".people .rows__title")]


def search(browser, query, who="member"):
    return names(browser(who).get(f"/people?{query}"))


@pytest.fixture
def office(world):
    """Gives somebody a title, a workplace and a telephone."""

    def move(who, *, title="", workplace="", phone=""):
        with world.acting():
            person = db.session.get(Person, world.cast[who])
            person.title, person.phone = title, phone
            if workplace:
                db.session.get(Organisation, person.organisation_id).name = workplace
                db.session.get(Organisation, person.organisation_id).sort_key = sort_key(workplace)

    return move


def test_everybody_one_may_see_in_danish_order_with_a_count(browser, world):
    with world.acting():
        for name in ("Åse Ås", "Aase Ås", "Ørn Øst", "Ægir Æbelø", "Zenia Zink", "Aaron Bo"):
            world.person(name, network=world.network_id)
    page = browser("member").get("/people")
    assert names(page)[-6:] == ["Zenia Zink", "Ægir Æbelø", "Ørn Øst", "Aaron Bo", "Åse Ås", "Aase Ås"]
    assert "9 medlemmer fra 9 kommuner." in page.text
    assert "Ulla Udenfor" not in page.text
    assert "Karen Tovholder tovholder, Frederikshavn" in page.text


def test_the_way_there_is_in_the_menu_and_on_the_list_of_members(browser, world):
    me = browser("member")
    me.get("/")
    assert me.follow("Find en kollega").title == "Find en kollega"
    me.get(f"/networks/{world.network_id}/members")
    page = me.follow("Find en kollega")
    assert "Vi fandt 3 kolleger i 3 kommuner." in page.text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kollega", ["Ole Kollega"]),
        ("OLE kOLL", ["Ole Kollega"]),
        ("koll ole", ["Ole Kollega"]),
        ("håndværk", ["Ole Kollega"]),
        ("haandvaerkere", []),
        ("haandværkere", ["Ole Kollega"]),
        ("mette fonde", ["Mette Medlem"]),
        ("ole fonde", []),
        ("ole håndværkere", ["Ole Kollega"]),
        ("virksomhedskonsulent", ["Mette Medlem"]),
        ("ældrekon", ["Ole Kollega"]),
        ("ÆLDREKONSULENT", ["Ole Kollega"]),
        ("læsø", ["Mette Medlem"]),
        ("lyngvask", ["Ole Kollega"]),
        ("første småjob", ["Ole Kollega"]),
        ("70123461", ["Ole Kollega"]),
        ("70 12", ["Ole Kollega"]),
        ("+45 70 12 34 61", ["Ole Kollega"]),
        ("0045 70123461", ["Ole Kollega"]),
        ("70 12 34 62", []),
        ("person3@erfa", ["Ole Kollega"]),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("'; DROP TABLE people; --", []),
        ("xyzzy", []),
    ],
)
def test_name_topic_title_workplace_municipality_and_number_are_searched(browser, world, profile, office, text, found):
    profile("colleague", text="Jeg har fulgt 26 ud i deres første småjob.", competences=["håndværkere", "mentor"])
    profile("member", competences=["fonde"])
    office("colleague", title="Ældrekonsulent", workplace="Lyngvaskeriet", phone="+45 70 12 34 61")
    office("member", title="Virksomhedskonsulent")
    with world.acting():
        organisation = db.session.get(Organisation, db.session.get(Person, world.cast["member"]).organisation_id)
        organisation.municipality_code = "0825"
    me = browser("member")
    me.get("/people")
    page = me.submit("Søg", q=text)
    assert names(page) == found
    assert page.value("q") == text


def test_it_can_be_narrowed_down(browser, world, profile, office):
    profile("colleague", competences=["fonde", "mentorordninger"])
    profile("coordinator", competences=["Fonde"])
    office("colleague", workplace="Jobcenter Thisted")
    assert search(browser, "topic=FONDE") == ["Karen Tovholder", "Ole Kollega"]
    assert search(browser, "topic=mentor") == []  # the word itself, not a part of it
    assert search(browser, "topic=fonde&workplace=thisted") == ["Ole Kollega"]
    assert search(browser, "municipality=0813") == ["Karen Tovholder"]
    assert search(browser, "municipality=9999&q=ole") == ["Ole Kollega"]
    assert search(browser, f"network={world.network_id}&q=e") == ["Karen Tovholder", "Mette Medlem", "Ole Kollega"]


def test_a_network_one_is_not_in_cannot_be_asked_for(browser, world):
    browser("member").get(f"/people?network={world.other_network_id}", status=404)
    browser("member").get("/people?network=4711", status=404)
    browser("member").get("/people/print?network=4711", status=404)
    assert search(browser, f"network={world.other_network_id}", who="administrator") == ["Ulla Udenfor"]
    offered = browser("member").get("/people").tree.css("#network option")
    assert [node.text() for node in offered] == ["Alle, du kan se", "ERFA Prøvenet"]


@pytest.mark.parametrize(
    "query", ["page=99999999999", "page=x", "network=x", "network=99999999999999999999", "q=" + "a " * 400]
)
def test_odd_questions_are_answered(browser, query):
    assert browser("member").raw("GET", f"/people?{query}").status_code in {200, 400, 404}


def test_nothing_found_says_what_to_do_next(browser, world):
    me = browser("member")
    page = me.get("/people?q=færgetider")
    assert "Ingen fund på »færgetider«. Prøv et kortere ord, eller spørg gruppen." in page.text
    assert me.follow("Spørg gruppen").url == "/cases"
    me.get("/people?q=færgetider")
    assert len(names(me.follow("Vis alle"))) == 3


def test_what_many_can_be_asked_about_stands_above(browser, world, profile):
    profile("colleague", competences=["mentor", "fonde"])
    profile("coordinator", competences=["mentor", "udbud"])
    profile("outsider", competences=["hemmeligt", "mentor"])
    page = browser("member").get("/people")
    assert "Mange spørger om: mentor" in page.text
    assert "fonde," not in page.text.split("Mange spørger om")[1].split("Karen")[0]
    me = browser("member")
    me.get("/people")
    assert names(me.follow("mentor")) == ["Karen Tovholder", "Ole Kollega"]


def test_two_whose_word_is_hidden_do_not_put_it_above(browser, world, profile):
    for who in ("colleague", "coordinator"):
        profile(who, competences=["skilsmisse"], about=Audience.COORDINATORS)
    assert "skilsmisse" not in browser("member").get("/people").html
    assert "skilsmisse" in browser("coordinator").get("/people").html


def test_long_lists_have_pages_that_keep_the_question(browser, world):
    with world.acting():
        for number in range(60):
            world.person(f"Person {number:02}", network=world.network_id)
    me = browser("member")
    page = me.get("/people?q=person")
    assert len(names(page)) == 25
    me.follow("Næste")
    page = me.follow("Næste")
    assert names(page)[-1] == "Person 59"
    assert page.value("q") == "person"
    assert names(me.get("/people?q=person&page=77")) == names(page)


def test_the_print_holds_all_with_their_contact(browser, world, profile, office):
    office("colleague", title="Jobkonsulent", workplace="Jobcenter Thisted", phone="70 12 34 61")
    profile("coordinator", default=Audience.NETWORKS, mail=Audience.COORDINATORS)
    with world.acting():
        for number in range(60):
            world.person(f"Person {number:02}", network=world.network_id)
    me = browser("member")
    me.get("/people")
    page = me.follow("Udskriv listen")
    assert len(page.tree.css("tbody tr")) == 63
    assert "Ole Kollega Jobkonsulent Jobcenter Thisted" in page.text
    assert "70 12 34 61" in page.text and "person3@erfa.test" in page.text
    assert "person1@erfa.test" not in page.html
    me.get("/people?q=ole")
    assert len(me.follow("Udskriv listen").tree.css("tbody tr")) == 1


def test_whoever_is_in_no_network_finds_oneself(app, world):
    with world.acting():
        loner = world.person("Lone Lund")
    page = Browser(app, loner).get("/people")
    assert names(page) == ["Lone Lund"]


def test_a_long_directory_costs_no_more_statements_than_a_short_one(browser, world, profile, statements):
    me = browser("member")
    costs = {}
    for size in (0, 40):
        with world.acting():
            others = [world.person(f"Person {number}", network=world.network_id) for number in range(size)]
        for number, other in enumerate(others):
            profile(other, competences=[f"emne {number}", "fælles"], file=b"x")
        for address in ("/people", "/people?q=e&municipality=0813", "/people?topic=fælles", "/people/print"):
            me.get(address)
            with statements.counted() as seen:
                me.get(address)
            costs.setdefault(address, []).append(len(seen))
    assert max(max(pair) for pair in costs.values()) <= 8
    assert all(many - few <= 1 for few, many in costs.values()), costs  # the words of nobody cost no question


def test_an_administrator_pays_no_more(browser, world, statements):
    boss = browser("administrator")
    boss.get("/people")
    with statements.counted() as seen:
        boss.get("/people")
    assert len(seen) <= 8
