"""An agenda item on its way, and what has become of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.core import clock
from app.core.db import UtcDateTime, word
from app.extensions import Model
from app.meetings.models import AgendaItem, AgendaKind, Meeting
from app.networks.models import Network


class ProposalState(StrEnum):
    WAITING = "waiting"  # asked for at a meeting; the coordinators have not decided
    PARKED = "parked"  # in the network's backlog
    TAKEN = "taken"  # it became `item`
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Proposal(Model):
    """What a member wants to talk about, or what a meeting did not get to.

    `meeting` is where it is asked for or where it was taken; `item` what it became there. `origin` is the item of an
    earlier meeting that it was before it moved: that row stays with its minutes, so moving never takes anything away.
    Each row is decided on once; what moves again gets a row of its own.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint("minutes >= 0 AND minutes <= 600", name="minutes_in_a_day"),
        CheckConstraint("state <> 'taken' OR item_id IS NOT NULL", name="taken_is_an_item"),
        Index("ix_proposals_network_id_state", "network_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"), index=True)
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_items.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_items.id"), index=True)
    state: Mapped[ProposalState] = mapped_column(word(ProposalState, "proposal_state"))
    position: Mapped[int] = mapped_column(default=0)  # in the backlog
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[AgendaKind] = mapped_column(word(AgendaKind, "agenda_kind"))
    minutes: Mapped[int] = mapped_column(default=0)
    presenter: Mapped[str] = mapped_column(String(120), default="")
    presenter_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    why: Mapped[str] = mapped_column(String(500), default="")
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(String(500), default="")  # a word from who decided

    network: Mapped[Network] = relationship(lazy="raise_on_sql")
    meeting: Mapped[Meeting | None] = relationship(lazy="raise_on_sql")
    origin: Mapped[AgendaItem | None] = relationship(foreign_keys=[origin_id], lazy="raise_on_sql")
    item: Mapped[AgendaItem | None] = relationship(foreign_keys=[item_id], lazy="raise_on_sql")
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id], lazy="raise_on_sql")

    @property
    def is_waiting(self) -> bool:
        return self.state is ProposalState.WAITING

    @property
    def is_parked(self) -> bool:
        return self.state is ProposalState.PARKED

    @property
    def is_open(self) -> bool:
        return self.is_waiting or self.is_parked
