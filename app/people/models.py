"""What people say about themselves, who is to see it, and their pictures."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import SortKey, UtcDateTime, sorted_as, word
from app.extensions import Model


class Audience(StrEnum):
    """Who is to see something. Coordinators of a network one is in, and administrators, are in each of them."""

    EVERYONE = "everyone"  # who is signed in
    NETWORKS = "networks"  # who shares a network
    COORDINATORS = "coordinators"


class Field(StrEnum):
    """What has an audience of its own. Who may not see the profile sees nothing of the others either."""

    PROFILE = "profile"
    MAIL = "mail"
    PHONE = "phone"  # and when one can be reached
    PICTURE = "picture"
    ABOUT = "about"  # and the competences


class Profile(Model):
    """Someone's own words. Who has never written any has no row, and the audiences that stand here as defaults.

    `about_key` is `about` folded, so that it can be searched alike on both databases.
    """

    __tablename__ = "profiles"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    about: Mapped[str] = mapped_column(Text, default="")
    about_key: Mapped[str] = mapped_column(Text, default="")
    reachable: Mapped[str] = mapped_column(String(120), default="")
    profile_for: Mapped[Audience] = mapped_column(word(Audience, "profile_for"), default=Audience.NETWORKS)
    mail_for: Mapped[Audience] = mapped_column(word(Audience, "mail_for"), default=Audience.NETWORKS)
    phone_for: Mapped[Audience] = mapped_column(word(Audience, "phone_for"), default=Audience.NETWORKS)
    picture_for: Mapped[Audience] = mapped_column(word(Audience, "picture_for"), default=Audience.NETWORKS)
    about_for: Mapped[Audience] = mapped_column(word(Audience, "about_for"), default=Audience.NETWORKS)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    def audience_of(self, field: Field) -> Audience:
        audience: Audience = getattr(self, f"{field.value}_for")
        return audience


class Competence(Model):
    """Something people can be asked about, shared by all who write the same word; the first one's spelling stands."""

    __tablename__ = "competences"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    sort_key: Mapped[str] = mapped_column(SortKey, default=sorted_as("name"), unique=True)


class PersonCompetence(Model):
    """That somebody can be asked about it; `position` keeps their own order."""

    __tablename__ = "person_competences"
    __table_args__ = (Index("ix_person_competences_competence_id", "competence_id", "person_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    competence_id: Mapped[int] = mapped_column(ForeignKey("competences.id"), primary_key=True)
    position: Mapped[int]

    competence: Mapped[Competence] = relationship(lazy="raise_on_sql")


class Picture(Model):
    """A portrait as two square JPEG files; `fingerprint` of the large one names it in its address."""

    __tablename__ = "pictures"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(32))
    large: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    small: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
