"""Who was told what: the real worker writes what is owed and keeps it, and the tests read the bytes it kept."""

import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from flask import Flask, has_app_context
from sqlalchemy import select

from app.extensions import db
from app.notifications.composing import compose
from app.notifications.models import KeptMail, Mail, MailState
from app.notifications.worker import Worker


@dataclass(frozen=True)
class Told:
    """One mail as a mail program got it."""

    to: str
    subject: str
    text: str
    html: str
    kind: str
    message: EmailMessage = field(repr=False)
    raw: bytes = field(repr=False)


class Outbox:
    """`outbox()` sends what is owed and returns the mails since it was last called, oldest first.

    A mail that cannot be written fails the test with its own error. `outbox.untold()` lists (to, kind, reason) of what was
    deliberately not sent, also since it was last called.
    """

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._read_up_to = 0
        self._untold: set[int] = set()

    def __call__(self) -> list[Told]:
        if has_app_context():
            db.session.commit()  # as an operation's caller would have before any worker sees its mails
        assert not self.app.config["MAIL_SERVER"], (
            "outbox() reads the kept mails; with an SMTP server read smtp.messages"
        )
        Worker(self.app).run(once=True)
        with self.app.app_context():
            failed = db.session.scalar(select(Mail.id).where(Mail.state == MailState.READY, Mail.attempts > 0))
            dead = db.session.scalar(select(Mail.reason).where(Mail.state == MailState.DEAD))
        if failed:
            compose(self.app, failed)
        assert not dead, dead
        return self._read()

    def _read(self) -> list[Told]:
        with self.app.app_context():
            rows = db.session.scalars(
                select(KeptMail).where(KeptMail.id > self._read_up_to).order_by(KeptMail.id)
            ).all()
            kinds = {row.id: row.kind for row in db.session.execute(select(Mail.id, Mail.kind))}
        self._read_up_to = max([row.id for row in rows], default=self._read_up_to)
        return [_told(row, kinds) for row in rows]

    def untold(self) -> list[tuple[str, str, str]]:
        """Sends what is owed and returns what was left out on purpose."""
        Worker(self.app).run(once=True)
        with self.app.app_context():
            rows = db.session.scalars(select(Mail).where(Mail.state == MailState.DROPPED).order_by(Mail.id)).all()
            fresh = [
                (row.address or row.person.email, row.kind, row.reason) for row in rows if row.id not in self._untold
            ]
        self._untold |= {row.id for row in rows}
        return fresh


def _told(row: KeptMail, kinds: dict[int, str]) -> Told:
    message = message_from_bytes(row.raw, policy=default)
    assert isinstance(message, EmailMessage)
    number = re.match(r"m-(\d+)-", row.message_id)
    assert number
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text
    assert html
    return Told(
        to=row.recipient,
        subject=str(message["Subject"]),
        text=text.get_content().replace("\r\n", "\n"),
        html=html.get_content(),
        kind=kinds.get(int(number[1]), ""),
        message=message,
        raw=row.raw,
    )
