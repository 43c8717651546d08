"""The outbox, how much people want to hear of what, and the worker's sign of life."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.core import clock
from app.core.db import UtcDateTime, word
from app.extensions import Model


class MailState(StrEnum):
    READY = "ready"
    LEASED = "leased"
    COLLECTED = "collected"  # waits for its person's next digest
    SENT = "sent"
    DROPPED = "dropped"  # deliberately not sent; `reason` says why
    DEAD = "dead"  # given up after the last retry; `reason` says why


class Mail(Model):
    """One mail to one person, owed from the moment its act is committed. Its words are made when it is sent.

    `address` is where it goes instead of the person's own address, or to someone who has no account yet.
    """

    __tablename__ = "mails"
    __table_args__ = (
        CheckConstraint("person_id IS NOT NULL OR address IS NOT NULL", name="goes_to_someone"),
        Index(
            "ix_mails_due",
            "state",
            "run_at",
            sqlite_where=text("state IN ('ready', 'leased')"),
            postgresql_where=text("state IN ('ready', 'leased')"),
        ),
        Index(
            "ix_mails_waiting",
            "person_id",
            "thread",
            sqlite_where=text("state IN ('ready', 'leased')"),
            postgresql_where=text("state IN ('ready', 'leased')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)  # the same announcement made twice is one mail
    kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    address: Mapped[str | None] = mapped_column(String(254))
    thread: Mapped[str] = mapped_column(String(80), default="")  # mails of one thread reach one person in order
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[MailState] = mapped_column(word(MailState, "mail_state"), default=MailState.READY)
    run_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    attempts: Mapped[int] = mapped_column(default=0)
    put_off_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # when it was told to wait, by quiet hours or the like
    is_hurried: Mapped[bool] = mapped_column(default=False, server_default=false())  # an urgent mail comes after it
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    leased_by: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person | None] = relationship()


class KeptMail(Model):
    """A mail as a mail client got it, kept for the mailbox page of the demo and of development; never in production."""

    __tablename__ = "kept_mails"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(200), index=True)
    recipient: Mapped[str] = mapped_column(String(254), index=True)
    subject: Mapped[str] = mapped_column(String(400))
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)


class Level(StrEnum):
    """How much someone wants to hear of something; what each lets through is in `levels.py`."""

    WATCH = "watch"
    NORMAL = "normal"
    QUIET = "quiet"
    MUTED = "muted"


class ChosenLevel(Model):
    """How much someone has said they want to hear of one thing: `scope` is 'network', 'case' or 'digest', `scope_id` its number.

    Without a row it is the level of the wider thing, and of a network NORMAL.
    """

    __tablename__ = "levels"
    __table_args__ = (UniqueConstraint("person_id", "scope", "scope_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    scope: Mapped[str] = mapped_column(String(16))
    scope_id: Mapped[int]
    level: Mapped[Level] = mapped_column(word(Level, "level"))
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Worker(Model):
    """A worker's sign of life."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)


class Notice(Model):
    """The same announcement in the inbox of the application: its line is written when the inbox is opened.

    `key` is its mail's; the mail goes away after a month. `number` is how far it stands in its thread, like a post in a case.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_person_id_id", "person_id", "id"),
        Index(
            "ix_notices_unread",
            "person_id",
            "thread",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    network_id: Mapped[int | None] = mapped_column(ForeignKey("networks.id", ondelete="CASCADE"), index=True)
    thread: Mapped[str] = mapped_column(String(80), default="")
    number: Mapped[int] = mapped_column(default=0)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Weight(StrEnum):
    """What a report of failure says of the address."""

    UNKNOWN_ADDRESS = "unknown_address"  # there is no such mailbox: one is enough
    FAILED = "failed"  # this mail never arrives; three in two weeks are enough
    DELAYED = "delayed"  # it may still arrive


class Bounce(Model):
    """The mail system's word that a mail of ours did not arrive. `is_forgiven` ones no longer count against the address."""

    __tablename__ = "bounces"
    __table_args__ = (Index("ix_bounces_address_at", "address", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    weight: Mapped[Weight] = mapped_column(word(Weight, "bounce_weight"))
    status: Mapped[str] = mapped_column(String(16), default="")  # like 5.1.1 (RFC 3463)
    diagnostic: Mapped[str] = mapped_column(String(500), default="")
    is_forgiven: Mapped[bool] = mapped_column(default=False)


class SuspendedAddress(Model):
    """An address that mail does not reach: nothing but codes goes there until its person or an administrator lifts it."""

    __tablename__ = "suspended_addresses"

    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    suspended_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    status: Mapped[str] = mapped_column(String(16), default="")
    diagnostic: Mapped[str] = mapped_column(String(500), default="")
