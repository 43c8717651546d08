"""Meetings, agenda items and answers."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
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


class Venue(StrEnum):
    """Where people meet. It may be known that a meeting is online before its link is."""

    HERE = "here"
    ONLINE = "online"
        @property
    def has_a_seat(self) -> bool:
        return self.is_yes and not self.is_online


class ReservedSeats(Model):
    """Seats of a meeting that are kept for the members from one municipality, until they are freed."""

    __tablename__ = "reserved_seats"
    __table_args__ = (CheckConstraint("seats > 0", name="some_seats"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"), primary_key=True)
    seats: Mapped[int]


class SubstitutionEnd(StrEnum):
    WITHDRAWN = "withdrawn"  # they come themselves after all
    REFUSED = "refused"  # a coordinator said no
    DECLINED = "declined"  # the substitute said no


_ONGOING = "ended_at IS NULL"


def _one_ongoing(name: str, *columns: str) -> Index:
    return Index(name, *columns, unique=True, sqlite_where=text(_ONGOING), postgresql_where=text(_ONGOING))


class Substitution(Model):
    """Somebody comes in a member's place: a colleague who is a member too, or someone who becomes one for it.

    Who is no member yet has `name` and `email`, is approved by a coordinator and invited; until they join, `holds_seat`
    keeps the seat that was given up for them, or `waits_as` the number on the waiting list.
    """

    __tablename__ = "substitutions"
    __table_args__ = (
        _one_ongoing("uq_substitutions_ongoing_absent", "meeting_id", "absent_id"),
        _one_ongoing("uq_substitutions_ongoing_person", "meeting_id", "person_id"),
        CheckConstraint("ended_at IS NULL OR ending IS NOT NULL", name="ends_somehow"),
        Index("ix_substitutions_email", "email"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    absent_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(120), default="", info=fit_for(Measure.TITLES))
    email: Mapped[str] = mapped_column(String(254), default="")
    presence: Mapped[Presence | None] = mapped_column(word(Presence, "substitution_presence"))
    answer_before: Mapped[AnswerWord | None] = mapped_column(word(AnswerWord, "answer_before"))  # of the absent
    their_answer_before: Mapped[AnswerWord | None] = mapped_column(word(AnswerWord, "their_answer_before"))
    holds_seat: Mapped[bool] = mapped_column(default=False)
    waits_as: Mapped[int | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id", ondelete="SET NULL"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ending: Mapped[SubstitutionEnd | None] = mapped_column(word(SubstitutionEnd, "ending"))

    meeting: Mapped[Meeting] = relationship(lazy="raise_on_sql")
    absent: Mapped[Person] = relationship(foreign_keys=[absent_id], lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id], lazy="raise_on_sql")

    @property
    def is_ongoing(self) -> bool:
        return self.ended_at is None

    @property
    def awaits_approval(self) -> bool:
        return self.ended_at is None and self.approved_at is None


class EarlierAnswer(Model):
    """What somebody had said to a date that a meeting no longer has. It counts for nothing, but is not forgotten."""

    __tablename__ = "earlier_answers"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    answer: Mapped[AnswerWord] = mapped_column(word(AnswerWord, "earlier_answer"))
    presence: Mapped[Presence | None] = mapped_column(word(Presence, "earlier_presence"))
    note: Mapped[str] = mapped_column(String(300), default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)  # the date it was said of
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class Turn(StrEnum):
    """What can become of a meeting, as its history tells it."""

    CALLED = "called"
    MOVED = "moved"
    POSTPONED = "postponed"
    DATED = "dated"  # it got a new date after it was postponed
    KEPT = "kept"  # the postponement was taken back
    CANCELLED = "cancelled"
    RESTORED = "restored"
    CLOSED = "closed"
    REOPENED = "reopened"


class MeetingTurn(Model):
    """The trace of what was done with a meeting: what, who, when, and the word that was said of it. Never changed."""

    __tablename__ = "meeting_turns"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    turn: Mapped[Turn] = mapped_column(word(Turn, "meeting_turn"))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    reason: Mapped[str] = mapped_column(String(500), default="")
    was_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the meeting was to begin before a move

    by: Mapped[Person] = relationship(lazy="raise_on_sql")
