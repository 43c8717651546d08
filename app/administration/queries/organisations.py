"""Who works at an organisation, as far as a viewer may see, and which organisations may be the same one."""

from collections.abc import Iterable

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Affiliation, Person
from app.administration.queries.people import is_seen_by
from app.extensions import db
from app.organisations.models import Organisation


def _people_at(organisation_id: int, viewer: Person) -> Select[Person]:
    return select(Person).where(
        Person.organisation_id == organisation_id, Person.disabled_at.is_(None), is_seen_by(viewer)
    )


def count_of_people_at(organisation_id: int, viewer: Person) -> int:
    return db.session.scalar(select(func.count()).select_from(_people_at(organisation_id, viewer).subquery())) or 0


def people_at(organisation_id: int, viewer: Person, *, offset: int, size: int) -> list[Person]:
    """Who works there today, of those the viewer may see."""
    return list(
        db.session.scalars(
            _people_at(organisation_id, viewer).order_by(Person.sort_key, Person.id).offset(offset).limit(size)
        )
    )


def people_per_organisation(organisation_ids: Iterable[int]) -> dict[int, int]:
    """How many open accounts work at each today."""
    rows = db.session.execute(
        select(Person.organisation_id, func.count())
        .where(Person.organisation_id.in_(list(organisation_ids)), Person.disabled_at.is_(None))
        .group_by(Person.organisation_id)
    )
    return {organisation_id: count for organisation_id, count in rows if organisation_id is not None}


def times_at(organisation_id: int) -> int:
    """How many people have worked there, now or before."""
    return (
        db.session.scalar(
            select(func.count(func.distinct(Affiliation.person_id))).where(
                Affiliation.organisation_id == organisation_id
            )
        )
        or 0
    )


def with_a_twin(organisation_ids: Iterable[int]) -> set[int]:
    """Which of these share their name, but for its spelling, with another one."""
    other = aliased(Organisation)
    return set(
        db.session.scalars(
            select(Organisation.id)
            .join(other, (other.sort_key == Organisation.sort_key) & (other.id != Organisation.id))
            .where(
                Organisation.id.in_(list(organisation_ids)),
                Organisation.merged_into_id.is_(None),
                other.merged_into_id.is_(None),
            )
        )
    )
