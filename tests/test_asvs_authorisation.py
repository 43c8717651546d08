"""ASVS 5.0 chapter 8, authorisation: each row of the checklist as a test on real requests."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.models import Event, EventKind, Person
from app.core import clock
from app.core.clock import Clock
from app.extensions import db
from app.networks.models import Membership, Role
from app.organisations.models import Organisation, OrganisationKind
from tests.conftest import MONDAY
from tests.stage import READING, ROLES, Stage, endpoints, in_words
from tests.test_access import rows

ABOVE = ("administration.",)
NOT_ADMINISTRATORS = ("outsider", "member", "coordinator")


@pytest.fixture(scope="module")
def stage(built: tuple[Flask, Callable[[], None]]) -> Stage:
    Clock.frozen_at = MONDAY
    return Stage(*built)


def of_the_administration(app: Flask):
    return [entry for entry in endpoints(app) if entry[0].startswith(ABOVE)]


def test_8_1_1_the_rules_are_written_down_for_every_address_and_each_role(stage):
    """docs/access.md is the documentation; tests/test_access.py really requests each of its cells."""
    written = rows()
    assert {(endpoint, method) for endpoint, method, _rule in endpoints(stage.app)} == set(written)
    allowed = {"200", "302", "303", "400", "403", "404", "409", "login"}
    assert all(
        len(cells) == len(ROLES) and {cell.split()[0] for cell in cells} <= allowed for cells in written.values()
    )


def test_8_2_1_functions_are_for_those_the_rules_name_and_what_is_refused_changes_nothing(stage):
    """Nobody and no other role than the administrator gets anything of the administration, by whatever method."""
    asked = of_the_administration(stage.app)
    assert len(asked) > 20
    for endpoint, method, rule in asked:
        url = stage.url(endpoint, rule)
        for role in ("nobody", *NOT_ADMINISTRATORS):
            data = {} if method in READING else {"csrf_token": stage.token(role)}
            answer = stage.browsers[role].raw(method, url, data=data)
            assert in_words(answer) == ("login" if role == "nobody" else "403"), (endpoint, role)
            assert "Mette Medlem" not in answer.text
    assert stage.is_untouched()


def test_8_2_1_no_address_below_the_administration_answers_others(stage):
    """Whatever is guessed below /administration: never 200, and never a different answer for what exists."""
    texts = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789-/", max_size=24)
    known = st.sampled_from([stage.url(endpoint, rule) for endpoint, _m, rule in of_the_administration(stage.app)])
    addresses = st.one_of(known, texts.map(lambda text: f"/administration/{text}"), st.integers(0, 99999).map(
        lambda number: f"/administration/people/{number}"
    ))  # fmt: skip

    @settings(max_examples=80, deadline=None)
    @given(addresses, st.sampled_from(NOT_ADMINISTRATORS), st.sampled_from(["GET", "HEAD", "POST"]))
    def holds(address, role, method):
        data = {"csrf_token": stage.token(role)} if method == "POST" else {}
        answer = stage.browsers[role].raw(method, address, data=data)
        assert answer.status_code in {403, 404, 405, 308}, address
        if re.fullmatch(r"/administration/people/(0|[1-9][0-9]{0,8})", address) and method == "GET":
            assert answer.status_code == 403  # whether there is such a person is not told

    holds()
    assert stage.is_untouched()


def ids_of_another_network(world):
    """A meeting and a case of the network that the member is not in, the person who wrote it, and that membership."""
    meeting = world.meeting(network_id=world.other_network_id)
    case = world.case(author="outsider", network_id=world.other_network_id)
    with world.app.app_context():
        membership = db.session.scalars(select(Membership.id).filter_by(person_id=world.cast["outsider"])).one()
    return {"meeting_id": meeting, "case_id": case, "membership_id": membership, "person_id": world.cast["outsider"]}


def test_8_2_2_another_networks_objects_are_not_found_whatever_number_is_asked_for(app, world, browser):
    """Insecure direct object references: each address that takes such a number, asked with somebody else's."""
    ids, member, tried = ids_of_another_network(world), browser("member"), set()
    values = {**ids, "network_id": world.other_network_id}
    for endpoint, method, rule in endpoints(app):
        names = rule.arguments
        if method != "GET" or not names or not names <= set(values) or endpoint.startswith(ABOVE):
            continue
        with app.test_request_context():
            url = rule.build({name: values[name] for name in names})[1]
        assert member.raw("GET", url).status_code == 404, url
        tried |= names
    assert tried == set(values)


FIELDS = {"administrator_since": "2026-01-01", "is_administrator": "1", "disabled_at": "", "role": "coordinator",
          "organisation_id": "1", "id": "1", "email": "x@erfa.test", "password_hash": "x"}  # fmt: skip


def test_8_2_3_fields_that_are_not_in_a_form_cannot_be_written(app, world, browser):
    """Mass assignment: what a member sends along with their own forms does not reach their rights."""
    member = browser("member")
    with app.app_context():
        before = {c.name: getattr(db.session.get_one(Person, world.cast["member"]), c.name) for c in Person.__table__.c}
    own = {"name": "Mette Medlem", "title": "", "phone": "", "locale": "da"}
    member.raw("POST", "/account/profile", data={"csrf_token": _token(member), **FIELDS, **own})
    with app.app_context():
        person = db.session.get_one(Person, world.cast["member"])
        assert {name: getattr(person, name) for name in before} == before
        assert db.session.scalars(select(Membership.role).filter_by(person_id=person.id)).one() is Role.MEMBER


def test_8_2_3_fields_that_are_not_ones_own_cannot_be_read(app, world, browser):
    """An organisation's page and the history of jobs show names, and neither addresses nor states of accounts."""
    with world.acting():
        colleague = db.session.get_one(Person, world.cast["colleague"])
        colleague.phone, organisation_id = "70 12 34 99", colleague.organisation_id
        db.session.add(Event(kind=EventKind.SIGNED_IN, person_id=colleague.id))
    html = browser("member").get(f"/organisations/{organisation_id}").html
    assert "Ole Kollega" in html
    assert "person3@erfa.test" not in html and "70 12 34 99" not in html
    browser("member").get(f"/people/{world.cast['colleague']}/affiliations", status=403)


def _token(browser):
    return browser.get("/help").tree.css_first("[name=csrf_token]").attributes["value"]


def test_8_3_2_a_change_of_rights_counts_with_the_next_request(app, world, browser):
    """Nothing of one's rights is in the cookie: role, membership, administrator and account are asked for each time."""
    coordinator, member, administrator = (browser(role) for role in ("coordinator", "member", "administrator"))
    members, schedule = f"/networks/{world.network_id}/members", f"/networks/{world.network_id}/meetings/new"
    member.get(schedule, status=403)
    with app.app_context():
        ids = {
            role: db.session.scalars(select(Membership.id).filter_by(person_id=world.cast[role])).one()
            for role in ("member", "coordinator")
        }
    administrator.post(f"/memberships/{ids['member']}/role", role="coordinator")
    member.get(schedule)
    administrator.post(f"/memberships/{ids['coordinator']}/role", role="member")
    coordinator.get(schedule, status=403)
    administrator.post(f"/memberships/{ids['coordinator']}/end")
    coordinator.get(members, status=404)
    administrator.post(f"/administration/people/{world.cast['colleague']}/administrator")
    second = browser("colleague")
    second.get("/administration")
    administrator.post(f"/administration/people/{world.cast['colleague']}/administrator/removal")
    second.get("/administration", status=403)
    administrator.post(f"/administration/people/{world.cast['colleague']}/closing")
    second.get("/", status=200)
    second.get("/networks", status=302)


SECRETS = ("ERFA Hemmeligt", "Hemmeligt møde", "Hemmelig sag", "Ulla Udenfor", "person4@erfa.test")


def test_8_4_1_nothing_of_another_network_is_in_any_page_one_can_reach(app, world, browser):
    """Tenants: every address that answers a member is read, and no name or title of the other network is in it."""
    world.meeting(network_id=world.other_network_id, title="Hemmeligt møde", created_by_id=world.cast["outsider"])
    world.case(author="outsider", network_id=world.other_network_id, title="Hemmelig sag")
    with world.acting():  # both work at the same place, which they may both see
        shared = world._add(
            Organisation(name="Fælles Hus", kind=OrganisationKind.ASSOCIATION, municipality_code="0787")
        ).id
        for who in ("member", "outsider"):
            db.session.get_one(Person, world.cast[who]).organisation_id = shared
        record_of = {"network": "ERFA Hemmeligt"}
        db.session.add(Event(kind=EventKind.JOINED, person_id=world.cast["outsider"], at=clock.now(), facts=record_of))
    for who in ("member", "coordinator"):
        reader, seen, waiting = browser(who), set(), ["/", f"/organisations/{shared}", "/organisations"]
        while waiting and len(seen) < 60:
            url = waiting.pop()
            if url in seen:
                continue
            seen.add(url)
            answer = reader.raw("GET", url)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            assert not [secret for secret in SECRETS if secret in answer.text], url
            waiting += [href for href in re.findall(r'href="(/[^"#?]*)', answer.text) if not href.startswith("/static")]
        assert len(seen) > 20
