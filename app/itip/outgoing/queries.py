"""Whose calendar gets which meetings by mail, and where it does not yet say what the site says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, literal, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.itip.outgoing.models import CalendarChoice, CalendarEntry, Way
from app.meetings.models import Meeting
from app.meetings.queries import is_on
from app.networks.discretion import Confidentiality
from app.networks.models import Acceptance, Membership, Network
from app.networks.queries import is_accepted_by, level_in_sql
from app.notifications.models import Mail, MailState

BY_MAIL = [way for way in Way if way.is_by_mail]


def way_of(person: Person) -> Way:
    """How somebody wants meetings in their calendar."""
    return (
        db.session.scalar(select(CalendarChoice.way).where(CalendarChoice.person_id == person.id)) or Way.SUBSCRIPTION
    )


def turns_of(person_id: int, meeting_id: int) -> int:
    """By how much the revision in somebody's own calendar is ahead of the meeting's; 0 where no mail was sent."""
    turns = select(CalendarEntry.turns).where(
        CalendarEntry.person_id == person_id, CalendarEntry.meeting_id == meeting_id
    )
    return db.session.scalar(turns) or 0


def count_of_entries(person: Person) -> int:
    """The meetings ahead that stand in their calendar by mail."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(CalendarEntry)
            .where(
                CalendarEntry.person_id == person.id,
                CalendarEntry.is_in.is_(True),
                CalendarEntry.ends_at > clock.now(),
            )
        )
        or 0
    )


@dataclass(frozen=True)
class Standing:
    """One person and one meeting: whether it should stand in their calendar by mail, and what was sent so far."""

    person: Person
    meeting: Meeting
    entry: CalendarEntry | None
    is_wanted: bool  # by mail, at all
    is_member: bool
    level: Confidentiality

    @property
    def should_be_in(self) -> bool:
        return (
            self.is_wanted
            and self.is_member
            and not (self.meeting.is_draft or self.meeting.is_off or self.meeting.is_over)
        )

    @property
    def time_in_the_calendar(self) -> tuple[datetime, datetime]:
        """As the last mail has put it there."""
        entry, meeting = self.entry, self.meeting
        return (entry and entry.starts_at) or meeting.starts_at, (entry and entry.ends_at) or meeting.ends_at


_IS_MEMBER = and_(
    Membership.person_id == Person.id, Membership.network_id == Meeting.network_id, Membership.left_at.is_(None)
)
_IS_ENTRY = and_(CalendarEntry.person_id == Person.id, CalendarEntry.meeting_id == Meeting.id)


_Rows = Select[Person, Meeting, CalendarEntry, Way, int, str]


def _standings() -> _Rows:
    """Every person with every meeting, until conditions are added: person, meeting, entry, way, membership, level."""
    return (
        select(Person, Meeting, CalendarEntry, CalendarChoice.way, Membership.id, level_in_sql())
        .select_from(Person)
        .join(Meeting, literal(True))
        .join(Network, Network.id == Meeting.network_id)
        .outerjoin(CalendarChoice, CalendarChoice.person_id == Person.id)
        .outerjoin(Membership, _IS_MEMBER)
        .outerjoin(Acceptance, is_accepted_by(Person.id))
        .outerjoin(CalendarEntry, _IS_ENTRY)
        .options(joinedload(Meeting.network), joinedload(Meeting.host))
    )


def _read(row: Any) -> Standing:
    person, meeting, entry, way, membership_id, level = row
    # Whoever has left learns no more than that something they knew of is off.
    level = Confidentiality(level) if membership_id else Confidentiality.PARTICIPANTS
    return Standing(person, meeting, entry, way in BY_MAIL, membership_id is not None, level)


def standing_at(person_id: int, meeting_id: int) -> Standing | None:
    row = db.session.execute(
        _standings().where(Person.id == person_id, Person.disabled_at.is_(None), Meeting.id == meeting_id)
    ).one_or_none()
    return _read(row) if row else None


def _no_mail_about_it_waits() -> ColumnElement[bool]:
    """What is on its way to somebody may itself say it; only then is it seen whether anything is left to say."""
    return ~exists().where(
        Mail.person_id == Person.id,
        Mail.thread == literal("meeting-") + cast(Meeting.id, String),
        Mail.state.in_([MailState.READY, MailState.LEASED]),
    )


def not_yet_in(*, at_most: int) -> list[Standing]:
    """Where a meeting should stand in somebody's calendar by mail, and was not looked at since it is as it is."""
    was_not_looked_at = or_(
        CalendarEntry.person_id.is_(None),
        CalendarEntry.is_in.is_(False),
        CalendarEntry.meeting_updated_at.is_distinct_from(Meeting.updated_at),
        CalendarEntry.network_updated_at.is_distinct_from(Network.updated_at),
        func.coalesce(cast(CalendarEntry.level, String), "") != level_in_sql(),
        CalendarEntry.address != Person.email,
    )
    query = _standings().where(
        CalendarChoice.way.in_(BY_MAIL),
        Person.disabled_at.is_(None),
        Membership.id.is_not(None),
        is_on(),
        Meeting.ends_at > clock.now(),
        Meeting.tell_at.is_(None),  # what is being collected is told in a mail of its own first
        was_not_looked_at,
        _no_mail_about_it_waits(),
    )
    return _sorted(query, at_most)


def to_be_taken_out(*, at_most: int) -> list[Standing]:
    """Where a meeting stands in somebody's calendar by mail and should not any more."""
    is_off = or_(Meeting.cancelled_at.is_not(None), Meeting.postponed_at.is_not(None))
    wants_none = or_(CalendarChoice.way.is_(None), CalendarChoice.way.not_in(BY_MAIL))
    query = _standings().where(
        CalendarEntry.is_in.is_(True),
        CalendarEntry.ends_at > clock.now(),
        Person.disabled_at.is_(None),
        or_(is_off, wants_none, Membership.id.is_(None)),
        _no_mail_about_it_waits(),
    )
    return _sorted(query, at_most)


def _sorted(query: _Rows, at_most: int) -> list[Standing]:
    ordered = query.order_by(Meeting.starts_at, Meeting.id, Person.id).limit(at_most)
    return [_read(row) for row in db.session.execute(ordered)]
