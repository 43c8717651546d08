"""Which series there are for whom, and their meetings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.meetings.models import AgendaItem, Meeting
from app.meetings.operations.agenda import Point
from app.meetings.queries import is_shown_to, meetings_visible_to
from app.networks.queries import by_membership, within_reach
from app.series.models import Series, SeriesMeeting

SHOWN_IN_NETWORK = 12


@dataclass(frozen=True)
class Row:
    """A meeting with its place in the series."""

    entry: SeriesMeeting
    meeting: Meeting
    number: int

    @property
    def is_ahead(self) -> bool:
        """What the series may still change: not begun, closed, cancelled or waiting for a new date."""
        meeting = self.meeting
        return meeting.starts_at > clock.now() and meeting.closed_at is None and not meeting.is_off


@dataclass(frozen=True)
class Neighbours:
    """Where a meeting stands among those of its series that the viewer sees."""

    series_id: int
    number: int
    total: int
    before: tuple[int, datetime] | None  # id and beginning
    after: tuple[int, datetime] | None


@dataclass(frozen=True)
class Line:
    """A series in a list."""

    series: Series
    total: int
    ahead: int
    next_at: datetime | None


def _has_a_meeting_shown_to(viewer: Person) -> ColumnElement[bool]:
    return exists(
        select(SeriesMeeting.id)
        .join(Meeting, Meeting.id == SeriesMeeting.meeting_id)
        .where(SeriesMeeting.series_id == Series.id, is_shown_to(viewer))
    )


def series_visible_to(viewer: Person) -> Select[Series]:
    """Where every read of series starts; a series of drafts is for those who may call them."""
    return (
        select(Series)
        .options(joinedload(Series.network))
        .where(within_reach(viewer, Series.network_id), _has_a_meeting_shown_to(viewer))
    )


def series_for(viewer: Person, series_id: int) -> Series | None:
    return db.session.scalar(series_visible_to(viewer).where(Series.id == series_id))


def series_to_change_for(viewer: Person, series_id: int) -> Series | None:
    """The series, locked until commit; its meetings are locked after it, so that two who change it wait for each other."""
    return db.session.scalar(series_visible_to(viewer).where(Series.id == series_id).with_for_update(of=Series))


def planned_by(key: str, network_id: int) -> Series | None:
    """What this form has planned already."""
    return db.session.scalar(select(Series).where(Series.key == key, Series.network_id == network_id))


def meetings_of(series_id: int, viewer: Person, *, to_change: bool = False) -> list[Row]:
    """In the order of their days, numbered so. One query."""
    query = (
        meetings_visible_to(viewer)
        .add_columns(SeriesMeeting)
        .join(SeriesMeeting, SeriesMeeting.meeting_id == Meeting.id)
        .where(SeriesMeeting.series_id == series_id)
        .order_by(Meeting.starts_at, Meeting.id)
    )
    if to_change:
        query = query.with_for_update(of=Meeting)
    return [Row(entry, meeting, number) for number, (meeting, entry) in enumerate(db.session.execute(query), start=1)]


def neighbours_of(meeting_id: int, viewer: Person) -> Neighbours | None:
    """None for a meeting of its own. One query, asked once per request."""
    kept: dict[tuple[int, int], Neighbours | None] = db.session.info.setdefault("neighbours", {})
    key = (meeting_id, viewer.id)
    if key not in kept:
        kept[key] = _neighbours(meeting_id, viewer)
    return kept[key]


def _neighbours(meeting_id: int, viewer: Person) -> Neighbours | None:
    own = select(SeriesMeeting.series_id).where(SeriesMeeting.meeting_id == meeting_id).scalar_subquery()
    rows = db.session.execute(
        select(SeriesMeeting.series_id, Meeting.id, Meeting.starts_at)
        .join(Meeting, Meeting.id == SeriesMeeting.meeting_id)
        .where(SeriesMeeting.series_id == own, is_shown_to(viewer))
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()
    here = next((index for index, row in enumerate(rows) if row.id == meeting_id), None)
    if here is None:
        return None
    places = [(row.id, row.starts_at) for row in rows]
    before = places[here - 1] if here else None
    after = places[here + 1] if here + 1 < len(places) else None
    return Neighbours(rows[0].series_id, here + 1, len(rows), before, after)


def series_in(network_id: int, viewer: Person) -> list[Line]:
    """A network's series that still have a meeting ahead, soonest first. One query."""
    is_ahead = and_(Meeting.starts_at > clock.now(), Meeting.cancelled_at.is_(None))
    next_at = func.min(Meeting.starts_at).filter(is_ahead).label("next_at")
    rows = db.session.execute(
        select(Series, func.count(Meeting.id), func.count(Meeting.id).filter(is_ahead), next_at)
        .join(SeriesMeeting, SeriesMeeting.series_id == Series.id)
        .join(Meeting, Meeting.id == SeriesMeeting.meeting_id)
        .where(Series.network_id == network_id, within_reach(viewer, Series.network_id), is_shown_to(viewer))
        .group_by(Series.id)
        .having(func.count(Meeting.id).filter(is_ahead) > 0)
        .order_by(next_at, Series.id)
        .limit(SHOWN_IN_NETWORK)
    )
    return [Line(*row) for row in rows]


def last_agenda_in(network_id: int, viewer: Person) -> list[Point]:
    """The agenda of the latest meeting that has one. Members who presented are left out: next time it is somebody else."""
    latest = (
        select(Meeting.id)
        .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
        .where(
            Meeting.network_id == network_id,
            within_reach(viewer, Meeting.network_id),
            is_shown_to(viewer),
            AgendaItem.removed_at.is_(None),
        )
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    items = db.session.scalars(
        select(AgendaItem)
        .where(AgendaItem.meeting_id == latest, AgendaItem.removed_at.is_(None))
        .order_by(AgendaItem.position, AgendaItem.id)
    )
    return [Point(item.title, item.kind, "" if item.presenter_id else item.presenter, item.minutes) for item in items]


def meetings_to_tell(person: Person, series_id: int, meeting_ids: Collection[int]) -> Sequence[Meeting]:
    """For mails: those of `meeting_ids` that are called and not over, if the person is a member; soonest first."""
    return db.session.scalars(
        select(Meeting)
        .options(joinedload(Meeting.network), joinedload(Meeting.host))
        .join(SeriesMeeting, SeriesMeeting.meeting_id == Meeting.id)
        .where(
            SeriesMeeting.series_id == series_id,
            Meeting.id.in_(meeting_ids),
            Meeting.called_at.is_not(None),
            Meeting.ends_at > clock.now(),
            by_membership(person, Meeting.network_id),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()


def series_to_tell(person: Person, series_id: int) -> Series | None:
    query = select(Series).options(joinedload(Series.network))
    return db.session.scalar(query.where(Series.id == series_id, by_membership(person, Series.network_id)))
