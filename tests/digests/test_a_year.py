"""A year of acts, choices, reading, late workers and kills: everybody who should hear of an event hears once, or has a reason.

The mails are those that arrived; what they tell is known by the number each case and reply carries.
"""

import random
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.models import Person
from app.cases.models import Case, PostKind
from app.cases.operations import open_case, record_reading, reply
from app.core import clock as time
from app.digests import operations
from app.digests.models import Collected, Digest, Frequency, Hours
from app.digests.times import is_quiet
from app.extensions import db
from app.notifications.models import KeptMail, Level, Mail, MailState
from app.notifications.operations import choose_level
from app.notifications.worker import Worker
from tests.world import World

WHO = ("coordinator", "member", "colleague")
EVENT = re.compile(rb"nummer-(\d+)-")
BEGIN = datetime(2026, 1, 5, 8, tzinfo=UTC)


class KilledError(BaseException):
    """As if the process were gone: nothing of what was open is committed, nothing is put back."""


class MortalWorker(Worker):
    """Dies at the given transaction, before or after its commit."""

    def __init__(self, app: Flask, dies_at: int, *, after_commit: bool) -> None:
        super().__init__(app)
        self.left, self.after_commit, self.is_dead = dies_at, after_commit, False

    def _transaction(self):
        outer = super()._transaction()
        worker = self

        class Guarded:
            def __enter__(self):
                if worker.is_dead:
                    raise KilledError
                return outer.__enter__()

            def __exit__(self, *error):
                worker.left -= 1
                if worker.left == 0 and not worker.after_commit:
                    worker.is_dead = True
                    outer.__exit__(KilledError, KilledError(), None)
                    raise KilledError
                done = outer.__exit__(*error)
                if worker.left == 0:
                    worker.is_dead = True
                    raise KilledError
                return done

        return Guarded()


@dataclass(frozen=True)
class Fate:
    """What has become of one announcement to one person."""

    person_id: int
    event: int
    state: MailState
    reason: str


class Year:
    """Acts on the real application and keeps count of what happened."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.app, self.chance = world, world.app, chance
        self.events = 0
        self.posted: dict[int, int] = {}  # which event each reply is
        self.told: dict[int, int] = {}  # and each case
        self.fates: dict[int, Fate] = {}  # by the number of the mail; the outbox forgets after a month
        self.in_digests: set[int] = set()
        self.given_up: defaultdict[int, list[datetime]] = defaultdict(list)  # when somebody wanted all at once again
        time.Clock.frozen_at = BEGIN

    def act(self) -> None:
        acts = [self.tell, self.tell, self.answer, self.answer, self.answer, self.read, self.choose_rhythm, self.choose_hours, self.choose_level]  # fmt: skip
        with self.world.acting():
            self.chance.choice(acts)()

    def _someone(self) -> int:
        return self.world.cast[self.chance.choice(WHO)]

    def _case(self) -> Case | None:
        return db.session.scalar(select(Case).order_by(Case.id.desc()).offset(self.chance.randrange(5)).limit(1))

    def _words(self) -> str:
        self.events += 1
        return f"nummer-{self.events}- sker"

    def tell(self) -> None:
        who = db.session.get_one(Person, self._someone())
        title = f"Sag {self.events}"
        words = self._words()
        case = open_case(self.world.network_id, title=title, situation=words, tried="", wanted="", by=who)
        self.told[case.id] = self.events

    def answer(self) -> None:
        case = self._case()
        if case is not None:
            who = db.session.get_one(Person, self._someone())
            post = reply(case, kind=PostKind.ADVICE, body=self._words(), by=who)
            self.posted[post.id] = self.events

    def note_fates(self) -> None:
        with self.app.app_context():
            for mail in db.session.scalars(select(Mail).where(Mail.kind != "digest")):
                post_id = mail.payload.get("post_id")
                event = self.posted[post_id] if post_id else self.told[mail.payload["case_id"]]
                self.fates[mail.id] = Fate(mail.person_id, event, mail.state, mail.reason)
            self.in_digests |= set(db.session.scalars(select(Collected.mail_id)))

    def read(self) -> None:
        case = self._case()
        if case is not None:
            record_reading(self._someone(), case.id, case.posts_count)

    def choose_rhythm(self) -> None:
        person_id = self._someone()
        hours = db.session.get(Hours, person_id)
        frequency, weekday = self.chance.choice(
            [(None, None), (Frequency.DAILY, None), (Frequency.WEEKLY, self.chance.randint(1, 7))]
        )
        hour = hours.digest_hour if hours else Hours.DIGEST_HOUR
        if frequency is None:
            self.given_up[person_id].append(time.now())
        operations.choose_rhythm(person_id, self.world.network_id, frequency, weekday, hour=hour)

    def choose_hours(self) -> None:
        begins, ends = self.chance.choice([(None, None), (21, 7), (0, 6), (12, 13)])
        operations.choose_hours(
            Hours(
                person_id=self._someone(),
                digest_hour=self.chance.choice([2, 3, 8, 23]),  # hours that the clock skips and repeats among them
                quiet_from=begins,
                quiet_until=ends,
                are_weekends_quiet=self.chance.random() < 0.3,
            )
        )

    def choose_level(self) -> None:
        case = self._case()
        level = self.chance.choice([None, *Level])
        if case is not None and self.chance.random() < 0.5:
            choose_level(self._someone(), "case", case.id, level)
        else:
            choose_level(self._someone(), "network", self.world.network_id, level)

    def work(self) -> None:
        """Now and then killed, and then another takes over."""
        while self.chance.random() < 0.2:
            mortal = MortalWorker(self.app, self.chance.randint(1, 12), after_commit=self.chance.random() < 0.5)
            try:
                mortal.run(once=True)
            except KilledError:
                continue
        Worker(self.app).run(once=True)

    def pass_time(self, hours: float) -> None:
        assert time.Clock.frozen_at
        time.Clock.frozen_at += timedelta(hours=hours)

    def end(self) -> None:
        """Everybody wants everything at once and loud, and the worker has time: nothing may be left."""
        with self.world.acting():
            for who in WHO:
                person_id = self.world.cast[who]
                operations.choose_hours(Hours(person_id=person_id, digest_hour=8, are_weekends_quiet=False))
                operations.choose_rhythm(person_id, self.world.network_id, None, None, hour=8)
        for _ in range(3):
            self.pass_time(80)
            Worker(self.app).run(once=True)


def judge(year: Year, arrived: dict[int, Counter[int]]) -> None:
    year.note_fates()
    assert len({(fate.person_id, fate.event) for fate in year.fates.values()}) == len(year.fates)
    for fate in year.fates.values():
        assert fate.state in {MailState.SENT, MailState.DROPPED}, fate
        assert arrived[fate.person_id][fate.event] == (1 if fate.state is MailState.SENT else 0), fate
        assert fate.state is MailState.SENT or fate.reason, fate
    assert sum(counted.total() for counted in arrived.values()) == sum(
        fate.state is MailState.SENT for fate in year.fates.values()
    )
    with year.app.app_context():
        assert db.session.scalars(select(Collected).where(Collected.digest_id.is_(None))).all() == []
        _intervals_touch(year)


def arrivals(app: Flask, people: dict[str, int]) -> dict[int, Counter[int]]:
    """How often each event reached each person; no mail tells nothing, and none came in quiet hours unless it may."""
    from email import message_from_bytes
    from email.policy import default

    told: dict[int, Counter[int]] = {person: Counter() for person in people.values()}
    with app.app_context():
        ids = {row.email: row.id for row in db.session.scalars(select(Person))}
        for kept in db.session.scalars(select(KeptMail)):
            body = message_from_bytes(kept.raw, policy=default).get_body(("plain",))
            numbers = EVENT.findall(body.get_content().encode())
            assert numbers, "a mail that tells nothing"
            told[ids[kept.recipient]].update(int(number) for number in numbers)
    return told


def live(world: World, seed: int, *, days: float) -> Year:
    year = Year(world, random.Random(seed))  # noqa: S311 - an unlikely year, not a secret
    until = BEGIN + timedelta(days=days)
    while time.now() < until:
        for _ in range(year.chance.randint(0, 4)):
            year.act()
        if year.chance.random() < 0.85:  # else the worker is late
            year.work()
            _nothing_came_while_it_was_quiet(year)
        year.note_fates()
        year.pass_time(year.chance.choice([0.25, 20, 27, 50, 75]))
    year.end()
    judge(year, arrivals(world.app, {who: world.cast[who] for who in WHO}))
    return year


def _much_has_happened(year: Year) -> None:
    """That the year was not an easy one."""
    fates = Counter((fate.state, number in year.in_digests) for number, fate in year.fates.items())
    assert min(fates[state, is_in] for state in (MailState.SENT, MailState.DROPPED) for is_in in (True, False)) > 15, (
        fates
    )
    assert len({fate.reason for fate in year.fates.values()}) > 5


def _nothing_came_while_it_was_quiet(year: Year) -> None:
    """At this moment, to whoever wants quiet now: no mail of cases is urgent."""
    with year.app.app_context():
        sent_now = select(Mail).where(
            Mail.sent_at == time.now(), Mail.kind.in_(["digest", "case_opened", "case_replied"])
        )
        for mail in db.session.scalars(sent_now):
            hours = db.session.get(Hours, mail.person_id)
            told_alone = mail.kind == "digest" or db.session.get(Collected, mail.id) is None
            assert not (told_alone and hours and is_quiet(time.now(), hours)), mail.kind


def _intervals_touch(year: Year) -> None:
    """Each begins where the one before ended; only while a rhythm was given up is there nothing to close."""
    ends: dict[int, datetime] = {}
    for digest in db.session.scalars(select(Digest).order_by(Digest.person_id, Digest.until)):
        end = ends.get(digest.person_id)
        was_given_up = end is not None and any(
            end <= moment <= digest.since for moment in year.given_up[digest.person_id]
        )
        assert end is None or digest.since == end or was_given_up
        ends[digest.person_id] = digest.until


@pytest.mark.once
def test_a_year_reaches_everybody_exactly_once(world):
    _much_has_happened(live(world, 20260105, days=365))


@pytest.mark.once
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_any_two_weeks_do_too(built, seed):
    app, empty = built
    empty()
    live(World(app), seed, days=14)


@pytest.mark.parametrize("begin", [datetime(2026, 3, 24, 8, tzinfo=UTC), datetime(2026, 10, 20, 8, tzinfo=UTC)])
def test_intervals_are_gapless_and_whole_through_the_weeks_in_which_the_clock_changes(world, choose, clock, begin):
    clock.set(begin)
    for who, hour in (("member", 2), ("coordinator", 3), ("colleague", 8)):
        choose.hours(who, digest_hour=hour)
        choose.daily(who)
    for _ in range(24 * 10):
        clock.move(hours=1)
        with world.acting():
            operations.make_digests()
    with world.acting():
        for who, hour in (("member", 2), ("coordinator", 3), ("colleague", 8)):
            mine = db.session.scalars(select(Digest).filter_by(person_id=world.cast[who]).order_by(Digest.until)).all()
            assert len(mine) == 10
            assert [one.since for one in mine[1:]] == [one.until for one in mine[:-1]]
            assert mine[0].since == begin
            walls = [time.local(one.until).hour for one in mine]
            assert set(walls) <= {hour, 3 if hour == 2 else hour}
            assert len({time.local(one.until).date() for one in mine}) == 10
