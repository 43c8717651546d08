"""Each mail that came in, whole, and what became of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.core import clock
from app.core.db import UtcDateTime, word
from app.extensions import Model


class Fate(StrEnum):
    """What became of a mail."""

    TAKEN = "taken"  # it did what it was sent for
    REFUSED = "refused"  # it did not; the sender was told why, unless it came from a machine
    REPORT = "report"  # the mail system told of a mail of ours
    PASSED_OVER = "passed_over"  # an automatic answer, or the same mail once more
    FAILED = "failed"  # we could not; it is tried again


class IncomingMail(Model):
    """A mail as it came. `key` names the mail, its sender and its recipient, so that the same one taken in twice is one.

    `raw` is the whole of it where somebody here has written it or a mail system has; of others' only the headers are kept.
    `became` is the path of the page that shows what came of it, and `network_id` the network that belongs to.
    """

    __tablename__ = "incoming_mails"
    __table_args__ = (Index("ix_incoming_mails_sender", "from_address", "received_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    recipient: Mapped[str] = mapped_column(String(254))
    envelope_sender: Mapped[str] = mapped_column(
        String(254), default=""
    )  # empty for reports of failure (RFC 5321 4.5.5)
    from_address: Mapped[str] = mapped_column(String(254), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    subject: Mapped[str] = mapped_column(String(400), default="")
    raw: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    fate: Mapped[Fate] = mapped_column(word(Fate, "fate"))
    reason: Mapped[str] = mapped_column(Text, default="")  # English and short, for the log and administrators
    about: Mapped[str] = mapped_column(String(80), default="")  # what it was for, like "c7-12"
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when its sender was told that it was refused

    unanswered: Mapped[str] = mapped_column(String(120), default="")  # why its sender was not told that it was refused
    tries: Mapped[int] = mapped_column(default=1)  # more than one where we failed and it came anew
    copies: Mapped[int] = mapped_column(default=0)  # how often the same came once more
    network_id: Mapped[int | None] = mapped_column(ForeignKey("networks.id"), index=True)
    became: Mapped[str] = mapped_column(String(200), default="")

    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")


class MailboxPoll(Model):
    """How the last look into the mailbox went; one row for each mailbox. `trouble` is empty when it went well."""

    __tablename__ = "mailbox_polls"

    mailbox: Mapped[str] = mapped_column(String(200), primary_key=True)
    polled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it last went well
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trouble: Mapped[str] = mapped_column(String(200), default="")
