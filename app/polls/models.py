"""A date poll, the dates it proposes, and what each member says of each."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, String, Text, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, backref, joinedload, mapped_column, relationship
from sqlalchemy.orm.interfaces import ORMOption

from app.accounts.models import Person
from app.core import clock
from app.core.db import UtcDateTime, word
from app.extensions import Model
from app.meetings.models import AnswerWord, Meeting
from app.networks.discretion import Measure, fit_for
from app.networks.models import Network
from app.organisations.models import Municipality


class PollState(StrEnum):
    """Where a poll stands; derived from its moments, never stored. The deadline asks, it does not close."""

    OPEN = "open"
    CLOSED = "closed"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class Poll(Model):
    """A coordinator asks on which of several dates the network can meet; all proposed meetings last `minutes`.

    `meeting_id` is the meeting that came of it, or, with `is_for_meeting`, the postponed one that needs a new date; it is
    emptied when a draft is deleted. `answered_at` is when the votes became answers. The days `early_for`, `last_for` and
    `ripe_for` are the deadline that the automatic mails have been sent for, so that they start afresh with a new deadline.
    """

    __tablename__ = "polls"
    __table_args__ = (CheckConstraint("minutes >= 1 AND minutes <= 1440", name="lasts_a_day_at_most"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    title: Mapped[str] = mapped_column(String(160), info=fit_for(Measure.TITLES, instead=_l("ERFA meeting")))
    place: Mapped[str] = mapped_column(String(200), default="", info=fit_for(Measure.HAPPENED))
    host_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    word: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[int] = mapped_column(default=150)
    closes_on: Mapped[date]  # answer by then; later votes count until the date is chosen
    revision: Mapped[int] = mapped_column(default=1)  # rises with every change that people are told of
    is_for_meeting: Mapped[bool] = mapped_column(default=False)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id", ondelete="SET NULL"), index=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    withdrawal_reason: Mapped[str] = mapped_column(String(500), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminders_count: Mapped[int] = mapped_column(default=0)
    early_for: Mapped[date | None]
    last_for: Mapped[date | None]
    ripe_for: Mapped[date | None]

    network: Mapped[Network] = relationship(lazy="raise_on_sql")
    host: Mapped[Municipality | None] = relationship(lazy="raise_on_sql")
    meeting: Mapped[Meeting | None] = relationship(
        lazy="raise_on_sql", backref=backref("polls", lazy="raise_on_sql", viewonly=True)
    )
    created_by: Mapped[Person] = relationship(foreign_keys=[created_by_id], lazy="raise_on_sql")
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id], lazy="raise_on_sql")

    @property
    def state(self) -> PollState:
        if self.withdrawn_at is not None:
            return PollState.WITHDRAWN
        if self.decided_at is not None:
            return PollState.DECIDED
        return PollState.CLOSED if self.closed_at is not None else PollState.OPEN

    @property
    def is_undecided(self) -> bool:
        """A date may still come of it."""
        return self.withdrawn_at is None and self.decided_at is None

    @property
    def is_open(self) -> bool:
        """One can vote."""
        return self.state is PollState.OPEN

    @property
    def awaits_decision(self) -> bool:
        """A date can still be chosen."""
        return self.state in {PollState.OPEN, PollState.CLOSED}

    @property
    def is_late(self) -> bool:
        return self.closes_on < clock.today()

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @classmethod
    def asks(cls) -> ColumnElement[bool]:
        """The condition that one can vote."""
        return and_(cls.withdrawn_at.is_(None), cls.decided_at.is_(None), cls.closed_at.is_(None))


class PollDate(Model):
    """One proposed beginning. What is taken out keeps its votes, so that it can be put back."""

    __tablename__ = "poll_dates"
    __table_args__ = (UniqueConstraint("poll_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    chosen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def day(self) -> date:
        """In Denmark."""
        return clock.local(self.starts_at).date()

    @property
    def is_over(self) -> bool:
        return self.starts_at <= clock.now()


class VoteWord(StrEnum):
    YES = "yes"
    IF_NEED_BE = "maybe"
    NO = "no"

    @property
    def as_answer(self) -> AnswerWord:
        """What the vote becomes when its date is chosen."""
        return {VoteWord.YES: AnswerWord.YES, VoteWord.IF_NEED_BE: AnswerWord.MAYBE, VoteWord.NO: AnswerWord.NO}[self]


class Vote(Model):
    """What somebody says of one date; no row, nothing said."""

    __tablename__ = "poll_votes"
    __table_args__ = (UniqueConstraint("date_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    date_id: Mapped[int] = mapped_column(ForeignKey("poll_dates.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    vote: Mapped[VoteWord] = mapped_column(word(VoteWord, "vote"))
    voted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Ballot(Model):
    """That somebody has voted in a poll, when last, and the word they wrote to it."""

    __tablename__ = "poll_ballots"
    __table_args__ = (UniqueConstraint("poll_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    word: Mapped[str] = mapped_column(String(300), default="")
    cast_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


def polls_of_meeting() -> ORMOption:
    """What the meeting's page loads with the meeting, in the same statement."""
    return joinedload(Meeting.polls)  # type: ignore[attr-defined]
