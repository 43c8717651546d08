"""Invitations by mail: what a calendar gets to read when a meeting is called, moved, postponed, dated, cancelled and restored."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.core import clock as the_clock
from app.extensions import db
from app.itip.outgoing.models import Way
from app.itip.outgoing.operations import choose_way
from app.meetings.models import Meeting
from app.meetings.operations.scheduling import (
    Facts,
    cancel_meeting,
    edit_meeting,
    postpone_meeting,
    restore_meeting,
    schedule_meeting,
)
from app.networks.models import Network
from tests.itip.recipients import objects_in


@pytest.fixture
def acts(app, world):
    """`acts(operation, …)` does it as the coordinator to the meeting; `acts.call()` calls one first."""

    class Acts:
        meeting_id = 0

        def call(self, **more):
            with app.test_request_context(method="POST"):
                start = the_clock.now() + timedelta(days=10, minutes=30)
                facts = Facts(title="Småjob", starts_at=start, ends_at=start + timedelta(hours=2), place="Tangværket")
                by = db.session.get_one(Person, world.cast["coordinator"])
                network = db.session.get_one(Network, world.network_id)
                meeting, _told = schedule_meeting(network, replace(facts, **more), by=by)
                self.meeting_id = meeting.id
                db.session.commit()

        def __call__(self, operation, *what, **more):
            with app.test_request_context(method="POST"):
                by = db.session.get_one(Person, world.cast["coordinator"])
                operation(db.session.get_one(Meeting, self.meeting_id), *what, by=by, **more)
                db.session.commit()

        def edit(self, **more):
            with app.test_request_context(method="POST"):
                by = db.session.get_one(Person, world.cast["coordinator"])
                meeting = db.session.get_one(Meeting, self.meeting_id)
                edit_meeting(meeting, replace(Facts.of(meeting), **more), by=by)
                db.session.commit()

    return Acts()


@pytest.fixture
def choose(world):
    def run(who, way):
        with world.acting():
            choose_way(db.session.get_one(Person, world.cast[who]), Way(way))

    return run


def test_each_act_sends_what_a_calendar_needs_in_order(outbox, acts, choose, clock, world):
    choose("member", "invitations")
    acts.call()
    mails = outbox()
    (first,) = objects_in(mails)
    assert (first.kind, first.method, first.sequence) == ("meeting_called", "REQUEST", 0)
    acts.edit(starts_at=the_clock.now() + timedelta(days=12), ends_at=the_clock.now() + timedelta(days=12, hours=2))
    clock.move(minutes=6)
    (moved,) = objects_in(outbox())
    assert (moved.kind, moved.method, moved.sequence) == ("meeting_moved", "REQUEST", 1)
    acts(postpone_meeting, reason="Sne")
    (postponed,) = objects_in(outbox())
    assert (postponed.kind, postponed.method, postponed.sequence) == ("meeting_postponed", "CANCEL", 2)
    acts.edit(starts_at=the_clock.now() + timedelta(days=20), ends_at=the_clock.now() + timedelta(days=20, hours=2))
    (dated,) = objects_in(outbox())
    assert (dated.kind, dated.method, dated.sequence) == ("meeting_dated", "REQUEST", 3)
    acts(cancel_meeting)
    (cancelled,) = objects_in(outbox())
    assert (cancelled.kind, cancelled.method, cancelled.sequence) == ("meeting_cancelled", "CANCEL", 4)
    acts(restore_meeting)
    (restored,) = objects_in(outbox())
    assert (restored.kind, restored.method, restored.sequence) == ("meeting_restored", "REQUEST", 5)
    assert len({str(one.event["UID"]) for one in (first, moved, postponed, dated, cancelled, restored)}) == 1
