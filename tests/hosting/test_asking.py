"""Asking a municipality to be host, and what it answers."""

from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.core import clock as core_clock
from app.extensions import db
from app.hosting.models import AskState
from app.hosting.operations import asking
from app.hosting.queries import host_people
from app.meetings.models import Meeting
from app.meetings.operations.scheduling import cancel_meeting
from app.meetings.operations.telling import tell_due
from tests.browser import Browser

FREDERIKSHAVN, HJORRING, JAMMERBUGT = "0813", "0860", "0849"
YES, NO = "yes", "no"


@pytest.fixture
def meeting_id(world):
    return world.meeting(place="")


def ask_url(world):
    return f"/networks/{world.network_id}/hosts/ask"


@pytest.fixture
def ask(world, browser, meeting_id, asks):
    """Karen asks; returns the address of the question."""

    def ask(whom=HJORRING, what=None, **more):
        karen = browser("coordinator")
        karen.get(ask_url(world))
        karen.submit("Spørg", whom=whom, what=what or f"meeting-{meeting_id}", **more)
        return f"/hosts/asks/{asks()[-1].id}"

    return ask


def test_the_first_meeting_without_a_host_and_the_next_in_turn_are_proposed(world, browser, meeting_id):
    karen = browser("coordinator")
    karen.get(f"/meetings/{meeting_id}")
    page = karen.follow("Spørg den næste vært")
    assert page.tree.css_first("[name=what] [selected]").attributes["value"] == f"meeting-{meeting_id}"
    assert page.tree.css_first("[name=whom] [selected]").attributes["value"] == FREDERIKSHAVN


def test_everybody_from_there_gets_a_mail_with_the_way_to_answer(world, ask, outbox):
    url = ask(word="Har I plads til 23?")
    (mail,) = outbox()
    assert mail.to == "person2@erfa.test"
    assert mail.subject == "Vil Hjørring være vært torsdag den 26. november 2026?"
    assert "Har I plads til 23?" in mail.text
    assert url in mail.text


def test_a_yes_makes_them_host_with_their_place_and_tells_the_coordinators(
    world, browser, ask, host_of, outbox, meeting_id, clock
):
    url = ask()
    outbox()
    mette = browser("member")
    mette.get(url)
    page = mette.submit("Send svaret", answer=YES, place="Rådhuset, Hjørring")
    assert "Tak. I er vært" in page.text
    assert host_of(meeting_id) == HJORRING
    told = {mail.kind: mail for mail in outbox() if mail.to == "person1@erfa.test"}
    assert told["host_answered"].subject == "Hjørring er vært torsdag den 26. november 2026"
    clock.move(hours=1)
    with world.acting():
        tell_due()
    assert "Rådhuset, Hjørring" in next(mail for mail in outbox() if mail.kind == "meeting_moved").text
    page = browser("colleague").get(f"/meetings/{meeting_id}")
    assert "Hjørring har sagt ja til at være vært: Mette Medlem." in page.text
    assert "Rådhuset, Hjørring" in page.text


def test_a_no_needs_a_reason_and_keeps_their_turn(world, browser, ask, order, asks, outbox):
    url = ask()
    outbox()
    mette = browser("member")
    mette.get(url)
    page = mette.submit("Send svaret", answer=NO, reason="")
    assert page.errors == ["Skriv en grund, så tovholderne kan planlægge"]
    mette.submit("Send svaret", answer=NO, reason="Vi flytter den uge")
    assert asks()[0].state is AskState.DECLINED
    assert order() == ["Frederikshavn", "Hjørring", "Jammerbugt"]
    (mail,) = outbox()
    assert mail.subject == "Hjørring kan ikke være vært torsdag den 26. november 2026"
    assert "Vi flytter den uge" in mail.text
    assert "Frederikshavn er den næste i rækken." in mail.text


def test_a_no_passes_the_turn_on_where_they_wish_it(world, browser, ask, order):
    mette = browser("member")
    mette.get(ask())
    mette.submit("Send svaret", answer=NO, reason="Vi flytter", passes_turn="y")
    assert order() == ["Frederikshavn", "Jammerbugt", "Hjørring"]


def test_after_a_no_the_next_is_asked_with_one_click(world, browser, ask, asks, outbox):
    url = ask(whom=FREDERIKSHAVN, word="Har I plads?")
    karen = browser("coordinator")
    karen.get(url)
    karen.submit("Send svaret", answer=NO, reason="Lokalet er optaget")
    page = karen.get(url)
    assert "Hjørring er den næste i rækken." in page.text
    outbox()
    karen.submit("Spørg Hjørring")
    assert [(one.municipality_code, one.word, one.state) for one in asks()] == [
        (FREDERIKSHAVN, "Har I plads?", AskState.DECLINED),
        (HJORRING, "Har I plads?", AskState.OPEN),
    ]
    assert [mail.to for mail in outbox()] == ["person2@erfa.test"]
    page = karen.post(f"{url}/next")
    assert len(asks()) == 3  # Jammerbugt is asked instead, and the question to Hjørring is withdrawn
    assert [one.state for one in asks()][1:] == [AskState.WITHDRAWN, AskState.OPEN]


def test_who_said_no_to_the_meeting_they_were_host_of_is_no_longer(world, browser, ask, host_of, meeting_id):
    with world.acting():
        db.session.get_one(Meeting, meeting_id).host_code = HJORRING
    mette = browser("member")
    mette.get(ask())
    mette.submit("Send svaret", answer=NO, reason="Vi flytter")
    assert host_of(meeting_id) is None


def test_only_members_from_there_and_coordinators_answer(world, browser, ask, asks):
    url = ask()
    page = browser("colleague").get(url)
    assert "Send svaret" not in page.html
    browser("colleague").post(url, status=403, answer=YES)
    browser("outsider").get(url, status=404)
    browser("outsider").post(url, status=404, answer=YES)
    assert asks()[0].is_open


def test_the_second_answer_says_that_it_is_answered(world, browser, ask, asks):
    url = ask()
    mette = browser("member")
    mette.get(url)
    mette.submit("Send svaret", answer=YES)
    mette.post(url, answer=NO, reason="Nej")
    assert "Spørgsmålet er allerede besvaret" in mette.get(url).text
    assert asks()[0].state is AskState.ACCEPTED


def test_a_late_yes_takes_no_meeting_from_another_host(world, browser, ask, host_of, meeting_id, asks):
    url = ask()
    with world.acting():
        db.session.get_one(Meeting, meeting_id).host_code = JAMMERBUGT
    mette = browser("member")
    mette.get(url)
    assert "Der er fundet en anden vært i mellemtiden" in mette.submit("Send svaret", answer=YES).text
    assert host_of(meeting_id) == JAMMERBUGT
    assert asks()[0].is_open


def test_asking_another_withdraws_the_first_and_asking_twice_is_refused(world, browser, ask, asks, outbox):
    url = ask()
    outbox()
    karen = browser("coordinator")
    karen.get(ask_url(world))
    page = karen.submit("Spørg", whom=HJORRING)
    assert page.errors == ["De er allerede spurgt og har ikke svaret endnu"]
    ask(whom=JAMMERBUGT)
    assert [one.state for one in asks()] == [AskState.WITHDRAWN, AskState.OPEN]
    assert "Spørgsmålet er trukket tilbage" in browser("member").get(url).text


def test_a_month_is_promised_before_there_is_a_meeting(world, browser, ask, order, asks):
    url = ask(what="month-2027-03")
    mette = browser("member")
    page = mette.get(url)
    assert "Marts 2027" in page.text
    mette.submit("Send svaret", answer=YES, place="Rådhuset")
    assert order()[-1] == "Hjørring"
    karen = browser("coordinator")
    karen.get(url)
    page = karen.follow("Indkald til møde")
    assert page.value("place") == "Rådhuset"
    assert page.tree.css_first("[name=host] [selected]").attributes["value"] == HJORRING
    assert "Hjørring har sagt ja til at være vært" not in karen.get(f"/networks/{world.network_id}/wheel/2026").text


def test_those_asked_about_a_draft_see_the_question_and_others_do_not(world, browser, asks, ask):
    draft = world.meeting(called_at=None, title="Et udkast", host_code=None)
    url = ask(what=f"meeting-{draft}")
    assert "Et udkast" in browser("member").get(url).text
    browser("colleague").get(url, status=404)
    assert "Et udkast" not in browser("colleague").get(f"/networks/{world.network_id}/hosts").text
    mette = browser("member")
    mette.get(url)
    mette.submit("Send svaret", answer=YES)
    assert asks()[-1].state is AskState.ACCEPTED


def test_one_person_can_be_asked_and_anybody_from_there_answers(world, browser, ask, outbox, asks):
    with world.acting():
        from_there = world.person("Pia Nørlev", network=world.network_id)
        mette = db.session.get_one(Person, world.cast["member"])
        db.session.get_one(Person, from_there).organisation_id = mette.organisation_id
    url = ask(whom=f"{HJORRING}-{world.cast['member']}")
    assert [mail.to for mail in outbox()] == ["person2@erfa.test"]
    pia = Browser(world.app, from_there)
    pia.get(url)
    pia.submit("Send svaret", answer=YES)
    assert asks()[0].answered_by_id == from_there


def test_a_meeting_that_is_off_asks_nobody_any_more(world, browser, ask, asks, acting_as, meeting_id, outbox):
    url = ask()
    with acting_as("coordinator") as karen:
        cancel_meeting(db.session.get_one(Meeting, meeting_id), by=karen)
    assert asks()[0].state is AskState.WITHDRAWN
    assert not [mail for mail in outbox() if mail.kind == "host_asked"]
    assert "Spørgsmålet er trukket tilbage" in browser("member").get(url).text


def test_the_silent_are_reminded_once(world, ask, outbox, clock, browser):
    world.meeting(starts_at=core_clock.now() + timedelta(days=40))
    url = ask(what="month-2027-03")
    outbox()
    told = []
    for _day in range(10):
        clock.move(days=1)
        for _twice in range(2):
            with world.acting():
                asking.remind_the_silent()
        told += outbox()
    assert [mail.subject for mail in told] == ["Påmindelse: Vil Hjørring være vært i marts 2027?"]
    assert url in told[0].text


def test_who_has_answered_is_not_reminded(world, ask, outbox, clock, browser):
    mette = browser("member")
    mette.get(ask(what="month-2027-03"))
    mette.submit("Send svaret", answer=YES)
    outbox()
    clock.move(days=9)
    with world.acting():
        asking.remind_the_silent()
    assert outbox() == []


def test_who_to_remind_as_host_is_who_said_yes_or_all_from_there(world, browser, ask, meeting_id):
    def people():
        with world.acting():
            return host_people(db.session.get_one(Meeting, meeting_id))

    assert people() == []
    with world.acting():
        db.session.get_one(Meeting, meeting_id).host_code = JAMMERBUGT
    assert people() == [world.cast["colleague"]]
    mette = browser("member")
    mette.get(ask())
    mette.submit("Send svaret", answer=YES)
    assert people() == [world.cast["member"]]


def test_only_coordinators_ask_and_withdraw(world, browser, ask, asks):
    browser("member").get(ask_url(world), status=403)
    browser("outsider").get(ask_url(world), status=404)
    url = ask()
    browser("member").post(f"{url}/withdrawal", status=403)
    karen = browser("coordinator")
    karen.get(url)
    karen.submit("Træk spørgsmålet tilbage")
    assert asks()[0].state is AskState.WITHDRAWN
    karen.post(f"{url}/withdrawal")
    assert "allerede besvaret eller trukket tilbage" in karen.get(f"/networks/{world.network_id}/hosts").text


def test_strange_choices_are_explained(world, browser, meeting_id, asks):
    karen = browser("coordinator")
    for what, whom in (("meeting-9999", HJORRING), ("month-1999-01", HJORRING), (f"meeting-{meeting_id}", "0851")):
        page = karen.post(ask_url(world), status=200, what=what, whom=whom)
        assert len(page.errors) == 1
    assert asks() == []
