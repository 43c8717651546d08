"""Someone gets another job: today's organisation and the history say the same."""

from datetime import date, timedelta

import pytest

from app.accounts.models import Affiliation, Event, EventKind, Person
from app.accounts.operations import move_to
from app.accounts.queries import affiliations_of, organisations_on
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.organisations.models import Organisation, OrganisationKind

THISTED = {"name": "Jobcenter Thisted", "kind": OrganisationKind.JOB_CENTRE, "municipality_code": "0787"}


@pytest.fixture
def move(world):
    def act(on: date, name: str = "Jobcenter Thisted") -> None:
        with world.acting():
            organisation = db.session.query(Organisation).filter_by(name=name).one_or_none()
            if organisation is None:
                organisation = Organisation(**{**THISTED, "name": name})
                db.session.add(organisation)
                db.session.flush()
            person = db.session.get_one(Person, world.cast["member"])
            move_to(person, organisation, on=on, by=person)

    return act


def worked(world, day: date) -> str | None:
    with world.app.app_context():
        found = organisations_on(day, [world.cast["member"]]).get(world.cast["member"])
        return found.name if found else None


def test_each_day_keeps_its_organisation(world, move):
    today = clock.today()
    before = worked(world, today)
    move(today - timedelta(days=10))
    assert worked(world, today - timedelta(days=11)) == before
    assert worked(world, today - timedelta(days=10)) == "Jobcenter Thisted"
    assert worked(world, today) == "Jobcenter Thisted"
    assert worked(world, today - timedelta(days=5000)) is None
    with world.app.app_context():
        person = db.session.get_one(Person, world.cast["member"])
        assert person.organisation_id == affiliations_of(person.id)[0].organisation_id
        assert db.session.query(Event).filter_by(kind=EventKind.MOVED).one().facts["organisation"] == THISTED["name"]


def test_moving_twice_to_the_same_place_changes_nothing(world, move):
    move(clock.today())
    move(clock.today())
    with world.app.app_context():
        assert db.session.query(Affiliation).filter_by(person_id=world.cast["member"]).count() == 2


def test_on_its_first_day_an_organisation_is_corrected_without_a_trace_of_the_wrong_one(world, move):
    move(clock.today(), "Jobcenter Tisted")
    move(clock.today())
    with world.app.app_context():
        names = [row.organisation.name for row in affiliations_of(world.cast["member"])]
        assert names[0] == "Jobcenter Thisted" and len(names) == 2


@pytest.mark.parametrize("days", [1, -5000])
def test_a_day_to_come_or_before_the_present_job_is_refused(world, move, days):
    with pytest.raises(DomainError):
        move(clock.today() + timedelta(days=days))
