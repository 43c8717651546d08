"""What a network plans for a year."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import UtcDateTime
from app.extensions import Model


class Wheel(Model):
    """The plan of a year. `plan` holds the months that anything is planned in, "1" to "12" (`wheels.plan.Month`).

    It is one row, because it is read and written as one page: `version` says which one somebody had before them.
    """

    __tablename__ = "wheels"
    __table_args__ = (UniqueConstraint("network_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    year: Mapped[int]
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    edited_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    edited_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
