"""A calendar that has been sent in, and which of its events became which meeting."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import UtcDateTime
from app.extensions import Model
from app.imports.reading import Happening, LeftOut
from app.networks.models import Network


class ReceivedCalendar(Model):
    """What a file held, waiting for somebody to look it through. Kept for a day at most: most of it may be private.

    `happenings` and `left_out` are empty once it has been taken or forgotten.
    """

    __tablename__ = "received_calendars"
    LIFETIME: ClassVar[timedelta] = timedelta(days=1)

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    since: Mapped[date]
    until: Mapped[date]
    happenings: Mapped[list[Any]] = mapped_column(JSON)
    left_out: Mapped[list[Any]] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)

    network: Mapped[Network] = relationship(lazy="raise_on_sql")

    @property
    def events(self) -> list[Happening]:
        return [Happening(**one) for one in self.happenings]

    @property
    def others(self) -> list[LeftOut]:
        return [LeftOut(**one) for one in self.left_out]


class ImportedEvent(Model):
    """Which meeting an event became, so that the same file read twice makes nothing twice.

    `key` names the event, `fingerprint` tells what it said when it was taken over.
    """

    __tablename__ = "imported_events"
    __table_args__ = (UniqueConstraint("network_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    key: Mapped[str] = mapped_column(String(64))
    fingerprint: Mapped[str] = mapped_column(String(64))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
