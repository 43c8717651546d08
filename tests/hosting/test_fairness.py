"""That the order is fair, whatever people do: any sequence of asks, answers, skips, swaps, and members coming and going."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.accounts.models import Person
from app.core import clock as core_clock
from app.core.clock import Clock
from app.extensions import db
from app.hosting.models import RotaEntry
from app.hosting.operations import asking, rota
from app.hosting.queries import fair_order
from app.meetings.models import Meeting
from app.networks.models import Membership
from tests.conftest import MONDAY
from tests.world import CODES, World

FAIR = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
STAYING = 3  # Frederikshavn, Hjørring and Jammerbugt never leave


class Game:
    """A network that meets every week, in one transaction that is thrown away."""

    def __init__(self, world: World) -> None:
        self.world, self.day = world, 0
        self.by = db.session.get_one(Person, world.cast["coordinator"])
        self.hosts: list[str] = []
        self.guests = [world.person(f"Gæst {n}") for n in range(3)]

    @property
    def order(self) -> list[str]:
        return [turn.place.code for turn in fair_order(self.world.network_id)]

    def meeting(self) -> Meeting:
        """The next one, a week after the last."""
        self.day += 7
        start = MONDAY + timedelta(days=self.day)
        facts = {"network_id": self.world.network_id, "title": "Møde", "created_by_id": self.by.id}
        meeting = Meeting(starts_at=start, ends_at=start + timedelta(hours=2), **facts)
        db.session.add(meeting)
        db.session.flush()
        return meeting

    def host(self, *, declines: int = 0, passes: bool = False) -> None:
        """The next in turn is asked; after so many have said no, one says yes."""
        meeting = self.meeting()
        for tried, code in enumerate(self.order):
            asked, _told = asking.ask(self.world.network_id, code, by=self.by, meeting=meeting)
            if tried == min(declines, len(self.order) - 1):
                asking.accept(asked, meeting, by=self.by)
                self.hosts.append(code)
                break
            asking.decline(asked, meeting, by=self.by, reason="Nej", passes_turn=passes)
        db.session.flush()

    def time_passes(self) -> None:
        Clock.frozen_at = MONDAY + timedelta(days=self.day + 1)

    def come_or_go(self, which: int) -> None:
        person_id = self.guests[which % len(self.guests)]
        current = db.session.query(Membership).filter_by(person_id=person_id, left_at=None).one_or_none()
        if current is not None:
            current.left_at = core_clock.now()
        else:
            db.session.add(Membership(network_id=self.world.network_id, person_id=person_id))
        db.session.flush()

    def staying(self) -> list[str]:
        return CODES[1 : 1 + STAYING]

    def counts(self) -> Counter[str]:
        counts = Counter(dict.fromkeys(self.staying(), 0))
        counts.update(code for code in self.hosts if code in counts)
        return counts

    def is_even(self) -> bool:
        return max(self.counts().values()) - min(self.counts().values()) <= 1


@pytest.fixture
def playing(world):
    """`playing()` is a new game; what the last one did is undone."""
    with world.app.app_context():

        def start() -> Game:
            db.session.rollback()
            db.session.info.clear()
            Clock.frozen_at = MONDAY
            return Game(world)

        yield start
        db.session.rollback()


COMING_AND_GOING = st.lists(
    st.one_of(st.just("host"), st.just("host"), st.just("time"), st.tuples(st.just("guest"), st.integers(0, 2))),
    min_size=4,
    max_size=24,
)


@FAIR
@given(acts=COMING_AND_GOING)
def test_who_is_always_there_is_host_as_often_as_the_others(playing, acts):
    game = playing()
    for act in acts:
        before = game.order
        if act == "host":
            game.host()
            assert game.hosts[-1] == before[0]
            assert game.is_even(), game.hosts
            assert len(game.hosts) < 2 or len(before) < 2 or game.hosts[-1] != game.hosts[-2]
        elif act == "time":
            game.time_passes()
        else:
            game.come_or_go(act[1])


@FAIR
@given(fills=st.lists(st.integers(1, 200), min_size=3, max_size=12, unique=True))
def test_meetings_planned_in_any_order_are_shared_evenly(playing, fills):
    """Somebody fills the calendar from the middle: May first, then March, then April."""
    game = playing()
    for day in fills:
        game.day = day
        game.host()
        assert game.is_even(), (fills, game.hosts)


ANYTHING = st.lists(
    st.one_of(
        st.tuples(st.just("host"), st.integers(0, 2), st.booleans()),
        st.tuples(st.just("skip"), st.integers(0, 5)),
        st.tuples(st.just("unskip"), st.integers(0, 5)),
        st.tuples(st.just("swap"), st.integers(0, 5), st.integers(0, 5)),
        st.tuples(st.just("out"), st.integers(0, 5)),
        st.tuples(st.just("back"), st.integers(0, 5)),
        st.tuples(st.just("guest"), st.integers(0, 2)),
        st.tuples(st.just("time")),
        st.tuples(st.just("off"), st.integers(0, 5)),
    ),
    max_size=25,
)


def do(game: Game, name: str, what: list[int]) -> None:
    """One act of those that change the order, where it is allowed."""
    network_id, order = game.world.network_id, game.order
    code = CODES[1 + what[0] % 6] if what else ""
    is_one_of_several = len(order) > 1 and code in order
    acts = {
        "skip": lambda: is_one_of_several and skip(game, code),
        "unskip": lambda: code in order and rota.unskip(network_id, code),
        "swap": lambda: swap(game, code, CODES[1 + what[1] % 6]),
        "out": lambda: is_one_of_several and rota.take_out(network_id, code, reason="Nej", by=game.by),
        "back": lambda: rota.put_back(network_id, code),
        "guest": lambda: game.come_or_go(what[0]),
        "time": game.time_passes,
        "off": cancel_the_next,
    }
    acts[name]()
    db.session.flush()


def skip(game: Game, code: str) -> None:
    rota.skip(game.world.network_id, code, reason="Nej", by=game.by)
    db.session.flush()
    marks = {turn.place.code: turn.is_skipped for turn in fair_order(game.world.network_id)}
    assert marks[code]
    assert list(marks.values()) == sorted(marks.values()), "whoever is skipped stands behind everybody who is not"


def swap(game: Game, code: str, other: str) -> None:
    if code != other and {code, other} <= set(game.order):
        rota.swap(game.world.network_id, code, other, by=game.by)


def cancel_the_next() -> None:
    meeting = db.session.query(Meeting).filter(Meeting.ends_at > core_clock.now()).first()
    if meeting is not None:
        meeting.cancelled_at = core_clock.now()
        asking.follow_meeting(meeting)


@FAIR
@given(acts=ANYTHING)
def test_whatever_is_done_everybody_in_the_order_stands_there_once(playing, acts):
    game = playing()
    for name, *what in acts:
        if name != "host":
            do(game, name, what)
        elif game.order:
            game.host(declines=what[0], passes=what[1])
            # Whoever has just become host is not next, as long as anybody else is to be asked.
            turns = fair_order(game.world.network_id)
            waiting = [turn.place.code for turn in turns if not turn.is_skipped and not turn.is_swapped]
            assert len(waiting) < 2 or waiting[0] != game.hosts[-1]
        assert len(set(game.order)) == len(game.order)
        out = {entry.municipality_code for entry in db.session.query(RotaEntry) if entry.out_at is not None}
        assert set(game.staying()) - out <= set(game.order)
        assert not out & set(game.order)


@FAIR
@given(swaps=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=4), hosted=st.integers(0, 5))
def test_swaps_change_the_order_and_nobody_s_number_of_turns(playing, swaps, hosted):
    """Two who swap each have their turn all the same: after the round everybody has been host once."""
    game = playing()
    for _n in range(hosted):
        game.host()
    while len(game.hosts) % STAYING:
        game.host()
    before = game.counts()
    for first, second in swaps:
        codes, order = game.staying(), game.order
        if first != second:
            rota.swap(game.world.network_id, codes[first], codes[second], by=game.by)
            db.session.flush()
            exchanged = {codes[first]: codes[second], codes[second]: codes[first]}
            assert game.order == [exchanged.get(code, code) for code in order]
    for _n in range(STAYING):
        game.host()
    assert {code: count - before[code] for code, count in game.counts().items()} == dict.fromkeys(game.staying(), 1)


@FAIR
@given(which=st.integers(0, STAYING - 1), hosted=st.integers(0, 7))
def test_who_is_skipped_is_host_after_each_of_the_others(playing, which, hosted):
    game = playing()
    for _n in range(hosted):
        game.host()
    code = game.staying()[which]
    skip(game, code)
    for _n in range(STAYING):
        game.host()
    *others, last = game.hosts[hosted:]
    assert last == code
    assert {*others, last} == set(game.staying())


@FAIR
@given(hosts=st.lists(st.integers(0, STAYING - 1), max_size=6), is_held=st.booleans())
def test_the_next_is_who_was_host_longest_ago(playing, hosts, is_held):
    """Whoever was chosen, fair or not: the order goes by the last turn, and those with several turns ahead come later."""
    game = playing()
    codes = game.staying()
    for which in hosts:
        game.meeting().host_code = codes[which]
    db.session.flush()
    if is_held:
        game.time_passes()
    latest = {codes[which]: number for number, which in enumerate(hosts)}
    ahead = {code: 0 if is_held else max(0, hosts.count(which) - 1) for which, code in enumerate(codes)}
    assert game.order == sorted(codes, key=lambda code: (ahead[code], latest.get(code, -1)))
