"""Whatever happens to a meeting, to members and to what they have chosen, in whatever order: each calendar ends with what the site says."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from app.accounts.models import Person
from app.core import clock as core_clock
from app.core.errors import DomainError
from app.extensions import db
from app.itip.outgoing.models import CalendarChoice, Way
from app.itip.outgoing.operations import choose_way
from app.meetings.models import AnswerWord, Meeting
from app.meetings.operations.answers import answer_meeting
from app.meetings.operations.scheduling import (
    Facts,
    cancel_meeting,
    cancel_quietly,
    edit_meeting,
    keep_the_date,
    postpone_meeting,
    restore_meeting,
    restore_quietly,
    revise_quietly,
    schedule_meeting,
    tell_now,
)
from app.networks.discretion import Confidentiality
from app.networks.leaving import Wishes, leave
from app.networks.models import Membership, Network, Role
from app.networks.operations import join
from app.networks.queries import current_membership
from tests.conftest import MONDAY
from tests.itip.recipients import Recipient, objects_in

WHO = st.sampled_from(["member", "coordinator"])
LEVELS = st.sampled_from([Confidentiality.OPEN, Confidentiality.PARTICIPANTS])


def machine_in(app, world, outbox, clock):  # noqa: C901 - its rules are methods
    """On the cast's database; each run has a meeting of its own."""

    class Calendars(RuleBasedStateMachine):
        @initialize(member=st.sampled_from(Way), coordinator=st.sampled_from(Way))
        def begin(self, member, coordinator):
            clock.set(MONDAY)
            outbox()
            with app.test_request_context(method="POST"):
                network = db.session.get_one(Network, world.network_id)
                network.confidentiality = Confidentiality.OPEN
                db.session.query(CalendarChoice).delete()
                db.session.query(Meeting).update(
                    {"starts_at": MONDAY - timedelta(days=9), "ends_at": MONDAY - timedelta(days=8)}
                )
                for who, way in (("member", member), ("coordinator", coordinator)):
                    person = db.session.get_one(Person, world.cast[who])
                    join(network, person, role=Role.COORDINATOR if who == "coordinator" else Role.MEMBER)
                    choose_way(person, way)
                by = db.session.get_one(Person, world.cast["coordinator"])
                start = MONDAY + timedelta(days=30)
                facts = Facts(title="Småjob", starts_at=start, ends_at=start + timedelta(hours=2), place="Tangværket")
                self.meeting_id = schedule_meeting(network, facts, by=by)[0].id
                emails = {who: db.session.get_one(Person, world.cast[who]).email for who in ("member", "coordinator")}
                db.session.commit()
            self.calendars = {who: Recipient(email) for who, email in emails.items()}
            self.read()

        def act(self, operation, *what, **more):
            with app.test_request_context(method="POST"):
                by = db.session.get_one(Person, world.cast["coordinator"])
                meeting = db.session.get_one(Meeting, self.meeting_id)
                try:
                    operation(meeting, *(make(meeting) for make in what), by=by, **more)
                except DomainError:
                    db.session.rollback()
                db.session.commit()

        @rule(days=st.integers(0, 9), is_quiet=st.booleans())
        def move(self, days, is_quiet):
            start = MONDAY + timedelta(days=30 + days)
            moved = {"starts_at": start, "ends_at": start + timedelta(hours=2)}
            operation = revise_quietly if is_quiet and not self.is_postponed() else edit_meeting
            self.act(operation, lambda meeting: replace(Facts.of(meeting), **moved))

        def is_postponed(self):
            with app.app_context():
                return db.session.get_one(Meeting, self.meeting_id).is_postponed

        @rule(
            name=st.sampled_from(["title", "place", "description"]),
            text=st.sampled_from(["Småjob", "Rådhuset", "Æblekage 🥧"]),
        )
        def write(self, name, text):
            self.act(edit_meeting, lambda meeting: replace(Facts.of(meeting), venue=None, **{name: text}))

        @rule(what=st.sampled_from([postpone_meeting, keep_the_date, cancel_meeting, restore_meeting, tell_now]))
        def turn(self, what):
            self.act(what)

        @rule()
        def end_with_its_series(self):
            self.act(lambda meeting, by: None if meeting.is_cancelled else cancel_quietly(meeting, by=by))

        @rule()
        def come_back_with_its_series(self):
            self.act(lambda meeting, by: restore_quietly(meeting, by=by) if meeting.is_cancelled else None)

        @rule(who=WHO, way=st.sampled_from(Way))
        def choose(self, who, way):
            with world.acting():
                choose_way(db.session.get_one(Person, world.cast[who]), way)

        @rule()
        def leave_or_join(self):
            with app.test_request_context(method="POST"):
                network = db.session.get_one(Network, world.network_id)
                member = db.session.get_one(Person, world.cast["member"])
                membership = current_membership(member.id, network.id)
                if membership:
                    leave(db.session.get_one(Membership, membership.id), Wishes(), by=member)
                else:
                    join(network, member, role=Role.MEMBER)
                db.session.commit()

        @rule(word=st.sampled_from([AnswerWord.YES, AnswerWord.MAYBE, AnswerWord.NO]))
        def answer(self, word):
            with app.test_request_context(method="POST"):
                member = db.session.get_one(Person, world.cast["coordinator"])
                try:
                    answer_meeting(db.session.get_one(Meeting, self.meeting_id), word, by=member)
                except DomainError:
                    db.session.rollback()
                db.session.commit()

        @rule(who=WHO, way=st.sampled_from(Way))
        def choose_and_see(self, who, way):
            self.choose(who, way)
            self.deliver(0)

        @rule(level=LEVELS)
        def set_level(self, level):
            with world.acting():
                network = db.session.get_one(Network, world.network_id)
                if network.confidentiality is not level:
                    network.confidentiality, network.updated_at = level, core_clock.now()

        @rule(minutes=st.sampled_from([0, 1, 6, 20]))
        def deliver(self, minutes):
            clock.move(minutes=minutes)
            self.read()

        def read(self):
            for sent in objects_in(outbox()):
                next(one for one in self.calendars.values() if one.address == sent.to).take(sent)

        def teardown(self):
            if not hasattr(self, "calendars"):
                return
            for _round in range(3):  # what is collected, what that leaves to say, and nothing more
                self.deliver(20)
            before = {who: dict(one.last) for who, one in self.calendars.items()}
            self.deliver(20)
            assert before == {who: one.last for who, one in self.calendars.items()}, "something is said again and again"
            with app.app_context():
                for who, calendar in self.calendars.items():
                    self.agrees(who, calendar)

        def agrees(self, who, calendar):
            meeting = db.session.get_one(Meeting, self.meeting_id)
            way = db.session.get_one(CalendarChoice, world.cast[who]).way
            is_member = current_membership(world.cast[who], world.network_id) is not None
            shown = calendar.shown.get(f"meeting-{meeting.id}@erfa.test")
            assert (shown is not None) == (way.is_by_mail and is_member and not meeting.is_off), who
            if shown is None:
                return
            level = db.session.get_one(Network, world.network_id).confidentiality
            title = meeting.title if level is Confidentiality.OPEN else "ERFA-møde"
            assert (str(shown["SUMMARY"]), str(shown.get("LOCATION", ""))) == (title, meeting.place)
            assert (shown["DTSTART"].dt, shown["DTEND"].dt) == (meeting.starts_at, meeting.ends_at)
            assert (meeting.description in str(shown["DESCRIPTION"])) or level is not Confidentiality.OPEN

    return Calendars


def test_each_calendar_ends_with_what_the_site_says(app, world, outbox, clock):
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine_in(app, world, outbox, clock),
        settings=settings(max_examples=20, stateful_step_count=12, deadline=None, suppress_health_check=checks),
    )
