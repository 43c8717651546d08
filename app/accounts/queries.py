"""Finding people, and where they worked on a day."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import contains_eager, foreign, remote

from app.accounts.addresses import as_kept
from app.accounts.models import Affiliation, Person
from app.core.db import danish_day
from app.extensions import db
from app.organisations.models import Organisation


def person_by_email(email: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.email == as_kept(email)))


def is_affiliated_on(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """The condition that an affiliation covers the day."""
    return and_(Affiliation.from_on <= day, or_(Affiliation.to_on.is_(None), Affiliation.to_on > day))


def worked_there(person_id: Any, moment: Any) -> ColumnElement[bool]:
    """The condition of a relationship from what somebody wrote to where they worked on the Danish day of `moment`.

    Both are columns of the same row. What is written keeps the affiliation of its day, and a late correction reaches it.
    """
    return and_(foreign(person_id) == remote(Affiliation.person_id), is_affiliated_on(danish_day(moment)))


def organisations_on(day: date, person_ids: Iterable[int]) -> dict[int, Organisation]:
    """Where each of these people worked on that day, by person id; who worked nowhere is left out. One query."""
    rows = db.session.scalars(
        select(Affiliation)
        .join(Affiliation.organisation)
        .options(contains_eager(Affiliation.organisation))
        .where(Affiliation.person_id.in_(list(person_ids)), is_affiliated_on(day))
    )
    return {row.person_id: row.organisation for row in rows}


def affiliations_of(person_id: int) -> list[Affiliation]:
    """The present one first, each with its organisation. One query."""
    return list(
        db.session.scalars(
            select(Affiliation)
            .join(Affiliation.organisation)
            .options(contains_eager(Affiliation.organisation))
            .where(Affiliation.person_id == person_id)
            .order_by(Affiliation.from_on.desc())
        )
    )
