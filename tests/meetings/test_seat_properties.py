"""Whatever people and coordinators do in whatever order: never over-full, nobody waits for a free seat, no answer is lost."""

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from app.accounts.models import Affiliation, Person
from app.core import clock as core_clock
from app.core.errors import DomainError
from app.extensions import db
from app.meetings.models import Answer, AnswerWord, Meeting, Presence, ReservedSeats, Substitution
from app.meetings.operations.answers import answer_meeting
from app.meetings.operations.limits import Limits, set_limits
from app.meetings.operations.scheduling import Facts, cancel_meeting, edit_meeting, restore_meeting
from app.meetings.operations.seats import settle_all
from app.meetings.operations.substitutes import (
    approve,
    propose_somebody_new,
    refuse,
    send_a_colleague,
    withdraw_substitute,
)
from app.networks.models import Network
from app.notifications.models import Mail
from tests.conftest import MONDAY

YES, MAYBE, NO, WAITING = AnswerWord
CODES = ("0825", "0813", "0849")
PEOPLE = st.integers(0, 7)


@dataclass
class Seen:
    """How it stood after a step. `held` are seats kept for somebody who is to join."""

    answers: dict[int, tuple[AnswerWord, Presence | None, int | None]]
    held: int

    @property
    def seated(self) -> set[int]:
        return {who for who, (word, presence, _n) in self.answers.items() if word is YES and presence is Presence.HERE}

    @property
    def line(self) -> list[int]:
        waiting = [(number, who) for who, (word, _p, number) in self.answers.items() if word is WAITING]
        return [who for _number, who in sorted(waiting)]


def machine_in(world, clock):  # noqa: C901 - its rules are methods
    """The state machine on the cast's database; each run has a meeting of its own."""

    class Seats(RuleBasedStateMachine):
        @initialize()
        def begin(self):
            clock.set(MONDAY)
            self.meeting_id = world.meeting(starts_at=MONDAY + timedelta(days=30), online_url="https://v.example/1")
            self.said = {}
            self.substitutes = {}
            self.seen = Seen({}, 0)
            self.gained_from = set()  # who may be seated without a free seat: they took over somebody's

        def people(self):
            ids = world.cast["people"]
            return [db.session.get_one(Person, id_) for id_ in ids]

        def meeting(self):
            return db.session.get_one(Meeting, self.meeting_id)

        @rule(
            who=PEOPLE,
            word=st.sampled_from([YES, YES, YES, MAYBE, NO]),
            presence=st.sampled_from([Presence.HERE, Presence.HERE, Presence.HERE, Presence.ONLINE]),
        )
        def answers(self, who, word, presence):
            with world.acting():
                by = self.people()[who]
                try:
                    answer_meeting(self.meeting(), word, by=by, presence=presence)
                except DomainError:
                    db.session.rollback()
                    assert self.meeting().is_cancelled
                    return
                if word is not NO:
                    self.comes_back(by.id)
                else:
                    self.substitutes = {a: s for a, s in self.substitutes.items() if s != by.id}
                self.said[by.id] = (word, None if word is NO else presence)

        def comes_back(self, absent):
            """What was said before the substitution holds again, and the substitute's own answer too."""
            if absent in self.substitutes:
                substitute = self.substitutes.pop(absent)
                self.gained_from.add(absent)
                self.said.pop(absent, None)
                self.said.pop(substitute, None)

        @rule(
            capacity=st.none() | st.integers(0, 5),
            kept=st.lists(st.integers(0, 2), min_size=3, max_size=3),
            days=st.none() | st.integers(0, 9),
        )
        def limits(self, capacity, kept, days):
            chosen = {code: seats for code, seats in zip(CODES, kept, strict=True) if seats}
            with world.acting():
                try:
                    set_limits(self.meeting(), Limits(None, capacity, days, chosen))
                except DomainError:
                    db.session.rollback()

        @rule(days=st.integers(1, 40))
        def moves(self, days):
            with world.acting():
                meeting = self.meeting()
                start = core_clock.now() + timedelta(days=days)
                facts = Facts.of(meeting)
                if not meeting.is_cancelled:
                    moved = {**vars(facts), "starts_at": start, "ends_at": start + timedelta(hours=2)}
                    edit_meeting(meeting, Facts(**moved), by=self.people()[0])

        @rule(hours=st.integers(1, 90))
        def time_goes_by(self, hours):
            with world.acting():
                left = self.meeting().starts_at - core_clock.now()
            if left > timedelta(hours=hours + 1):
                clock.move(hours=hours)

        @rule(who=PEOPLE)
        def sends_a_colleague(self, who):
            with world.acting():
                people = self.people()
                absent, colleague = people[who], people[who ^ 1]
                try:
                    send_a_colleague(self.meeting(), absent, colleague)
                except DomainError:
                    db.session.rollback()
                    return
                self.gained_from.add(colleague.id)
                self.substitutes[absent.id] = colleague.id
                self.said[absent.id] = (NO, None)
                self.said.pop(colleague.id, None)

        @rule(who=PEOPLE)
        def sends_somebody_new(self, who):
            with world.acting():
                absent = self.people()[who]
                try:
                    propose_somebody_new(
                        self.meeting(), absent, name="Nina", email=f"n{self.meeting_id}-{who}@erfa.test"
                    )
                except DomainError:
                    db.session.rollback()
                    return
                self.substitutes[absent.id] = 0
                self.said[absent.id] = (NO, None)

        @rule(who=PEOPLE, is_fine=st.booleans())
        def is_decided(self, who, is_fine):
            with world.acting():
                absent = self.people()[who]
                substitution = db.session.scalar(
                    select(Substitution).where(
                        Substitution.meeting_id == self.meeting_id,
                        Substitution.absent_id == absent.id,
                        Substitution.ended_at.is_(None),
                        Substitution.approved_at.is_(None),
                    )
                )
                if substitution is None:
                    return
                network = db.session.get_one(Network, world.network_id)
                coordinator = db.session.get_one(Person, world.cast["coordinator"])
                try:
                    if is_fine:
                        approve(substitution, self.meeting(), network, by=coordinator)
                    else:
                        refuse(substitution, self.meeting())
                        self.substitutes.pop(absent.id)
                except DomainError:
                    db.session.rollback()

        @rule(who=PEOPLE)
        def takes_it_back(self, who):
            with world.acting():
                absent = self.people()[who]
                if withdraw_substitute(self.meeting(), absent):
                    self.comes_back(absent.id)

        @rule(is_on=st.booleans())
        def is_cancelled_or_on_again(self, is_on):
            with world.acting():
                act = restore_meeting if is_on else cancel_meeting
                act(self.meeting(), by=self.people()[0])

        @rule()
        def the_worker_comes_by(self):
            with world.acting():
                settle_all()

        @invariant()
        def is_fair(self):
            if not hasattr(self, "meeting_id"):
                return
            with world.acting():
                settle_all()
                meeting = self.meeting()
                rows = db.session.scalars(select(Answer).where(Answer.meeting_id == meeting.id)).all()
                ongoing = select(Substitution).where(
                    Substitution.meeting_id == meeting.id, Substitution.ended_at.is_(None), Substitution.holds_seat
                )
                held = [row.absent_id for row in db.session.scalars(ongoing)]
                now = Seen({row.person_id: (row.answer, row.presence, row.waits_as) for row in rows}, len(held))
                self.never_over_full(meeting, now)
                self.nobody_waits_for_a_free_seat(meeting, now, held)
                self.the_order_is_kept(now)
                self.no_answer_is_lost(now)
                told = select(Mail.person_id).where(
                    Mail.kind == "seat_given", Mail.key.startswith(f"seat_given:meeting-{meeting.id}-")
                )
                assert set(db.session.scalars(told)) <= set(world.cast["people"])
            self.seen, self.gained_from = now, set()

        def never_over_full(self, meeting, now):
            fresh = now.seated - self.seen.seated - self.gained_from
            if meeting.capacity is not None and fresh:
                assert len(now.seated) + now.held <= meeting.capacity
            assert len({number for *_rest, number in now.answers.values() if number}) == len(now.line)

        def nobody_waits_for_a_free_seat(self, meeting, now, held):
            if meeting.is_cancelled:
                return
            if meeting.capacity is None:
                assert now.line == []
                return
            kept = dict(
                db.session.execute(
                    select(ReservedSeats.municipality_code, ReservedSeats.seats).where(
                        ReservedSeats.meeting_id == meeting.id
                    )
                ).all()
            )
            days = meeting.freed_days_before
            if days is not None and core_clock.now() >= meeting.starts_at - timedelta(days=days):
                kept = {}
            code_of = world.cast["codes"]
            sitting = [code_of[who] for who in [*now.seated, *held]]
            free = meeting.capacity - len(sitting)
            for who in now.line:
                others = sum(
                    max(seats - sitting.count(code), 0) for code, seats in kept.items() if code != code_of[who]
                )
                assert free <= others, f"{who} waits, but {free} seats are free and {others} are kept for others"

        def the_order_is_kept(self, now):
            """Of two from one municipality who waited, the later does not sit while the earlier still waits."""
            code_of = world.cast["codes"]
            for index, first in enumerate(self.seen.line):
                for second in self.seen.line[index + 1 :]:
                    if code_of[first] == code_of[second] and first in now.line and second not in self.gained_from:
                        is_same_number = self.seen.answers[first][2] == now.answers[first][2]
                        assert not (is_same_number and second in now.seated)

        def no_answer_is_lost(self, now):
            for who, (word, presence) in self.said.items():
                kept_word, kept_presence, _number = now.answers[who]
                if word is YES and presence is Presence.HERE:
                    assert kept_word in {YES, WAITING}
                else:
                    assert kept_word is word
                assert kept_presence == presence

    return Seats


def test_seats_are_given_rightly_whatever_happens(world, clock):
    with world.acting():
        ids = [world.person(f"Medlem {number}", network=world.network_id) for number in range(8)]
        people = [db.session.get_one(Person, id_) for id_ in ids]
        works = {row.person_id: row for row in db.session.scalars(select(Affiliation))}
        for first, second in zip(people[::2], people[1::2], strict=True):
            second.organisation_id = works[second.id].organisation_id = first.organisation_id
        db.session.flush()
        for number, person in enumerate(people):
            organisation = db.session.get_one(type(person).organisation.property.mapper.class_, person.organisation_id)
            organisation.municipality_code = CODES[number // 2 % len(CODES)]
    world.cast["people"] = ids
    world.cast["codes"] = {id_: CODES[number // 2 % len(CODES)] for number, id_ in enumerate(ids)}
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine_in(world, clock),
        settings=settings(max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=checks),
    )
    with world.acting():
        assert db.session.scalar(select(func.count()).select_from(Answer))
