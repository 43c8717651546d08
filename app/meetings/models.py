"""Meetings, agenda items and answers."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.core import clock
from app.core.db import UtcDateTime, the_one_who, word
from app.extensions import Model
from app.networks.discretion import Measure, fit_for
from app.networks.models import Network
from app.organisations.models import Municipality


class MeetingState(StrEnum):
    """Where a meeting stands. Only the coordinators see a draft; a meeting that is over is held without anybody's doing."""

    DRAFT = "draft"
    CALLED = "called"
    POSTPONED = "postponed"  # the new date follows
    CANCELLED = "cancelled"
    HELD = "held"
    CLOSED = "closed"


class Meeting(Model):
    """A meeting of a network. Times are moments; on screen and in calendars they are Danish wall time.

    `sequence` is iCalendar's revision number (RFC 5545 3.8.7.4): it rises when time, place or cancellation change,
    and stays for typos. `called_at` is when the members were told of it, None for a draft. `updated_at` rises with every change that a calendar shows. `contact` is whom one asks about the
    meeting: the one who called it, until that is handed over.
    """

    __tablename__ = "meetings"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        Index("ix_meetings_network_id_starts_at", "network_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    title: Mapped[str] = mapped_column(String(160), info=fit_for(Measure.TITLES, instead=_l("ERFA meeting")))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    place: Mapped[str] = mapped_column(String(200), default="", info=fit_for(Measure.HAPPENED))
    online_url: Mapped[str] = mapped_column(
        String(500), default="", info=fit_for(Measure.TITLES, instead=_l("see the meeting's page"))
    )
    host_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    description: Mapped[str] = mapped_column(Text, default="")  # what to bring or think about; plain text
    sequence: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), default=the_one_who("created_by_id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime().evaluates_none(), default=clock.now)
    postponed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    postponed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    postponement_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    cancellation_reason: Mapped[str] = mapped_column(String(500), default="")

    network: Mapped[Network] = relationship(lazy="raise_on_sql")
    host: Mapped[Municipality | None] = relationship(lazy="raise_on_sql")
    created_by: Mapped[Person] = relationship(foreign_keys=[created_by_id], lazy="raise_on_sql")
    contact: Mapped[Person | None] = relationship(foreign_keys=[contact_id], lazy="raise_on_sql")
    agenda: Mapped[list["AgendaItem"]] = relationship(
        primaryjoin="and_(AgendaItem.meeting_id == Meeting.id, AgendaItem.removed_at.is_(None))",
        order_by="AgendaItem.position, AgendaItem.id",
        viewonly=True,
        lazy="raise_on_sql",
    )

    @property
    def state(self) -> MeetingState:
        states = (
            (MeetingState.CANCELLED, self.is_cancelled),
            (MeetingState.POSTPONED, self.is_postponed),
            (MeetingState.DRAFT, self.is_draft),
            (MeetingState.CLOSED, self.closed_at is not None),
            (MeetingState.HELD, self.is_over),
        )
        return next((state for state, is_so in states if is_so), MeetingState.CALLED)

    @property
    def is_draft(self) -> bool:
        return self.called_at is None

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def is_postponed(self) -> bool:
        return self.postponed_at is not None

    @property
    def is_off(self) -> bool:
        """Nobody is to come at the time it has: it is cancelled, or waits for a new date."""
        return self.is_cancelled or self.is_postponed

    @property
    def is_over(self) -> bool:
        return self.ends_at <= clock.now()

    @property
    def day(self) -> date:
        """The day it starts, in Denmark."""
        return clock.local(self.starts_at).date()

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    @property
    def is_hybrid(self) -> bool:
        """One can come, or be there online."""
        return bool(self.place and self.online_url)

    def touch(self) -> None:
        """Marks that what calendars show has changed; never twice the same moment, since versions are told by it."""
        self.updated_at = max(clock.now(), self.updated_at + timedelta(microseconds=1))


class AgendaKind(StrEnum):
    INFORMATION = "information"
    DISCUSSION = "discussion"
    DECISION = "decision"
    CASE = "case"
    BREAK = "break"


class AgendaItem(Model):
    """A point on a meeting's agenda. `position` orders them; its clock time follows from the minutes before it."""

    __tablename__ = "agenda_items"
    __table_args__ = (
        CheckConstraint("minutes >= 0 AND minutes <= 600", name="minutes_in_a_day"),
        Index("ix_agenda_items_meeting_id_position", "meeting_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[AgendaKind] = mapped_column(word(AgendaKind, "agenda_kind"))
    presenter: Mapped[str] = mapped_column(String(120), default="")
    presenter_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # where the presenter is a member
    minutes: Mapped[int] = mapped_column(default=0)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # kept, so that its minutes are never lost


class AnswerWord(StrEnum):
    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class Presence(StrEnum):
    HERE = "here"
    ONLINE = "online"


class Answer(Model):
    """Whether someone comes."""

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    answer: Mapped[AnswerWord] = mapped_column(word(AnswerWord, "answer"))
    presence: Mapped[Presence | None] = mapped_column(word(Presence, "presence"))
    note: Mapped[str] = mapped_column(String(300), default="")
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    person: Mapped[Person] = relationship(lazy="raise_on_sql")

    @property
    def is_yes(self) -> bool:
        return self.answer is AnswerWord.YES

    @property
    def is_online(self) -> bool:
        return self.presence is Presence.ONLINE
