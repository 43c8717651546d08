"""Answers as mail programs send them, filled in for a meeting and a person of the cast."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.calendars.ics import uid_of
from app.extensions import db
from app.incoming.models import IncomingMail
from app.incoming.operations import Verdict, ingest
from app.meetings.models import Answer, Meeting
from app.notifications.addresses import address_of
from app.notifications.models import Mail
from tests.world import World

MAILS = Path(__file__).parent / "mails"


class Post:
    """Brings mails to a meeting's address in; what is in braces in tests/itip/mails is filled in from the cast."""

    def __init__(self, world: World, meeting_id: int) -> None:
        self.world, self.meeting_id, self.count = world, meeting_id, 0

    def to(self, who: str = "member") -> str:
        with self.world.app.app_context():
            return address_of("r", f"m{self.meeting_id}-{self.world.cast[who]}")

    def email_of(self, who: str = "member") -> str:
        with self.world.app.app_context():
            return db.session.get_one(Person, self.world.cast[who]).email

    def facts(self, who: str = "member") -> dict[str, str]:
        with self.world.app.app_context():
            meeting = db.session.get_one(Meeting, self.meeting_id)
            return {
                "uid": uid_of(meeting.id),
                "sequence": str(meeting.sequence),
                "start": f"{meeting.starts_at:%Y%m%dT%H%M%SZ}",
                "end": f"{meeting.ends_at:%Y%m%dT%H%M%SZ}",
            }

    def bring(self, raw: bytes, *, who: str = "member", sender: str = "", to: str = "") -> Verdict:
        with self.world.acting():
            return ingest(raw, to or self.to(who), sender or self.email_of(who))

    def shape(self, name: str, *, who: str = "member", sender: str = "", **facts: str) -> Verdict:
        """A mail of tests/itip/mails from `who`, or from `sender`."""
        self.count += 1
        email = self.email_of(who)
        known = {
            "email": email,
            "EMAIL": email.upper(),
            "from": sender or email,
            "to": self.to(who),
            "stamp": f"20261123T0800{self.count:02}Z",
            "count": str(self.count),
            "status": "ACCEPTED",
            **self.facts(who),
            **facts,
        }
        raw = (MAILS / f"{name}.eml").read_text("utf-8")
        for key, value in known.items():
            raw = raw.replace("{" + key + "}", value)
        return self.bring(raw.replace("\n", "\r\n").encode(), who=who, sender=sender)

    def words(self, text: str, *, who: str = "member", sender: str = "", subject: str = "Re: Indkaldelse") -> Verdict:
        """A mail without a calendar object."""
        self.count += 1
        sender = sender or self.email_of(who)
        raw = (
            f"From: En Afsender <{sender}>\r\nTo: <{self.to(who)}>\r\nSubject: {subject}\r\n"
            f"Message-ID: <ord-{self.count}@post.test>\r\nMIME-Version: 1.0\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
        )
        return self.bring(raw.encode(), who=who, sender=sender)

    def answer(self, who: str = "member") -> Answer | None:
        with self.world.acting():
            row = db.session.scalar(
                select(Answer).where(Answer.meeting_id == self.meeting_id, Answer.person_id == self.world.cast[who])
            )
            db.session.expunge_all()
        return row

    def said(self, who: str = "member") -> str | None:
        answer = self.answer(who)
        return answer.answer.value if answer else None

    def traces(self) -> list[tuple[str, str]]:
        """Fate and reason of all that came in."""
        with self.world.acting():
            rows = db.session.scalars(select(IncomingMail).order_by(IncomingMail.id))
            return [(row.fate.value, row.reason) for row in rows]


@pytest.fixture
def post(world: World) -> Post:
    return Post(world, world.meeting())


@pytest.fixture
def post_for(world: World) -> Callable[[int], Post]:
    """For a meeting of another kind."""
    return lambda meeting_id: Post(world, meeting_id)


@pytest.fixture
def owed_kinds(world: World) -> Callable[[], list[str]]:
    """The kinds of all mails that were ever owed."""

    def load() -> list[str]:
        with world.acting():
            return list(db.session.scalars(select(Mail.kind).order_by(Mail.id)))

    return load
