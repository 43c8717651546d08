"""Which municipalities and organisations there are, in Danish order."""

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from app.extensions import db
from app.organisations.models import Municipality, Organisation


@dataclass(frozen=True)
class Place:
    """A municipality as pages need it, free of the database session."""

    code: str
    name: str
    slug: str


def municipalities() -> tuple[Place, ...]:
    """The eleven in Danish order. Asked once per process: only a migration changes them."""
    kept: tuple[Place, ...] | None = current_app.extensions.get("municipalities")
    if not kept:
        rows = db.session.execute(
            select(Municipality.code, Municipality.name, Municipality.slug).order_by(Municipality.position)
        )
        kept = tuple(Place(row.code, row.name, row.slug) for row in rows)
        current_app.extensions["municipalities"] = kept
    return kept


def organisations() -> list[Organisation]:
    """By municipality, then by name; each with its municipality."""
    return list(
        db.session.scalars(
            select(Organisation).join(Organisation.municipality).order_by(Municipality.position, Organisation.sort_key)
        )
    )
