"""Whatever was changed, moved or cancelled before: a change of the series touches exactly the meetings that it should."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import clock as time_here
from app.core.clock import Clock
from app.meetings.models import Meeting
from app.meetings.operations.scheduling import Facts
from app.series.models import SeriesMeeting
from app.series.operations.changing import TEXTS, Change, Effect, Scope, effects_of
from app.series.operations.planning import plan_of
from app.series.queries import Row

pytestmark = pytest.mark.once

FIRST = date(2026, 12, 8)
HOURS = (time(9, 30), time(12))


@dataclass(frozen=True)
class Lot:
    """What has happened to one meeting since it was planned."""

    own_hours: bool = False
    own_day: bool = False
    own_place: bool = False
    is_cancelled: bool = False
    is_postponed: bool = False
    is_closed: bool = False


LOTS = st.builds(Lot, *[st.booleans()] * 3, *[st.integers(0, 5).map(lambda roll: roll == 0)] * 3)


def row(number: int, lot: Lot) -> Row:
    day = FIRST + timedelta(weeks=2 * (number - 1))
    start, end = (time_here.from_wall(datetime.combine(day, hour)) for hour in HOURS)
    meeting = Meeting(
        id=number, title="Møde", starts_at=start, ends_at=end, place="", address="", online_url="", description="",
        host_code=None, called_at=start,
    )  # fmt: skip
    entry = SeriesMeeting(meeting_id=number, planned=plan_of(meeting))
    if lot.own_hours:
        meeting.ends_at += timedelta(minutes=30)
    if lot.own_day:
        meeting.starts_at += timedelta(days=1)
        meeting.ends_at += timedelta(days=1)
    if lot.own_place:
        meeting.place = "Skagen"
    moment = time_here.now()
    meeting.cancelled_at = moment if lot.is_cancelled else None
    meeting.postponed_at = moment if lot.is_postponed else None
    meeting.closed_at = moment if lot.is_closed else None
    return Row(entry, meeting, number)


CHANGES = st.builds(
    Change,
    title=st.sampled_from([None, "Nyt"]),
    hours=st.sampled_from([None, (time(13), time(15))]),
    weekday=st.sampled_from([None, 3, 4]),
    place=st.sampled_from([None, "Hjørring"]),
    hosts_off=st.booleans(),
)


def is_touched(effect: Effect, aspect: str) -> bool:
    return aspect in effect.touched


@given(
    st.lists(LOTS, min_size=1, max_size=8),
    st.data(),
    CHANGES,
    st.sampled_from(Scope),
    st.sets(st.integers(1, 8), max_size=3),
    st.integers(0, 120),
)
def test_a_change_touches_exactly_the_right_meetings(
    lots: list[Lot], data: st.DataObject, change: Change, scope: Scope, include: set[int], days: int
) -> None:
    Clock.frozen_at = time_here.from_wall(datetime.combine(date(2026, 12, 1), time(8))) + timedelta(days=days)
    rows = [row(number, lot) for number, lot in enumerate(lots, start=1)]
    anchor = data.draw(st.sampled_from(rows)).meeting
    before = {one.meeting.id: Facts.of(one.meeting) for one in rows}
    effects = {effect.row.meeting.id: effect for effect in effects_of(change, rows, anchor, scope, include)}
    for one, lot in zip(rows, lots, strict=True):
        number = one.meeting.id
        is_open = (
            not (lot.is_cancelled or lot.is_postponed or lot.is_closed) and one.meeting.starts_at > time_here.now()
        )
        in_reach = {
            Scope.THIS: number == anchor.id,
            Scope.FOLLOWING: one.meeting.starts_at >= anchor.starts_at,
            Scope.ALL: True,
        }[scope]
        assert (number in effects) is (is_open and in_reach)
        assert Facts.of(one.meeting) == before[number]  # looking writes nothing
        if number not in effects:
            continue
        effect = effects[number]
        is_whole = number == anchor.id or number in include
        own = {"hours": lot.own_hours, "day": lot.own_day, "place": lot.own_place}
        for aspect in change.aspects:
            assert is_touched(effect, aspect) is (is_whole or not own.get(aspect, False))
        if effect.error:
            assert effect.after == before[number] or "day" in effect.touched
            continue
        _as_changed(effect, change, before[number])


def _as_changed(effect: Effect, change: Change, before: Facts) -> None:
    start, end = time_here.local(effect.after.starts_at), time_here.local(effect.after.ends_at)
    was, was_end = time_here.local(before.starts_at), time_here.local(before.ends_at)
    hours = change.hours if "hours" in effect.touched else (was.time(), was_end.time())
    assert (start.time(), end.time()) == hours
    if "day" in effect.touched:
        assert start.weekday() == change.weekday
        assert start.isocalendar()[:2] == was.isocalendar()[:2]
    else:
        assert start.date() == was.date()
    texts = {name: getattr(change, name) if name in effect.touched else getattr(before, name) for name in TEXTS}
    same = {name: getattr(effect.after, name) for name in ("starts_at", "ends_at", "venue")}
    assert effect.after == replace(before, **texts, **same)
