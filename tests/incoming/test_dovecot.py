"""A mailbox of a real Dovecot is emptied: what is taken lies in "Behandlet", what needs a person in "Fejl"."""

import threading
import time

import pytest
from sqlalchemy import select

from app.extensions import db
from app.incoming.cli import take
from app.incoming.mailbox import MOST_TRIES, Mailbox, envelope_sender_of, recipients_of
from app.incoming.models import Fate, IncomingMail, MailboxPoll
from tests.incoming.dovecot import dovecot

pytestmark = pytest.mark.dovecot


@pytest.fixture(scope="module")
def server():
    with dovecot() as server:
        yield server


@pytest.fixture
def box(app, server, monkeypatch):
    for name, value in server.settings().items():
        monkeypatch.setitem(app.config, name, value)
    with server_emptied(server):
        yield Mailbox(app, take)


class server_emptied:  # noqa: N801 - reads as what it is
    def __init__(self, server):
        self.server = server

    def __enter__(self):
        from imap_tools import MailBoxUnencrypted

        from tests.incoming.dovecot import PASSWORD

        with MailBoxUnencrypted("127.0.0.1", self.server.imap).login("erfa", PASSWORD) as box:
            for folder in box.folder.list():
                box.folder.set(folder.name)
                box.delete(box.uids())

    def __exit__(self, *_error):
        pass


def rows(app):
    with app.app_context():
        return list(db.session.scalars(select(IncomingMail).order_by(IncomingMail.id)))


def test_an_answer_is_fetched_and_put_away(app, server, box, post, room):
    server.deliver(post.mail(), sender=post.email("member"), to=post.address())
    assert server.folders()["INBOX"] == 1
    assert box.run(once=True)
    assert room.came[0].text == "Det har vi prøvet."
    assert server.folders() == {"INBOX": 0, "Behandlet": 1, "Fejl": 0}
    assert box.run(once=True) and len(room.came) == 1
    (row,) = rows(app)
    assert row.envelope_sender == post.email("member") and row.recipient == post.address()


def test_a_report_is_known_by_its_empty_sender(app, server, box, post, room):
    server.deliver(post.mail("mailer-daemon@mx.test"), sender="", to=post.address(purpose="b", thing="17"))
    assert box.run(once=True)
    assert rows(app)[0].fate is Fate.REPORT and server.folders()["Behandlet"] == 1


def test_what_is_for_nobody_waits_for_a_person_and_its_sender_is_told(app, server, box, post, outbox):
    server.deliver(post.mail(To="hvem@svar.erfa.test"), sender=post.email("member"), to="hvem@svar.erfa.test")
    assert box.run(once=True)
    assert server.folders() == {"INBOX": 0, "Behandlet": 0, "Fejl": 1}
    assert "hvem@svar.erfa.test" in outbox()[0].text


def test_what_fails_is_tried_again_and_ends_with_a_person(app, server, box, post, room):
    room.break_down(ValueError())
    server.deliver(post.mail(), sender=post.email("member"), to=post.address())
    for _time in range(MOST_TRIES - 1):
        assert not box.run(once=True)
        assert server.folders()["INBOX"] == 1
    assert box.run(once=True)
    assert server.folders() == {"INBOX": 0, "Behandlet": 0, "Fejl": 1}


def test_a_failure_that_passes_loses_nothing(app, server, box, post, room):
    room.break_down(ValueError())
    server.deliver(post.mail(), sender=post.email("member"), to=post.address())
    assert not box.run(once=True)
    room.answer = lambda _mail, _numbers: "kept"
    assert box.run(once=True) and server.folders()["Behandlet"] == 1
    assert [row.fate for row in rows(app)] == [Fate.TAKEN]


def test_a_mail_that_is_too_large_is_not_fetched_whole(app, server, box, post, monkeypatch, outbox):
    monkeypatch.setitem(app.config, "MAIL_IN_MB", 1)
    server.deliver(post.mail(text="a\n" * 1_000_000), sender=post.email("member"), to=post.address())
    assert box.run(once=True)
    assert "for stor" in outbox()[0].text


def test_mail_that_comes_while_it_waits_is_taken_at_once(app, server, box, post, room, clock):
    thread = threading.Thread(target=box.run, daemon=True)
    thread.start()
    try:
        until = time.monotonic() + 30
        while not polls(app):
            assert time.monotonic() < until
            time.sleep(0.05)
        server.deliver(post.mail(), sender=post.email("member"), to=post.address())
        while not room.came:
            assert time.monotonic() < until, server.log
            time.sleep(0.05)
    finally:
        box.stop()
        thread.join(30)
    assert not thread.is_alive()


def polls(app):
    with app.app_context():
        return list(db.session.scalars(select(MailboxPoll)))


def test_a_certificate_that_nobody_vouches_for_is_refused(app, server, box, monkeypatch):
    for name, value in {"IMAP_TLS": "ssl", "IMAP_PORT": server.imaps, "IMAP_HOST": "localhost"}.items():
        monkeypatch.setitem(app.config, name, value)
    assert not box.run(once=True)
    assert "SSL" in polls(app)[0].trouble


@pytest.mark.parametrize("kind", ["ssl", "starttls"])
def test_a_certificate_that_is_trusted_is_taken(app, server, box, post, room, monkeypatch, kind):
    monkeypatch.setenv("SSL_CERT_FILE", str(server.folder / "cert.pem"))
    port = server.imaps if kind == "ssl" else server.imap
    for name, value in {"IMAP_TLS": kind, "IMAP_PORT": port, "IMAP_HOST": "localhost"}.items():
        monkeypatch.setitem(app.config, name, value)
    server.deliver(post.mail(), sender=post.email("member"), to=post.address())
    assert box.run(once=True) and len(room.came) == 1


def test_a_wrong_password_and_a_server_that_is_away_are_noted(app, server, box, monkeypatch):
    monkeypatch.setitem(app.config, "IMAP_PASSWORD", "wrong")
    assert not box.run(once=True)
    (row,) = polls(app)
    assert row.trouble and row.polled_at is None and "wrong" not in row.trouble
    monkeypatch.setitem(app.config, "IMAP_PASSWORD", server.settings()["IMAP_PASSWORD"])
    assert box.run(once=True)
    (row,) = polls(app)
    assert not row.trouble and row.polled_at


def test_whom_a_mail_in_a_mailbox_is_for(app, post):
    ours, other = post.address(), post.address("colleague")
    with app.app_context():
        assert recipients_of(app, f"To: Alle <alle@x.test>, {ours}\r\n\r\n".encode()) == [ours]
        assert recipients_of(app, f"Delivered-To: svar@svar.erfa.test\r\nTo: {ours}\r\n\r\n".encode()) == [ours]
        assert recipients_of(app, f"X-Original-To: {other}\r\nTo: {ours}\r\n\r\n".encode()) == [other, ours]
        assert recipients_of(app, b"To: x@svar.erfa.test\r\n\r\n") == ["x@svar.erfa.test"]
        assert recipients_of(app, b"To: x@y.test\r\n\r\n") == []
    assert envelope_sender_of(b"Return-Path: <>\r\nFrom: a@b.test\r\n\r\n") == ""
    assert envelope_sender_of(b"From: A <a@b.test>\r\n\r\n") == "a@b.test"
