"""Whose history a viewer may see, and whom a move concerns."""

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import Affiliation, Person
from app.extensions import db
from app.networks.models import Membership, Role


def coordinators_of(person_id: int) -> list[int]:
    """Who coordinates a network this person is in, themselves left out."""
    theirs, own = aliased(Membership), aliased(Membership)
    return list(
        db.session.scalars(
            select(theirs.person_id)
            .join(own, own.network_id == theirs.network_id)
            .join(Person, Person.id == theirs.person_id)
            .where(
                own.person_id == person_id,
                own.left_at.is_(None),
                theirs.left_at.is_(None),
                theirs.role == Role.COORDINATOR,
                theirs.person_id != person_id,
                Person.disabled_at.is_(None),
            )
            .distinct()
            .order_by(theirs.person_id)
        )
    )


def coordinates_a_network_of(viewer: Person, person_id: int) -> bool:
    theirs, own = aliased(Membership), aliased(Membership)
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    own.person_id == person_id,
                    own.left_at.is_(None),
                    own.network_id == theirs.network_id,
                    theirs.person_id == viewer.id,
                    theirs.left_at.is_(None),
                    theirs.role == Role.COORDINATOR,
                )
            )
        )
    )


def affiliation_with_organisation(affiliation_id: int) -> Affiliation | None:
    return db.session.scalar(
        select(Affiliation).options(joinedload(Affiliation.organisation)).where(Affiliation.id == affiliation_id)
    )
