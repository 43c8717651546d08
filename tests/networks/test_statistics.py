"""Counting members as of a day: right on the very days on which somebody joins, leaves or moves, and after late moves."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.accounts.models import Affiliation, Person
from app.accounts.operations import move_to
from app.core import clock as core_clock
from app.extensions import db
from app.networks.models import Membership, Network
from app.networks.statistics import statistics_on
from app.organisations.models import Organisation, OrganisationKind

FIRST = date(2026, 3, 26)  # a Thursday; on the 29th the clocks change
DAYS = 8


def organisation(world, name: str, code: str, kind: OrganisationKind = OrganisationKind.JOB_CENTRE) -> int:
    with world.acting():
        return world._add(Organisation(name=name, kind=kind, municipality_code=code)).id


def people_by_name(counted) -> dict[str, int]:
    return {place.name: people for place, people in counted.municipalities if people}


def test_who_moves_from_hjoerring_to_thisted_is_counted_where_they_were(app, world, browser):
    hjoerring, thisted = (
        organisation(world, "Jobcenter Hjørring", "0860"),
        organisation(world, "Jobcenter Thisted", "0787"),
    )
    with world.acting():
        mover = world.person("Hanne Flytter", network=world.network_id)
        since = core_clock.now() - timedelta(days=200)
        db.session.scalars(select(Membership).where(Membership.person_id == mover)).one().joined_at = since
        row = db.session.scalars(select(Affiliation).where(Affiliation.person_id == mover)).one()
        row.organisation_id, row.from_on = hjoerring, date(2026, 1, 1)
        person = db.session.get(Person, mover)
        person.organisation_id = hjoerring
        move_to(person, db.session.get(Organisation, thisted), on=date(2026, 9, 1), by=person)
    url = f"/networks/{world.network_id}/statistics"
    before, after = (browser("member").get(f"{url}?on={day}").text for day in ("2026-08-31", "2026-09-01"))
    assert "1 medlem fra 1 kommune" in before
    assert "Hjørring 1" in before and "Thisted 0" in before
    assert "Hjørring 0" in after and "Thisted 1" in after
    assert "Jobcenter Thisted Thisted 1" in after


def test_the_municipalities_stand_in_danish_order_aalborg_last(world, browser):
    page = browser("member").get(f"/networks/{world.network_id}/statistics")
    assert page.title == "ERFA Prøvenet"
    table = page.tree.css_first('table[aria-labelledby="by-municipality"]')
    names = [node.text() for node in table.css("tbody th")]
    assert (len(names), names[0], names[-2], names[-1]) == (11, "Brønderslev", "Vesthimmerlands", "Aalborg")
    assert "3 medlemmer fra 3 kommuner" in page.text


def test_days_that_are_none_are_said_at_their_field(world, browser):
    member = browser("member")
    url = f"/networks/{world.network_id}/statistics"
    wrong = "Skriv datoen med dag, måned og år."
    for query, errors in (
        ("on=2026-11-24", ["Vælg i dag eller en dag, der har været."]),
        ("on=i-gaar", [wrong]),
        ("on=0001-01-01", [wrong]),
        ("on=9999-12-31", ["Vælg i dag eller en dag, der har været."]),
        ("on=2026-11-20&since=2026-11-21", ["Vælg en dag før den anden."]),
        ("since=%20&on=%F0%9F%98%80", [wrong, wrong]),
        ("on=&since=", []),
    ):
        assert member.get(f"{url}?{query}").errors == errors, query
    assert member.get(f"{url}?on=i-gaar").value("on") == "i-gaar"
    assert "Ingen var medlem den dag." in member.get(f"{url}?on=2001-01-01").text


def test_only_members_see_a_networks_and_only_administrators_all(world, browser):
    url = f"/networks/{world.network_id}/statistics"
    browser("outsider").get(url, status=404)
    browser("administrator").get(url)
    browser("coordinator").get("/statistics", status=403)
    page = browser("administrator").get("/statistics")
    assert "ERFA Prøvenet 3 3 0" in page.text
    assert "ERFA Hemmeligt 1 1 0" in page.text
    assert "4 personer er med" in page.text


def test_who_is_in_two_networks_is_one_person(app, world):
    with world.acting():
        world._add(Membership(network_id=world.other_network_id, person_id=world.cast["member"]))
    with app.app_context():
        counted = statistics_on(core_clock.today(), since=core_clock.today())
        assert counted.people == 4
        assert sum(one.members for one in counted.movements) == 5


def test_the_page_costs_the_same_for_many(world, browser, statements):
    member, counts = browser("member"), []
    for _ in range(2):
        with statements.counted() as seen:
            member.get(f"/networks/{world.network_id}/statistics")
        counts.append(len(seen))
        with world.acting():
            for number in range(40):
                world.person(f"Person {number}", network=world.network_id)
    assert counts[0] == counts[1] <= 8


# The boundary days, against a model that goes through it all by hand

moments = st.integers(min_value=0, max_value=DAYS * 24 * 2 - 1)  # half hours since the first midnight in Denmark


def as_moment(half_hours: int) -> datetime:
    midnight = core_clock.from_wall(datetime.combine(FIRST, datetime.min.time()))
    return midnight.astimezone(UTC) + timedelta(minutes=30 * half_hours)


@st.composite
def lives(draw):
    """One person's memberships, as pairs of moments of which the last may have no end, and affiliations in days."""
    turns = sorted(draw(st.lists(moments, max_size=5)))
    memberships = [(turns[i], turns[i + 1] if i + 1 < len(turns) else None) for i in range(0, len(turns), 2)]
    marks = sorted(set(draw(st.lists(st.integers(min_value=-1, max_value=DAYS), min_size=1, max_size=4))))
    workplaces = [draw(st.sampled_from([0, 1, None])) for _ in marks]
    ends = [*marks[1:], None]
    affiliations = [
        (begin, end, place) for begin, end, place in zip(marks, ends, workplaces, strict=True) if place is not None
    ]
    disabled = draw(st.one_of(st.none(), st.none(), moments))
    return memberships, affiliations, disabled


def model_of(people, day: int):
    """How many are members, and where they work, as the day ends; None is nowhere."""
    end = as_moment_of_midnight(day + 1)
    counts: Counter[int | None] = Counter()
    for memberships, affiliations, disabled in people:
        if disabled is not None and as_moment(disabled) < end:
            continue
        for joined, left in memberships:
            if as_moment(joined) < end and (left is None or as_moment(left) >= end):
                places = [
                    place for begin, until, place in affiliations if begin <= day and (until is None or day < until)
                ]
                counts[places[0] if places else None] += 1
                break
    return counts


def as_moment_of_midnight(day: int) -> datetime:
    return core_clock.from_wall(datetime.combine(FIRST + timedelta(days=day), datetime.min.time()))


@pytest.fixture
def ground(world):
    """A network and two workplaces that the examples share, and nobody in it."""
    places = [organisation(world, "Jobcenter Hjørring", "0860"), organisation(world, "Jobcenter Thisted", "0787")]
    with world.acting():
        network_id = world._add(Network(name="ERFA Tælling")).id
        people = [world.person(f"Prøve {number}") for number in range(3)]
        db.session.execute(delete(Affiliation).where(Affiliation.person_id.in_(people)))
    return network_id, places, people


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(lives(), min_size=1, max_size=3))
def test_every_day_counts_as_if_by_hand(app, ground, people):
    network_id, places, ids = ground
    with app.app_context():
        db.session.execute(delete(Membership).where(Membership.network_id == network_id))
        db.session.execute(delete(Affiliation).where(Affiliation.person_id.in_(ids)))
        for person_id, (memberships, affiliations, disabled) in zip(ids, people, strict=False):
            db.session.get(Person, person_id).disabled_at = None if disabled is None else as_moment(disabled)
            for joined, left in memberships:
                moments_of = {"joined_at": as_moment(joined), "left_at": None if left is None else as_moment(left)}
                db.session.add(Membership(network_id=network_id, person_id=person_id, **moments_of))
            for begin, end, place in affiliations:
                row = Affiliation(
                    person_id=person_id, organisation_id=places[place], from_on=FIRST + timedelta(days=begin)
                )
                row.to_on = None if end is None else FIRST + timedelta(days=end)
                db.session.add(row)
        db.session.flush()
        for day in range(-1, DAYS + 1):
            counted = statistics_on(FIRST + timedelta(days=day), since=FIRST, network_id=network_id)
            expected = model_of(people, day)
            assert counted.people == sum(expected.values())
            assert counted.homeless == expected[None]
            assert people_by_name(counted) == {
                name: expected[place] for place, name in enumerate(["Hjørring", "Thisted"]) if expected[place]
            }
        if not any(disabled is not None for _memberships, _affiliations, disabled in people):
            opening = statistics_on(FIRST - timedelta(days=1), since=FIRST, network_id=network_id).people
            closing = statistics_on(FIRST + timedelta(days=DAYS), since=FIRST, network_id=network_id)
            assert opening + closing.joined - closing.left == closing.people
        db.session.rollback()
