"""Two at the same moment where there is no row yet that the second could wait for; on PostgreSQL the proof is real."""

import threading

import pytest
from sqlalchemy import func, select

from app.accounts.models import Person
from app.attendance.operations import describe_project
from app.evaluations.operations import decide
from app.extensions import db
from app.meetings.models import Meeting
from app.polls.models import Poll
from app.reminders.models import Anchor, Audience
from app.reminders.operations import add_default
from app.reminders.queries import defaults_in
from app.reminders.rules import Rule
from tests.browser import Browser


@pytest.fixture
def at_once(at_once):
    """None of the acts is refused."""

    def run(*acts):
        refused = at_once(*acts)
        assert not refused, refused

    return run


@pytest.fixture
def posted_at_once(world):
    """The same form sent by two windows at the same moment; returns the statuses."""

    def send(path, typed):
        gate, statuses = threading.Barrier(2), []
        visits = [Browser(world.app, world.cast["coordinator"]) for _n in range(2)]
        tokens = [visit.get(path).value("csrf_token") for visit in visits]

        def one(visit, token):
            gate.wait(10)
            statuses.append(visit.raw("POST", path, data={**typed, "csrf_token": token}).status_code)

        threads = [threading.Thread(target=one, args=pair) for pair in zip(visits, tokens, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return sorted(statuses)

    return send


def test_two_coordinators_begin_the_networks_reminders_and_both_are_kept(world, at_once):
    rules = [Rule(Audience.HOST, days, Anchor.START) for days in (5, 10, 21, 28)]
    at_once(*[lambda rule=rule: add_default(world.network_id, rule) for rule in rules])
    with world.acting():
        assert set(rules) <= set(defaults_in(world.network_id))


def test_two_decide_at_once_how_a_network_evaluates(world, at_once):
    at_once(*[lambda days=days: decide(world.network_id, is_asked=True, days=days) for days in (3, 7, 14, 21)])


def test_two_describe_the_project_at_once(world, at_once):
    def act():
        by = db.session.get_one(Person, world.cast["coordinator"])
        describe_project(world.network_id, name="P", number="1", funder="", logo=None, keeps_logo=True, by=by)

    at_once(act, act, act, act)


def test_the_drafts_of_a_year_are_made_once_by_two_windows(world, browser, posted_at_once):
    karen = browser("coordinator")
    karen.get(f"/networks/{world.network_id}/wheel/2027")
    karen.submit("Begynd med det sædvanlige år")
    path = f"/networks/{world.network_id}/wheel/2027/drafts"
    assert posted_at_once(path, {"starts": "9.30", "ends": "12.00", "m3-is_wanted": "y", "m3-date": "2027-03-04"}) == [
        200,
        302,
    ]
    with world.acting():
        assert db.session.scalar(select(func.count()).select_from(Meeting)) == 1


def test_a_postponed_meeting_has_one_poll_by_two_windows(world, posted_at_once):
    from app.core import clock

    meeting_id = world.meeting(postponed_at=clock.now())
    path = f"/networks/{world.network_id}/polls/new?meeting={meeting_id}"
    typed = {
        "title": "Møde",
        "minutes": "60",
        "date-1-day": "2026-12-08",
        "date-1-starts": "9",
        "date-2-day": "2026-12-15",
        "date-2-starts": "9",
        "closes_on": "2026-12-01",
    }
    assert posted_at_once(path, typed) == [200, 302]
    with world.acting():
        assert db.session.scalar(select(func.count()).select_from(Poll)) == 1
