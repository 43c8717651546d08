"""Planning a series: all its meetings at once, as drafts or called with one mail to everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from flask_babel import gettext as _

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.meetings.models import Meeting
from app.meetings.operations.agenda import Point, add_points, add_standard_agenda
from app.meetings.operations.scheduling import Facts, call_quietly, schedule_meeting
from app.networks.models import Network
from app.series.models import Series, SeriesMeeting
from app.series.moments import moments_on
from app.series.operations.telling import tell
from app.series.queries import Row
from app.series.rules import Rule


@dataclass(frozen=True)
class Common:
    """What the meetings of a series share. Hours are on the wall."""

    title: str
    starts: time
    ends: time
    place: str = ""
    online_url: str = ""
    description: str = ""

    def facts_on(self, day: date, host_code: str | None = None) -> Facts:
        """Raises DomainError for hours that make no meeting on that day."""
        if self.ends <= self.starts:
            raise DomainError(_("The meeting must end after it begins"), field="ends")
        starts_at, ends_at = moments_on(day, self.starts, self.ends)
        if ends_at <= clock.now():
            raise DomainError(_("That is in the past. Choose a day ahead"), field="date")
        return Facts(
            self.title, starts_at, ends_at,
            place=self.place, online_url=self.online_url, host_code=host_code, description=self.description,
        )  # fmt: skip


@dataclass(frozen=True)
class Agenda:
    """What stands on every agenda to begin with."""

    is_standard: bool = False
    points: Sequence[Point] = ()

    def write(self, meeting: Meeting) -> None:
        if self.is_standard:
            add_standard_agenda(meeting)
        else:
            add_points(meeting, self.points)


Days = Sequence[tuple[date, str | None]]  # each with the code of its host


def plan_series(
    network: Network, rule: Rule, common: Common, days: Days, *, key: str, agenda: Agenda, is_draft: bool, by: Person
) -> tuple[Series, int]:
    """One meeting on each of `days`; returns the series and how many members are told. `key` plans once."""
    if not days:
        raise DomainError(_("Choose at least one day"))
    if len({day for day, _host in days}) < len(days):
        raise DomainError(_("Two of the meetings are on the same day"))
    series = Series(
        network_id=network.id, key=key, title=common.title, unit=rule.unit, step=rule.interval, weekday=rule.weekday,
        nth=rule.nth, first_on=rule.first_on, meetings_wanted=rule.count or len(days), until_on=rule.until,
        starts=common.starts, ends=common.ends, created_by_id=by.id,
    )  # fmt: skip
    db.session.add(series)
    db.session.flush()
    rows = []
    for number, (day, host_code) in enumerate(sorted(days), start=1):
        meeting, _told = schedule_meeting(network, common.facts_on(day, host_code), by=by, is_draft=True)
        agenda.write(meeting)
        entry = SeriesMeeting(series_id=series.id, meeting_id=meeting.id, planned=plan_of(meeting))
        db.session.add(entry)
        rows.append(Row(entry, meeting, number))
    return series, 0 if is_draft else call_series(series, rows, by=by)


def call_series(series: Series, rows: Sequence[Row], *, by: Person) -> int:
    """Calls the drafts that are ahead; returns how many members are told. Without a draft nobody is."""
    drafts = [row.meeting for row in rows if row.meeting.is_draft and row.is_ahead]
    for meeting in drafts:
        call_quietly(meeting, by=by)
    return tell("series_called", series, drafts, by=by) if drafts else 0


def plan_of(meeting: Meeting) -> dict[str, Any]:
    """What the series has given it, as JSON in wall time; `SeriesMeeting.planned`."""
    start, end = clock.local(meeting.starts_at), clock.local(meeting.ends_at)
    return {
        "title": meeting.title,
        "day": start.date().isoformat(),
        "hours": [start.time().isoformat("minutes"), end.time().isoformat("minutes")],
        "place": meeting.place,
        "online_url": meeting.online_url,
        "description": meeting.description,
    }
