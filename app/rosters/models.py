"""A list that has been sent in and waits for someone to look it through."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import UtcDateTime
from app.extensions import Model
from app.networks.models import Network
from app.rosters.files import Row


class ReceivedList(Model):
    """The rows of a file, as text. Kept for a day at most: it holds people's data that nobody has agreed to yet.

    `rows` is [[line, [cell, …]], …] with the headers first, and empty once the list has been taken or forgotten.
    """

    __tablename__ = "received_lists"
    LIFETIME: ClassVar[timedelta] = timedelta(days=1)

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    rows: Mapped[list[Any]] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    added: Mapped[int] = mapped_column(default=0)  # how many became members by it

    network: Mapped[Network] = relationship(lazy="raise_on_sql")

    @property
    def table(self) -> list[Row]:
        return [Row(line, cells) for line, cells in self.rows]
