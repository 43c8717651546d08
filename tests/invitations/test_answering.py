"""Whoever is invited reads the invitation, and says yes or no: with the link, or with code and address."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Affiliation, Event, EventKind, Person
from app.core import clock as core_clock
from app.extensions import db
from app.invitations.models import JoinRequest, State
from app.invitations.operations.answering import HasAnAccountError, NotOpenError, accept_as_a_newcomer
from app.invitations.tokens import invitation_of
from app.networks.discretion import Confidentiality
from app.networks.models import Membership, Network, Role
from app.organisations.models import Organisation
from app.sessions.models import SignInSession

YES = "Ja, jeg vil være med"
REFUSED = "Koden og adressen hører ikke sammen."


@pytest.fixture
def lone(job_centre):
    """What Lone writes of herself."""
    return {"name": "Lone Lund", "title": "Jobkonsulent", "organisation": job_centre}


def person_at(app, email="lone@thisted.dk"):
    with app.app_context():
        return db.session.scalar(select(Person).where(Person.email == email))


def membership_of(app, person_id, network_id):
    with app.app_context():
        return db.session.scalar(
            select(Membership).where(
                Membership.person_id == person_id, Membership.network_id == network_id, Membership.left_at.is_(None)
            )
        )


def everything(app):
    with app.app_context():
        return [db.session.scalar(select(func.count()).select_from(kind)) for kind in (Person, Membership)]


# Reading


def test_the_link_tells_who_invites_to_what_and_changes_nothing(app, browser, world, invite, link_to, kept):
    number = invite(name="Lone Lund", word="Kom nu.\nVi mangler dig.")
    before = kept().__dict__.copy(), everything(app)
    page = browser(None).get(link_to(number))
    assert page.title == "ERFA Prøvenet"
    for words in ("Karen Tovholder inviterer dig til", "Vi prøver os frem.", "Vi mangler dig.", "lone@thisted.dk"):
        assert words in page.text
    assert page.value("name") == "Lone Lund"
    assert browser(None).raw("HEAD", link_to(number)).status_code == 200
    after = kept().__dict__.copy(), everything(app)
    for one in (before[0], after[0]):
        one.pop("_sa_instance_state")
    assert after == before


@pytest.mark.parametrize(("level", "is_open", "shows"), [
    (Confidentiality.OPEN, False, True),
    (Confidentiality.NETWORK, False, True),
    (Confidentiality.PARTICIPANTS, False, False),
    (Confidentiality.PARTICIPANTS, True, True),
])  # fmt: skip
def test_the_purpose_shows_as_far_as_the_network_lets_it(browser, world, invite, link_to, level, is_open, shows):
    link = link_to(invite(word="Kom nu."))
    with world.acting():
        network = db.session.get_one(Network, world.network_id)
        network.confidentiality, network.is_open = level, is_open
    page = browser(None).get(link)
    assert ("Vi prøver os frem." in page.text) == shows
    assert "Kom nu." in page.text
    assert page.title == "ERFA Prøvenet"


@pytest.mark.parametrize("spoil", [
    lambda token: token[:-1] + ("a" if token[-1] != "a" else "b"),
    lambda token: token.split("-")[0],
    lambda token: "99-" + token.split("-")[1],
    lambda token: "999999999999999999999-" + token.split("-")[1],
    lambda token: token + "x",
    lambda token: "²-" + token.split("-")[1],
    lambda token: token[:0] + "x",
    lambda token: token[:0] + "-",
])  # fmt: skip
def test_a_link_that_is_not_ours_finds_nothing(browser, world, invite, link_to, spoil):
    token = link_to(invite()).rsplit("/", 1)[1]
    visitor = browser(None)
    page = visitor.get(f"/invitations/{spoil(token)}", status=404)
    assert page.title == "Vi kan ikke finde invitationen"
    assert "Prøvenet" not in page.html
    for act in ("", "/refusal", "/another-person"):
        visitor.post(f"/invitations/{spoil(token)}{act}", status=404)


def test_one_invitations_link_opens_no_other(browser, world, invite, link_to):
    first, second = invite("a@x.dk"), invite("b@x.dk")
    mixed = f"{second}-" + link_to(first).rsplit("-", 1)[1]
    browser(None).get(f"/invitations/{mixed}", status=404)


def test_a_gateway_that_lower_or_upper_cases_breaks_nothing(browser, invite, link_to):
    start, token = link_to(invite()).rsplit("/", 1)
    browser(None).get(f"{start}/{token.upper()}")


def test_an_expired_invitation_says_what_to_do(browser, invite, link_to, clock):
    link = link_to(invite())
    clock.move(days=30)
    visitor = browser(None)
    page = visitor.get(link, status=410)
    assert page.title == "Invitationen er udløbet"
    assert "Skriv til Karen Tovholder" in page.text
    visitor.post(link, status=410)
    visitor.post(f"{link}/refusal", status=410)


# Newcomers


def test_a_newcomer_says_who_they_are_and_is_in(app, browser, world, invite, link_to, kept, lone, outbox):
    visitor = browser(None)
    visitor.get(link_to(invite(role=Role.COORDINATOR)))
    page = visitor.submit(YES, locale="en", **lone)
    assert page.title == "ERFA Prøvenet"
    assert "Welcome to ERFA Prøvenet." in page.text
    person = person_at(app)
    assert (person.name, person.title, person.locale, person.password_hash) == ("Lone Lund", "Jobkonsulent", "en", None)
    assert membership_of(app, person.id, world.network_id).role is Role.COORDINATOR
    row = kept()
    assert (row.state, row.accepted_by_id) == (State.ACCEPTED, person.id)
    with app.app_context():
        affiliation = db.session.scalars(select(Affiliation).where(Affiliation.person_id == person.id)).one()
        assert affiliation.organisation_id == int(lone["organisation"])
        kinds = db.session.scalars(select(Event.kind).where(Event.person_id == person.id)).all()
        assert {EventKind.REGISTERED, EventKind.JOINED} <= set(kinds)
    visitor.get(f"/networks/{world.network_id}/members/new")  # a coordinator from the first click
    assert outbox() == []


def test_a_newcomer_writes_a_new_organisation(app, browser, world, invite, link_to):
    visitor = browser(None)
    visitor.get(link_to(invite()))
    more = {
        "organisation": "new",
        "organisation_name": "Café Fjord",
        "kind": "social_enterprise",
        "municipality": "0851",
    }
    visitor.submit(YES, name="Lone Lund", **more)
    person = person_at(app)
    with app.app_context():
        made = db.session.scalar(select(Organisation).where(Organisation.name == "Café Fjord"))
        assert made.id == person.organisation_id
        event = db.session.scalars(select(Event).where(Event.kind == EventKind.ORGANISATION_MADE)).one()
        assert (event.by_id, event.facts) == (person.id, {"organisation": "Café Fjord"})


def test_bad_input_is_explained_and_kept(app, browser, world, invite, link_to, job_centre):
    visitor = browser(None)
    visitor.get(link_to(invite()))
    page = visitor.submit(YES, name="", title="x" * 121)
    assert page.errors == ["Skriv dit for- og efternavn.", "Brug højst 120 tegn.", "Vælg, hvor du arbejder."]
    page = visitor.submit(
        YES, name="Lone", title="", organisation="new", organisation_name="Jobcenter Thisted", municipality="0851"
    )
    assert "anden kommune" in page.errors[0]
    assert page.value("name") == "Lone"
    assert person_at(app) is None


def test_the_page_is_sent_with_a_token_only(browser, world, invite, link_to, lone, app):
    assert browser(None).raw("POST", link_to(invite()), data=lone).status_code == 400
    assert person_at(app) is None


def test_the_invitation_is_used_up(app, browser, world, invite, link_to, lone):
    link = link_to(invite())
    visitor, other = browser(None), browser(None)
    visitor.get(link)
    other.get(link)
    visitor.submit(YES, **lone)
    page = other.submit(YES, status=410, **{**lone, "name": "Another One"})
    assert page.title == "Invitationen er brugt"
    assert everything(app)[0] == 6
    other.get("/networks", status=302)
    assert visitor.get(link, status=302).response.headers["Location"] == f"/networks/{world.network_id}"
    visitor.post(link)  # whoever is in already is led in
    assert membership_of(app, person_at(app).id, world.network_id)


def test_two_accepting_at_once_make_one_account(app, world, invite, link_to, kept, job_centre, at_once):
    token = link_to(invite()).rsplit("/", 1)[1]

    def act(name):
        def run():
            organisation = db.session.get_one(Organisation, int(job_centre))
            accept_as_a_newcomer(invitation_of(token), name=name, title="", organisation=organisation, locale="da")

        return run

    refused = at_once(*[act(f"Person {number}") for number in range(4)])
    assert [type(error) for error in refused] == [NotOpenError] * 3
    assert everything(app)[0] == 6
    assert kept().accepted_by_id == person_at(app).id


def test_an_account_made_while_the_form_lay_open_is_not_entered(app, browser, world, invite, link_to, lone):
    link = link_to(invite())
    visitor = browser(None)
    visitor.get(link)
    with world.acting():
        world._add(Person(name="Lone", email="lone@thisted.dk"))
    page = visitor.submit(YES, status=403, **lone)
    assert "Du har allerede en konto" in page.text
    visitor.get("/account/profile", status=302)


def test_an_account_made_in_the_very_moment_is_not_taken_for_a_new_one(app, world, invite, link_to, kept, job_centre):
    token = link_to(invite()).rsplit("/", 1)[1]
    with world.acting():
        world._add(Person(name="Lone", email="lone@thisted.dk"))
    with app.test_request_context(method="POST"):
        organisation = db.session.get_one(Organisation, int(job_centre))
        with pytest.raises(HasAnAccountError):
            accept_as_a_newcomer(invitation_of(token), name="Eve", title="", organisation=organisation, locale="da")
        db.session.rollback()
    assert kept().is_open
    assert membership_of(app, person_at(app).id, world.network_id) is None


# Those who have an account


def test_the_link_signs_nobody_in_to_an_account_there_is(app, browser, world, invite, link_to, lone):
    link = link_to(invite("person4@erfa.test"))
    visitor = browser(None)
    page = visitor.get(link)
    assert "Log ind som person4@erfa.test, så kommer du tilbage hertil" in page.text
    assert "Ulla" not in page.html
    assert visitor.page.links()["Log ind"].startswith("/login")
    visitor.post(link, status=403, **lone)
    visitor.get("/account/profile", status=302)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SignInSession)) == 0
    visitor.get(link)
    page = visitor.get(page.tree.css_first(".sheet a").attributes["href"])
    assert page.tree.css_first("[name=next]").attributes["value"] == link


def test_whoever_is_signed_in_with_the_address_says_yes(app, browser, world, invite, link_to, outbox):
    outsider = browser("outsider")
    outsider.get(link_to(invite("person4@erfa.test")))
    page = outsider.submit(YES)
    assert "Velkommen til ERFA Prøvenet." in page.text
    assert membership_of(app, world.cast["outsider"], world.network_id).role is Role.MEMBER
    assert outbox() == []
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.kind == EventKind.JOINED)).one()
        assert (event.person_id, event.by_id) == (world.cast["outsider"], world.cast["coordinator"])


def test_an_address_in_capitals_is_the_same_address(app, browser, world, link_to, kept):
    coordinator, outsider = browser("coordinator"), browser("outsider")
    coordinator.get(f"/networks/{world.network_id}/invitations/new")
    coordinator.submit("Send invitationen", email="Person4@ERFA.test")
    outsider.get(link_to(kept("person4@erfa.test").id))
    outsider.submit(YES)
    assert membership_of(app, world.cast["outsider"], world.network_id)


def test_nobody_says_yes_or_no_for_somebody_else(app, browser, world, invite, link_to, lone, kept):
    for email in ("lone@thisted.dk", "person4@erfa.test"):
        link = link_to(invite(email))
        colleague = browser("colleague")
        page = colleague.get(link)
        assert "Invitationen er til en anden" in page.text
        assert "Du er logget ind som Ole Kollega" in page.text
        assert "Nej tak" not in page.text
        colleague.post(link, status=403, **lone)
        colleague.post(f"{link}/refusal", status=403)
        assert kept(email).is_open
    assert person_at(app) is None


def test_whoever_sits_at_a_colleagues_browser_can_change_places(app, browser, world, invite, link_to):
    link = link_to(invite())
    colleague = browser("colleague")
    colleague.get(link)
    page = colleague.submit("Log ud, og fortsæt som lone@thisted.dk")
    assert "Skriv, hvem du er" in page.text
    colleague.get("/account/profile", status=302)
    assert colleague.page.response.headers["Location"].startswith("/login")


def test_a_member_already_is_told_so(browser, world, invite, link_to):
    link = link_to(invite("person2@erfa.test"))
    member = browser("member")
    page = member.get(link)
    assert "Du er allerede medlem." in page.text
    assert member.post(link).response.headers["Location"] == f"/networks/{world.network_id}"


def test_whoever_says_yes_is_led_to_the_agreement_first(browser, world, invite, link_to):
    world.agreement()
    link = link_to(invite("person4@erfa.test"))
    outsider = browser("outsider")
    outsider.get(link)
    page = outsider.submit(YES, follow=False, status=302)
    answer = outsider.raw("GET", page.response.headers["Location"])
    assert (answer.status_code, "/agreement" in answer.headers["Location"]) == (303, True)
    assert outsider.get(link, status=302).response.headers["Location"] == f"/networks/{world.network_id}"


def test_a_closed_account_does_not_come_in_that_way(app, browser, world, invite, link_to, lone):
    link = link_to(invite("person4@erfa.test"))
    with world.acting():
        db.session.get(Person, world.cast["outsider"]).disabled_at = core_clock.now()
    visitor = browser(None)
    assert "er lukket" in visitor.get(link).text
    visitor.post(link, status=403, **lone)
    assert membership_of(app, world.cast["outsider"], world.network_id) is None


@pytest.mark.parametrize("how", ["left", "disabled", "no longer a coordinator"])
def test_an_invitation_stands_when_the_coordinator_is_gone(app, browser, world, invite, link_to, lone, how):
    link = link_to(invite())
    with world.acting():
        own = Membership.person_id == world.cast["coordinator"]
        row = db.session.scalar(select(Membership).where(own))
        if how == "left":
            row.left_at = core_clock.now()
        elif how == "disabled":
            db.session.get(Person, world.cast["coordinator"]).disabled_at = core_clock.now()
        else:
            row.role = Role.MEMBER
    visitor = browser(None)
    assert "Karen Tovholder inviterer dig til" in visitor.get(link).text
    visitor.submit(YES, **lone)
    assert membership_of(app, person_at(app).id, world.network_id)


def test_a_request_to_join_is_settled_with_it(app, browser, world, invite, link_to):
    link = link_to(invite("person4@erfa.test"))
    with world.acting():
        world._add(JoinRequest(network_id=world.network_id, person_id=world.cast["outsider"]))
    outsider = browser("outsider")
    outsider.get(link)
    outsider.submit(YES)
    with app.app_context():
        request = db.session.scalars(select(JoinRequest)).one()
        assert (request.approved_at, request.decided_by_id) == (core_clock.now(), world.cast["coordinator"])


# No


def test_a_no_with_a_word_reaches_whoever_invited(app, browser, world, invite, link_to, kept, outbox):
    visitor = browser(None)
    link = link_to(invite(name="Lone Lund"))
    visitor.get(link)
    page = visitor.submit("Sig nej", answer="Ikke i år.\n<b>Tak</b>")
    assert page.title == "Du har sagt nej"
    (told,) = outbox()
    assert (told.to, told.subject) == ("person1@erfa.test", "Lone Lund siger nej til ERFA Prøvenet")
    assert "> Ikke i år." in told.text
    assert "<b>Tak" not in told.html
    assert kept().state is State.DECLINED
    page = visitor.get(link, status=410)
    assert page.title == "Invitationen er besvaret"
    visitor.post(f"{link}/refusal", status=410)
    assert outbox() == []


def test_a_no_too_long_is_explained_and_kept(browser, invite, link_to, kept):
    visitor = browser(None)
    visitor.get(link_to(invite()))
    page = visitor.submit("Sig nej", answer="x" * 1001)
    assert page.errors == ["Brug højst 1000 tegn."]
    assert page.value("answer") == "x" * 1001
    assert kept().is_open
    assert visitor.get(visitor.page.url, status=302).response.headers["Location"] in visitor.page.url.rsplit("/", 1)[0]


def test_a_no_goes_to_the_others_when_whoever_invited_has_left(browser, world, invite, link_to, outbox):
    link = link_to(invite())
    with world.acting():
        db.session.scalar(
            select(Membership).where(Membership.person_id == world.cast["coordinator"])
        ).role = Role.MEMBER
    visitor = browser(None)
    visitor.get(link)
    visitor.submit("Sig nej")
    assert [told.to for told in outbox()] == ["person0@erfa.test"]  # no coordinator is left: the administrator


# Code and address


def try_code(visitor, email, code, **more):
    visitor.get("/invitations")
    return visitor.submit("Se invitationen", email=email, code=code, **more)


def test_the_typed_code_leads_to_the_invitation(browser, world, invite, code_to):
    code = code_to(invite())
    assert len(code) == 9
    for typed in (code, code.lower().replace("-", " "), code.replace("-", "").replace("0", "o").replace("1", "l")):
        assert try_code(browser(None), " Lone@Thisted.dk", typed).title == "ERFA Prøvenet"


def test_a_wrong_code_and_an_unknown_address_get_the_same_answer(browser, invite, code_to, statements):
    code, other = code_to(invite()), code_to(invite("per@x.dk"))
    answers, counts = [], []
    for email, typed in (
        ("lone@thisted.dk", other),
        ("nobody@x.dk", code),
        ("lone@thisted.dk", "æøå-ßß"),
        ("no address", code),
    ):
        visitor = browser(None)
        with statements.counted() as seen:
            page = try_code(visitor, email, typed)
        counts.append(len([statement for statement in seen if "rate_counters" not in statement]))
        assert page.errors == [REFUSED + " Se efter, om begge er som i mailen, og prøv igen."]
        assert (page.value("email"), page.value("code")) == (email, typed)
        answers.append(page.text)
    assert len(set(answers)) == 1
    assert len(set(counts)) == 1


def test_the_code_of_a_withdrawn_invitation_shows_that(browser, invite, code_to):
    code = code_to(invite(withdrawn_at=core_clock.now()))
    assert try_code(browser(None), "lone@thisted.dk", code, status=410).title == "Invitationen er trukket tilbage"


def test_guessing_codes_is_limited_by_address_and_success_gives_back(browser, invite, code_to):
    code = code_to(invite())
    for _ in range(12):
        try_code(browser(None), "lone@thisted.dk", code)
    for _ in range(10):
        assert REFUSED in try_code(browser(None), "lone@thisted.dk", "AAAA-AAAA").text
    page = try_code(browser(None), "lone@thisted.dk", code, status=429)
    assert page.response.headers["Retry-After"]


def test_ones_own_open_invitations_are_listed(browser, world, invite):
    invite("person4@erfa.test")
    invite("lone@thisted.dk", network_id=world.other_network_id)
    invite("person4@erfa.test", network_id=world.other_network_id)  # a member of it already
    outsider = browser("outsider")
    outsider.get("/invitations")
    assert [node.text() for node in outsider.page.tree.css(".rows__title")] == ["ERFA Prøvenet"]
    outsider.follow("ERFA Prøvenet")
    assert YES in outsider.page.text
    assert "Hemmeligt" not in browser("member").get("/invitations").html


def test_the_page_of_an_invitation_costs_little(browser, world, invite, link_to, statements):
    link = link_to(invite())
    with statements.counted() as seen:
        browser(None).get(link)
    assert len(seen) <= 8


def test_the_newest_of_two_invitations_of_two_networks_is_found_by_its_own_code(browser, world, invite, code_to):
    first = code_to(invite(created_at=core_clock.now() - timedelta(days=1)))
    second = code_to(invite(network_id=world.other_network_id))
    assert try_code(browser(None), "lone@thisted.dk", first).title == "ERFA Prøvenet"
    assert try_code(browser(None), "lone@thisted.dk", second).title == "ERFA Hemmeligt"
