"""Somebody comes in a member's place."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Affiliation, Person
from app.extensions import db
from app.invitations.models import Invitation
from app.invitations.operations.answering import accept_as_a_newcomer, decline
from app.meetings.models import AnswerWord, Meeting, Substitution
from app.meetings.operations.answers import answer_meeting
from app.meetings.operations.substitutes import (
    approve,
    end_what_nobody_follows,
    propose_somebody_new,
    withdraw_substitute,
)
from app.networks.models import Membership, Network
from app.organisations.models import Organisation

SEND = "Send vedkommende"


@pytest.fixture
def mate(world):
    """A member from where the member works."""
    with world.acting():
        person_id = world.cast["mate"] = world.person("Bo Kollega", network=world.network_id)
        member, mate = (db.session.get_one(Person, id_) for id_ in (world.cast["member"], person_id))
        mate.organisation_id = member.organisation_id
        row = db.session.scalars(select(Affiliation).where(Affiliation.person_id == person_id)).one()
        row.organisation_id = member.organisation_id
    return person_id


def answer(browser, meeting_id, who="member", **values):
    visit = browser(who)
    visit.get(f"/meetings/{meeting_id}")
    return visit.submit("Gem svar", **values)


def send(browser, meeting_id, **values):
    visit = browser("member")
    visit.get(f"/meetings/{meeting_id}/substitute")
    return visit.submit(SEND, **values)


def said(world, answers, meeting_id):
    names = {person_id: name for name, person_id in world.cast.items()}
    return {names.get(row.person_id, "newcomer"): row.answer.value for row in answers(meeting_id)}


def test_a_colleague_comes_at_once_and_hears_of_it(browser, world, mate, answers, owed, outbox):
    meeting_id = world.meeting(capacity=1)
    answer(browser, meeting_id, answer="yes", note="Ses")
    answer(browser, meeting_id, "colleague", answer="yes")  # waits for a seat, and does not get this one
    page = send(browser, meeting_id, who=str(mate))
    assert "Bo Kollega kommer i dit sted." in page.text
    assert said(world, answers, meeting_id) == {"member": "no", "colleague": "waiting", "mate": "yes"}
    assert owed.told() == {"substitute_asked": {"mate"}}
    (mail,) = outbox()
    assert "Mette Medlem kan ikke komme og har peget på dig." in mail.text
    assert "Bo Kollega (i stedet for Mette Medlem)" in browser("colleague").get(f"/meetings/{meeting_id}").text
    assert "Du kommer i stedet for Mette Medlem." in browser("mate").get(f"/meetings/{meeting_id}").text


def test_whoever_waits_passes_the_place_in_the_line_on(browser, world, mate, answers):
    meeting_id = world.meeting(capacity=0)
    answer(browser, meeting_id, answer="yes")
    answer(browser, meeting_id, "colleague", answer="yes")
    send(browser, meeting_id, who=str(mate))
    assert "Du er nummer 1 på ventelisten" in browser("mate").get(f"/meetings/{meeting_id}").text


def test_it_is_taken_back_until_the_meeting_begins(browser, world, mate, answers, owed, outbox, clock):
    meeting_id = world.meeting(capacity=1)
    answer(browser, meeting_id, answer="yes")
    answer(browser, meeting_id, "mate", answer="maybe")
    answer(browser, meeting_id, "colleague", answer="yes")
    send(browser, meeting_id, who=str(mate))
    outbox()
    visit = browser("member")
    visit.get(f"/meetings/{meeting_id}")
    owed.new()
    page = visit.submit("Jeg kommer selv alligevel")
    assert "Ingen kommer længere i dit sted." in page.html
    assert said(world, answers, meeting_id) == {"member": "yes", "colleague": "waiting", "mate": "maybe"}
    assert owed.told() == {"substitute_released": {"mate"}}
    assert "Mette Medlem kan komme alligevel." in outbox()[0].text
    visit.post(f"/meetings/{meeting_id}/substitute/withdrawal")
    assert owed.new() == []
    send(browser, meeting_id, who=str(mate))
    clock.move(days=3, hours=1)
    visit.post(f"/meetings/{meeting_id}/substitute/withdrawal")
    assert said(world, answers, meeting_id)["mate"] == "yes"


def test_answering_yes_oneself_takes_it_back(browser, world, mate, answers):
    meeting_id = world.meeting()
    answer(browser, meeting_id, answer="yes")
    send(browser, meeting_id, who=str(mate))
    browser("member").post(f"/meetings/{meeting_id}/answer", answer="no")
    assert said(world, answers, meeting_id) == {"member": "no", "mate": "yes"}
    browser("member").post(f"/meetings/{meeting_id}/answer", answer="yes")
    assert said(world, answers, meeting_id) == {"member": "yes"}


def test_a_substitute_may_say_no_and_the_absent_hears_of_it(browser, world, mate, answers, owed, outbox):
    meeting_id = world.meeting(capacity=1)
    answer(browser, meeting_id, answer="yes")
    answer(browser, meeting_id, "colleague", answer="yes")
    send(browser, meeting_id, who=str(mate))
    owed.new()
    answer(browser, meeting_id, "mate", answer="no")
    assert said(world, answers, meeting_id) == {"member": "no", "colleague": "yes", "mate": "no"}
    assert owed.told() == {"substitute_answered": {"member"}, "seat_given": {"colleague"}}
    mails = {mail.kind: mail for mail in outbox()}
    assert "Bo Kollega kan ikke komme i dit sted." in mails["substitute_answered"].text
    assert "substitute_asked" not in mails  # it was not sent yet, and is no longer true
    assert "Send en anden i dit sted" in browser("member").get(f"/meetings/{meeting_id}").text


def test_only_a_colleague_who_is_free_can_be_sent(browser, world, mate, answers, owed):
    meeting_id = world.meeting()
    visit = browser("member")
    page = visit.get(f"/meetings/{meeting_id}/substitute")
    offered = [node.attributes["value"] for node in page.tree.css("[name=who]")]
    assert offered == [str(mate), "new"]
    assert "Vælg, hvem der kommer i dit sted" in visit.submit(SEND).errors
    page = visit.post(f"/meetings/{meeting_id}/substitute", status=200, who=str(world.cast["colleague"]))
    assert page.errors
    answer(browser, meeting_id, "mate", answer="yes")
    page = visit.get(f"/meetings/{meeting_id}/substitute")
    assert "Ingen af dine kolleger i netværket er ledige." in page.text
    owed.new()
    page = visit.submit(SEND, name="Ole Kollega", email="person3@erfa.test")
    assert "Ole Kollega arbejder et andet sted. Vælg en kollega." in page.text
    assert said(world, answers, meeting_id) == {"mate": "yes"}
    assert owed.new() == []


def test_who_may_send_somebody(browser, world, mate, clock):
    meeting_id = world.meeting()
    browser("outsider").get(f"/meetings/{meeting_id}/substitute", status=404)
    browser("administrator").get(f"/meetings/{meeting_id}/substitute", status=403)
    browser("coordinator").post(f"/meetings/{meeting_id}/cancellation")
    browser("member").post(f"/meetings/{meeting_id}/substitute", who=str(mate))
    with world.acting():
        assert db.session.scalars(select(Substitution)).all() == []


# Somebody new


def propose(browser, world, **more):
    meeting_id = world.meeting(capacity=1, **more)
    answer(browser, meeting_id, answer="yes")
    page = send(browser, meeting_id, who="new", name="Nina Ny", email="Nina@Kommune.dk")
    return meeting_id, page


def decide(browser, meeting_id, words):
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}")
    visit.follow("Svar og pladser")
    return visit.submit(words)


def join(world, email="nina@kommune.dk"):
    with world.acting():
        invitation = _with_network(db.session.scalars(select(Invitation.id).where(Invitation.email == email)).one())
        organisation = db.session.scalars(select(Organisation)).first()
        accept_as_a_newcomer(invitation, name="Nina Ny", title="", organisation=organisation, locale="da")


def _with_network(invitation_id):
    return db.session.scalars(
        select(Invitation).options(joinedload(Invitation.network)).where(Invitation.id == invitation_id)
    ).one()


def test_somebody_new_needs_one_click_of_a_coordinator_and_keeps_the_seat_meanwhile(
    browser, world, mate, answers, owed, outbox
):
    meeting_id, page = propose(browser, world)
    assert "Du vil gerne sende Nina Ny. En tovholder skal sige ja først." in page.text
    assert owed.told() == {"substitute_proposed": {"coordinator"}}
    (mail,) = outbox()
    assert "Mette Medlem kan ikke komme og vil gerne sende Nina Ny" in mail.text
    answer(browser, meeting_id, "colleague", answer="yes")
    assert said(world, answers, meeting_id) == {"member": "no", "colleague": "waiting"}
    page = decide(browser, meeting_id, "Ja, invitér Nina Ny")
    assert "Nina Ny er inviteret, og pladsen holdes." in page.html
    mails = {mail.kind: mail for mail in outbox()}
    assert mails["invitation"].to == "nina@kommune.dk"
    assert "Mette Medlem kan ikke komme til »Småjob hos håndværksmestre«" in mails["invitation"].text
    assert "Nina Ny er inviteret, og pladsen holdes." in mails["substitute_answered"].text
    assert "Nina Ny er inviteret til at komme i dit sted." in browser("member").get(f"/meetings/{meeting_id}").text
    assert "sender Nina Ny" in browser("colleague").get(f"/meetings/{meeting_id}").text
    join(world)
    assert said(world, answers, meeting_id) == {"member": "no", "colleague": "waiting", "newcomer": "yes"}
    assert "Nina Ny kommer i dit sted." in outbox()[0].text
    assert "Nina Ny (i stedet for Mette Medlem)" in browser("colleague").get(f"/meetings/{meeting_id}").text


def test_only_the_absent_and_coordinators_know_of_somebody_who_is_not_let_in_yet(browser, world):
    meeting_id, _page = propose(browser, world)
    assert "Nina Ny" not in browser("colleague").get(f"/meetings/{meeting_id}").text
    assert "Nina Ny" in browser("coordinator").get(f"/meetings/{meeting_id}/sign-up").text


def test_a_no_of_the_coordinator_frees_the_seat(browser, world, answers, owed, outbox):
    meeting_id, _page = propose(browser, world)
    answer(browser, meeting_id, "colleague", answer="yes")
    owed.new()
    decide(browser, meeting_id, "Nej, Nina Ny")
    assert said(world, answers, meeting_id) == {"member": "no", "colleague": "yes"}
    assert owed.told() == {"substitute_answered": {"member"}, "seat_given": {"colleague"}}
    assert any("En tovholder har sagt nej til Nina Ny." in mail.text for mail in outbox())
    with world.acting():
        assert db.session.scalars(select(Invitation)).all() == []
        substitution = db.session.scalars(select(Substitution.id)).one()
    browser("coordinator").post(f"/meetings/{meeting_id}/substitutes/{substitution}/decision", act="approve")
    with world.acting():
        assert db.session.scalars(select(Invitation)).all() == []


def test_approving_twice_invites_once(browser, world, owed):
    meeting_id, _page = propose(browser, world)
    with world.acting():
        substitution = db.session.scalars(select(Substitution.id)).one()
    visit = browser("coordinator")
    for _again in range(2):
        visit.post(f"/meetings/{meeting_id}/substitutes/{substitution}/decision", act="approve")
    with world.acting():
        assert db.session.scalars(select(Invitation.sent_count)).all() == [1]
    visit.post(f"/meetings/{meeting_id}/substitutes/{substitution + 1}/decision", status=404, act="approve")
    browser("member").post(f"/meetings/{meeting_id}/substitutes/{substitution}/decision", status=403, act="approve")


def test_taking_it_back_withdraws_the_invitation_and_gives_the_seat_back(browser, world, answers):
    meeting_id, _page = propose(browser, world)
    decide(browser, meeting_id, "Ja, invitér Nina Ny")
    answer(browser, meeting_id, "colleague", answer="yes")
    visit = browser("member")
    visit.get(f"/meetings/{meeting_id}")
    visit.submit("Jeg kommer selv alligevel")
    assert said(world, answers, meeting_id) == {"member": "yes", "colleague": "waiting"}
    with world.acting():
        assert db.session.scalars(select(Invitation.withdrawn_at)).one() is not None


def test_an_invitation_that_is_declined_frees_the_seat(browser, world, answers, owed):
    meeting_id, _page = propose(browser, world)
    decide(browser, meeting_id, "Ja, invitér Nina Ny")
    answer(browser, meeting_id, "colleague", answer="yes")
    with world.acting():
        decline(_with_network(db.session.scalars(select(Invitation.id)).one()), answer="Nej")
    owed.new()
    for _again in range(2):
        with world.acting():
            end_what_nobody_follows()
    assert said(world, answers, meeting_id) == {"member": "no", "colleague": "yes"}
    assert owed.told() == {"substitute_answered": {"member"}, "seat_given": {"colleague"}}


def test_a_name_and_an_address_are_asked_for(browser, world):
    meeting_id = world.meeting()
    page = send(browser, meeting_id, name="", email="nina")
    assert "Skriv navnet" in page.errors
    assert "Skriv en hel adresse, for eksempel mette@kommune.dk." in page.errors
    assert page.value("email") == "nina"


def test_the_address_of_a_colleague_in_the_network_is_that_colleague(browser, world, mate, answers, owed):
    meeting_id = world.meeting()
    page = send(browser, meeting_id, who="new", name="Bo", email="person5@erfa.test")
    assert "Bo Kollega kommer i dit sted." in page.text
    assert owed.told() == {"substitute_asked": {"mate"}}


def test_after_the_deadline_only_a_place_one_has_is_passed_on(browser, world, mate, answers, clock):
    meeting_id = world.meeting(answer_by=clock.move(minutes=0) + timedelta(hours=1))
    clock.move(hours=2)
    page = send(browser, meeting_id, who=str(mate))
    assert "Svarfristen var mandag den 23. november 2026, og du havde ikke sagt ja." in page.text
    answers(meeting_id, member="yes")
    send(browser, meeting_id, who=str(mate))
    assert said(world, answers, meeting_id) == {"member": "no", "mate": "yes"}


def test_who_leaves_the_network_sends_nobody(browser, world, mate, answers, owed):
    meeting_id, _page = propose(browser, world)
    answer(browser, meeting_id, "colleague", answer="yes")
    visit = browser("member")
    page = visit.get(f"/networks/{world.network_id}/members")
    visit.get(next(href for words, href in page.links().items() if "Forlad netværket" in words))
    visit.submit("Forlad netværket")
    assert said(world, answers, meeting_id) == {"colleague": "yes"}


@pytest.mark.parametrize(
    ("capacity", "afterwards"),
    [
        (2, {"member": "waiting", "newcomer": "yes", "colleague": "yes"}),
        (1, {"member": "yes", "newcomer": "waiting", "colleague": "waiting"}),
    ],
)
def test_who_had_answered_before_being_let_in_keeps_that_answer_and_nobody_sits_twice(
    world, answers, capacity, afterwards
):
    """They joined by another way, and said yes themselves before the coordinator said yes to their coming as a substitute."""
    meeting_id = world.meeting(capacity=capacity)

    def of(name):
        return db.session.get_one(Person, world.cast[name])

    with world.acting():
        nina = world.person("Nina Ny")
        email = db.session.get_one(Person, nina).email
        meeting = db.session.get_one(Meeting, meeting_id)
        answer_meeting(meeting, AnswerWord.YES, by=of("member"))
        substitution = propose_somebody_new(meeting, of("member"), name="Nina Ny", email=email)
        db.session.add(Membership(network_id=world.network_id, person_id=nina))
        db.session.flush()
        answer_meeting(meeting, AnswerWord.YES, by=db.session.get_one(Person, nina))
        answer_meeting(meeting, AnswerWord.YES, by=of("colleague"))
        approve(substitution, meeting, db.session.get_one(Network, world.network_id), by=of("coordinator"))
        withdraw_substitute(meeting, of("member"))
    assert said(world, answers, meeting_id) == afterwards


def test_mails_cannot_be_sent_to_colleagues_without_end(browser, world, mate, owed):
    visit = browser("member")
    url = f"/meetings/{world.meeting()}/substitute"
    for _time in range(20):
        visit.post(url, who="nobody", status=200)
    visit.post(url, who=str(mate), status=429)
    assert owed.told() == {}
