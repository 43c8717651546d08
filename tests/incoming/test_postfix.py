"""There and back through a real Postfix: a mail goes out, its answer comes in by the pipe, and stands on the page."""

from email.message import EmailMessage

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.extensions import db
from app.incoming.models import Fate, IncomingMail
from app.notifications.addresses import address_of
from app.notifications.worker import Worker
from tests.incoming.postfix import postfix

pytestmark = pytest.mark.postfix


@pytest.fixture
def mx(app, smtp, monkeypatch):
    """The installation's Postfix; `smtp` is the mail server of the members' own mailboxes behind it."""
    with postfix(app, smtp.port) as server:
        monkeypatch.setitem(app.config, "MAIL_PORT", server.port)
        yield server


def answer(mail: EmailMessage, text: str, *, to: str = "") -> EmailMessage:
    """What Thunderbird writes."""
    reply = EmailMessage()
    reply["From"] = str(mail["To"])
    reply["To"] = to or str(mail["Reply-To"])
    reply["Subject"] = f"Re: {mail['Subject']}"
    reply["Message-ID"] = "<answer-1@erfa.test>"
    reply["In-Reply-To"] = str(mail["Message-ID"])
    body = mail.get_body(("plain",))
    assert body
    quote = "\n".join(f"> {line}".rstrip() for line in body.get_content().splitlines())
    reply.set_content(f"{text}\n\nDen 24-11-2026 kl. 10:12 skrev ERFA Prøvenet:\n{quote}\n\n-- \nMette Medlem\n")
    return reply


def tell_a_case(browser, world):
    where = f"/networks/{world.network_id}/cases/new"
    browser.get(where)
    browser.post(where, title="Hvem skal ringe først?", situation="Vi ved ikke, hvem der skal ringe.", wanted="Råd")


def traces(app):
    with app.app_context():
        return [(row.fate, row.reason) for row in db.session.scalars(select(IncomingMail).order_by(IncomingMail.id))]


def email_of(app, world, who):
    with app.app_context():
        return db.session.get_one(Person, world.cast[who]).email


def test_a_case_is_told_answered_by_mail_and_the_answer_stands_on_the_page(app, world, browser, mx, smtp):
    tell_a_case(browser("colleague"), world)
    Worker(app).run(once=True)
    smtp.wait_for(2)
    mail = next(one for one in smtp.messages if one.to == email_of(app, world, "member"))
    assert mail.sender.startswith("b+")
    reply = answer(mail.message, "Ring til mesteren først.\n\nDet har virket to gange.")
    mx.send(reply.as_bytes(), sender=mail.to, to=str(mail.message["Reply-To"]).partition("<")[2].strip(">"))
    mx.wait_for_exit(0)
    assert traces(app)[0][0] is Fate.TAKEN
    page = browser("coordinator").get("/cases/1")
    assert "Det har virket to gange." in page.text
    assert "skrev ERFA Prøvenet" not in page.text and "Mette Medlem --" not in page.text


def test_an_answer_from_the_calendar_is_an_answer_on_the_page(app, world, browser, mx, smtp):
    meeting = world.meeting()
    with app.app_context():
        to = address_of("r", f"m{meeting}-{world.cast['member']}")
        from app.meetings.models import Meeting

        row = db.session.get_one(Meeting, meeting)
        starts, ends = (f"{moment:%Y%m%dT%H%M%SZ}" for moment in (row.starts_at, row.ends_at))
    host = "erfa.test"
    email = email_of(app, world, "member")
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Google Inc//Google Calendar 70.9054//EN", "METHOD:REPLY", "BEGIN:VEVENT",
        f"UID:meeting-{meeting}@{host}", "SEQUENCE:0", "DTSTAMP:20261124T091200Z", f"DTSTART:{starts}", f"DTEND:{ends}",
        f"ORGANIZER:mailto:{to}", f"ATTENDEE;PARTSTAT=ACCEPTED;CN=Mette:mailto:{email}", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = email, to, "Accepteret: Småjob"
    mail["Message-ID"], mail["Auto-Submitted"] = "<calendar-1@google.test>", "auto-generated"
    mail.set_content("Mette har accepteret.")
    mail.add_alternative("\r\n".join(lines), subtype="calendar")
    mail.get_payload()[1].set_param("method", "REPLY")
    mx.send(mail.as_bytes(), sender="calendar-notification@google.test", to=to)
    mx.wait_for_exit(0)
    assert traces(app)[0][0] is Fate.TAKEN, traces(app)
    with app.app_context():
        from app.meetings.models import Answer, AnswerWord

        assert db.session.scalars(select(Answer.answer)).all() == [AnswerWord.YES]
    assert "Mette Medlem" in browser("coordinator").get(f"/meetings/{meeting}").text


def test_what_cannot_be_delivered_comes_back_and_counts(app, world, browser, mx, smtp):
    smtp.answers[email_of(app, world, "member")] = "550 5.1.1 no such user"
    tell_a_case(browser("colleague"), world)
    Worker(app).run(once=True)
    mx.wait_for_exit(0, recipient="b+")
    ((fate, reason),) = traces(app)
    assert fate is Fate.REPORT, reason


def test_an_unknown_address_is_bounced_by_the_mail_server(app, world, mx, smtp):
    email = email_of(app, world, "member")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = email, "x@svar.erfa.test", "Hej", "<2@erfa.test>"
    mail.set_content("Hej")
    mx.send(mail.as_bytes(), sender=email, to="x@svar.erfa.test")
    mx.wait_for_exit(67)
    smtp.wait_for(1)
    report = smtp.messages[0]
    assert report.to == email and report.message.get_content_type() == "multipart/report"
    assert b"5.1.1" in report.raw


def test_a_database_that_is_away_costs_no_mail(app, world, mx):
    email = email_of(app, world, "member")
    there = mx.settings["DATABASE_URL"]
    mx.settings["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/gone"
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = (
        email,
        "netvaerk-999@svar.erfa.test",
        "Hej",
        "<3@erfa.test>",
    )
    mail["Auto-Submitted"] = "no"
    mail.set_content("Hej")
    mx.send(mail.as_bytes(), sender=email, to="netvaerk-999@svar.erfa.test")
    mx.wait_for_exit(75)
    assert not traces(app)
    mx.settings["DATABASE_URL"] = there
    mx.wait_for("status=", seconds=60)
    until_taken(mx)
    assert len(traces(app)) == 1


def until_taken(mx):
    for code in (0, 67):
        try:
            mx.wait_for_exit(code, seconds=30)
        except AssertionError:
            continue
        return
    raise AssertionError(mx.log)


def test_settings_that_cannot_be_used_cost_no_mail_either(app, world, mx):
    mx.settings["PORT"] = "eighty"
    mail = b"From: a@b.test\r\nMessage-ID: <4@b.test>\r\n\r\nHej\r\n"
    mx.send(mail, sender="a@b.test", to="x@svar.erfa.test")
    mx.wait_for_exit(75)
