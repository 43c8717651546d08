"""What is owed becomes a mail, once, to the right people, in their language, if it is still wanted."""

import logging

import pytest
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Person
from app.core import clock as time
from app.extensions import db
from app.notifications.models import MailState
from app.notifications.operations import announce, mute, unmute
from app.notifications.queries import chosen_levels_of, is_muted
from app.notifications.worker import Worker


def test_everybody_but_the_one_who_acted_is_told_once(world, outbox):
    cast = world.cast
    with world.acting():
        announce("probe", to=cast.values(), about="case-9-opened", payload={}, but_not=cast["member"])
    told = outbox()
    assert len(told) == len(cast) - 1
    assert {mail.kind for mail in told} == {"probe"}
    assert any("Kære Ole Kollega" in mail.text and "Kære Ole Kollega" in mail.html for mail in told)
    assert outbox() == []


def test_the_same_announcement_cannot_be_made_twice(world):
    with world.acting():
        announce("probe", to=[world.cast["member"]], about="case-9-opened", payload={})
    with pytest.raises(IntegrityError), world.acting():
        announce("probe", to=[world.cast["member"]], about="case-9-opened", payload={})


def test_what_is_rolled_back_is_not_told(world, outbox):
    with world.acting():
        announce("probe", to=[world.cast["member"]], about="case-9-opened", payload={})
        db.session.rollback()
    assert outbox() == []


def test_a_mail_speaks_its_readers_language(world, outbox, owe):
    with world.acting():
        db.session.get(Person, world.cast["colleague"]).locale = "en"
    owe("member", "colleague")
    danish, english = outbox()
    assert "Du får mailen, fordi" in danish.text
    assert '<html lang="da"' in danish.html
    assert "You get this mail because" in english.text
    assert '<html lang="en"' in english.html


def test_a_closed_account_gets_nothing_and_the_reason_is_kept(world, outbox, owe):
    with world.acting():
        db.session.get(Person, world.cast["member"]).disabled_at = time.now()
    owe("member")
    assert outbox() == []
    assert [reason for _, _, reason in outbox.untold()] == ["the account is closed"]


def test_a_feature_can_say_at_the_last_moment_that_it_is_no_longer_so(outbox, owe):
    owe("member", **{"not": "the meeting has been moved again"})
    assert outbox() == []
    assert [reason for _, _, reason in outbox.untold()] == ["the meeting has been moved again"]


@pytest.mark.parametrize(("scope", "number"), [("case", 9), ("network", 7)])
def test_who_has_silenced_the_case_or_its_network_hears_nothing_of_the_case(world, outbox, owe, scope, number):
    with world.acting():
        mute(world.cast["member"], scope, number)
        mute(world.cast["member"], scope, number)
    owe("member", "colleague", topic=True)
    assert [mail.to for mail in outbox()] == ["person3@erfa.test"]
    assert [reason for _, _, reason in outbox.untold()] == [f"{scope} {number} is muted"]


def test_a_mail_that_is_owed_comes_even_to_those_who_silenced_its_network(world, outbox, owe):
    with world.acting():
        mute(world.cast["member"], "network", 7)
    owe("member")
    assert len(outbox()) == 1


def test_silence_can_be_broken(world, outbox, owe):
    with world.acting():
        member = db.session.get(Person, world.cast["member"])
        mute(member.id, "case", 9)
        mute(member.id, "network", 8)
        assert is_muted(member.id, "case", 9)
        assert [(row.scope, row.scope_id) for row in chosen_levels_of(member)] == [("case", 9), ("network", 8)]
        unmute(member.id, "case", 9)
        assert not is_muted(member.id, "case", 9)
    owe("member", topic=True)
    assert len(outbox()) == 1


def test_a_mail_that_cannot_be_written_is_tried_again_and_its_words_stay_out_of_the_log(
    owe, work, mails, clock, caplog
):
    owe("member", **{"break": True})
    owe("member", about="case-10")
    with caplog.at_level(logging.DEBUG):
        work()
    broken, other = mails()
    assert (broken.state, broken.attempts) == (MailState.READY, 1)
    assert broken.reason.startswith("RuntimeError at probe.py:")
    assert other.state is MailState.SENT
    assert "secret" not in caplog.text
    assert "erfa.test" not in caplog.text
    for _ in range(7):
        clock.move(hours=2)
        work()
    assert mails()[0].state is MailState.DEAD
    assert mails()[0].attempts == 8


def test_a_later_mail_of_a_thread_does_not_overtake_one_that_has_to_wait(owe, work, mails, clock, outbox):
    owe("member", **{"break": True}, about="case-9")
    owe("member", subject="second", about="case-9")
    owe("member", subject="other thread", about="case-10")
    owe("colleague", subject="other person", about="case-9")
    work()
    assert [mail.state for mail in mails()] == [MailState.READY, MailState.READY, MailState.SENT, MailState.SENT]
    work()
    assert mails()[1].state is MailState.READY
    for _ in range(7):
        clock.move(hours=2)
        work()
    assert [mail.state for mail in mails()][:2] == [MailState.DEAD, MailState.SENT]


def test_a_kind_that_nobody_knows_waits_for_the_code_that_knows_it(world, work, mails):
    with world.acting():
        announce("from the future", to=[world.cast["member"]], about="case-9-x", payload={})
    work()
    assert mails()[0].state is MailState.READY
    assert mails()[0].reason.startswith("KeyError")


def test_in_production_without_a_mail_server_mails_wait_and_the_log_says_so_once(app, owe, mails, caplog, monkeypatch):
    monkeypatch.setitem(app.config, "DEMO", False)
    owe("member")
    worker = Worker(app)
    with caplog.at_level(logging.WARNING):
        worker.run(once=True)
        worker.run(once=True)
    assert mails()[0].state is MailState.READY
    assert caplog.text.count("MAIL_SERVER is not set") == 1


def test_the_outbox_forgets_what_was_done_a_month_ago(app, owe, work, mails, clock):
    owe("member")
    work()
    clock.move(days=29)
    work()
    assert len(mails()) == 1
    owe("colleague")
    clock.move(days=2)
    work()
    assert [mail.state for mail in mails()] == [MailState.SENT]
