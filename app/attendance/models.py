"""Who was at a meeting, what was signed, and what was put right afterwards."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.core import clock
from app.core.db import UtcDateTime, word
from app.extensions import Model
from app.files.models import File
from app.meetings.models import Presence
from app.networks.discretion import Measure, fit_for
from app.organisations.models import Municipality


class Means(StrEnum):
    """How somebody came onto the list."""

    COORDINATOR = "coordinator"  # ticked off
    CODE = "code"  # checked in with the code on the wall


class Attendance(Model):
    """Someone was there: a person of the platform, or a guest known by name only.

    `came_at` and `left_at` are empty where nobody has said anything else than that they were there from beginning to end.
    A list of who was there is evidence, and like a list of members it is not graded by the network's level.
    """

    __tablename__ = "attendances"
    __table_args__ = (
        UniqueConstraint("meeting_id", "person_id"),
        CheckConstraint("person_id IS NOT NULL OR guest_name <> ''", name="somebody"),
        CheckConstraint("left_at IS NULL OR came_at IS NULL OR left_at >= came_at", name="leaves_after_coming"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    guest_name: Mapped[str] = mapped_column(String(120), default="", info=fit_for(Measure.HAPPENED))
    guest_organisation: Mapped[str] = mapped_column(String(160), default="", info=fit_for(Measure.HAPPENED))
    guest_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    presence: Mapped[Presence] = mapped_column(word(Presence, "presence_at"), default=Presence.HERE)
    came_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    means: Mapped[Means] = mapped_column(word(Means, "means"), default=Means.COORDINATOR)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id], lazy="raise_on_sql")
    guest_municipality: Mapped[Municipality | None] = relationship(lazy="raise_on_sql")


class Scan(Model):
    """The signed sheet, scanned. The latest of a meeting is the one that counts, and it locks the list.

    One that was replaced is kept, with the reason of the one that replaced it.
    """

    __tablename__ = "scans"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(300), default="")  # why it replaces the one before
    added_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    file: Mapped[File] = relationship(lazy="raise_on_sql")
    added_by: Mapped[Person] = relationship(lazy="raise_on_sql")


class Correction(Model):
    """What was changed on a locked list: never changed itself, never removed. `old` and `new` are as the log prints them."""

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    who: Mapped[str] = mapped_column(String(160))
    old: Mapped[str] = mapped_column(String(400), default="")  # empty: was not on the list
    new: Mapped[str] = mapped_column(String(400), default="")  # empty: is no longer on it
    reason: Mapped[str] = mapped_column(String(300))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    by: Mapped[Person] = relationship(lazy="raise_on_sql")


class Project(Model):
    """What the sign-in sheets of a network say of the project that pays for it. Where nothing is said, the installation's is."""

    __tablename__ = "projects"

    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="", info=fit_for(Measure.HAPPENED))
    number: Mapped[str] = mapped_column(String(60), default="", info=fit_for(Measure.HAPPENED))
    funder: Mapped[str] = mapped_column(String(300), default="", info=fit_for(Measure.HAPPENED))
    logo_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
