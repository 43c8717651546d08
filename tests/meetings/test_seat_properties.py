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
SOMEBODY = st.integers(0, 23)
# Most of the time there are seats, and fewer than people: without that nothing is tried.
CAPACITIES = st.sampled_from([1, 2, 2, 3, 3, 4, 5, 0, None])
KEPT = st.lists(st.sampled_from([0, 0, 0, 1, 2]), min_size=3, max_size=3)
FREED = st.sampled_from([None, 0, 5, 12, 20, 27])


@dataclass
class Seen:
    """How it stood after a step. `held` are seats for somebody who is to join: each with who gave it up.

    `kept` is how many seats are kept now, by the code of the municipality.
    """

    answers: dict[int, tuple[AnswerWord, Presence | None, int | None]]
    held: list[int]
    kept: dict[str, int]

    @property
    def seated(self) -> set[int]:
        return {who for who, (word, presence, _n) in self.answers.items() if word is YES and presence is Presence.HERE}

    @property
    def line(self) -> list[int]:
        waiting = [(number, who) for who, (word, _p, number) in self.answers.items() if word is WAITING]
        return [who for _number, who in sorted(waiting)]

    @property
    def occupied(self) -> int:
        return len(self.seated) + len(self.held)


def machine_in(world, clock):  # noqa: C901 - its rules are methods
    """The state machine on the cast's database; each run has a meeting of its own."""

    class Seats(RuleBasedStateMachine):
        @initialize(capacity=st.integers(1, 3), kept=KEPT, days=FREED, who=st.permutations(range(8)))
        def begin(self, capacity, kept, days, who):
            """A full meeting with a waiting list: from there every act gives, takes or moves a seat."""
            clock.set(MONDAY)
            self.meeting_id = world.meeting(starts_at=MONDAY + timedelta(days=30), online_url="https://v.example/1")
            self.said = {}
            self.substitutes = {}
            self.seen = Seen({}, [], {})
            self.forget_the_step()
            self.set_limits(capacity, kept, days)
            for number in who[:5]:
                self.answers(number, YES, Presence.HERE)
                self.is_fair()

        def forget_the_step(self):
            self.gained_from = set()  # who may be seated out of turn: they took over somebody's place
            self.involved = set()  # whose answer the step was to change

        def people(self):
            ids = world.cast["people"]
            return [db.session.get_one(Person, id_) for id_ in ids]

        def somebody(self, number, among):
            """One of all for the lower numbers, one of `among` (ids) for the higher: where an act changes most."""
            among = sorted(among)
            everybody = self.people()
            return (
                db.session.get_one(Person, among[number % len(among)])
                if number > 7 and among
                else everybody[number % 8]
            )

        def meeting(self):
            return db.session.get_one(Meeting, self.meeting_id)

        @rule(
            who=SOMEBODY,
            word=st.sampled_from([YES, YES, YES, MAYBE, NO]),
            presence=st.sampled_from([Presence.HERE, Presence.HERE, Presence.HERE, Presence.ONLINE]),
        )
        def answers(self, who, word, presence):
            with world.acting():
                by = self.somebody(who, self.seen.seated)
                try:
                    answer_meeting(self.meeting(), word, by=by, presence=presence)
                except DomainError:
                    db.session.rollback()
                    assert self.meeting().is_cancelled
                    return
                self.involved |= {by.id, self.substitutes.get(by.id, 0)}
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
                self.involved |= {absent, substitute}
                self.said.pop(absent, None)
                self.said.pop(substitute, None)

        @rule(capacity=CAPACITIES, kept=KEPT, days=FREED)
        def limits(self, capacity, kept, days):
            self.set_limits(capacity, kept, days)

        def set_limits(self, capacity, kept, days):
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

        @rule(hours=st.integers(1, 400))
        def time_goes_by(self, hours):
            with world.acting():
                left = self.meeting().starts_at - core_clock.now()
            if left > timedelta(hours=hours + 1):
                clock.move(hours=hours)
                with world.acting():
                    settle_all()  # the only thing that nobody clicks for: kept seats become everybody's

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
                self.involved |= {absent.id, colleague.id}
                self.substitutes[absent.id] = colleague.id
                self.said[absent.id] = (NO, None)
                self.said.pop(colleague.id, None)

        @rule(who=SOMEBODY)
        def sends_somebody_new(self, who):
            with world.acting():
                absent = self.somebody(who, self.seen.seated)
                try:
                    propose_somebody_new(
                        self.meeting(), absent, name="Nina", email=f"n{self.meeting_id}-{absent.id}@erfa.test"
                    )
                except DomainError:
                    db.session.rollback()
                    return
                self.involved.add(absent.id)
                self.substitutes[absent.id] = 0
                self.said[absent.id] = (NO, None)

        @rule(who=SOMEBODY, is_fine=st.booleans())
        def is_decided(self, who, is_fine):
            if not self.substitutes:
                self.sends_somebody_new(who)
                self.is_fair()
            with world.acting():
                absent = self.somebody(who, self.substitutes)
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

        @rule(who=SOMEBODY)
        def takes_it_back(self, who):
            with world.acting():
                absent = self.somebody(who, self.substitutes)
                if withdraw_substitute(self.meeting(), absent):
                    self.comes_back(absent.id)

        @rule(who=PEOPLE, capacity=CAPACITIES, meanwhile=st.sampled_from(["limits", "back", "answer"]))
        def is_cancelled_and_on_again(self, who, capacity, meanwhile):
            """In one step: a machine that stays cancelled has nothing left to do."""
            with world.acting():
                cancel_meeting(self.meeting(), by=self.people()[0])
            if meanwhile == "limits":
                self.set_limits(capacity, [0, 0, 0], None)
            elif meanwhile == "back":
                self.takes_it_back(who)
            else:
                self.answers(who, YES, Presence.HERE)
            self.is_fair()
            with world.acting():
                restore_meeting(self.meeting(), by=self.people()[0])

        @rule()
        def the_worker_comes_by(self):
            """Every act has settled the seats itself, so there is nothing left to give."""
            with world.acting():
                settle_all()
            assert self.stands() == self.seen

        def stands(self):
            with world.acting():
                meeting = self.meeting()
                answers = select(Answer.person_id, Answer.answer, Answer.presence, Answer.waits_as).where(
                    Answer.meeting_id == meeting.id
                )
                ongoing = select(Substitution.absent_id).where(
                    Substitution.meeting_id == meeting.id, Substitution.ended_at.is_(None), Substitution.holds_seat
                )
                reserved = select(ReservedSeats.municipality_code, ReservedSeats.seats).where(
                    ReservedSeats.meeting_id == meeting.id
                )
                days = meeting.freed_days_before
                is_freed = days is not None and core_clock.now() >= meeting.starts_at - timedelta(days=days)
                return Seen(
                    {who: tuple(rest) for who, *rest in db.session.execute(answers)},
                    list(db.session.scalars(ongoing.order_by(Substitution.id))),
                    {} if is_freed else dict(db.session.execute(reserved).all()),
                )

        @invariant()
        def is_fair(self):
            if not hasattr(self, "meeting_id"):
                return
            now = self.stands()
            with world.acting():
                meeting = self.meeting()
                self.never_over_full(meeting, now)
                self.kept_seats_stay_free(meeting, now)
                self.nobody_loses_a_seat(now)
                self.nobody_waits_for_a_free_seat(meeting, now)
                self.the_order_is_kept(now)
                self.no_answer_is_lost(now)
                self.who_moves_up_is_told(now)
            self.seen = now
            self.forget_the_step()

        def never_over_full(self, meeting, now):
            """Where there are fewer seats by now than people, nobody new gets one."""
            if meeting.capacity is not None:
                assert now.occupied <= max(meeting.capacity, self.seen.occupied)
            assert len({number for *_rest, number in now.answers.values() if number}) == len(now.line)

        def kept_seats_stay_free(self, meeting, now):
            """Who sat down has left enough for those for whom seats are kept."""
            code_of = world.cast["codes"]
            if meeting.capacity is not None:
                for who in now.seated - self.seen.seated - self.gained_from:
                    assert now.occupied + self.kept_for_others(now, code_of[who]) <= meeting.capacity

        def kept_for_others(self, now, own_code):
            sitting = [world.cast["codes"][who] for who in [*now.seated, *now.held]]
            return sum(max(seats - sitting.count(code), 0) for code, seats in now.kept.items() if code != own_code)

        def nobody_loses_a_seat(self, now):
            assert self.seen.seated - now.seated <= self.involved

        def nobody_waits_for_a_free_seat(self, meeting, now):
            if meeting.is_cancelled:
                return
            if meeting.capacity is None:
                assert now.line == []
                return
            free = meeting.capacity - now.occupied
            for who in now.line:
                others = self.kept_for_others(now, world.cast["codes"][who])
                assert free <= others, f"{who} waits, but {free} seats are free and {others} are kept for others"

        def the_order_is_kept(self, now):
            """Who sits down passes nobody who has waited longer, unless on a seat kept for their own municipality."""
            code_of = world.cast["codes"]
            for index, first in enumerate(self.seen.line):
                if first not in now.line or self.seen.answers[first][2] != now.answers[first][2]:
                    continue
                for second in now.seated - self.seen.seated - self.gained_from - set(self.seen.line[:index]):
                    is_kept = bool(now.kept.get(code_of[second])) and code_of[first] != code_of[second]
                    assert is_kept, f"{second} sits, but {first} waits and came before"

        def no_answer_is_lost(self, now):
            for who, (word, presence) in self.said.items():
                kept_word, kept_presence, _number = now.answers[who]
                if word is YES and presence is Presence.HERE:
                    assert kept_word in {YES, WAITING}
                else:
                    assert kept_word is word
                assert kept_presence == presence

        def who_moves_up_is_told(self, now):
            for who in set(self.seen.line) & now.seated - self.involved:
                number = self.seen.answers[who][2]
                key = Mail.key.startswith(f"seat_given:meeting-{self.meeting_id}-seat-{number}")
                told = db.session.scalars(select(Mail.person_id).where(Mail.kind == "seat_given", key)).all()
                assert who in told

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
        settings=settings(max_examples=60, stateful_step_count=15, deadline=None, suppress_health_check=checks),
    )
    with world.acting():
        assert db.session.scalar(select(func.count()).select_from(Answer))
