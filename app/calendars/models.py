"""Feeds and the stored fragments they are joined from."""

from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.core import clock
from app.core.db import UtcDateTime
from app.extensions import Model


class Feed(Model):
    """A person's secret calendar address. Only the hash of its token is kept; the address is shown once."""

    __tablename__ = "feeds"
    MOST: ClassVar[int] = 12  # live ones per person
    FORGOTTEN_AFTER: ClassVar[timedelta] = timedelta(days=30)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    renewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_fetched_by: Mapped[str] = mapped_column(String(80), default="")

    person: Mapped[Person] = relationship(lazy="raise_on_sql")

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    @property
    def seems_forgotten(self) -> bool:
        """Fetched once, but not for a month."""
        return self.last_fetched_at is not None and clock.now() - self.last_fetched_at > self.FORGOTTEN_AFTER


class Fragment(Model):
    """One meeting as a VEVENT without stamps. `variant` is language, answer and level; `version` what it was made from."""

    __tablename__ = "calendar_fragments"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True)
    variant: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)
