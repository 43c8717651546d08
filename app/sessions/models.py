"""Sessions and one-time codes."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.core import clock
from app.core.db import UtcDateTime, word
from app.extensions import Model


class Means(StrEnum):
    """What someone signed in with."""

    PASSWORD = "password"  # noqa: S105 - a word, not a password
    CODE = "code"
    PASSKEY = "passkey"


class SignInSession(Model):
    """One browser that someone is signed in with. Deleting the row signs it out, whatever cookie it still holds."""

    __tablename__ = "sign_in_sessions"
    LIFETIME: ClassVar[timedelta] = timedelta(days=30)
    ADMINISTRATORS_LIFETIME: ClassVar[timedelta] = timedelta(hours=12)
    FRESH: ClassVar[timedelta] = timedelta(minutes=10)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    means: Mapped[Means] = mapped_column(word(Means, "means", is_checked=False), default=Means.PASSWORD)
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)  # the moment of signing in
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    person: Mapped[Person] = relationship()

    @property
    def is_fresh_by_code(self) -> bool:
        """Someone has just shown that the mailbox is theirs, which is as good as knowing the old password."""
        return self.means is Means.CODE and clock.now() - self.created_at < self.FRESH


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
