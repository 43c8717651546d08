"""Organisations: who sees whom there, adding, editing, near-duplicates, closing and merging."""

import pytest
from sqlalchemy import select

from app.accounts.models import Affiliation, Person
from app.administration.operations.organisations import merge
from app.core import clock as core_clock
from app.core.errors import DomainError
from app.extensions import db
from app.networks.models import Membership
from app.organisations.models import Organisation
from app.organisations.numbers import NotACvrNumberError, NotAWebAddressError, read_cvr, read_web_address
from app.organisations.operations import add_organisation

CVR = "99990007"
FACTS = {"name": "Jobcenter Thisted", "kind": "job_centre", "municipality_code": "0787"}
ADD = "Tilføj organisationen"


def found(world, name):
    with world.app.app_context():
        return db.session.scalar(select(Organisation).where(Organisation.name == name))


def work_at(world, organisation_id, *names):
    """Lets members of the cast work there since a year."""
    with world.acting():
        for name in names:
            person = db.session.get_one(Person, world.cast[name])
            row = db.session.scalars(select(Affiliation).filter_by(person_id=person.id)).one()
            person.organisation_id = row.organisation_id = organisation_id


def test_everybody_finds_organisations_in_danish_order_with_aalborg_last(browser, world, organisation):
    organisation("Åen", "0851")
    organisation("Ærø-huset", "0787")
    organisation("Zenit", "0787")
    page = browser("outsider").get("/organisations")
    places = [node.text() for node in page.tree.css("h3")]
    assert places[-1] == "Aalborg" and places[0] == "Brønderslev"
    names = [node.text() for node in page.tree.css("h4")]
    assert names.index("Zenit") < names.index("Ærø-huset") < names.index("Åen")


def test_the_list_is_narrowed_by_municipality_kind_and_words(browser, world, organisation):
    organisation("Jobcenter Thisted", cvr=CVR)
    organisation("Jobcenter Aalborg", "0851")
    member = browser("member")
    for query in ("municipality=0787", "kind=job_centre&q=thist", f"q={CVR}", "q=JOB+Thi"):
        page = member.get(f"/organisations?{query}")
        assert [node.text() for node in page.tree.css("h4")] == ["Jobcenter Thisted"], query
    assert "Ingen organisation fundet" in member.get("/organisations?q=%25").text
    member.get("/organisations?kind=nonsense&municipality=9999&page=-3")


def test_its_page_shows_only_people_the_viewer_may_know_of(browser, world, organisation):
    place = organisation(web_address="https://thisted.example", cvr=CVR)
    work_at(world, place, "member", "colleague", "outsider")
    with world.acting():
        closed = world.person("Palle Lukket", network=world.network_id)
        person = db.session.get_one(Person, closed)
        person.organisation_id, person.disabled_at = place, core_clock.now()
    url = f"/organisations/{place}"

    def seen(who):
        page = browser(who).get(url)
        assert "thisted.example" in page.text and CVR in page.text and "Thisted" in page.text
        return [node.text() for node in page.tree.css(".rows__title")]

    assert seen("member") == ["Mette Medlem", "Ole Kollega"]
    assert seen("coordinator") == ["Mette Medlem", "Ole Kollega"]
    assert seen("outsider") == ["Ulla Udenfor"]
    assert seen("administrator") == ["Mette Medlem", "Ole Kollega", "Ulla Udenfor"]
    with world.acting():
        db.session.query(Membership).filter_by(person_id=world.cast["colleague"]).one().left_at = core_clock.now()
    assert seen("member") == ["Mette Medlem"]


def test_a_coordinator_adds_one_and_it_is_logged(browser, world, events):
    coordinator = browser("coordinator")
    coordinator.get("/organisations")
    coordinator.follow("Tilføj en organisation")
    page = coordinator.submit(ADD, **FACTS, cvr="dk 99 99 00 07", web_address="www.thisted.dk")
    assert page.title == "Jobcenter Thisted" and CVR in page.text
    organisation = found(world, "Jobcenter Thisted")
    assert (organisation.cvr, organisation.web_address) == (CVR, "https://www.thisted.dk")
    assert events() == [("organisation_made", None, world.cast["coordinator"])]
    assert "Redigér" not in page.text
    coordinator.get(f"/organisations/{organisation.id}/edit", status=403)


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("name", "   ", "Skriv organisationens navn."),
        ("name", "x" * 121, "Brug højst 120 tegn."),
        ("municipality_code", "", "Vælg kommunen."),
        ("cvr", "99990008", "Det er ikke et CVR-nummer. Det har otte cifre; se efter, om et er tastet forkert."),
        (
            "cvr",
            "９９９９０００７",
            "Det er ikke et CVR-nummer. Det har otte cifre; se efter, om et er tastet forkert.",
        ),
        ("web_address", "javascript:alert(1)", "Skriv en webadresse, for eksempel https://www.kommune.dk."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(browser, world, field, value, error):
    coordinator = browser("coordinator")
    coordinator.get("/organisations/new")
    page = coordinator.submit(ADD, **{**FACTS, "web_address": "https://a.dk", field: value})
    assert page.errors == [error]
    assert page.value("name").strip() == (value if field == "name" else FACTS["name"]).strip()


def test_a_near_duplicate_is_pointed_out_and_added_only_on_purpose(browser, world, organisation):
    organisation("Jobcenter Ålborg", "0851")
    organisation("Thisted Kommune", "0787", cvr=CVR)
    coordinator = browser("coordinator")
    coordinator.get("/organisations/new")
    page = coordinator.submit(ADD, **{**FACTS, "name": "jobcenter aalborg", "cvr": CVR})
    assert "Findes den allerede?" in page.text
    assert "Jobcenter Ålborg" in page.text and "Thisted Kommune" in page.text
    assert found(world, "jobcenter aalborg") is None
    assert coordinator.submit(ADD, is_another="y").title == "jobcenter aalborg"


def test_a_name_that_is_taken_to_the_letter_is_refused(browser, world, organisation):
    organisation()
    coordinator = browser("coordinator")
    coordinator.get("/organisations/new")
    coordinator.submit(ADD, **FACTS)
    page = coordinator.submit(ADD, is_another="y")
    assert page.errors == ["Der er allerede en organisation med det navn."]


def test_an_administrator_edits_and_a_change_is_logged_once(browser, world, organisation, events):
    place = organisation(cvr=CVR)
    administrator = browser("administrator")
    administrator.get(f"/organisations/{place}")
    administrator.follow("Redigér")
    page = administrator.submit("Gem", name="Jobcenter Ålbæk", web_address="http://a.dk/b")
    assert page.title == "Jobcenter Ålbæk"
    administrator.get(f"/organisations/{place}/edit")
    administrator.submit("Gem")
    assert [event[0] for event in events()] == ["organisation_changed"]
    assert found(world, "Jobcenter Ålbæk").sort_key == "jobcenter }lb{k"


def test_an_edit_to_a_name_that_is_taken_is_refused_and_changes_nothing(browser, world, organisation, events):
    organisation("Jobcenter Morsø")
    place = organisation()
    administrator = browser("administrator")
    administrator.get(f"/organisations/{place}/edit")
    administrator.submit("Gem", name="Jobcenter Morsø")
    page = administrator.submit("Gem", is_another="y")
    assert page.errors == ["Der er allerede en organisation med det navn."] and page.value("name") == "Jobcenter Morsø"
    assert found(world, "Jobcenter Thisted") is not None and events() == []


def test_a_closed_one_takes_nobody_new_and_can_be_opened_again(browser, world, organisation, events):
    place = organisation()
    work_at(world, place, "member")
    administrator = browser("administrator")
    administrator.get(f"/organisations/{place}")
    page = administrator.follow("Luk")
    assert "1 person arbejder der" in page.text
    assert "lukket" in administrator.submit("Luk organisationen").text
    administrator.post(f"/organisations/{place}/closing")
    assert "Jobcenter Thisted" not in browser("coordinator").get(f"/networks/{world.network_id}/members/new").text
    assert "Jobcenter Thisted" not in browser("member").get("/organisations").text
    with world.app.app_context(), pytest.raises(DomainError):
        add_organisation("Jobcenter Thisted", kind=FACTS["kind"], municipality_code="0787")
    administrator.get(f"/organisations/{place}")
    administrator.submit("Åbn igen")
    administrator.post(f"/organisations/{place}/opening")
    assert "Jobcenter Thisted" in browser("member").get("/organisations").text
    assert [event[0] for event in events()] == ["organisation_closed", "organisation_reopened"]


def test_merging_moves_people_and_their_past_and_joins_times_in_a_row(browser, world, organisation, events, history):
    right, wrong = organisation("Jobcenter Thisted"), organisation("Thisted Jobcenter", cvr=CVR)
    work_at(world, wrong, "member", "colleague")
    with world.acting():  # the colleague was first at the one, and since a week at the other
        row = db.session.scalars(select(Affiliation).filter_by(person_id=world.cast["colleague"])).one()
        row.to_on = core_clock.today()
        db.session.flush()
        db.session.add(Affiliation(person_id=row.person_id, organisation_id=right, from_on=row.to_on))
        db.session.get_one(Person, row.person_id).organisation_id = right
        began = row.from_on
    administrator = browser("administrator")
    administrator.get(f"/organisations/{wrong}")
    administrator.follow("Læg sammen med en anden")
    page = administrator.submit("Se, hvad der vil ske", into=str(right))
    assert "1 person arbejder der i dag" in page.text and "2 personer har på et tidspunkt" in page.text
    assert events() == []
    page = administrator.submit("Læg de to sammen")
    assert page.title == "Jobcenter Thisted" and CVR in page.text
    assert history("member") == [("Jobcenter Thisted", began, None)]
    assert history("colleague") == [("Jobcenter Thisted", began, None)]
    assert administrator.get(f"/organisations/{wrong}", status=302).response.headers["Location"].endswith(str(right))
    assert [event[0] for event in events()] == ["organisations_merged"]
    administrator.post(f"/organisations/{wrong}/merging", status=200, into=str(right), is_sure="1")
    administrator.post(f"/organisations/{wrong}/opening")
    assert len(events()) == 1
    with world.acting():  # whoever writes the old name gets the organisation it became
        again = add_organisation(
            "Thisted Jobcenter", kind=found(world, "Jobcenter Thisted").kind, municipality_code="0787"
        )
        assert again.id == right


def test_one_is_not_merged_into_itself_or_into_a_closed_one(browser, world, organisation):
    one, closed = organisation(), organisation("Lukket", closed_at=core_clock.now())
    administrator = browser("administrator")
    for into in (one, closed, 999, "x"):
        page = administrator.post(f"/organisations/{one}/merging", status=200, into=str(into), is_sure="1")
        assert page.errors
    assert found(world, "Jobcenter Thisted").merged_into_id is None


def test_only_organisations_of_one_municipality_are_merged(browser, world, organisation):
    one, other = organisation(), organisation("Jobcenter Morsø", "0773")
    administrator = browser("administrator")
    page = administrator.get(f"/organisations/{one}/merging")
    assert "Jobcenter Morsø" not in page.text
    assert administrator.post(f"/organisations/{one}/merging", status=200, into=str(other), is_sure="1").errors
    with world.acting():
        by = db.session.get_one(Person, world.cast["administrator"])
        pair = [db.session.get_one(Organisation, id_) for id_ in (one, other)]
        with pytest.raises(DomainError):
            merge(*pair, by=by)
    assert found(world, "Jobcenter Thisted").merged_into_id is None


def test_lists_cost_the_same_for_two_rows_as_for_forty(browser, world, organisation, statements):
    administrator, member = browser("administrator"), browser("member")
    urls = ["/organisations", "/administration/organisations"]
    counts = []
    for more in (0, 40):
        for number in range(more):
            place = organisation(f"Virksomhed {number}", "0787")
            if number % 2:
                with world.acting():
                    person = db.session.get_one(Person, world.person(f"Person {number}", network=world.network_id))
                    person.organisation_id = place
        for who, url in ((member, urls[0]), (administrator, urls[1]), (member, "/organisations/1")):
            with statements.counted() as seen:
                who.get(url)
            counts.append(len(seen))
    assert counts[:3] == counts[3:] and max(counts) <= 8


@pytest.mark.once
@pytest.mark.parametrize("typed", ["", "1234567", "99990008", "00000000", "abc", "13 58 56 27", "１３５８５６２８"])
def test_what_is_no_cvr_number(typed):
    with pytest.raises(NotACvrNumberError):
        read_cvr(typed)


@pytest.mark.once
@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)", "javascript://a.dk/%0aalert(1)", "data:text/html,x", "ftp://a.dk", "//a.dk", "http://a",
        "https://u:p@a.dk", "https://[::1", "http://a.dk:99999", 'https://a.dk/"onclick=', "https://a.dk/\u202e", "",
    ],
)  # fmt: skip
def test_what_is_no_web_address(typed):
    with pytest.raises(NotAWebAddressError):
        read_web_address(typed)
