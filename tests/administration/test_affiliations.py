"""A new job, who may register it, who is told, and correcting what was registered wrongly."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.models import Affiliation, Person
from app.accounts.operations import leave_organisation, move_to
from app.accounts.queries import organisations_on
from app.administration.operations.affiliations import correct_affiliation, register_move, remove_affiliation
from app.core.errors import DomainError
from app.extensions import db
from app.networks.models import Role
from app.organisations.models import Organisation, OrganisationKind

TODAY = date(2026, 11, 23)
YEAR_AGO = TODAY - timedelta(days=365)


def url_of(world, who="member"):
    return f"/people/{world.cast[who]}/affiliations"


def rows_of(world, who="member"):
    with world.app.app_context():
        return db.session.scalars(
            select(Affiliation.id).filter_by(person_id=world.cast[who]).order_by(Affiliation.from_on)
        ).all()


@pytest.fixture
def moved(world, organisation):
    """The member was at Organisation 2, from 1 June at Jobcenter Thisted, from 1 October at Tangværket."""
    thisted, tang = organisation(), organisation("Tangværket", "0849")
    with world.acting():
        person, by = (db.session.get_one(Person, world.cast[name]) for name in ("member", "administrator"))
        move_to(person, db.session.get_one(Organisation, thisted), on=date(2026, 6, 1), by=by)
        move_to(person, db.session.get_one(Organisation, tang), on=date(2026, 10, 1), by=by)
    return {"thisted": thisted, "tang": tang}


def test_the_person_says_it_themselves_and_the_coordinators_are_told(
    browser, world, organisation, outbox, events, history
):
    place = organisation()
    member = browser("member")
    member.get("/account/profile")
    member.follow("Jeg har fået nyt job")
    member.follow("Jeg har fået nyt job")
    page = member.submit("Gem det nye job", organisation=str(place), moved_on="2026-11-01")
    assert "Du er nu registreret hos Jobcenter Thisted" in page.text
    assert history("member") == [
        ("Organisation 2", YEAR_AGO, date(2026, 11, 1)),
        ("Jobcenter Thisted", date(2026, 11, 1), None),
    ]
    (mail,) = outbox()
    assert mail.to == "person1@erfa.test"
    assert mail.subject == "Mette Medlem arbejder nu hos Jobcenter Thisted"
    assert "Fra 1. november 2026." in mail.text and "tovholder i et netværk, som Mette Medlem er med i" in mail.text
    assert ("moved", world.cast["member"], None) in events()


def test_a_coordinator_registers_it_for_a_member_and_the_person_is_told(browser, world, organisation, outbox, events):
    place = organisation()
    with world.acting():
        world.person("Lene Medtovholder", network=world.network_id, role=Role.COORDINATOR)
    coordinator = browser("coordinator")
    coordinator.get(f"/people/{world.cast['member']}")
    coordinator.follow("Arbejdsplads")
    coordinator.follow("Registrér nyt job")
    coordinator.submit("Gem det nye job", organisation=str(place))
    assert {(mail.to, mail.kind) for mail in outbox()} == {
        ("person2@erfa.test", "moved_by_another"),
        ("person5@erfa.test", "person_moved"),
    }
    assert ("moved", world.cast["member"], world.cast["coordinator"]) in events()


def test_who_may_see_and_register_and_who_may_not(browser, world):
    for who, status in (
        ("member", 200),
        ("coordinator", 200),
        ("administrator", 200),
        ("colleague", 403),
        ("outsider", 404),
    ):
        browser(who).get(url_of(world), status=status)
        browser(who).get(f"{url_of(world)}/new", status=status)
        browser(who).post(f"{url_of(world)}/new", status=status)
    browser("coordinator").get(url_of(world, "outsider"), status=404)


def test_a_persons_page_leads_there_for_whoever_may(browser, world):
    seen = {}
    for who in ("member", "colleague", "coordinator", "administrator"):
        links = browser(who).get(f"/people/{world.cast['member']}").links()
        seen[who] = [words for words in ("Arbejdsplads", "Kontoen") if words in links]
    assert seen == {
        "member": [],
        "colleague": [],
        "coordinator": ["Arbejdsplads"],
        "administrator": ["Arbejdsplads", "Kontoen"],
    }


def test_a_coordinator_who_left_or_whose_member_left_is_out_at_once(browser, world):
    coordinator, membership = browser("coordinator"), None
    coordinator.get(url_of(world))
    administrator = browser("administrator")
    administrator.get(f"/networks/{world.network_id}/members")
    with world.app.app_context():
        membership = db.session.execute(
            db.text("SELECT id FROM memberships WHERE person_id = :id"), {"id": world.cast["member"]}
        ).scalar()
    administrator.post(f"/memberships/{membership}/end")
    coordinator.get(url_of(world), status=404)


@pytest.mark.parametrize(
    ("organisation_id", "moved_on", "error"),
    [
        ("", "2026-11-01", "Vælg den nye arbejdsplads."),
        ("999", "2026-11-01", "Vælg en af dem på listen."),
        (None, "", "Skriv den første dag."),
        (None, "2026-11-24", "Vælg i dag eller en dag, der har været."),
        (None, "2020-01-01", "Den nuværende organisation begyndte efter den dag."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(browser, world, organisation, history, organisation_id, moved_on, error):
    place = str(organisation()) if organisation_id is None else organisation_id
    member = browser("member")
    member.get(f"{url_of(world)}/new")
    page = member.submit("Gem det nye job", organisation=place, moved_on=moved_on)
    assert len(page.errors) == 1
    assert page.errors == [error]
    assert page.value("moved_on") == moved_on
    assert len(history("member")) == 1


def test_whoever_has_left_with_today_as_the_last_day_may_begin_elsewhere_today(browser, world, organisation, history):
    place = organisation()
    member = browser("member")
    with world.acting():
        person = db.session.get_one(Person, world.cast["member"])
        leave_organisation(person, last_day=TODAY, by=person)
    member.get(f"{url_of(world)}/new")
    page = member.submit("Gem det nye job", organisation=str(place), moved_on=str(TODAY - timedelta(days=1)))
    assert page.errors == ["Den dag hører til en tidligere organisation."]
    page = member.submit("Gem det nye job", organisation=str(place), moved_on=str(TODAY))
    assert "Du er nu registreret hos Jobcenter Thisted" in page.text
    assert history("member") == [("Organisation 2", YEAR_AGO, TODAY), ("Jobcenter Thisted", TODAY, None)]


def test_a_job_begun_and_left_today_makes_way_for_another_one(world, organisation, history):
    first, second = organisation(), organisation("Tangværket", "0849")
    with world.acting():
        person = db.session.get_one(Person, world.cast["member"])
        move_to(person, db.session.get_one(Organisation, first), on=TODAY, by=person)
        leave_organisation(person, last_day=TODAY, by=person)
        register_move(person, db.session.get_one(Organisation, second), on=TODAY, by=person)
    assert history("member") == [("Organisation 2", YEAR_AGO, TODAY), ("Tangværket", TODAY, None)]


def test_saying_it_twice_is_refused_and_tells_nobody_again(browser, world, organisation, outbox):
    place = organisation()
    member = browser("member")
    for _ in range(2):
        member.get(f"{url_of(world)}/new")
        page = member.submit("Gem det nye job", organisation=str(place))
    assert page.errors == ["Mette Medlem arbejder der allerede."]
    assert len(outbox()) == 1


def test_a_correction_of_a_first_day_leaves_no_gap_and_no_overlap(browser, world, moved, history, events):
    administrator = browser("administrator")
    administrator.get(f"/affiliations/{rows_of(world)[2]}/correction")
    page = administrator.submit("Gem rettelsen", from_on="2026-09-15")
    assert "Historikken er rettet." in page.text
    assert [row[1:] for row in history("member")] == [
        (YEAR_AGO, date(2026, 6, 1)),
        (date(2026, 6, 1), date(2026, 9, 15)),
        (date(2026, 9, 15), None),
    ]
    assert events()[-1] == ("affiliation_corrected", world.cast["member"], world.cast["administrator"])


@pytest.mark.parametrize(
    ("row", "day", "error"),
    [
        (2, "2026-11-24", "Vælg i dag eller en dag, der har været."),
        (1, "2026-10-01", "Den skal begynde, før den slutter 1. oktober 2026."),
        (
            2,
            "2026-06-01",
            "Den forrige organisation begyndte 1. juni 2026. Vælg en senere dag, eller fjern den forrige.",
        ),
    ],
)
def test_a_first_day_that_cannot_be_is_refused(browser, world, moved, history, row, day, error):
    before = history("member")
    administrator = browser("administrator")
    administrator.get(f"/affiliations/{rows_of(world)[row]}/correction")
    assert administrator.submit("Gem rettelsen", from_on=day).errors == [error]
    assert history("member") == before


def test_a_correction_of_the_organisation_joins_what_is_the_same(browser, world, moved, history):
    administrator = browser("administrator")
    administrator.get(f"/affiliations/{rows_of(world)[2]}/correction")
    administrator.submit("Gem rettelsen", organisation=str(moved["thisted"]))
    assert history("member") == [
        ("Organisation 2", YEAR_AGO, date(2026, 6, 1)),
        ("Jobcenter Thisted", date(2026, 6, 1), None),
    ]


@pytest.mark.parametrize(
    ("row", "left"),
    [
        (0, [("Jobcenter Thisted", YEAR_AGO, date(2026, 10, 1)), ("Tangværket", date(2026, 10, 1), None)]),
        (1, [("Organisation 2", YEAR_AGO, date(2026, 10, 1)), ("Tangværket", date(2026, 10, 1), None)]),
        (2, [("Organisation 2", YEAR_AGO, date(2026, 6, 1)), ("Jobcenter Thisted", date(2026, 6, 1), None)]),
    ],
)
def test_the_time_of_a_removed_row_goes_to_its_neighbour(browser, world, moved, history, row, left):
    administrator = browser("administrator")
    administrator.get(f"/affiliations/{rows_of(world)[row]}/removal")
    administrator.submit("Fjern fra historikken")
    assert history("member") == left


def test_the_only_row_is_corrected_and_not_removed(browser, world, history):
    administrator = browser("administrator")
    administrator.get(f"/affiliations/{rows_of(world)[0]}/removal")
    assert "Det er den eneste. Ret den i stedet." in administrator.submit("Fjern fra historikken").text
    assert len(history("member")) == 1


def test_only_administrators_correct_the_past(browser, world, moved):
    row = rows_of(world)[0]
    for who, status in (("member", 403), ("coordinator", 403), ("outsider", 404)):
        for act in ("correction", "removal"):
            browser(who).get(f"/affiliations/{row}/{act}", status=status)
            browser(who).post(f"/affiliations/{row}/{act}", status=status)


def test_a_count_as_of_a_day_is_right_after_a_late_move(world, moved):
    with world.app.app_context():
        id_ = world.cast["member"]
        on = {day: organisations_on(day, [id_])[id_].name for day in (date(2026, 5, 31), date(2026, 6, 1), TODAY)}
    assert list(on.values()) == ["Organisation 2", "Jobcenter Thisted", "Tangværket"]


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["move", "correct", "remove"]), st.integers(0, 3), st.integers(0, 3), st.integers(0, 400)
    ),
    max_size=8,
)


@pytest.mark.once
def test_whatever_is_registered_and_corrected_every_day_has_one_organisation(world, clock):
    """A history begins somewhere and then has neither gap nor overlap, and the person's own row repeats its end."""
    with world.app.app_context():
        places = [
            world._add(Organisation(name=f"Sted {n}", kind=OrganisationKind.JOB_CENTRE, municipality_code="0787"))
            for n in range(4)
        ]
        db.session.commit()
        ids = [place.id for place in places]

    @settings(max_examples=20, deadline=None)
    @given(ACTS)
    def holds(acts):
        with world.app.app_context():
            person, by = (db.session.get_one(Person, world.cast[name]) for name in ("member", "administrator"))
            for act, row, place, days in acts:
                history = db.session.scalars(
                    select(Affiliation).filter_by(person_id=person.id).order_by(Affiliation.from_on)
                ).all()
                chosen, organisation = history[row % len(history)], db.session.get_one(Organisation, ids[place])
                day = TODAY - timedelta(days=days)
                clock.move(microseconds=1)
                try:
                    with db.session.begin_nested():
                        if act == "move":
                            register_move(person, organisation, on=day, by=person)
                        elif act == "correct":
                            correct_affiliation(chosen, organisation=organisation, from_on=day, by=by)
                        else:
                            remove_affiliation(chosen, by=by)
                except DomainError:
                    pass
                db.session.expire_all()
                rows = db.session.scalars(
                    select(Affiliation).filter_by(person_id=person.id).order_by(Affiliation.from_on)
                ).all()
                assert [one.to_on for one in rows] == [*(one.from_on for one in rows[1:]), None]
                assert all(a.organisation_id != b.organisation_id for a, b in pairwise(rows))
                assert person.organisation_id == rows[-1].organisation_id
            db.session.rollback()

    holds()


def test_a_year_of_two_digits_is_refused(browser, world):
    administrator = browser("administrator")
    administrator.get(f"/affiliations/{rows_of(world)[0]}/correction")
    page = administrator.post(
        f"/affiliations/{rows_of(world)[0]}/correction", status=200, organisation="2", from_on="0001-01-01"
    )
    assert any("2000" in error for error in page.errors)
