"""Municipalities and organisations."""

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import SortKey, sorted_as, word
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
    """Where people work; it lies in one municipality."""

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    sort_key: Mapped[str] = mapped_column(SortKey, default=sorted_as("name"), index=True)
    kind: Mapped[OrganisationKind] = mapped_column(word(OrganisationKind, "organisation_kind"))
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"), index=True)

    municipality: Mapped[Municipality] = relationship(lazy="joined", innerjoin=True)
