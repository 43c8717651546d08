"""What the tests of this room share: events as sentences, organisations, and everything about one person."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from app.accounts.models import Affiliation, Event, Person
from app.extensions import db
from app.organisations.models import Organisation, OrganisationKind
from tests.world import World


@pytest.fixture
def organisation(world: World) -> Callable[..., int]:
    """Adds an organisation and returns its id."""

    def add(name: str = "Jobcenter Thisted", code: str = "0787", **more: object) -> int:
        with world.acting():
            kind = OrganisationKind.JOB_CENTRE
            return world._add(Organisation(name=name, kind=kind, municipality_code=code, **more)).id

    return add


@pytest.fixture
def events(world: World) -> Callable[[], list[tuple[str, int | None, int | None]]]:
    """(kind, whom it is about, who did it) of every line of the log, oldest first."""

    def read() -> list[tuple[str, int | None, int | None]]:
        with world.app.app_context():
            rows = db.session.scalars(select(Event).order_by(Event.id))
            return [(row.kind.value, row.person_id, row.by_id) for row in rows]

    return read


@pytest.fixture
def history(world: World) -> Callable[[str], list[tuple[str, date, date | None]]]:
    """Where a member of the cast works and worked, oldest first; checks that the person's own row says the same."""

    def read(who: str) -> list[tuple[str, date, date | None]]:
        with world.app.app_context():
            rows = db.session.execute(
                select(Organisation.name, Affiliation.from_on, Affiliation.to_on, Affiliation.organisation_id)
                .join(Organisation)
                .where(Affiliation.person_id == world.cast[who])
                .order_by(Affiliation.from_on)
            ).all()
            person = db.session.get_one(Person, world.cast[who])
            assert person.organisation_id == next((row[3] for row in rows if row[2] is None), None)
            return [(row[0], row[1], row[2]) for row in rows]

    return read
