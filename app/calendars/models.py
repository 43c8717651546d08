"""Feeds and the stored fragments they are joined from."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.core import clock
from app.core.db import UtcDateTime, word
from app.extensions import Model
from app.networks.models import Network


class FeedScope(StrEnum):
    """Which meetings a feed carries."""

    MINE = "mine"  # of all the networks one is a member of
    NETWORK = "network"  # of one of them
    PUBLIC = "public"  # what any network has opened to all, as anybody sees it


class Feed(Model):
    """A person's secret calendar address. Only the hash of its token is kept; the address is shown once.

    What it carries stays as long as it lives, since programs keep the name they first read. How much of it (`weeks_back`,
    `hides_cancelled`) and whether it reminds (`alarm_minutes` before the start, None: not) can change at the same address.
    """

    __tablename__ = "feeds"
    __table_args__ = (
        CheckConstraint("(scope = 'network') = (network_id IS NOT NULL)", name="names_its_network"),
        CheckConstraint("weeks_back >= 0", name="weeks_back_is_a_number"),
        CheckConstraint("alarm_minutes >= 0", name="alarm_minutes_is_a_number"),
    )
    MOST: ClassVar[int] = 12  # live ones per person
    FORGOTTEN_AFTER: ClassVar[timedelta] = timedelta(days=30)
    WEEKS_BACK: ClassVar[tuple[int, ...]] = (0, 4, 13, 26, 52)
    ALARMS: ClassVar[tuple[int, ...]] = (10, 30, 60, 24 * 60)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    scope: Mapped[FeedScope] = mapped_column(
        word(FeedScope, "feed_scope"), default=FeedScope.MINE, server_default="mine"
    )
    network_id: Mapped[int | None] = mapped_column(ForeignKey("networks.id"), index=True)
    weeks_back: Mapped[int] = mapped_column(default=13, server_default="13")
    alarm_minutes: Mapped[int | None] = mapped_column()
    hides_cancelled: Mapped[bool] = mapped_column(default=False, server_default=false())
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    renewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_fetched_by: Mapped[str] = mapped_column(String(80), default="")

    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    network: Mapped[Network | None] = relationship(lazy="raise_on_sql")

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
