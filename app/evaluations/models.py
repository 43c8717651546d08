"""What people thought of a meeting, kept so that not even the database knows who thought what.

Who has answered and what was answered are two tables that share nothing but the meeting: no moments, no numbers that count
up, and with every answer all rows of the meeting are written anew in random order (docs/decisions/0016-evaluations.md).
Both tables are WITHOUT ROWID on SQLite, whose hidden row numbers would tell the order.
"""

from datetime import datetime
from secrets import token_hex

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import UtcDateTime
from app.extensions import Model

LONGEST_WORD = 200


class Evaluation(Model):
    """That a meeting is evaluated. `answered` is counted when it closes; until then the ballots are."""

    __tablename__ = "evaluations"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked: Mapped[int] = mapped_column(default=0)  # how many were asked by mail
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered: Mapped[int] = mapped_column(default=0)


class Ballot(Model):
    """That somebody has answered, so that nobody answers twice; gone when the evaluation closes."""

    __tablename__ = "evaluation_ballots"
    __table_args__ = ({"sqlite_with_rowid": False},)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("evaluations.meeting_id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)


class Opinion(Model):
    """One answer, nobody's. `is_shown` once there are as many new ones as it takes to hide each among the others."""

    __tablename__ = "evaluation_opinions"
    __table_args__ = (
        CheckConstraint("whole >= 1 AND whole <= 5", name="whole_on_the_scale"),
        CheckConstraint("useful >= 1 AND useful <= 5", name="useful_on_the_scale"),
        Index("ix_evaluation_opinions_meeting_id", "meeting_id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: token_hex(16))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("evaluations.meeting_id"))
    whole: Mapped[int]
    useful: Mapped[int]
    word: Mapped[str] = mapped_column(String(LONGEST_WORD), default="")
    is_shown: Mapped[bool] = mapped_column(default=False)


class EvaluationHabit(Model):
    """Whether a network evaluates its meetings, and for how many days; without a row, yes and for fourteen."""

    __tablename__ = "evaluation_habits"
    __table_args__ = (CheckConstraint("days >= 1 AND days <= 60", name="days_in_reach"),)

    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    is_asked: Mapped[bool] = mapped_column(default=True)
    days: Mapped[int] = mapped_column(default=14)
