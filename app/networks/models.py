"""Networks, memberships, and what a network has agreed on."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.core import clock
from app.core.db import SortKey, UtcDateTime, sorted_as, word
from app.extensions import Model
from app.networks.discretion import Confidentiality, Measure, fit_for


class Network(Model):
    """A standing group that learns from each other's cases.

    Unless `is_open`, outsiders are not told that it exists; what hangs on it they never see.
    `agreement_version` names the agreement that members must have accepted to enter; 0 is none.
    """

    __tablename__ = "networks"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(  # not unique: "taken" would tell of a closed network
        String(120), info=fit_for(Measure.HAPPENED)
    )
    sort_key: Mapped[str] = mapped_column(SortKey, default=sorted_as("name"))
    purpose: Mapped[str] = mapped_column(Text, default="", info=fit_for(Measure.TITLES))
    is_open: Mapped[bool] = mapped_column(default=False)  # listed to everybody signed in, who may ask to join
    confidentiality: Mapped[Confidentiality] = mapped_column(
        word(Confidentiality, "confidentiality"), default=Confidentiality.NETWORK, server_default="network"
    )
    agreement_version: Mapped[int] = mapped_column(default=0, server_default="0")
    takes_mail: Mapped[bool] = mapped_column(
        default=True, server_default=true()
    )  # members may write to its address and answer its mails
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


class Agreement(Model):
    """What the members of a network promise each other, as it stood from one moment on. Never changed."""

    __tablename__ = "agreements"
    __table_args__ = (
        UniqueConstraint("network_id", "version"),
        CheckConstraint("version >= 1", name="version_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    change: Mapped[str] = mapped_column(String(300), default="")  # what is new in it, in the coordinator's words
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))

    by: Mapped[Person] = relationship(lazy="raise_on_sql")


class Acceptance(Model):
    """That someone has promised to keep one version, and when."""

    __tablename__ = "acceptances"
    __table_args__ = (
        ForeignKeyConstraint(
            ["network_id", "version"],
            ["agreements.network_id", "agreements.version"],
            name="fk_acceptances_agreement",
        ),
    )

    network_id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
