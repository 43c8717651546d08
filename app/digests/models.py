"""When people want to hear of their networks, what waits for a digest, and which digest told it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import UtcDateTime, word
from app.extensions import Model
from app.networks.models import Network


class Frequency(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"


class Rhythm(Model):
    """That someone wants the news of a network collected. Without a row it comes at once.

    `told_until` is where the last interval ended, and the next begins; `next_at` is when that one is due.
    """

    __tablename__ = "rhythms"
    __table_args__ = (
        CheckConstraint("frequency <> 'weekly' OR weekday IS NOT NULL", name="weekly_on_a_weekday"),
        CheckConstraint("weekday BETWEEN 1 AND 7", name="a_weekday"),
        Index("ix_rhythms_next_at", "next_at"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id", ondelete="CASCADE"), primary_key=True)
    frequency: Mapped[Frequency] = mapped_column(word(Frequency, "frequency"))
    weekday: Mapped[int | None]  # 1 is Monday
    told_until: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Hours(Model):
    """At which hours of the Danish day someone wants to hear from us. Quiet hours go from `quiet_from` to `quiet_until`."""

    __tablename__ = "hours"
    __table_args__ = (
        CheckConstraint("digest_hour BETWEEN 0 AND 23", name="a_digest_hour"),
        CheckConstraint("quiet_from BETWEEN 0 AND 23", name="a_quiet_from"),
        CheckConstraint("quiet_until BETWEEN 0 AND 23", name="a_quiet_until"),
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_has_an_end"),
        CheckConstraint("quiet_from <> quiet_until", name="quiet_is_not_all_day"),
    )

    DIGEST_HOUR = 8

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    digest_hour: Mapped[int] = mapped_column(default=DIGEST_HOUR)
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    are_weekends_quiet: Mapped[bool] = mapped_column(default=False)


class Digest(Model):
    """What one network brought one person in one interval, after `since` and up to `until`: each begins where the last ended.

    Those of the same moment share a mail; `mail_id` is None when there was nothing to tell, or when the mail is forgotten.
    """

    __tablename__ = "digests"
    __table_args__ = (
        UniqueConstraint("person_id", "network_id", "since"),
        CheckConstraint("since <= until", name="ends_after_it_began"),
        Index("ix_digests_until", "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id", ondelete="SET NULL"), index=True)

    network: Mapped[Network] = relationship(lazy="raise_on_sql")


class Collected(Model):
    """A mail that is not sent by itself: it waits for a digest, or one has taken it. It can be in one only."""

    __tablename__ = "collected_mails"
    __table_args__ = (
        Index(
            "ix_collected_mails_waiting",
            "person_id",
            "network_id",
            sqlite_where=text("digest_id IS NULL"),
            postgresql_where=text("digest_id IS NULL"),
        ),
    )

    mail_id: Mapped[int] = mapped_column(ForeignKey("mails.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id", ondelete="CASCADE"))
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digests.id", ondelete="CASCADE"), index=True)
