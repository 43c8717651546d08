"""Municipalities and organisations."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import SortKey, UtcDateTime, sorted_as, word
from app.extensions import Model


class Municipality(Model):
    """One of the eleven; `code` is Statistics Denmark's four characters, kept as text for its leading zero."""

    __tablename__ = "municipalities"

    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    position: Mapped[int] = mapped_column(unique=True)  # Danish order, Aalborg last


class OrganisationKind(StrEnum):
    MUNICIPALITY = "municipality"
    JOB_CENTRE = "job_centre"
    BUSINESS_CENTRE = "business_centre"
    SOCIAL_ENTERPRISE = "social_enterprise"
    ASSOCIATION = "association"


class Organisation(Model):
    """Where people work; it lies in one municipality.

    `cvr` names several: a job centre has its municipality's number. Nothing is deleted: what is closed takes nobody new,
    and what was the same as another one under a second name points to it with `merged_into_id`.
    """

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    sort_key: Mapped[str] = mapped_column(SortKey, default=sorted_as("name"), index=True)
    kind: Mapped[OrganisationKind] = mapped_column(word(OrganisationKind, "organisation_kind"))
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"), index=True)
    cvr: Mapped[str] = mapped_column(String(8), default="", index=True)
    web_address: Mapped[str] = mapped_column(String(200), default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))

    municipality: Mapped[Municipality] = relationship(lazy="joined", innerjoin=True)
