"""The log says each thing that can happen in a sentence, in both languages."""

import re

import pytest
from flask_babel import force_locale

from app.accounts.events import record
from app.accounts.models import Event, EventKind, Person
from app.accounts.words import SENTENCES, sentence_of
from app.extensions import db
from app.sessions.models import SignInSession
from app.sessions.operations import disable_person, enable_person


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_has_a_sentence_even_when_a_fact_is_missing(app, kind, language):
    with app.test_request_context(), force_locale(language):
        sentence = sentence_of(Event(kind=kind, facts={}))
    assert sentence and not re.search(r"%\(|None", sentence)


def test_no_two_kinds_say_the_same(app):
    with app.test_request_context():
        assert len({str(sentence) for sentence in SENTENCES.values()}) == len(EventKind)


def test_days_and_roles_are_said_as_people_say_them(app):
    with app.test_request_context(), force_locale("da"):
        moved = Event(kind=EventKind.MOVED, facts={"organisation": "Jobcenter Thisted", "on": "2026-10-01"})
        assert sentence_of(moved) == "Arbejder hos Jobcenter Thisted fra 1. oktober 2026"
        role = Event(kind=EventKind.ROLE_CHANGED, facts={"network": "ERFA Småjob", "role": "coordinator"})
        assert sentence_of(role) == "Har fået en ny rolle i ERFA Småjob: tovholder"


def test_a_line_about_oneself_names_nobody_else(world):
    with world.acting():
        member, administrator = world.cast["member"], world.cast["administrator"]
        record(EventKind.PASSWORD_SET, member, by=member)
        record(EventKind.DISABLED, member, by=administrator)
    with world.app.app_context():
        assert [event.by_id for event in db.session.query(Event).order_by(Event.id)] == [None, administrator]


def test_closing_an_account_ends_its_sessions_at_once_and_is_logged_once(world, browser):
    member, administrator = browser("member"), browser("administrator")
    member.get("/networks")
    with world.acting():
        person, by = (db.session.get_one(Person, world.cast[name]) for name in ("member", "administrator"))
        disable_person(person, by=by)
        disable_person(person, by=by)
    member.get("/networks", status=302)
    administrator.get("/networks")
    with world.acting():
        assert db.session.query(SignInSession).filter_by(person_id=world.cast["member"]).count() == 0
        person, by = (db.session.get_one(Person, world.cast[name]) for name in ("member", "administrator"))
        enable_person(person, by=by)
        enable_person(person, by=by)
    with world.app.app_context():
        assert [event.kind for event in db.session.query(Event).order_by(Event.id)] == [
            EventKind.DISABLED,
            EventKind.ENABLED,
        ]
