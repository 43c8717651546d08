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
from app.files.models import File
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
    BOTH = "both"

    @classmethod
    def told_by(cls, place: str, online_url: str, wished: "Venue | None" = None) -> "Venue":
        """What is wished, as far as it agrees with what is there: a place is physical, a link online."""
        if place and online_url:
            return cls.BOTH
        if online_url:
            return cls.BOTH if wished in {cls.HERE, cls.BOTH} else cls.ONLINE
        if place:
            return cls.BOTH if wished in {cls.ONLINE, cls.BOTH} else cls.HERE
        return wished or cls.HERE


def _venue_by_its_facts(context: Any) -> Venue:
    facts = context.get_current_parameters()
    return Venue.told_by(facts.get("place") or "", facts.get("online_url") or "")


class Meeting(Model):
    """A meeting of a network. Times are moments; on screen and in calendars they are Danish wall time.

    `sequence` is iCalendar's revision number (RFC 5545 3.8.7.4): it rises when time, place or cancellation change,
    and stays for typos. `called_at` is when the members were told of it, None for a draft. `updated_at` rises with every
    change that a calendar shows. `contact` is whom one asks about the meeting: the one who called it, until that is
    handed over.

    `told` is what the members were told last (operations.telling), None before anybody was. What has changed since is
    collected from `collected_since` on and told at `tell_at`, as done by whoever `changed_by_id` is.

    `published_at` is since when anybody may see in the public calendar when and where it is and what it is called, None
    for the members alone. `public_url` is written for that calendar: where whoever is not a member signs up or reads more.
    """

    __tablename__ = "meetings"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("capacity >= 0", name="capacity_is_a_number"),
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
    venue: Mapped[Venue] = mapped_column(word(Venue, "venue"), default=_venue_by_its_facts, server_default="here")
    address: Mapped[str] = mapped_column(String(200), default="", server_default="", info=fit_for(Measure.HAPPENED))
    online_opens_minutes: Mapped[int | None]  # the link shows so long before the start; None: at once
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
    asked_again_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # a new date set the answers aside
    discarded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # a draft that was deleted
    told: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    tellings: Mapped[int] = mapped_column(default=0, server_default="0")  # mails about changes so far
    tell_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    collected_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answer_by: Mapped[datetime | None] = mapped_column(UtcDateTime)  # after it one only steps back
    capacity: Mapped[int | None] = mapped_column()  # seats at the place; None is as many as come
    freed_days_before: Mapped[int | None] = mapped_column()  # when reserved seats become everybody's; None is never
    last_in_line: Mapped[int] = mapped_column(default=0, server_default="0")  # numbers of the waiting list, none twice
    silent_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when a coordinator last reminded them
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    public_url: Mapped[str] = mapped_column(String(500), default="", server_default="", info=fit_for(Measure.TITLES))

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
    attachments: Mapped[list["Attachment"]] = relationship(order_by="Attachment.id", viewonly=True, lazy="raise_on_sql")

    @property
    def state(self) -> MeetingState:
        states = (
            (MeetingState.CANCELLED, self.is_cancelled),
            (MeetingState.POSTPONED, self.is_postponed),
            (MeetingState.DRAFT, self.is_draft),
            (MeetingState.CLOSED, self.is_closed),
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
    def is_published(self) -> bool:
        """Marked as open to all; whether the public calendar shows it is for the network's level to say."""
        return self.published_at is not None

    @property
    def is_closed(self) -> bool:
        """Its facts, answers and agenda are kept as they were."""
        return self.closed_at is not None

    @property
    def is_over(self) -> bool:
        """Not while a new date is to follow: then the old one says nothing."""
        return self.ends_at <= clock.now() and (not self.is_postponed or self.is_cancelled)

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
        return self.venue is Venue.BOTH

    @property
    def is_online(self) -> bool:
        """One can be there online, whether or not the link is known yet."""
        return self.venue is not Venue.HERE

    @property
    def where(self) -> str:
        """The place with its address, in one line; empty where neither is known."""
        return ", ".join(filter(None, [self.place, self.address]))

    @property
    def online_opens_at(self) -> datetime | None:
        """From when participants see the link; None where they always do."""
        if self.online_opens_minutes is None:
            return None
        return self.starts_at - timedelta(minutes=self.online_opens_minutes)

    @property
    def is_open_online(self) -> bool:
        return self.online_opens_at is None or self.online_opens_at <= clock.now()

    @property
    def is_only_online(self) -> bool:
        return self.venue is Venue.ONLINE

    @property
    def has_seats(self) -> bool:
        """Whether coming takes one of so many seats; being there online never does."""
        return self.capacity is not None and not self.is_only_online

    @property
    def is_past_answering(self) -> bool:
        """The day by which one was to answer has gone."""
        return self.answer_by is not None and self.answer_by < clock.now()

    @property
    def frees_at(self) -> datetime | None:
        """When the reserved seats become everybody's; it moves along with the meeting."""
        if self.freed_days_before is None:
            return None
        return self.starts_at - timedelta(days=self.freed_days_before)

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
    WAITING = "waiting"  # a yes for which there is no seat yet; nobody says it, `operations.seats` writes it


class Presence(StrEnum):
    HERE = "here"
    ONLINE = "online"


class Answer(Model):
    """Whether someone comes. `waits_as` is the number on the waiting list: who has the lowest moves up first."""

    __tablename__ = "answers"
    __table_args__ = (
        UniqueConstraint("meeting_id", "person_id"),
        CheckConstraint("answer <> 'waiting' OR waits_as IS NOT NULL", name="who_waits_has_a_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    answer: Mapped[AnswerWord] = mapped_column(word(AnswerWord, "answer"))
    presence: Mapped[Presence | None] = mapped_column(word(Presence, "presence"))
    note: Mapped[str] = mapped_column(String(300), default="")
    host_note: Mapped[str] = mapped_column(String(300), default="", server_default="")  # the host and coordinators only
    waits_as: Mapped[int | None] = mapped_column()
    said_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # a coordinator who put it in for them
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise_on_sql")

    @property
    def is_yes(self) -> bool:
        return self.answer is AnswerWord.YES

    @property
    def is_waiting(self) -> bool:
        return self.answer is AnswerWord.WAITING

    @property
    def is_online(self) -> bool:
        return self.presence is Presence.ONLINE

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


class Attachment(Model):
    """A file that belongs to a meeting, or to one item of its agenda. When it is removed, its file is."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    agenda_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_items.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), unique=True)

    meeting: Mapped[Meeting] = relationship(lazy="raise_on_sql", viewonly=True)
    file: Mapped[File] = relationship(lazy="raise_on_sql")


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
    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"


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
