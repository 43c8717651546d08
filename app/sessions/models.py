"""Sessions, sign-ins between their two steps, one-time codes, known devices, accounts at the employer, and changes of address that are under way."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ColumnElement, ForeignKey, String, Text, UniqueConstraint, and_, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.core import clock
from app.core.db import UtcDateTime, word
from app.core.tokens import fingerprint
from app.extensions import Model
from app.factors.queries import has_factor


class Means(StrEnum):
    """What someone signed in with."""

    PASSWORD = "password"  # noqa: S105 - a word, not a password
    CODE = "code"
    PASSKEY = "passkey"
    EMPLOYER = "employer"


class SignInSession(Model):
    """One browser that someone is signed in with. Deleting the row signs it out, whatever cookie it still holds."""

    __tablename__ = "sign_in_sessions"
    LIFETIME: ClassVar[timedelta] = timedelta(days=30)
    ADMINISTRATORS_LIFETIME: ClassVar[timedelta] = timedelta(hours=12)
    ADMINISTRATORS_IDLE: ClassVar[timedelta] = timedelta(minutes=60)
    FRESH: ClassVar[timedelta] = timedelta(minutes=10)
    NOTED_EVERY: ClassVar[timedelta] = timedelta(minutes=5)  # how often `seen_at` is written, at most

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    means: Mapped[Means] = mapped_column(word(Means, "means", is_checked=False), default=Means.PASSWORD)
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)  # the moment of signing in
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)  # to a few minutes
    refreshed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)  # when it was last proved who it is
    refreshed_by: Mapped[Means] = mapped_column(word(Means, "refreshed_by", is_checked=False), default=Means.PASSWORD)
    second_step_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it last showed a factor
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    person: Mapped[Person] = relationship()

    @classmethod
    def lives(cls) -> ColumnElement[bool]:
        """The condition, joined to the person, that it is not over (ASVS 7.3): for administrators sooner, and when idle.

        It looks at what the person is now: whoever becomes an administrator has an administrator's session at once, and
        where there is a factor, a session that has not shown one is none.
        """
        now = clock.now()
        return and_(
            cls.expires_at > now,
            Person.disabled_at.is_(None),
            or_(cls.second_step_at.is_not(None), ~has_factor(Person.id)),
            or_(
                Person.administrator_since.is_(None),
                and_(cls.created_at > now - cls.ADMINISTRATORS_LIFETIME, cls.seen_at > now - cls.ADMINISTRATORS_IDLE),
            ),
        )

    @property
    def is_fresh(self) -> bool:
        return clock.now() - self.refreshed_at < self.FRESH

    @property
    def is_fresh_by_code(self) -> bool:
        """Someone has just shown that the mailbox is theirs, which is as good as knowing the old password."""
        return self.is_fresh and self.refreshed_by is Means.CODE


class PendingSignIn(Model):
    """A browser that has shown a password, a mailed code or the employer's word, and owes the second step.

    With a `session_id` it is signed in already, and what waits for the second step is that this session counts as fresh.
    """

    __tablename__ = "pending_sign_ins"
    LIFETIME: ClassVar[timedelta] = timedelta(minutes=10)
    TOLD_AT: ClassVar[int] = 3  # failures before the owner is told; one may mistype

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    means: Mapped[Means] = mapped_column(word(Means, "means", is_checked=False))
    target: Mapped[str] = mapped_column(Text, default="")
    failures: Mapped[int] = mapped_column(default=0)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sign_in_sessions.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str | None] = mapped_column(String(200))  # with `subject`: the employer's account to link when done
    subject: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)

    person: Mapped[Person] = relationship()


class SignInCode(Model):
    """A request for a one-time code. The six digits are derived from `nonce` and the installation's key, never stored.

    A request for an address without an account is written down too, without a person: so that asking and trying
    take the same steps, and the same time, whether the account exists or not (ASVS 6.3.8).
    """

    __tablename__ = "sign_in_codes"
    LIFETIME: ClassVar[timedelta] = timedelta(minutes=10)
    TRIES: ClassVar[int] = 5

    id: Mapped[int] = mapped_column(primary_key=True)
    address_hash: Mapped[str] = mapped_column(String(64), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    nonce: Mapped[str] = mapped_column(String(43))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_live(self) -> bool:
        is_young = clock.now() - self.created_at < self.LIFETIME
        return self.used_at is None and self.tries < self.TRIES and is_young


class KnownDevice(Model):
    """A browser that someone has signed in with before: it holds a secret of its own, of which this is the fingerprint."""

    __tablename__ = "known_devices"
    __table_args__ = (UniqueConstraint("person_id", "token_hash"),)
    LIFETIME: ClassVar[timedelta] = timedelta(days=400)  # browsers keep no cookie longer

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(String(64), index=True)
    signed_in_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)  # the last time


class Identity(Model):
    """An account at the employer that opens the account here: what the issuer calls it, and never its mail address."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("person_id", "issuer"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    issuer: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(255))  # OpenID Connect Core 2: at most 255 ASCII characters
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    unlinked_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # from then on it opens nothing, and no other does
    used_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    person: Mapped[Person] = relationship()


class AddressChange(Model):
    """A new mail address that somebody asked for. It becomes theirs when a code from both mailboxes has been given.

    Asked for or taken already, an address makes the same row and owes a mail to the same two mailboxes (ASVS 6.3.8).
    """

    __tablename__ = "address_changes"
    LIFETIME: ClassVar[timedelta] = timedelta(minutes=60)
    TRIES: ClassVar[int] = 10

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), unique=True)
    address: Mapped[str] = mapped_column(String(254))
    nonce: Mapped[str] = mapped_column(String(43))
    tries: Mapped[int] = mapped_column(default=0)
    confirmed_new_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_old_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)

    @property
    def mark(self) -> str:
        """Tells it from an earlier one whose number it has got; gives nothing away."""
        return fingerprint(self.nonce)[:16]

    @property
    def is_live(self) -> bool:
        return self.tries < self.TRIES and clock.now() - self.created_at < self.LIFETIME

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_new_at is not None and self.confirmed_old_at is not None
