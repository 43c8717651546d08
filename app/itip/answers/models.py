"""The last answer of each person's calendar, proposals of another time, and words that are no answer."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, backref, joinedload, mapped_column, relationship
from sqlalchemy.orm.interfaces import ORMOption

from app.accounts.models import Person
from app.core import clock
from app.core.db import UtcDateTime, word
from app.extensions import Model
from app.meetings.models import Meeting


class CalendarReply(Model):
    """What a person's calendar said last of a meeting, and which revision it spoke of; what is older counts for nothing.

    `said` is the PARTSTAT, or COUNTER. `program` is the calendar that said it, "" where it did not say its name.
    """

    __tablename__ = "calendar_replies"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    sequence: Mapped[int]
    stamped_at: Mapped[datetime] = mapped_column(UtcDateTime)
    said: Mapped[str] = mapped_column(String(24))
    program: Mapped[str] = mapped_column(String(24), default="")
    came_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class CounterEnd(StrEnum):
    """How a proposal of another time ended."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # by whoever made it, who may have made another
    OVERTAKEN = "overtaken"  # the meeting was moved or cancelled without it


_OPEN = "ended_at IS NULL"


class CounterProposal(Model):
    """Another time that a member proposes for a meeting (RFC 5546 3.2.7). `was_starts_at` is the time it is instead of."""

    __tablename__ = "counter_proposals"
    __table_args__ = (
        Index(
            "uq_counter_proposals_open", "meeting_id", "person_id",
            unique=True, sqlite_where=text(_OPEN), postgresql_where=text(_OPEN),
        ),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("ended_at IS NULL OR ending IS NOT NULL", name="ends_somehow"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    was_starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    was_ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    comment: Mapped[str] = mapped_column(String(500), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ending: Mapped[CounterEnd | None] = mapped_column(word(CounterEnd, "counter_ending"))
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answer: Mapped[str] = mapped_column(String(500), default="")  # the coordinator's word to a no

    meeting: Mapped[Meeting] = relationship(
        lazy="raise_on_sql",
        backref=backref(
            "open_counters",
            primaryjoin="and_(CounterProposal.meeting_id == Meeting.id, CounterProposal.ended_at.is_(None))",
            order_by="CounterProposal.id",
            lazy="raise_on_sql",
            viewonly=True,
        ),
    )
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise_on_sql")
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id], lazy="raise_on_sql")

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_past(self) -> bool:
        """Nobody can meet then any more."""
        return self.starts_at <= clock.now()


class Remark(Model):
    """What somebody wrote about a meeting by mail that is no answer; the coordinators read it. `person_id` is None for strangers."""

    __tablename__ = "meeting_remarks"
    __table_args__ = (Index("ix_meeting_remarks_meeting_id", "meeting_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    from_name: Mapped[str] = mapped_column(String(120), default="")  # as the mail said
    from_address: Mapped[str] = mapped_column(String(254), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    said_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    meeting: Mapped[Meeting] = relationship(lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")


def counters_of_meeting() -> ORMOption:
    """What the meeting's page loads with the meeting, in the same statement."""
    return joinedload(Meeting.open_counters).joinedload(CounterProposal.person)  # type: ignore[attr-defined]
