"""What a network says of a municipality as host, and whom it has asked to be host."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, backref, joinedload, mapped_column, relationship
from sqlalchemy.orm.interfaces import ORMOption

from app.accounts.models import Person
from app.core import clock
from app.core.db import UtcDateTime
from app.extensions import Model
from app.meetings.models import Meeting
from app.networks.models import Network
from app.organisations.models import Municipality


class RotaEntry(Model):
    """What coordinators have decided about one municipality's turn; there is none where nothing was decided.

    A skip is of the round: `skipped_after` is the latest turn anybody had when it was made, and once everybody else has
    had a later one it is over. A swap gives the rank of another municipality, `rank_at` and `rank_position`, until the
    own latest turn is no longer the one it was then, `rank_turn_at`.
    """

    __tablename__ = "rota_entries"
    __table_args__ = (UniqueConstraint("network_id", "municipality_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    note: Mapped[str] = mapped_column(String(160), default="")
    out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    out_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    out_reason: Mapped[str] = mapped_column(String(300), default="")
    skipped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    skipped_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    skip_reason: Mapped[str] = mapped_column(String(300), default="")
    skipped_after: Mapped[datetime | None] = mapped_column(UtcDateTime)
    swapped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    swapped_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    swapped_with_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    rank_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rank_position: Mapped[int] = mapped_column(default=0)
    rank_turn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AskState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class HostAsk(Model):
    """The question to a municipality whether it will be host, of a meeting that there is or of one in a month.

    `person_id` is whom it was put to; None is everybody from there. Any of them answers. `instead_of_code` is who was host
    when it was put: should somebody else have become host meanwhile, a late yes does not take it from them.
    """

    __tablename__ = "host_asks"
    __table_args__ = (
        CheckConstraint("meeting_id IS NOT NULL OR month IS NOT NULL", name="about_a_meeting_or_a_month"),
        Index("ix_host_asks_network_id_asked_at", "network_id", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"), index=True)
    month: Mapped[date | None] = mapped_column(Date)  # its first day
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    word: Mapped[str] = mapped_column(String(500), default="")
    instead_of_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    declined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    place: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    passes_turn: Mapped[bool] = mapped_column(default=False)

    network: Mapped[Network] = relationship(lazy="raise_on_sql")
    municipality: Mapped[Municipality] = relationship(foreign_keys=[municipality_code], lazy="raise_on_sql")
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id], lazy="raise_on_sql")
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id], lazy="raise_on_sql")
    meeting: Mapped[Meeting | None] = relationship(
        lazy="raise_on_sql", backref=backref("host_asks", lazy="raise_on_sql", order_by="HostAsk.id", viewonly=True)
    )

    @property
    def state(self) -> AskState:
        states = (
            (AskState.ACCEPTED, self.accepted_at),
            (AskState.DECLINED, self.declined_at),
            (AskState.WITHDRAWN, self.withdrawn_at),
        )
        return next((state for state, at in states if at is not None), AskState.OPEN)

    @property
    def is_open(self) -> bool:
        return self.state is AskState.OPEN

    @property
    def is_past(self) -> bool:
        """What it asks about has been."""
        if self.meeting is not None:
            return self.meeting.is_over
        return self.month is not None and self.month < clock.today().replace(day=1)


def asks_of_meeting() -> ORMOption:
    """What the meeting's page loads with the meeting, in the same statement."""
    return joinedload(Meeting.host_asks).joinedload(HostAsk.answered_by)  # type: ignore[attr-defined]
