"""Changing several meetings of a series at once: what would change with each, and doing it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.meetings.forms import version_of
from app.meetings.models import Meeting
from app.meetings.operations.scheduling import Facts, revise_quietly
from app.series.models import Series
from app.series.moments import moments_on
from app.series.operations.planning import plan_of
from app.series.operations.telling import tell
from app.series.queries import Row
from app.series.rules import is_nth

TEXTS = ("title", "place", "online_url", "description")
LOUD = {"day", "hours", "place", "online_url", "host"}  # what members have to know


class Scope(StrEnum):
    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True)
class Change:
    """What is to be different. None is as it was; a new `weekday` is that of the same week."""

    title: str | None = None
    hours: tuple[time, time] | None = None
    weekday: int | None = None
    place: str | None = None
    online_url: str | None = None
    description: str | None = None
    hosts_off: bool = False

    @property
    def aspects(self) -> set[str]:
        found = {name for name in (*TEXTS, "hours") if getattr(self, name) is not None}
        return found | ({"day"} if self.weekday is not None else set()) | ({"host"} if self.hosts_off else set())

    @classmethod
    def between(cls, meeting: Meeting, common: Any, weekday: int, *, hosts_off: bool = False) -> "Change":
        """How `common`, with its hours, and `weekday` differ from what `meeting` says now."""
        start, end = clock.local(meeting.starts_at), clock.local(meeting.ends_at)
        hours = (common.starts, common.ends)
        texts = {name: getattr(common, name) for name in TEXTS if getattr(common, name) != getattr(meeting, name)}
        return cls(
            **texts,
            hours=hours if hours != (start.time(), end.time()) else None,
            weekday=weekday if weekday != start.weekday() else None,
            hosts_off=hosts_off,
        )


@dataclass(frozen=True)
class Effect:
    """What the change does to one meeting. `kept` are the aspects that it leaves, since the meeting has its own there."""

    row: Row
    before: Facts
    after: Facts
    kept: frozenset[str] = frozenset()
    error: str = ""
    is_included: bool = False
    touched: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_changed(self) -> bool:
        return self.before != self.after

    @property
    def is_loud(self) -> bool:
        return self.is_changed and bool(self.touched & LOUD) and not self.row.meeting.is_draft


def in_scope(rows: Sequence[Row], meeting: Meeting, scope: Scope) -> list[Row]:
    """Those that are ahead: what is past, cancelled, postponed or closed is never touched."""
    ahead = [row for row in rows if row.is_ahead]
    if scope is Scope.THIS:
        return [row for row in ahead if row.meeting.id == meeting.id]
    if scope is Scope.FOLLOWING:
        return [row for row in ahead if (row.meeting.starts_at, row.meeting.id) >= (meeting.starts_at, meeting.id)]
    return ahead


def own_aspects(row: Row) -> set[str]:
    """Where the meeting has been changed on its own since the series last gave it something."""
    now = plan_of(row.meeting)
    return {name for name, value in row.entry.planned.items() if now.get(name) != value}


def effects_of(
    change: Change, rows: Sequence[Row], meeting: Meeting, scope: Scope, include: Collection[int] = ()
) -> list[Effect]:
    """For each meeting in scope. `include` are the ids of those that are changed even where they have their own."""
    found = []
    for row in in_scope(rows, meeting, scope):
        is_chosen = row.meeting.id == meeting.id or row.meeting.id in include
        kept = frozenset() if is_chosen else frozenset(own_aspects(row) & change.aspects)
        found.append(_effect(change, row, kept, is_included=row.meeting.id in include))
    return _apart(found)


def _effect(change: Change, row: Row, kept: frozenset[str], *, is_included: bool) -> Effect:
    touched = frozenset(change.aspects - kept)
    before = Facts.of(row.meeting)
    error = ""
    try:
        after = _changed(before, change, touched)
    except DomainError as refused:
        after, error = before, refused.sentence
    return Effect(row, before, after, kept, error, is_included, touched)


def _changed(before: Facts, change: Change, touched: Collection[str]) -> Facts:
    texts = {name: getattr(change, name) for name in TEXTS if name in touched}
    after = replace(before, **texts, host_code=None if "host" in touched else before.host_code)
    if "place" in touched:
        after = replace(after, address="")  # it was that of the place before
    if {"place", "online_url"} & set(touched):
        after = replace(after, venue=None).settled()
    if not {"day", "hours"} & set(touched):
        return after
    start, end = clock.local(before.starts_at), clock.local(before.ends_at)
    day = start.date()
    if "day" in touched and change.weekday is not None:
        day += timedelta(days=change.weekday - day.weekday())
    if "hours" in touched and change.hours:
        starts_at, ends_at = moments_on(day, *change.hours)
    else:
        starts_at, ends_at = _same_hours(day, start, end)
    after = replace(after, starts_at=starts_at, ends_at=ends_at)
    after.check()
    if starts_at <= clock.now():
        raise DomainError(_("That is in the past. Choose a day ahead"), field="weekday")
    return after


def _same_hours(day: date, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    starts_at, _ends_at = moments_on(day, start.time(), start.time())
    _starts_at, ends_at = moments_on(day + (end.date() - start.date()), end.time(), end.time())
    return starts_at, ends_at


def _apart(effects: list[Effect]) -> list[Effect]:
    """Two meetings that come to be on the same day are told apart by a sentence at the later one."""
    seen: set[date] = set()
    found = []
    for effect in effects:
        day = clock.local(effect.after.starts_at).date()
        clashes = "day" in effect.touched and day in seen and not effect.error
        found.append(replace(effect, error=_("Two of the meetings are on the same day")) if clashes else effect)
        seen.add(day)
    return found


def fingerprint_of(effects: Sequence[Effect]) -> str:
    """Names what was shown, so that nothing else is done than was looked at."""
    lines = [f"{effect.row.meeting.id} {version_of(effect.row.meeting)} {effect.after!r}" for effect in effects]
    return sha256("\n".join(lines).encode()).hexdigest()[:16]


def change_series(
    series: Series, change: Change, effects: Sequence[Effect], scope: Scope, *, by: Person
) -> tuple[int, int]:
    """Returns how many meetings are changed and how many members are told, with one mail for all of it.

    Who changes one meeting only changes it on its own; the series goes on as it was planned.
    """
    refused = next((effect.error for effect in effects if effect.error), "")
    if refused:
        raise DomainError(refused)
    changed = [effect for effect in effects if effect.is_changed]
    news: dict[str, Any] = {}
    for effect in changed:
        found = revise_quietly(effect.row.meeting, effect.after, by=by)
        if found.changes:
            news[str(effect.row.meeting.id)] = {"changes": found.changes, "lesser": found.lesser}
        if scope is not Scope.THIS:
            now = plan_of(effect.row.meeting)
            effect.row.entry.planned = {
                **effect.row.entry.planned, **{name: now[name] for name in effect.touched if name in now},
            }  # fmt: skip
    if changed and scope is not Scope.THIS:
        _remember(series, change, changed)
    if not news:
        return len(changed), 0
    told = [effect.row.meeting for effect in changed if str(effect.row.meeting.id) in news]
    return len(changed), tell("series_changed", series, told, by=by, news=news)


def _remember(series: Series, change: Change, changed: Sequence[Effect]) -> None:
    """The series says from now on what holds for what is ahead; within a month the weeks of two weekdays may differ."""
    if change.title is not None:
        series.title = change.title
    if change.hours:
        series.starts, series.ends = change.hours
    if change.weekday is not None:
        series.weekday = change.weekday
        days = [clock.local(effect.after.starts_at).date() for effect in changed if "day" in effect.touched]
        if series.nth is not None and not all(is_nth(day, series.nth) for day in days):
            series.nth = None
