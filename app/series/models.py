"""Series, and which meetings belong to one."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String, Time
from sqlalchemy.orm import Mapped, backref, joinedload, mapped_column, relationship
from sqlalchemy.orm.interfaces import ORMOption

from app.accounts.models import Person
from app.core import clock
from app.core.db import UtcDateTime, word
from app.extensions import Model
from app.meetings.models import Meeting
from app.networks.discretion import Measure, fit_for
from app.networks.models import Network
from app.series.rules import Rule, Unit


class Series(Model):
    """Meetings that were planned together by one rule. Rule and hours are those that hold for what is ahead.

    `key` is made with the form that planned it, so that sending the form twice plans once. `sequence` counts what the
    members were told of the whole.
    """

    __tablename__ = "series"
    __table_args__ = (
        CheckConstraint("step BETWEEN 1 AND 12", name="step_in_a_year"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_in_a_week"),
        CheckConstraint("meetings_wanted > 0", name="has_meetings"),
        CheckConstraint("ends > starts", name="ends_after_it_starts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    title: Mapped[str] = mapped_column(String(160), info=fit_for(Measure.TITLES))
    unit: Mapped[Unit] = mapped_column(word(Unit, "unit"))
    step: Mapped[int]
    weekday: Mapped[int]  # 0 is Monday
    nth: Mapped[int | None]  # in the month: 1 to 4, or -1 for the last
    first_on: Mapped[date] = mapped_column(Date)
    meetings_wanted: Mapped[int]  # as many as the rule gave
    until_on: Mapped[date | None] = mapped_column(Date)
    starts: Mapped[time] = mapped_column(Time)  # on the wall
    ends: Mapped[time] = mapped_column(Time)
    sequence: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    network: Mapped[Network] = relationship(lazy="raise_on_sql")
    created_by: Mapped[Person] = relationship(lazy="raise_on_sql")

    @property
    def rule(self) -> Rule:
        count = None if self.until_on else self.meetings_wanted
        return Rule(self.unit, self.step, self.weekday, self.first_on, self.nth, count, self.until_on)


class SeriesMeeting(Model):
    """One meeting of a series; their order is that of their days.

    `planned` is what the series last gave it: where the meeting says otherwise it has been changed on its own, and the
    series leaves that alone. `ended_at` is set when it was cancelled with the series.
    """

    __tablename__ = "series_meetings"
    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), unique=True)
    planned: Mapped[dict[str, Any]] = mapped_column(JSON)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    series: Mapped[Series] = relationship(lazy="raise_on_sql")
    meeting: Mapped[Meeting] = relationship(
        lazy="raise_on_sql", backref=backref("series_entry", lazy="raise_on_sql", viewonly=True, uselist=False)
    )


def entry_of_meeting() -> ORMOption:
    """What the meeting's page loads with the meeting, so that only a meeting of a series asks for its neighbours."""
    return joinedload(Meeting.series_entry)  # type: ignore[attr-defined]
