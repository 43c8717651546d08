"""Invitations to networks, and requests to join an open one."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, and_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.core import clock
from app.core.db import UtcDateTime, word
from app.extensions import Model
from app.networks.discretion import Measure, fit_for
from app.networks.models import Network, Role

_UNANSWERED = "accepted_at IS NULL AND declined_at IS NULL AND withdrawn_at IS NULL"
_UNDECIDED = "approved_at IS NULL AND declined_at IS NULL AND withdrawn_at IS NULL"


def _at_most_one(*moments: str) -> str:
    return " + ".join(f"CASE WHEN {moment} IS NULL THEN 0 ELSE 1 END" for moment in moments) + " <= 1"


def _one_without(condition: str, name: str, *columns: str) -> Index:
    return Index(name, *columns, unique=True, sqlite_where=text(condition), postgresql_where=text(condition))


class State(StrEnum):
    """Where an invitation stands; derived from its moments, never stored."""

    OPEN = "open"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Invitation(Model):
    """One address asked into one network. It is the network's: it stands when the coordinator who sent it has left.

    The link and the code in the mail are derived from `nonce` and the installation's key (`invitations.tokens`), so
    that nothing in a table or a backup lets anybody in.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint(_at_most_one("accepted_at", "declined_at", "withdrawn_at"), name="has_one_answer"),
        _one_without(_UNANSWERED, "uq_invitations_unanswered", "network_id", "email"),
        Index("ix_invitations_email", "email"),
        Index("ix_invitations_invited_by_id_last_sent_at", "invited_by_id", "last_sent_at"),
    )
    LIFETIME: ClassVar[timedelta] = timedelta(days=30)

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), info=fit_for(Measure.TITLES))
    name: Mapped[str] = mapped_column(String(120), default="", info=fit_for(Measure.TITLES))
    role: Mapped[Role] = mapped_column(word(Role, "invitation_role"), default=Role.MEMBER)
    word: Mapped[str] = mapped_column(Text, default="", info=fit_for(Measure.HAPPENED))  # written to stand in the mail
    locale: Mapped[str] = mapped_column(String(2), default="da")
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))  # who sent it last, a reminder apart
    nonce: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    sent_count: Mapped[int] = mapped_column(default=1)
    last_sent_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)  # by a person
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by itself, after a week
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by itself, shortly before the end
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    declined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(Text, default="", info=fit_for(Measure.TITLES))  # of whoever declined
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    network: Mapped[Network] = relationship(lazy="raise_on_sql")
    invited_by: Mapped[Person] = relationship(foreign_keys=[invited_by_id], lazy="raise_on_sql")

    @property
    def state(self) -> State:
        if self.accepted_at is not None:
            return State.ACCEPTED
        if self.declined_at is not None:
            return State.DECLINED
        if self.withdrawn_at is not None:
            return State.WITHDRAWN
        return State.EXPIRED if self.expires_at <= clock.now() else State.OPEN

    @property
    def is_open(self) -> bool:
        return self.state is State.OPEN

    @property
    def addressee(self) -> str:
        """What a list calls it: the name that the coordinator wrote, else the address."""
        return self.name or self.email

    @classmethod
    def is_unanswered(cls) -> ColumnElement[bool]:
        """Neither accepted nor declined nor withdrawn, expired ones too: the condition of the partial index."""
        return and_(cls.accepted_at.is_(None), cls.declined_at.is_(None), cls.withdrawn_at.is_(None))


class JoinRequest(Model):
    """Somebody asks to join an open network."""

    __tablename__ = "join_requests"
    __table_args__ = (
        CheckConstraint(_at_most_one("approved_at", "declined_at", "withdrawn_at"), name="has_one_answer"),
        _one_without(_UNDECIDED, "uq_join_requests_undecided", "network_id", "person_id"),
    )
    REST: ClassVar[timedelta] = timedelta(days=30)  # after a refusal, before one may ask again

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    word: Mapped[str] = mapped_column(Text, default="", info=fit_for(Measure.TITLES))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    declined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(
        Text, default="", info=fit_for(Measure.HAPPENED)
    )  # written to stand in the mail
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    network: Mapped[Network] = relationship(lazy="raise_on_sql")
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise_on_sql")

    @property
    def is_undecided(self) -> bool:
        return self.approved_at is None and self.declined_at is None and self.withdrawn_at is None

    @property
    def may_ask_again_at(self) -> datetime | None:
        """When whoever was declined may ask again; None where nothing was declined."""
        return self.declined_at + self.REST if self.declined_at else None

    @classmethod
    def awaits_an_answer(cls) -> ColumnElement[bool]:
        return and_(cls.approved_at.is_(None), cls.declined_at.is_(None), cls.withdrawn_at.is_(None))
