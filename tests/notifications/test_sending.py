"""Through a real SMTP server: who gets what when the server is willing, unwilling, slow, or away."""

import shutil
import socket
import ssl
import subprocess
import threading
from datetime import timedelta

import pytest

from app.core import clock as time
from app.notifications import addresses
from app.notifications import smtp as ours
from app.notifications import worker as work_place
from app.notifications.addresses import Addressed
from app.notifications.models import MailState
from app.notifications.smtp import Connection, NoServerError, TryLaterError
from app.notifications.worker import Worker
from tests.smtp import post_office


def test_a_mail_arrives_with_everything_mail_programs_rely_on(owe, work, smtp, mails, app):
    owe("member", topic=True, reply=True)
    work()
    (mail,) = smtp.messages
    with app.app_context():
        assert addresses.read(mail.sender) == Addressed("b", str(mails()[0].id))  # the envelope names the mail (VERP)
    assert mail.message["From"].addresses[0].display_name == "ERFA Prøvenet"
    assert mail.message["Subject"] == "Re: Hvem skal ringe først?"
    assert mail.message["References"] == "<case-9@erfa.test>"
    assert mail.message["List-Id"].endswith("<network-7.erfa.test>")
    stop, by_mail = (way.strip("<>") for way in mail.message["List-Unsubscribe"].split(", "))
    assert stop.startswith("https://erfa.test/unsubscribe/")
    assert by_mail.startswith("mailto:u+")
    assert stop in mail.message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    html = mail.message.get_body(("html",)).get_content()
    assert "prefers-color-scheme: dark" in html
    assert "background-color: #f8f6f1" in html
    assert mails()[0].state is MailState.SENT
    assert mails()[0].sent_at == time.now()


def test_one_connection_serves_the_whole_batch(owe, work, smtp):
    for number in range(20):
        owe("member", about=f"case-{number}")
    work()
    assert len(smtp.messages) == 20
    assert smtp.connections == 1


def test_mails_to_one_person_come_in_the_order_they_were_owed(owe, work, smtp):
    for number in range(12):
        owe("member", subject=f"Nummer {number}")
    work()
    assert [mail.message["Subject"] for mail in smtp.messages] == [f"Nummer {number}" for number in range(12)]


def test_a_refused_recipient_is_given_up_with_the_reason_and_the_others_are_served(owe, work, smtp, mails):
    owe("member", "colleague", "coordinator")
    smtp.answers["person3@erfa.test"] = "550 5.1.1 No such user here"
    work()
    assert sorted(mail.to for mail in smtp.messages) == ["person1@erfa.test", "person2@erfa.test"]
    dead = [mail for mail in mails() if mail.state is MailState.DEAD]
    assert [mail.reason for mail in dead] == ["550 5.1.1 No such user here"]


def test_a_mail_refused_after_it_was_read_is_given_up(owe, work, smtp, mails):
    owe("member")
    smtp.after_data = lambda _mail: "554 5.7.1 Rejected as spam"
    work()
    assert (mails()[0].state, mails()[0].reason) == (MailState.DEAD, "554 5.7.1 Rejected as spam")


def test_a_busy_server_is_asked_again_after_longer_and_longer_pauses(owe, work, smtp, mails, clock):
    owe("member")
    smtp.answers["person2@erfa.test"] = "451 4.7.1 Greylisted, come back later"
    waits = []
    for _ in range(7):
        work()
        (mail,) = mails()
        assert (mail.state, mail.lease_until) == (MailState.READY, None)
        waits.append((mail.run_at - time.now()).total_seconds())
        work()
        assert mails()[0].attempts == len(waits)  # not before its time
        clock.set(mail.run_at)
    for number, seconds in enumerate(waits):
        assert 15 * 2**number * 0.8 <= seconds <= 15 * 2**number * 1.2
    del smtp.answers["person2@erfa.test"]
    work()
    assert mails()[0].state is MailState.SENT
    assert len(smtp.messages) == 1


def test_after_the_eighth_try_a_mail_is_given_up(owe, work, smtp, mails, clock):
    owe("member")
    smtp.answers["person2@erfa.test"] = "451 Not now"
    for _ in range(8):
        work()
        clock.move(hours=2)
    assert (mails()[0].state, mails()[0].attempts, mails()[0].reason) == (MailState.DEAD, 8, "451 Not now")


def test_no_pause_is_longer_than_an_hour_and_a_fifth():
    from app.notifications.outbox import wait_after

    assert all(timedelta(minutes=48) <= wait_after(20) <= timedelta(minutes=72) for _ in range(50))


def test_a_connection_lost_after_the_mail_was_read_makes_a_twin_that_can_be_told(owe, work, smtp, mails, clock):
    owe("member", "colleague")
    lost = []
    smtp.after_data = lambda mail: "drop" if not lost and not lost.append(mail.to) else None
    work()
    assert sorted(mail.state for mail in mails()) == [MailState.READY, MailState.SENT]
    clock.move(minutes=1)
    work()
    assert [mail.state for mail in mails()] == [MailState.SENT, MailState.SENT]
    ids = [mail.id for mail in smtp.messages if mail.to == lost[0]]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert len({mail.id for mail in smtp.messages}) == 2


def test_no_mail_is_to_blame_when_the_server_is_away(owe, app, mails, monkeypatch, caplog):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    monkeypatch.setitem(app.config, "MAIL_SERVER", "127.0.0.1")
    monkeypatch.setitem(app.config, "MAIL_PORT", port)
    owe("member", "colleague")
    worker = Worker(app)
    worker.run(once=True)
    assert [(mail.state, mail.attempts) for mail in mails()] == [(MailState.READY, 0)] * 2
    assert "no connection to the mail server" in caplog.text
    caplog.clear()
    worker.run(once=True)
    assert "no connection" not in caplog.text  # it leaves the server alone for a while


def test_a_silent_server_does_not_hold_us_for_ever(app, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setitem(app.config, "MAIL_SERVER", "127.0.0.1")
        monkeypatch.setitem(app.config, "MAIL_PORT", silent.getsockname()[1])
        with Connection(app, patience=0.2) as connection, pytest.raises(NoServerError):
            connection.deliver(b"Subject: x\r\n\r\nx\r\n", sender="a@b.dk", recipient="c@d.dk")


def test_a_server_that_falls_silent_after_the_mail_is_asked_again(app, smtp):
    smtp.after_data = lambda _mail: "silence"
    with Connection(app, patience=0.3) as connection, pytest.raises(TryLaterError):
        connection.deliver(b"Subject: x\r\n\r\nx\r\n", sender="a@b.dk", recipient="c@d.dk")
    assert ours.PATIENCE == 30


@pytest.fixture
def vouched_by_nobody(tmp_path):
    """A server's TLS with a certificate it made itself."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed, so no certificate can be made")
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout"
    subprocess.run([*command.split(), key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def test_a_certificate_nobody_vouches_for_gets_no_mail(owe, app, mails, monkeypatch, vouched_by_nobody):
    with post_office(vouched_by_nobody) as office:
        monkeypatch.setitem(app.config, "MAIL_SERVER", "127.0.0.1")
        monkeypatch.setitem(app.config, "MAIL_PORT", office.port)
        owe("member")
        Worker(app).run(once=True)  # without STARTTLS, which the server demands
        assert (mails()[0].state, mails()[0].attempts) == (MailState.READY, 0)
        monkeypatch.setitem(app.config, "MAIL_USE_TLS", True)
        with Connection(app) as connection, pytest.raises(NoServerError, match="certificate verify failed"):
            connection.deliver(b"Subject: x\r\n\r\nx\r\n", sender="a@b.dk", recipient="c@d.dk")
        assert office.messages == []


def test_two_workers_share_the_work_and_nobody_gets_two(owe, app, smtp, mails, monkeypatch):
    monkeypatch.setattr(work_place, "BATCH", 5)
    for number in range(30):
        owe("member", "colleague", about=f"case-{number}")
    workers = [Worker(app) for _ in range(2)]
    for number, worker in enumerate(workers):
        worker.name += f"-{number}"
        worker._take_over_from_the_dead = lambda: None
    threads = [threading.Thread(target=worker.run, kwargs={"once": True}) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(smtp.messages) == len({mail.id for mail in smtp.messages}) == 60
    assert {mail.state for mail in mails()} == {MailState.SENT}


def test_a_lease_that_ran_out_is_taken_over(owe, app, smtp, mails, clock):
    from app.extensions import db
    from app.notifications import outbox

    owe("member")
    with app.app_context():
        assert len(outbox.claim("a worker on another machine", at_most=10)) == 1
        db.session.commit()
    Worker(app).run(once=True)
    assert smtp.messages == []
    clock.move(minutes=6)
    Worker(app).run(once=True)
    assert len(smtp.messages) == 1
    with app.app_context():  # the first worker wakes up and finds that it holds nothing any more
        claimed = outbox.Claimed(mails()[0].id, mails()[0].person_id, "case-9", 0)
        outbox.try_later("a worker on another machine", claimed, "late")
        db.session.commit()
    assert mails()[0].state is MailState.SENT
