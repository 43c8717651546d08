"""Which municipalities and organisations there are, in Danish order."""

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import contains_eager

from app.core.danish import sort_key
from app.extensions import db
from app.organisations.models import Municipality, Organisation, OrganisationKind


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
    """Those one can choose: open ones, by municipality, then by name; each with its municipality."""
    return list(
        db.session.scalars(
            select(Organisation)
            .join(Organisation.municipality)
            .options(contains_eager(Organisation.municipality))
            .where(Organisation.closed_at.is_(None))
            .order_by(Municipality.position, Organisation.sort_key)
        )
    )


def organisation_for(organisation_id: int) -> Organisation | None:
    """Everybody who is signed in may see organisations: they tell nothing of any network."""
    return db.session.get(Organisation, organisation_id)


@dataclass(frozen=True)
class OrganisationsLike:
    """What is asked for in a list of organisations; what is empty narrows nothing."""

    words: str = ""
    municipality_code: str = ""
    kind: OrganisationKind | None = None
    are_closed: bool | None = False

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        conditions = [
            or_(
                Organisation.sort_key.contains(sort_key(word), autoescape=True),
                Organisation.cvr == word,
            )
            for word in self.words.split()
        ]
        if self.municipality_code:
            conditions.append(Organisation.municipality_code == self.municipality_code)
        if self.kind is not None:
            conditions.append(Organisation.kind == self.kind)
        if self.are_closed is not None:
            conditions.append(
                Organisation.closed_at.is_not(None) if self.are_closed else Organisation.closed_at.is_(None)
            )
        return conditions


def count_of_organisations(like: OrganisationsLike) -> int:
    return db.session.scalar(select(func.count()).select_from(Organisation).where(*like.conditions)) or 0


def page_of_organisations(like: OrganisationsLike, *, offset: int, size: int) -> list[Organisation]:
    """By municipality, Aalborg last, then by name; each with its municipality."""
    return list(
        db.session.scalars(
            select(Organisation)
            .join(Organisation.municipality)
            .options(contains_eager(Organisation.municipality))
            .where(*like.conditions)
            .order_by(Municipality.position, Organisation.sort_key, Organisation.id)
            .offset(offset)
            .limit(size)
        )
    )


def twins_of(name: str, *, cvr: str, but_not: int | None = None) -> list[Organisation]:
    """Those that may be the same one: the same name but for capitals and aa for å, or the same CVR number."""
    is_alike = Organisation.sort_key == sort_key(name)
    condition = or_(is_alike, Organisation.cvr == cvr) if cvr else is_alike
    return list(
        db.session.scalars(
            select(Organisation)
            .where(condition, Organisation.merged_into_id.is_(None), Organisation.id != (but_not or 0))
            .order_by(Organisation.sort_key)
        )
    )
