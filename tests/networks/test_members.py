"""Members: adding, ending, roles, and that nothing is told of networks one is not in."""

import pytest
from sqlalchemy import func, select

from app.accounts.models import Event, EventKind, Person
from app.accounts.operations import leave_organisation
from app.accounts.queries import affiliations_of
from app.core import clock as core_clock
from app.extensions import db
from app.networks.models import Membership, Network, Role
from app.organisations.models import Organisation, OrganisationKind
from tests.browser import Browser

ADD = "Føj til netværket"


def membership_id(world, who, network_id=None):
    with world.app.app_context():
        return db.session.scalar(
            select(Membership.id).where(
                Membership.person_id == world.cast[who], Membership.network_id == (network_id or world.network_id)
            )
        )


def token_of(browser):
    browser.get("/networks")
    return browser.page.tree.css_first("[name=csrf_token]").attributes["value"]


def post(browser, url, **values):
    return browser.raw("POST", url, data={"csrf_token": token_of(browser), **values})


def newcomer(**more):
    return {"email": "Lone.Lund@Thisted.dk", "name": "Lone  Lund", "title": "Jobkonsulent", **more}


@pytest.fixture
def organisation(world):
    with world.acting():
        return str(world._add(
            Organisation(name="Jobcenter Thisted", kind=OrganisationKind.JOB_CENTRE, municipality_code="0787")
        ).id)  # fmt: skip


def test_everybody_in_the_network_sees_the_members_in_danish_order(browser, world):
    with world.acting():
        for name in ("Åse Ås", "Aase Ås", "Ørn Øst", "Ægir Æbelø", "Zenia Zink", "Aaron Bo"):
            world.person(name, network=world.network_id)
    page = browser("member").get(f"/networks/{world.network_id}/members")
    names = [node.text() for node in page.tree.css(".rows__title")]
    assert names[-6:] == ["Zenia Zink", "Ægir Æbelø", "Ørn Øst", "Aaron Bo", "Åse Ås", "Aase Ås"]
    assert "Karen Tovholder tovholder, Frederikshavn" in page.text
    assert "Ændr" not in page.text


def test_a_newcomer_gets_an_account_and_a_mail(app, browser, world, organisation, outbox):
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/members")
    coordinator.follow("Tilføj et medlem")
    page = coordinator.submit(ADD, **newcomer(organisation=organisation))
    assert "Lone Lund er tilføjet" in page.text
    assert "Jobcenter Thisted" in page.text
    with app.app_context():
        person = db.session.scalar(select(Person).where(Person.email == "lone.lund@thisted.dk"))
        assert (person.name, person.title, person.password_hash) == ("Lone Lund", "Jobkonsulent", None)
        event = db.session.scalars(select(Event).where(Event.kind == EventKind.JOINED)).one()
        assert (event.person_id, event.by_id) == (person.id, world.cast["coordinator"])
    (told,) = outbox()
    assert (told.to, told.subject) == ("lone.lund@thisted.dk", "Du er kommet med i ERFA Prøvenet")
    assert "Karen Tovholder" in told.text
    assert f"https://erfa.test/networks/{world.network_id}" in told.text
    Browser(app, person.id).get(f"/networks/{world.network_id}")


def test_a_new_organisation_can_be_written(app, browser, world):
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/members/new")
    more = {
        "organisation": "new",
        "organisation_name": "Café Fjord",
        "kind": "social_enterprise",
        "municipality": "0851",
    }
    coordinator.submit(ADD, **newcomer(**more))
    with app.app_context():
        made = db.session.scalar(select(Organisation).where(Organisation.name == "Café Fjord"))
        assert (made.kind, made.municipality_code) == (OrganisationKind.SOCIAL_ENTERPRISE, "0851")
        first_id = made.id
    coordinator.get(f"/networks/{world.network_id}/members/new")
    coordinator.submit(ADD, **newcomer(email="another@fjord.dk", **more))  # the same one again, not a twin
    with app.app_context():
        rows = db.session.scalars(select(Organisation).where(Organisation.name == "Café Fjord")).all()
        assert [row.id for row in rows] == [first_id]
        event = db.session.scalars(select(Event).where(Event.kind == EventKind.ORGANISATION_MADE)).one()
        assert (event.by_id, event.facts) == (world.cast["coordinator"], {"organisation": "Café Fjord"})


def test_an_organisation_of_that_name_elsewhere_is_pointed_out(app, browser, world, organisation):
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/members/new")
    page = coordinator.submit(
        ADD, **newcomer(organisation="new", organisation_name="Jobcenter Thisted", municipality="0851")
    )
    assert "anden kommune" in page.errors[0]
    assert page.tree.css_first("details.more").attributes.get("open", "no") != "no"
    with app.app_context():
        assert db.session.scalar(select(Person).where(Person.email == "lone.lund@thisted.dk")) is None


def test_bad_input_is_explained_and_kept(app, browser, world):
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/members/new")
    page = coordinator.submit(ADD, email="lone", name="", title="x" * 121)
    assert page.errors == [
        "Skriv en hel adresse, for eksempel mette@kommune.dk.",
        "Skriv for- og efternavn.",
        "Brug højst 120 tegn.",
        "Vælg, hvor personen arbejder.",
    ]
    assert page.value("email") == "lone"
    page = coordinator.submit(ADD, **newcomer(organisation="new"))
    assert page.errors == ["Skriv organisationens navn.", "Vælg kommunen."]
    assert page.value("name") == "Lone Lund"


def test_somebody_known_elsewhere_is_added_as_they_are_and_nothing_of_the_other_network_shows(
    app, browser, world, organisation, outbox
):
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/members/new")
    page = coordinator.submit(
        ADD, email="PERSON4@erfa.test", name="Somebody Else", title="Boss", organisation=organisation
    )
    assert "Ulla Udenfor er tilføjet" in page.text
    assert "Somebody Else" not in page.text
    html = page.html + coordinator.get(f"/people/{world.cast['outsider']}").html
    html += browser("member").get(f"/people/{world.cast['outsider']}").html
    html += "".join(told.text + told.html for told in outbox())
    assert "Hemmeligt" not in html
    assert str(world.other_network_id) not in {
        url.split("/")[2] for url in coordinator.page.links().values() if url.startswith("/networks/")
    }
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Person)) == 5
    own = browser("outsider").get(f"/people/{world.cast['outsider']}")
    assert "ERFA Hemmeligt" in own.text
    assert "ERFA Prøvenet" in own.text


def test_a_member_is_not_added_twice(app, browser, world, organisation, outbox):
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/members/new")
    page = coordinator.submit(ADD, email="person2@erfa.test", name="Mette", organisation=organisation)
    assert page.errors == ["Mette Medlem er allerede medlem af netværket."]
    assert outbox() == []


def test_a_closed_account_is_not_added(browser, world, organisation):
    with world.acting():
        db.session.get(Person, world.cast["outsider"]).disabled_at = core_clock.now()
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/members/new")
    page = coordinator.submit(ADD, email="person4@erfa.test", name="Ulla", organisation=organisation)
    assert page.errors == ["Den adresse kan ikke tilføjes. Spørg en administrator."]


def test_who_leaves_before_the_mail_is_sent_gets_none(app, browser, world, organisation, outbox):
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/members/new")
    coordinator.submit(ADD, **newcomer(organisation=organisation))
    with world.acting():
        row = db.session.scalar(select(Membership).order_by(Membership.id.desc()))
        row.left_at = core_clock.now()
    assert outbox() == []
    assert outbox.untold()[0][1:] == ("network_joined", "no longer a member")


def test_members_and_outsiders_add_nobody(browser, world):
    url = f"/networks/{world.network_id}/members/new"
    assert post(browser("member"), url, email="a@b.dk").status_code == 403
    assert post(browser("outsider"), url, email="a@b.dk").status_code == 404


def test_a_coordinator_makes_another_one_and_takes_it_back(app, browser, world):
    coordinator = browser("coordinator")
    page = coordinator.get(f"/networks/{world.network_id}/members")
    assert "kun én tovholder, Karen Tovholder" in page.text
    url = f"/memberships/{membership_id(world, 'member')}/role"
    assert post(coordinator, url, role="coordinator").status_code == 302
    page = coordinator.get(f"/networks/{world.network_id}/members")
    assert "Mette Medlem er nu tovholder." in page.text
    assert "kun én tovholder" not in page.text
    browser("member").get(f"/networks/{world.network_id}/edit")  # rights change with the next click
    post(coordinator, url, role="coordinator")  # twice is the same
    post(coordinator, url, role="member")
    browser("member").get(f"/networks/{world.network_id}/edit", status=403)
    assert post(coordinator, url, role="king").status_code == 400


def test_the_last_coordinator_stays(app, browser, world):
    own = membership_id(world, "coordinator")
    for who in ("coordinator", "administrator"):
        visitor = browser(who)
        post(visitor, f"/memberships/{own}/role", role="member")
        assert "Gør først en anden til tovholder" in visitor.get(f"/networks/{world.network_id}/members").text
        visitor.get(f"/memberships/{own}/end")
        button = "Forlad netværket" if who == "coordinator" else "Fjern fra netværket"
        assert "Vælg, hvem der er tovholder for ERFA Prøvenet fremover." in visitor.submit(button).errors
    with app.app_context():
        row = db.session.get(Membership, own)
        assert (row.role, row.left_at) == (Role.COORDINATOR, None)


def test_a_coordinator_whose_account_is_closed_does_not_count(app, browser, world):
    with world.acting():
        second = world.person("Gunnar Glemt", network=world.network_id, role=Role.COORDINATOR)
        db.session.get(Person, second).disabled_at = core_clock.now()
    coordinator = browser("coordinator")
    coordinator.get(f"/memberships/{membership_id(world, 'coordinator')}/end")
    assert "Vælg, hvem der er tovholder for ERFA Prøvenet fremover." in coordinator.submit("Forlad netværket").errors


def test_a_coordinator_removes_a_member_who_is_out_at_the_next_click(app, browser, world):
    member, coordinator = browser("member"), browser("coordinator")
    url = f"/memberships/{membership_id(world, 'member')}/end"
    page = coordinator.get(url)
    assert page.title == "Fjern Mette Medlem fra ERFA Prøvenet?"
    page = coordinator.submit("Fjern fra netværket")
    assert "Mette Medlem er ikke længere medlem." in page.text
    member.get(f"/networks/{world.network_id}", status=404)
    assert post(coordinator, url).status_code == 302  # twice is the same
    with app.app_context():
        row = db.session.scalar(select(Membership).where(Membership.person_id == world.cast["member"]))
        assert row.left_at == core_clock.now()


def test_a_member_leaves_and_can_come_back(app, browser, world, organisation):
    member = browser("member")
    member.get(f"/networks/{world.network_id}/members")
    member.follow("Forlad netværket")
    page = member.submit("Forlad netværket")
    assert page.title == "Mine netværk"
    assert "Du har forladt ERFA Prøvenet." in page.text
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/members/new")
    coordinator.submit(ADD, email="person2@erfa.test", name="Mette", organisation=organisation)
    member.get(f"/networks/{world.network_id}")


def test_members_end_nobody_elses_membership_and_give_no_roles(app, browser, world):
    theirs = membership_id(world, "colleague")
    for url in (f"/memberships/{theirs}/end", f"/memberships/{theirs}/role"):
        assert post(browser("member"), url, role="coordinator").status_code == 403
        assert post(browser("outsider"), url, role="coordinator").status_code == 404
    browser("member").get(f"/memberships/{theirs}/end", status=403)
    browser("outsider").get(f"/memberships/{theirs}/end", status=404)
    with app.app_context():
        row = db.session.get(Membership, theirs)
        assert (row.role, row.left_at) == (Role.MEMBER, None)


def test_asking_whether_to_end_changes_nothing(app, browser, world):
    own = membership_id(world, "member")
    browser("member").get(f"/memberships/{own}/end")
    with app.app_context():
        assert db.session.get(Membership, own).left_at is None


def test_a_person_is_seen_by_colleagues_and_by_nobody_else(browser, world):
    ole = f"/people/{world.cast['colleague']}"
    page = browser("member").get(ole)
    assert page.title == "Ole Kollega"
    assert "Jammerbugt" in page.text
    assert "ERFA Prøvenet" in page.text
    browser("outsider").get(ole, status=404)
    browser("outsider").get("/people/4711", status=404)
    browser("administrator").get(ole)
    browser("member").get(f"/people/{world.cast['member']}")


def test_a_person_who_left_is_no_longer_seen(browser, world):
    with world.acting():
        db.session.get(Membership, membership_id(world, "colleague")).left_at = core_clock.now()
    browser("member").get(f"/people/{world.cast['colleague']}", status=404)
    page = browser("member").get(f"/networks/{world.network_id}/members")
    assert "Ole Kollega" not in page.text


def test_the_person_page_costs_the_same_however_many_networks_are_shared(browser, world, statements):
    reader, counts = browser("member"), []
    for _ in range(2):
        with statements.counted() as seen:
            reader.get(f"/people/{world.cast['colleague']}")
        counts.append(len(seen))
        with world.acting():
            for number in range(40):
                network = world._add(Network(name=f"Net {number}"))
                for who in ("member", "colleague"):
                    world._add(Membership(network_id=network.id, person_id=world.cast[who]))
    assert counts[0] == counts[1] <= 8


@pytest.mark.parametrize(
    ("subject", "role"),
    [("Du er nu tovholder i ERFA Prøvenet", "coordinator"),
     ("Du er ikke længere tovholder i ERFA Prøvenet", "member")],
)  # fmt: skip
def test_a_new_role_is_told_and_stands_in_the_log(app, world, browser, outbox, subject, role):
    with world.acting():
        row = db.session.get_one(Membership, membership_id(world, "member"))
        row.role = Role.MEMBER if role == "coordinator" else Role.COORDINATOR
    coordinator = browser("coordinator")
    answer = post(coordinator, f"/memberships/{membership_id(world, 'member')}/role", role=role)
    assert answer.status_code == 302
    post(coordinator, f"/memberships/{membership_id(world, 'member')}/role", role=role)
    (told,) = outbox()
    assert (told.to, told.subject) == ("person2@erfa.test", subject)
    assert "Karen Tovholder" in told.text
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.kind == EventKind.ROLE_CHANGED)).one()
        assert (event.person_id, event.by_id) == (world.cast["member"], world.cast["coordinator"])
        assert event.facts["role"] == role


def test_somebody_known_who_works_nowhere_begins_at_the_organisation_that_is_given(app, world, browser, organisation):
    with world.acting():
        person = db.session.get_one(Person, world.cast["outsider"])
        leave_organisation(person, last_day=core_clock.today(), by=person)
        address = person.email
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/members/new")
    coordinator.submit(ADD, **newcomer(email=address, organisation=organisation))
    with app.app_context():
        person = db.session.get_one(Person, world.cast["outsider"])
        now, before = affiliations_of(person.id)
        assert person.organisation_id == now.organisation_id == int(organisation)
        assert before.to_on == now.from_on
