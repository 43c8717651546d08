"""Networks and memberships."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.core import clock
from app.core.db import SortKey, UtcDateTime, sorted_as, word
from app.extensions import Model


class Network(Model):
    """A standing group that learns from each other's cases.

    Unless `is_open`, outsiders are not told that it exists; what hangs on it they never see.
    """

    __tablename__ = "networks"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))  # not unique: "taken" would tell of a closed network
    sort_key: Mapped[str] = mapped_column(SortKey, default=sorted_as("name"))
    purpose: Mapped[str] = mapped_column(Text, default="")
    is_open: Mapped[bool] = mapped_column(default=False)  # listed to everybody signed in, who may ask to join
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Role(StrEnum):
    MEMBER = "member"
    COORDINATOR = "coordinator"


class Membership(Model):
    """Someone's time in a network. The row stays when they leave, so that old statistics stay true."""

    __tablename__ = "memberships"
    __table_args__ = (
        Index(
            "uq_memberships_current",
            "network_id",
            "person_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[Role] = mapped_column(word(Role, "role"), default=Role.MEMBER)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    network: Mapped[Network] = relationship(lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql")
