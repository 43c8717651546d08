"""No machine is ever answered, nothing goes round in a loop, and reports of failure go where they belong."""

import pytest
from sqlalchemy import select

from app.extensions import db
from app.incoming.answering import A_DAY, TO_STRANGERS_AN_HOUR
from app.incoming.models import Fate, IncomingMail

AUTOMATIC = {
    "Auto-Submitted": {"Auto_Submitted": "auto-replied; owner-email=a@b"},
    "vacation": {"Auto_Submitted": "auto-generated (vacation)"},
    "a list": {"List_Id": "<liste.test>"},
    "bulk": {"Precedence": "bulk"},
    "junk": {"Precedence": "Junk"},
    "Outlook, away": {"Subject": "Automatisk svar: Re: Sagen", "X_Auto_Response_Suppress": "All"},
    "away in English": {"Subject": "Out of Office: Re: Sagen"},
    "autoreply": {"X_Autoreply": "yes"},
}


def why_not(app):
    with app.app_context():
        return db.session.scalars(select(IncomingMail.unanswered).order_by(IncomingMail.id)).all()


@pytest.mark.parametrize("name", AUTOMATIC)
def test_what_nobody_has_written_is_passed_over_with_a_trace(app, post, room, outbox, name):
    verdict = post.bring(post.mail(**AUTOMATIC[name]))
    assert verdict.fate is Fate.PASSED_OVER and verdict.reason
    assert not room.came and not outbox()


def test_somebody_may_write_of_being_away(post, room):
    assert post.bring(post.mail(Subject="Fravær på mødet")).fate is Fate.TAKEN
    assert post.bring(post.mail(Auto_Submitted="no", Message_ID="<2@x.test>")).fate is Fate.TAKEN


@pytest.mark.parametrize("sender", ["", "<>"])
def test_a_report_at_a_case_is_passed_over(post, room, outbox, sender):
    assert post.bring(post.mail(), sender=sender).fate is Fate.PASSED_OVER
    assert not room.came and not outbox()


def test_a_report_reaches_whom_reports_are_for(post, room):
    to = post.address(purpose="b", thing="17")
    assert post.bring(post.mail("mailer-daemon@mx.test"), to, sender="").fate is Fate.REPORT
    assert room.came[0].is_report


def test_an_away_message_to_the_address_of_reports_is_none(post, room, outbox):
    to = post.address(purpose="b", thing="17")
    assert post.bring(post.mail(Auto_Submitted="auto-replied"), to).fate is Fate.PASSED_OVER
    assert post.bring(post.mail(Message_ID="<2@x.test>"), to).fate is Fate.REFUSED
    assert not room.came
    assert "mailsystemer" in outbox()[0].text


def test_calendars_answer_meetings_by_themselves(post, room):
    reply = b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n"
    raw = (
        b"Auto-Submitted: auto-generated\r\nSender: calendar-notification@google.test\r\nFrom: <person2@erfa.test>\r\n"
        b"Message-ID: <7@x.test>\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n" + reply
    )
    assert post.bring(raw, post.address(thing="o7")).fate is Fate.TAKEN
    assert room.came[0].calendars == (reply.replace(b"\r\n", b"\n"),) or room.came[0].calendars == (reply,)


@pytest.mark.parametrize(
    "headers", [{"Auto_Submitted": "auto-replied"}, {"X_Auto_Response_Suppress": "OOF"}, {"Precedence": "list"}]
)
def test_a_refusal_never_answers_a_machine(app, post, room, outbox, headers):
    post.bring(post.mail(**headers), "r+nobody-abc@svar.erfa.test")
    assert not outbox() and why_not(app)[0]


@pytest.mark.parametrize("who", ["noreply@erfa.test", "x@svar.erfa.test", "mailer-daemon@mx.test", "no-reply@x.test"])
def test_nor_ourselves_nor_anybody_who_reads_nothing(app, post, room, outbox, who):
    post.bring(post.mail(who), sender=who)
    assert not outbox() and not room.came


def test_a_loop_ends(app, post, room, outbox, monkeypatch):
    """A program that answers each answer of ours and hides that it is one."""
    monkeypatch.setitem(app.config, "MAIL_IN_LIMIT", "1000 per minute")
    room.refuse("Sagen er lukket.")
    for number in range(A_DAY + 5):
        post.bring(post.mail(text=str(number), Message_ID=f"<{number}@x.test>"))
    assert len(outbox()) == A_DAY
    assert why_not(app)[-1] == "answered often enough today"


def test_strangers_are_answered_once_a_day_and_few_in_all(app, world, post, room, outbox):
    to = post.address(purpose="n", thing=str(world.network_id))
    for number in range(TO_STRANGERS_AN_HOUR + 5):
        who = f"fremmed{number}@x.test"
        for time in "ab":
            assert (
                post.bring(post.mail(who, Message_ID=f"<{number}{time}@x.test>"), to, sender=who).fate is Fate.REFUSED
            )
    told = outbox()
    assert len(told) == TO_STRANGERS_AN_HOUR
    assert all("Sagen" not in mail.subject + mail.text for mail in told), (
        "what others write is not passed on to strangers"
    )


def test_a_stranger_whose_envelope_is_anothers_is_not_answered(world, post, room, outbox):
    to = post.address(purpose="n", thing=str(world.network_id))
    post.bring(post.mail("offer@uskyldig.test"), to, sender="spam@ond.test")
    assert not outbox()


def test_an_unknown_address_is_told_by_whoever_can(app, post, room, outbox):
    to = "r+x7-1-forkert@svar.erfa.test"
    assert post.bring(post.mail(), to, caller_bounces=True).is_unknown
    assert not outbox()
    assert post.bring(post.mail(Message_ID="<2@x.test>"), to).is_unknown
    assert "Der er ikke noget på adressen" in outbox()[0].text


def test_the_answer_comes_from_nobody(smtp, app, post, room):
    from app.notifications.worker import Worker

    room.refuse("Sagen er lukket.")
    post.bring(post.mail())
    Worker(app).run(once=True)
    (mail,) = smtp.messages
    assert mail.sender in {"", "<>"}
