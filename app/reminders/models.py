"""What a meeting's people are reminded of, one row for each planned reminder, and a network's own habits."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, backref, joinedload, mapped_column, relationship
from sqlalchemy.orm.interfaces import ORMOption

from app.core.db import UtcDateTime, word
from app.extensions import Model
from app.meetings.models import Meeting


class Audience(StrEnum):
    """Who is reminded, in the order in which what they are asked weighs."""

    SILENT = "silent"  # members who have not answered
    HOST = "host"
    PRESENTERS = "presenters"
    COMING = "coming"  # who has said yes or maybe
    COORDINATORS = "coordinators"


class Anchor(StrEnum):
    """What the days are counted back from."""

    START = "start"
    DEADLINE = "deadline"  # the last moment to answer, where the meeting has one


class ReminderState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"  # not to be sent as things stand; `why` says why


class Why(StrEnum):
    """Why a reminder is dropped."""

    PAST = "past"  # its moment had passed when the meeting was called or moved
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    CLOSED = "closed"
    DRAFT = "draft"
    MOVED = "moved"  # it has been sent for the day the meeting is on
    REMOVED = "removed"  # by a coordinator
    NOBODY = "nobody"  # there was nobody to remind
    STARTED = "started"  # the worker came too late
    DEADLINE = "deadline"  # answers are no longer taken then
    NO_DEADLINE = "no_deadline"


class Reminder(Model):
    """One reminder of one meeting: whom, how many days before what, and when that is.

    `for_on` is the day that the days are counted back from. A meeting that moves takes its waiting reminders along; what
    has been sent stays as it was, and for another day is planned anew. So for each day each reminder goes out once at most.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("meeting_id", "audience", "anchor", "days", "for_on"),
        CheckConstraint("days >= 0 AND days <= 60", name="days_in_reach"),
        Index(
            "ix_reminders_due", "at", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    audience: Mapped[Audience] = mapped_column(word(Audience, "audience"))
    anchor: Mapped[Anchor] = mapped_column(word(Anchor, "anchor"), default=Anchor.START)
    days: Mapped[int]
    for_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[ReminderState] = mapped_column(word(ReminderState, "reminder_state"), default=ReminderState.WAITING)
    why: Mapped[Why | None] = mapped_column(word(Why, "why"))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_to: Mapped[int] = mapped_column(default=0)  # how many were mailed

    @property
    def is_waiting(self) -> bool:
        return self.state is ReminderState.WAITING

    @property
    def is_sent(self) -> bool:
        return self.state is ReminderState.SENT

    meeting: Mapped[Meeting] = relationship(
        lazy="raise_on_sql", backref=backref("reminders", lazy="raise_on_sql", viewonly=True)
    )

    def drop(self, why: Why) -> None:
        self.state, self.why = ReminderState.DROPPED, why

    def wait_until(self, at: datetime) -> None:
        self.state, self.why, self.at = ReminderState.WAITING, None, at


class ReminderDefaults(Model):
    """What the meetings of a network begin with, where its coordinators have decided: rows of audience, anchor, days."""

    __tablename__ = "reminder_defaults"

    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    rules: Mapped[list[tuple[str, str, int]]] = mapped_column(JSON)


def reminders_of_meeting() -> ORMOption:
    """What the meeting's page loads with the meeting, in the same statement."""
    return joinedload(Meeting.reminders)  # type: ignore[attr-defined]
