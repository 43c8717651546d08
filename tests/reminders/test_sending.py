"""The worker sends what is due and still true, once; and says how long there is left as it is then."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from app.core import clock as core_clock
from app.extensions import db
from app.meetings.models import Answer, AnswerWord, Meeting
from app.meetings.operations.scheduling import Facts, cancel_meeting, edit_meeting
from app.networks.models import Membership
from app.notifications.models import Mail
from app.notifications.operations import mute
from app.reminders.operations import tend_to_reminders
from tests.reminders.conftest import wall


def reminders(outbox):
    return [mail for mail in outbox() if mail.kind == "meeting_reminder"]


def to_the_morning(clock, in_days: int, hour: int = 8, minute: int = 1) -> None:
    clock.set(wall(core_clock.today() + timedelta(days=in_days), hour, minute))


def test_only_those_without_an_answer_are_asked(call, answer, clock, outbox):
    meeting_id = call(30)
    answer(meeting_id, coordinator="yes", colleague="no")
    outbox()
    to_the_morning(clock, 16)
    (mail,) = reminders(outbox)  # the member has not answered, and is the host as well: one mail
    assert mail.to == "person2@erfa.test"
    assert mail.subject == "Kommer du? Småjob, onsdag 23. december"
    assert "Du har ikke svaret endnu. Mødet i ERFA Prøvenet er om 14 dage." in mail.text
    assert f"https://erfa.test/meetings/answers/{meeting_id}-" in mail.text
    assert "Du er vært" in mail.text
    assert reminders(outbox) == []


def test_the_host_hears_who_comes_and_what_they_have_written(call, answer, clock, outbox):
    meeting_id = call(30)
    answer(meeting_id, member="yes")
    answer(meeting_id, colleague="yes", coordinator="yes", note="Spiser ikke nødder")
    outbox()
    to_the_morning(clock, 25)  # Friday: three days before is a Sunday
    (mail,) = (mail for mail in reminders(outbox) if mail.to == "person2@erfa.test")  # 14 days and 3: one mail
    assert mail.subject == "Om 5 dage er du vært: Småjob"
    assert "3 deltager, 0 siger måske, og 0 har ikke svaret." in mail.text
    assert "Ole Kollega: »Spiser ikke nødder«" in mail.text
    assert not mail.message["List-Unsubscribe"]


def test_whoever_presents_is_told_what_and_when(call, answer, clock, outbox):
    meeting_id = call(30)
    answer(meeting_id, member="yes", colleague="yes", coordinator="yes")
    outbox()
    to_the_morning(clock, 23)
    mail = next(mail for mail in reminders(outbox) if "din tur" in mail.subject)
    assert (mail.to, mail.subject) == ("person3@erfa.test", "Om 7 dage er det din tur: Småjob")
    assert "9.30  Mit oplæg (20 min.)" in mail.text


def test_the_day_before_those_who_come_hear_of_it(call, answer, clock, outbox):
    meeting_id = call(2)
    answer(meeting_id, member="yes", colleague="maybe", coordinator="no")
    outbox()
    to_the_morning(clock, 1)
    mails = reminders(outbox)
    assert [mail.to for mail in mails] == ["person2@erfa.test", "person3@erfa.test"]
    assert mails[0].subject == "I morgen kl. 9.30: Småjob"
    assert "Dit svar: Måske" in mails[1].text


def test_a_late_worker_says_how_long_there_is_left_now(call, answer, clock, outbox):
    meeting_id = call(2)
    answer(meeting_id, member="yes")
    outbox()
    to_the_morning(clock, 2, 6, 30)
    mail = next(mail for mail in reminders(outbox) if mail.to == "person2@erfa.test")
    assert mail.subject == "Om 3 timer kl. 9.30: Småjob"
    assert "i morgen" not in mail.text


def test_what_came_too_late_is_never_sent(call, answer, clock, outbox, planned):
    meeting_id = call(2)
    answer(meeting_id, member="yes")
    outbox()
    to_the_morning(clock, 2, 9, 31)
    assert reminders(outbox) == []
    assert planned(meeting_id)["coming", 1] == "started"


def owe(world):
    """The chore has run, and nothing is sent yet."""
    with world.acting():
        tend_to_reminders()


def untold(outbox):
    return {(to, reason) for to, kind, reason in outbox.untold() if kind == "meeting_reminder"}


def test_what_is_no_longer_so_when_the_mail_is_written_is_not_sent(call, answer, clock, outbox, world, change):
    meeting_id = call(30)
    answer(meeting_id, coordinator="yes")
    outbox()
    to_the_morning(clock, 16)
    owe(world)
    answer(meeting_id, colleague="no")
    with world.acting():  # and the member leaves
        membership = db.session.scalars(select(Membership).filter_by(person_id=world.cast["member"])).one()
        membership.left_at = core_clock.now()
    assert untold(outbox) == {
        ("person3@erfa.test", "what it reminds of is no longer so"),
        ("person2@erfa.test", "no longer a member of the network"),
    }


def test_never_after_a_cancellation(call, answer, clock, outbox, world, change):
    meeting_id = call(2)
    answer(meeting_id, member="yes", colleague="yes", coordinator="yes")
    outbox()
    to_the_morning(clock, 1)
    owe(world)
    change(meeting_id, lambda meeting, by: cancel_meeting(meeting, by=by))
    assert {reason for _to, reason in untold(outbox)} == {"the meeting is cancelled"}


def test_not_for_the_day_it_is_no_longer_on(call, answer, clock, outbox, world, change, planned):
    meeting_id = call(2)
    answer(meeting_id, member="yes", coordinator="no", colleague="no")
    outbox()
    to_the_morning(clock, 1)
    owe(world)

    def a_week_later(meeting, by):
        facts, way = Facts.of(meeting), timedelta(days=7)
        edit_meeting(meeting, replace(facts, starts_at=facts.starts_at + way, ends_at=facts.ends_at + way), by=by)

    change(meeting_id, a_week_later)
    assert {reason for _to, reason in untold(outbox)} == {
        "the meeting is on another day by now, and is reminded of anew"
    }
    assert planned(meeting_id)["coming", 1] == "01.12 08"


def test_whoever_has_silenced_the_network_is_not_asked_but_hears_of_what_they_took_on(
    call, answer, clock, outbox, world
):
    call(30)
    with world.acting():
        for who in ("member", "colleague", "coordinator"):
            mute(world.cast[who], "network", world.network_id)
    outbox()
    to_the_morning(clock, 16)
    assert [mail.to for mail in reminders(outbox)] == ["person2@erfa.test"]  # the host


def test_two_workers_at_once_send_one(call, answer, clock, outbox, world):
    meeting_id = call(2)
    answer(meeting_id, member="yes")
    outbox()
    to_the_morning(clock, 1)
    owe(world)
    owe(world)
    with world.app.app_context():
        keys = db.session.scalars(select(Mail.key).where(Mail.kind == "meeting_reminder")).all()
    assert len(keys) == len(set(keys)) == 1


def test_a_worker_that_dies_before_its_commit_has_done_nothing(call, answer, clock, outbox, world, planned):
    meeting_id = call(2)
    answer(meeting_id, member="yes")
    outbox()
    to_the_morning(clock, 1)
    with world.app.app_context():
        tend_to_reminders()
        db.session.rollback()
    assert planned(meeting_id)["coming", 1] == "24.11 08"
    assert len(reminders(outbox)) == 1


def test_an_answer_of_somebody_who_left_counts_nowhere(call, clock, outbox, world):
    meeting_id = call(2)
    with world.acting():
        db.session.add(Answer(meeting_id=meeting_id, person_id=world.cast["outsider"], answer=AnswerWord.YES))
    outbox()
    to_the_morning(clock, 1)
    assert reminders(outbox) == []
    with world.app.app_context():
        assert db.session.get_one(Meeting, meeting_id).is_draft is False
