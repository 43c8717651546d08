"""What people can prove themselves with beside password and mail, and of whom it is required."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import UtcDateTime, word
from app.extensions import Model


class Passkey(Model):
    """A key pair of someone's device or password manager; we hold the public half. Using it counts as both steps."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)  # stays 0 for those that are synchronised between devices
    transports: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_synchronised: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Authenticator(Model):
    """An authenticator app (RFC 6238), confirmed by a code before there is a row. `secret` is encrypted."""

    __tablename__ = "authenticators"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(300))
    last_step: Mapped[int]  # the newest time step whose code was taken; none is taken twice
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Model):
    """One of ten codes that each work once. The codes of a set are hashed with the salt they share."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("person_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    salt: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SpentChallenge(Model):
    """A passkey's challenge that has been answered, kept until it would have expired, so that it is answered once."""

    __tablename__ = "spent_challenges"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class RequiredOf(StrEnum):
    """Of whom a second step is required."""

    NOBODY = "nobody"
    ADMINISTRATORS = "administrators"
    COORDINATORS = "coordinators"  # and administrators
    EVERYBODY = "everybody"


class SignInRule(Model):
    """The one rule of the installation; without a row nothing is required."""

    __tablename__ = "sign_in_rules"
    __table_args__ = (CheckConstraint("id = 1", name="is_the_only_one"),)
    ONLY: ClassVar[int] = 1

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=ONLY)
    required_of: Mapped[RequiredOf] = mapped_column(word(RequiredOf, "required_of"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
