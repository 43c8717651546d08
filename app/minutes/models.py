"""Minutes, their immutable revisions, decisions and actions."""

from datetime import date, datetime, timedelta
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Affiliation, Person
from app.accounts.queries import worked_there
from app.core import clock
from app.core.db import UtcDateTime
from app.extensions import Model
from app.meetings.models import AgendaItem, Meeting


class Minutes(Model):
    """The minutes of a meeting: a draft for coordinators until shared with the network.

    `writer` is who began them and sees that they are finished, until that is handed over.
    """

    __tablename__ = "minutes"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    shared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    shared_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    writer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    meeting: Mapped[Meeting] = relationship(lazy="raise_on_sql")
    shared_by: Mapped[Person | None] = relationship(foreign_keys=[shared_by_id], lazy="raise_on_sql")
    writer: Mapped[Person | None] = relationship(foreign_keys=[writer_id], lazy="raise_on_sql")

    @property
    def is_shared(self) -> bool:
        return self.shared_at is not None


class Revision(Model):
    """What stood under an agenda item from one moment on. Never changed; the highest `number` is the text of today."""

    __tablename__ = "revisions"
    LONGEST: ClassVar[int] = 20_000  # characters under one agenda item
    __table_args__ = (
        UniqueConstraint("agenda_item_id", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agenda_item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    author: Mapped[Person] = relationship(lazy="raise_on_sql")
    workplace: Mapped[Affiliation | None] = relationship(
        primaryjoin=lambda: worked_there(Revision.author_id, Revision.written_at),
        viewonly=True,
        uselist=False,
        lazy="raise_on_sql",
    )
    agenda_item: Mapped[AgendaItem] = relationship(lazy="raise_on_sql")


class Decision(Model):
    """Something a meeting decided; `number` counts within the network and the meeting's year ("2026-15").

    One that is taken out keeps its row and its number: what was once read is never another decision.
    """

    __tablename__ = "decisions"
    LONGEST: ClassVar[int] = 2_000
    __table_args__ = (UniqueConstraint("network_id", "year", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    agenda_item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id"), index=True)
    year: Mapped[int]
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    @property
    def name(self) -> str:
        return f"{self.year}-{self.number}"


class Action(Model):
    """What one person has taken on at a meeting, and by when."""

    __tablename__ = "actions"
    LONGEST: ClassVar[int] = 2_000
    SOON: ClassVar[timedelta] = timedelta(days=7)
    __table_args__ = (Index("ix_actions_owner_id_done_at", "owner_id", "done_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agenda_item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    due_on: Mapped[date | None]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    outcome: Mapped[str] = mapped_column(String(500), default="")  # a word on how it ended, where there was one to say
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    owner: Mapped[Person] = relationship(foreign_keys=[owner_id], lazy="raise_on_sql")
    agenda_item: Mapped[AgendaItem] = relationship(lazy="raise_on_sql")

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def days_late(self) -> int:
        """Whole days past its due date; 0 when there is none, or time yet."""
        return max(0, (clock.today() - self.due_on).days) if self.due_on else 0

    @property
    def is_late(self) -> bool:
        return not self.is_done and self.days_late > 0

    @property
    def is_due_soon(self) -> bool:
        return not self.is_done and self.due_on is not None and self.due_on - clock.today() < self.SOON
