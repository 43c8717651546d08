"""How somebody wants meetings in their calendar, and what their calendar has been told by mail."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import UtcDateTime, word
from app.extensions import Model
from app.networks.discretion import Confidentiality


class Way(StrEnum):
    """How meetings get into somebody's calendar; one way, so that nothing stands there twice."""

    SUBSCRIPTION = "subscription"  # what everybody has who has not said otherwise
    INVITATIONS = "invitations"
    BOTH = "both"

    @property
    def is_by_mail(self) -> bool:
        return self is not Way.SUBSCRIPTION


class CalendarChoice(Model):
    """What somebody has chosen; no row is a subscription."""

    __tablename__ = "calendar_choices"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    way: Mapped[Way] = mapped_column(word(Way, "calendar_way"))
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class CalendarEntry(Model):
    """A meeting in somebody's own calendar, as the last mail that was really sent has left it there.

    `is_in` says whether that was a REQUEST. `sequence` was its SEQUENCE: the meeting's own, and `turns` more where this
    person's entry was taken out and put in again although the meeting stayed as it was. The three after `address` tell which state
    of the meeting, its network and this person's standing was looked at last, so that nothing is looked at twice.
    `owed_hash` is what a mail of its own was made for last and is empty once one is sent; `owed` counts those mails.
    """

    __tablename__ = "calendar_entries"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True, index=True)
    is_in: Mapped[bool] = mapped_column(default=False)
    sequence: Mapped[int] = mapped_column(default=0)
    turns: Mapped[int] = mapped_column(default=0)
    stamp: Mapped[datetime | None] = mapped_column(UtcDateTime)  # its DTSTAMP
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    address: Mapped[str] = mapped_column(String(254), default="")
    meeting_updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    network_updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    level: Mapped[Confidentiality | None] = mapped_column(word(Confidentiality, "calendar_entry_level"))
    owed_hash: Mapped[str] = mapped_column(String(64), default="")
    owed: Mapped[int] = mapped_column(default=0)

    @property
    def meeting_sequence(self) -> int:
        """Of the meeting, when the last mail was sent."""
        return self.sequence - self.turns
