"""A coordinator invites one or many, sees how it goes, sends again and withdraws."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Event, EventKind, Person
from app.core import clock as core_clock
from app.extensions import db
from app.invitations import queries
from app.invitations.models import Invitation, State
from app.invitations.operations import inviting
from app.networks.models import Membership, Role
from app.notifications.models import Mail
from tests.invitations.conftest import link_in

SEE, SEND = "Se, hvem der bliver inviteret", "Send invitationen"


def pages_of(network_id):
    return [f"/networks/{network_id}/invitations{rest}" for rest in ("", "/new", "/several")]


def count(app, *conditions):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Invitation).where(*conditions))


def paste(coordinator, world, text, **more):
    coordinator.get(f"/networks/{world.network_id}/invitations/several")
    return coordinator.submit(SEE, addresses=text, **more)


def test_a_coordinator_invites_one_and_nothing_secret_is_kept(app, browser, world, outbox, kept):
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/members")
    coordinator.follow("Invitér")
    page = coordinator.submit(SEND, email=" Lone.Lund@Thisted.DK ", name="Lone  Lund", word="Kom og\nvær med.")
    assert "Invitationen er sendt til lone.lund@thisted.dk." in page.text
    assert "Lone Lund" in page.text
    assert "Udløber om 30 dage" in page.text
    (told,) = outbox()
    assert (told.to, told.kind) == ("lone.lund@thisted.dk", "invitation")
    assert told.subject == "Karen Tovholder inviterer dig til ERFA Prøvenet"
    assert "> Kom og\n> vær med." in told.text
    assert "Vi prøver os frem." in told.text
    assert "23. december 2026" in told.text
    assert "Du får mailen, fordi Karen Tovholder har skrevet din adresse." in told.text
    assert told.message["List-Unsubscribe"] is None
    token = link_in(told.text).rsplit("/", 1)[1]
    assert token in told.html
    with app.app_context():
        rows = [*db.session.scalars(select(Mail)), *db.session.scalars(select(Invitation))]
        at_rest = " ".join(str(getattr(row, column.name)) for row in rows for column in row.__table__.columns)
        assert token.split("-")[1] not in at_rest
        event = db.session.scalars(select(Event).where(Event.kind == EventKind.INVITED)).one()
        assert (event.by_id, event.facts) == (world.cast["coordinator"], {"network": "ERFA Prøvenet"})
        assert db.session.scalar(select(Person).where(Person.email == "lone.lund@thisted.dk")) is None
    row = kept("lone.lund@thisted.dk")
    assert (row.name, row.role, row.state) == ("Lone Lund", Role.MEMBER, State.OPEN)


def test_the_mail_speaks_the_language_that_the_coordinator_chose(browser, world, outbox):
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/invitations/new")
    coordinator.submit(SEND, email="lone@thisted.dk", locale="en", role="coordinator")
    (told,) = outbox()
    assert told.subject == "Karen Tovholder invites you to ERFA Prøvenet"
    assert "You get this mail because Karen Tovholder wrote your address." in told.text
    assert "you call meetings" in told.text
    assert 'lang="en"' in told.html


def test_whoever_has_an_account_reads_it_in_their_own_language(browser, world, outbox):
    with world.acting():
        db.session.get(Person, world.cast["outsider"]).locale = "en"
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/invitations/new")
    page = coordinator.submit(SEND, email="person4@erfa.test")
    assert "Ulla" not in page.text  # whether the address is known here, and whose it is, is not told
    (told,) = outbox()
    assert told.subject == "Karen Tovholder invites you to ERFA Prøvenet"


def test_what_people_write_is_text_in_page_and_mail(browser, world, outbox, invite, link_to):
    nasty = "<script>alert(1)</script><b>Kom</b> [her](javascript:x)"
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/invitations/new")
    page = coordinator.submit(SEND, email="lone@thisted.dk", name="<i>Lone</i>", word=nasty)
    assert "<i>Lone" not in page.html
    (told,) = outbox()
    page = browser(None).get(link_in(told.text))
    for html in (told.html, page.html):
        assert "<script>alert" not in html
        assert "<b>Kom" not in html
        assert "javascript:x)" in html
        assert 'href="javascript' not in html
    assert nasty in page.text
    page = paste(coordinator, world, "a@x.dk", word=nasty)
    assert "<script>alert" not in page.html


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"email": "lone"}, ["Skriv en hel adresse, for eksempel mette@kommune.dk."]),
        ({"email": ""}, ["Skriv mailadressen."]),
        ({"email": "a@x.dk", "word": "x" * 1001}, ["Brug højst 1000 tegn."]),
        ({"email": "a@x.dk", "name": "x" * 121}, ["Brug højst 120 tegn."]),
        ({"email": "PERSON2@erfa.test"}, ["person2@erfa.test er allerede medlem af netværket."]),
        (
            {"email": "Lone@thisted.dk"},
            ["lone@thisted.dk er allerede inviteret. Du kan sende invitationen igen fra listen."],
        ),
    ],
)
def test_bad_input_is_explained_and_kept(app, browser, world, invite, values, errors):
    invite()
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/invitations/new")
    page = coordinator.submit(SEND, **{"word": "Kom nu", **values})
    assert page.errors == errors
    assert page.value("word") == values.get("word", "Kom nu")
    assert page.value("email").lower() == values["email"].lower()
    assert count(app) == 1


def test_nobody_but_coordinators_invites_or_sees_who_is_invited(browser, world, invite):
    number = invite()
    acts = [f"/{number}/resending", f"/{number}/withdrawal", "/resending"]
    for who, status in (("member", 403), ("outsider", 404)):
        visitor = browser(who)
        for url in pages_of(world.network_id):
            page = visitor.get(url, status=status)
            assert "lone@thisted.dk" not in page.html
        for act in ("/new", "/several", *acts):
            visitor.post(f"/networks/{world.network_id}/invitations{act}", status=status)
    assert "invitation" not in browser("member").get(f"/networks/{world.network_id}/members").html.split("<main")[1]
    browser("administrator").get(f"/networks/{world.network_id}/invitations")


def test_an_invitation_of_another_network_is_not_found_in_mine(app, browser, world, invite):
    number = invite(network_id=world.other_network_id)
    for act in ("resending", "withdrawal"):
        browser("coordinator").post(f"/networks/{world.network_id}/invitations/{number}/{act}", status=404)
    assert count(app, Invitation.withdrawn_at.is_(None)) == 1


# Many


def test_many_are_sorted_out_before_anything_is_sent(app, browser, world, invite, outbox):
    invite("open@x.dk")
    invite("expired@x.dk", expires_at=core_clock.now())
    coordinator = browser("coordinator")
    page = paste(
        coordinator, world, "Lone Lund <lone@x.dk>; LONE@x.dk\nopen@x.dk, expired@x.dk; Person2@erfa.test", word="Kom."
    )
    assert page.title == "Invitér 2 til ERFA Prøvenet?"
    sections = {node.css_first("h2").text(): node.text(separator=" ") for node in page.tree.css("section.section")}
    assert "lone@x.dk" in sections["Bliver inviteret"]
    assert "expired@x.dk" in sections["Bliver inviteret igen, den første invitation er udløbet"]
    assert "person2@erfa.test" in sections["Er allerede medlemmer"]
    assert "open@x.dk" in sections["Er allerede inviteret og får ingen ny mail"]
    assert count(app) == 2
    assert outbox() == []
    page = coordinator.submit("Send 2 invitationer")
    assert "2 invitationer er sendt. 2 var medlemmer eller inviteret i forvejen." in page.text
    assert {told.to for told in outbox()} == {"lone@x.dk", "expired@x.dk"}
    assert count(app, Invitation.word == "Kom.") == 2
    assert count(app) == 3


def test_going_back_from_the_preview_keeps_everything(browser, world):
    coordinator = browser("coordinator")
    paste(coordinator, world, "Lone Lund <lone@x.dk>;\nper@x.dk", word="Kom.\nNu.", role="coordinator")
    page = coordinator.submit("Ret listen")
    assert page.value("addresses").replace("\r", "") == "Lone Lund <lone@x.dk>;\nper@x.dk"
    assert page.value("word").replace("\r", "") == "Kom.\nNu."
    assert page.tree.css_first("[name=role][checked]").attributes["value"] == "coordinator"


def test_one_bad_address_holds_all_of_them_back_and_is_named(app, browser, world):
    page = paste(browser("coordinator"), world, "a@x.dk; lone.thisted.dk; b@")
    assert page.errors == ["Det er ikke mailadresser: »lone.thisted.dk«, »b@«. Ret dem, eller tag dem ud."]
    assert page.value("addresses") == "a@x.dk; lone.thisted.dk; b@"
    page = paste(browser("coordinator"), world, "; ".join(f"x{number}@" for number in range(12)))
    assert page.errors[0].endswith("»x9@« og 2 til. Ret dem, eller tag dem ud.")
    assert paste(browser("coordinator"), world, " ;, ").errors == ["Sæt adresserne ind, én eller flere."]
    assert count(app) == 0


def test_five_hundred_at_once_and_not_one_more(app, browser, world, statements, outbox):
    coordinator = browser("coordinator")
    page = paste(coordinator, world, "\n".join(f"person.{number}@x.dk" for number in range(501)))
    assert page.errors == ["Det er flere end 500 adresser. Invitér 500 ad gangen."]
    paste(coordinator, world, "\n".join(f"person.{number}@x.dk" for number in range(500)))
    page = coordinator.submit("Send 500 invitationer")
    assert "500 invitationer er sendt." in page.text
    assert count(app) == 500
    page = paste(coordinator, world, "one.more@x.dk")
    page = coordinator.submit("Send 1 invitation")
    assert page.errors == ["Du kan invitere 500 på et døgn, og 0 mere lige nu. Send resten i morgen."]
    assert count(app) == 500


def test_the_limit_is_over_a_day_later(app, browser, world, clock, invite, monkeypatch):
    monkeypatch.setattr(inviting, "A_DAYS_WORTH", 1)
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/invitations/new")
    coordinator.submit(SEND, email="a@x.dk")
    coordinator.get(f"/networks/{world.network_id}/invitations/new")
    assert "Send resten i morgen." in coordinator.submit(SEND, email="b@x.dk").errors[0]
    another = browser("administrator")
    another.get(f"/networks/{world.network_id}/invitations/new")
    another.submit(SEND, email="c@x.dk")
    clock.move(days=1)
    coordinator.submit(SEND, email="b@x.dk")
    assert count(app) == 3


def test_an_address_whose_account_is_closed_is_not_invited(app, browser, world):
    with world.acting():
        db.session.get(Person, world.cast["outsider"]).disabled_at = core_clock.now()
    coordinator = browser("coordinator")
    refused = ["person4@erfa.test kan ikke inviteres. Spørg en administrator."]
    coordinator.get(f"/networks/{world.network_id}/invitations/new")
    assert coordinator.submit(SEND, email="person4@erfa.test").errors == refused
    assert paste(coordinator, world, "a@x.dk person4@erfa.test").errors == refused
    assert count(app) == 0


def test_confirming_twice_invites_once(app, browser, world, outbox):
    coordinator = browser("coordinator")
    preview = paste(coordinator, world, "a@x.dk b@x.dk")
    coordinator.submit("Send 2 invitationer")
    coordinator.page = preview
    page = coordinator.submit("Send 2 invitationer")
    assert "0 invitationer er sendt. 2 var medlemmer eller inviteret i forvejen." in page.text
    assert count(app) == 2
    assert len(outbox()) == 2


def test_two_coordinators_inviting_the_same_people_at_once_invite_each_once(app, world, at_once):
    def act(who):
        def run():
            network = db.session.get_one(queries.Network, world.network_id)
            entries = [queries.Pasted("a@x.dk"), queries.Pasted("b@x.dk")]
            by = db.session.get_one(Person, world.cast[who])
            inviting.invite(network, entries, by=by, role=Role.MEMBER, word="", locale="da")

        return run

    assert at_once(act("coordinator"), act("administrator")) == []
    assert count(app) == 2
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Mail)) == 2


def test_looking_invites_nobody(app, browser, world):
    coordinator = browser("coordinator")
    for url in pages_of(world.network_id):
        coordinator.get(url + "?email=a@x.dk&confirmed=yes&addresses=a@x.dk")
    assert count(app) == 0


# The list


def test_the_list_tells_the_unanswered_the_expired_and_the_answered_apart(browser, world, invite):
    now = core_clock.now()
    invite("open@x.dk", name="Oda Åben", role=Role.COORDINATOR)
    invite("expired@x.dk", expires_at=now)
    invite("yes@x.dk", accepted_at=now, accepted_by_id=world.cast["member"])
    invite("no@x.dk", declined_at=now, answer="Ikke i år.\nTak.")
    invite("taken.back@x.dk", withdrawn_at=now)
    coordinator = browser("coordinator")
    page = coordinator.get(f"/networks/{world.network_id}/members")
    page = coordinator.follow("1 åben invitation")
    assert "Oda Åben" in page.text
    assert "som tovholder" in page.text
    assert "expired@x.dk" not in page.text
    page = coordinator.follow("Udløbne (1)")
    assert "expired@x.dk" in page.text
    page = coordinator.follow("Besvarede (3)")
    assert "Sagde ja i dag" in page.text
    assert "Sagde nej i dag" in page.text
    assert "Ikke i år." in page.text
    assert "Trukket tilbage i dag" in page.text


def test_the_list_costs_the_same_for_two_and_for_sixty_and_turns_pages(browser, world, invite, statements):
    coordinator, counts = browser("coordinator"), []
    for total in (2, 58, 0):
        with statements.counted() as seen:
            page = coordinator.get(f"/networks/{world.network_id}/invitations")
        counts.append(len(seen))
        for number in range(total):
            inviter = world.cast["coordinator"]
            if number % 3 == 0:
                with world.acting():
                    inviter = world.person(f"Person {number}")
            invite(f"person{number}@{total}.dk", invited_by_id=inviter)
    assert counts[0] == counts[1] == counts[2] <= 8
    assert len(page.tree.css(".rows > li")) == 50
    assert len(coordinator.follow("Næste").tree.css(".rows > li")) == 10


def test_the_members_page_costs_the_same_whatever_waits(browser, world, invite, statements):
    coordinator, counts = browser("coordinator"), []
    for round_ in range(2):
        with statements.counted() as seen:
            coordinator.get(f"/networks/{world.network_id}/members")
        counts.append(len(seen))
        for number in range(20):
            invite(f"person{number}@{round_}.dk")
    assert counts[0] == counts[1] <= 8


def test_sending_again_renews_the_same_link(app, browser, world, invite, link_to, kept, outbox, clock):
    number = invite()
    link = link_to(number)
    clock.move(days=20)
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/invitations")
    page = coordinator.submit("Send igen")
    assert "Invitationen er sendt til lone@thisted.dk." in page.text
    assert "Udløber om 30 dage" in page.text
    (told,) = outbox()
    assert link_in(told.text) == link
    assert told.subject == "Karen Tovholder inviterer dig til ERFA Prøvenet"
    page = coordinator.submit("Send igen")
    assert "mindre end en time siden" in page.text
    assert outbox() == []
    clock.move(hours=1)
    coordinator.submit("Send igen")
    assert kept().sent_count == 3


def test_an_expired_one_lives_again_when_it_is_sent_again(browser, world, invite, link_to, clock):
    number = invite()
    clock.move(days=31)
    visitor, coordinator = browser(None), browser("coordinator")
    visitor.get(link_to(number), status=410)
    coordinator.get(f"/networks/{world.network_id}/invitations?show=expired")
    coordinator.submit("Send igen")
    visitor.get(link_to(number))


def test_all_expired_ones_are_sent_again_at_once(app, browser, world, invite, outbox, clock):
    for name in ("a", "b", "c"):
        invite(f"{name}@x.dk")
    invite("person2@erfa.test")  # a member by now
    clock.move(days=31)
    invite("open@x.dk")
    invite("other@x.dk", network_id=world.other_network_id, expires_at=core_clock.now())
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/invitations?show=expired")
    page = coordinator.submit("Send alle 4 igen")
    assert "3 invitationer er sendt." in page.text
    assert {told.to for told in outbox() if told.kind == "invitation"} == {"a@x.dk", "b@x.dk", "c@x.dk"}
    coordinator.post(f"/networks/{world.network_id}/invitations/resending")
    assert outbox() == []


def test_sending_again_is_limited(browser, world, invite, monkeypatch):
    coordinator = browser("coordinator")
    numbers = [invite(f"{number}@x.dk", last_sent_at=core_clock.now()) for number in range(2)]
    for turn in range(60):
        coordinator.post(f"/networks/{world.network_id}/invitations/{numbers[turn % 2]}/resending")
    coordinator.post(f"/networks/{world.network_id}/invitations/{numbers[0]}/resending", status=429)


def test_a_withdrawn_invitation_works_no_more(app, browser, world, invite, link_to, code_to, outbox):
    number = invite()
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/invitations")
    page = coordinator.submit("Træk tilbage")
    assert "Invitationen til lone@thisted.dk er trukket tilbage." in page.text
    page = browser(None).get(link_to(number), status=410)
    assert page.title == "Invitationen er trukket tilbage"
    assert "Prøvenet" not in page.html
    browser(None).post(link_to(number), status=410)
    for act in ("withdrawal", "resending"):
        coordinator.post(f"/networks/{world.network_id}/invitations/{number}/{act}")
        page = coordinator.get(f"/networks/{world.network_id}/invitations")
        assert "allerede besvaret eller trukket tilbage" in page.text
    assert outbox() == []
    with app.app_context():
        events = db.session.scalars(select(Event).where(Event.kind == EventKind.INVITATION_WITHDRAWN)).all()
        assert [event.by_id for event in events] == [world.cast["coordinator"]]


def test_a_mail_still_in_the_outbox_is_not_sent_once_withdrawn(browser, world, outbox):
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/invitations/new")
    coordinator.submit(SEND, email="lone@thisted.dk")
    coordinator.submit("Træk tilbage")
    assert outbox() == []
    assert outbox.untold() == [("lone@thisted.dk", "invitation", "the invitation is answered, withdrawn or expired")]


def test_whoever_was_withdrawn_can_be_invited_anew(app, browser, world, invite):
    invite(withdrawn_at=core_clock.now())
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/invitations/new")
    coordinator.submit(SEND, email="lone@thisted.dk")
    assert count(app, Invitation.is_unanswered()) == 1


def test_someone_who_left_can_be_invited_back(app, browser, world):
    with world.acting():
        row = db.session.scalar(select(Membership).where(Membership.person_id == world.cast["member"]))
        row.left_at = core_clock.now()
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/invitations/new")
    coordinator.submit(SEND, email="person2@erfa.test")
    member = browser("member")
    page = member.get("/")
    assert "Svar: Karen Tovholder inviterer dig" in page.text
    member.follow("Svar: Karen Tovholder inviterer dig")
    assert member.submit("Ja, jeg vil være med").title == "ERFA Prøvenet"


def test_whoever_said_no_is_left_in_peace_for_a_year(app, browser, world, invite, outbox):
    at = core_clock.now() - timedelta(days=30)
    invite("nej@thisted.dk", declined_at=at)
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/invitations/new")
    page = coordinator.submit(SEND, email="nej@thisted.dk")
    assert page.errors and "nej@thisted.dk sagde nej den" in page.errors[0] and "oktober" in page.errors[0]
    page = paste(coordinator, world, "nej@thisted.dk, ny@thisted.dk")
    assert "Har sagt nej inden for det seneste år og får ingen mail" in page.text
    page = coordinator.submit("Send 1 invitation")
    assert "1 har sagt nej og får ingen mail." in page.text
    assert [mail.to for mail in outbox()] == ["ny@thisted.dk"]
    assert count(app, Invitation.email == "nej@thisted.dk") == 1


def test_after_a_year_one_may_be_asked_again(app, browser, world, invite):
    invite("nej@thisted.dk", declined_at=core_clock.now() - timedelta(days=366))
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/invitations/new")
    coordinator.submit(SEND, email="nej@thisted.dk")
    assert count(app, Invitation.email == "nej@thisted.dk") == 2
