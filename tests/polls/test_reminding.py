"""Those who have not voted are reminded, and nobody else; coordinators hear when it is time to choose."""

from datetime import date, timedelta

import pytest

from app.notifications.worker import Worker
from app.polls.operations import look_after_polls
from tests.polls.conftest import FIRST

REMIND = "Påmind den ene, der mangler"


@pytest.fixture
def looked_after(world):
    def look():
        with world.acting():
            look_after_polls()

    return look


def test_three_days_before_and_on_the_last_day_once_each(poll, votes, owed, looked_after, clock):
    number = poll()
    votes(number, member="yes no yes", coordinator="yes yes yes")
    told = []
    for _hour in range(24 * 12):
        looked_after()
        told += [(clock.move(), mail.kind, mail.person_id) for mail in owed.new()]
        clock.move(hours=1)
    reminders = [(moment.strftime("%d %H"), who) for moment, kind, who in told if kind == "poll_reminder"]
    assert reminders == [("28 07", 4), ("01 07", 4)]
    assert [kind for _m, kind, _w in told].count("poll_ripe") == 1


def test_a_late_worker_reminds_nobody_of_a_day_that_is_over(poll, owed, looked_after, clock):
    poll()
    clock.move(days=9)
    looked_after()
    looked_after()
    assert owed.told() == {"poll_ripe": {"coordinator"}}


def test_what_is_late_but_true_is_sent_once(poll, owed, looked_after, clock):
    poll()
    clock.set(clock.move(days=8, hours=10))  # the last day, in the evening
    looked_after()
    looked_after()
    assert owed.told() == {"poll_reminder": {"member", "colleague", "coordinator"}}


@pytest.mark.parametrize("how", [{"closed_at": FIRST}, {"withdrawn_at": FIRST}, {"decided_at": FIRST}])
def test_never_when_it_is_over(poll, owed, looked_after, clock, how):
    poll(**how)
    for _day in range(12):
        looked_after()
        clock.move(days=1)
    assert owed.new() == []


def test_who_votes_before_the_mail_is_sent_gets_none(poll, votes, looked_after, outbox, clock):
    number = poll()
    clock.move(days=6)
    looked_after()
    votes(number, member="yes yes no")
    assert {mail.to for mail in outbox() if mail.kind == "poll_reminder"} == {"person1@erfa.test", "person3@erfa.test"}


def test_the_reminder_says_what_is_asked(poll, votes, looked_after, outbox, clock):
    number = poll()
    votes(number, member="yes - -")
    clock.move(days=6)
    looked_after()
    mails = {mail.to: mail for mail in outbox() if mail.kind == "poll_reminder"}
    assert mails["person2@erfa.test"].subject == "Påmindelse: Hvornår kan I mødes? Vintermøde"
    assert "Du har ikke svaret på alle datoerne endnu." in mails["person2@erfa.test"].text
    assert "Du har ikke svaret endnu." in mails["person3@erfa.test"].text


def test_a_new_deadline_is_reminded_of_anew(browser, poll, owed, looked_after, clock):
    number = poll()
    clock.move(days=8, hours=1)
    looked_after()
    owed.new()
    visit = browser("coordinator")
    visit.get(f"/polls/{number}/edit")
    visit.submit("Gem afstemningen", closes_on="2026-12-05")
    assert set(owed.told()) == {"poll_changed"}
    clock.move(days=4)
    looked_after()
    assert set(owed.told()) == {"poll_reminder"}


def test_by_hand_once_an_hour(browser, poll, votes, owed, clock):
    number = poll()
    votes(number, member="yes no yes", coordinator="yes yes yes")
    visit = browser("coordinator")
    visit.get(f"/polls/{number}")
    page = visit.submit(REMIND)
    assert "Vi sender en mail til 1 medlem nu." in page.text
    assert owed.told() == {"poll_reminder": {"colleague"}}
    assert "De blev påmindet for mindre end en time siden" in visit.submit(REMIND).text
    assert owed.new() == []
    clock.move(hours=2)
    visit.submit(REMIND)
    assert owed.told() == {"poll_reminder": {"colleague"}}


def test_the_coordinators_hear_when_everybody_has_answered(poll, votes, looked_after, outbox, owed):
    number = poll()
    votes(number, member="yes no yes", coordinator="yes yes yes")
    looked_after()
    assert owed.new() == []
    votes(number, colleague="no no yes")
    looked_after()
    looked_after()
    (mail,) = outbox()
    assert (mail.kind, mail.to) == ("poll_ripe", "person1@erfa.test")
    assert "Alle har svaret." in mail.text


def test_the_worker_does_it_by_itself(app, poll, owed, clock):
    poll(closes_on=date(2026, 11, 30))
    clock.move(days=7, hours=1)
    Worker(app).run(once=True)
    assert "poll_reminder" in owed.told()
    assert clock.move() - FIRST < timedelta(0)
