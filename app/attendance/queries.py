"""Who was where, and for how long. `present_at` is public."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import String, and_, cast, func, literal, select, union_all
from sqlalchemy.orm import joinedload

from app.accounts.models import Affiliation, Person
from app.accounts.queries import is_affiliated_on, organisations_on
from app.attendance.models import Attendance, Correction, Project, Scan
from app.core import clock
from app.core.danish import sort_key
from app.core.db import danish_day
from app.extensions import db
from app.meetings.models import Answer, AnswerWord, Meeting, Presence
from app.meetings.queries import guests_of, is_on, meetings_visible_to
from app.organisations.models import Municipality, Organisation
from app.organisations.queries import municipalities


@dataclass(frozen=True)
class Present:
    """Somebody who was at a meeting, from where they worked on its day; a guest has no `person`."""

    meeting_id: int
    person: Person | None
    name: str
    organisation: str
    municipality: str
    presence: Presence
    starts_at: datetime
    ends_at: datetime

    @property
    def time(self) -> timedelta:
        """How long they were there, within the meeting."""
        return max(self.ends_at - self.starts_at, timedelta(0))


def time_at(meeting: Meeting, attendance: Attendance) -> tuple[datetime, datetime]:
    """From when to when somebody was there: what is not said is the meeting's own time, and no more than that counts."""
    came = max(attendance.came_at or meeting.starts_at, meeting.starts_at)
    left = min(attendance.left_at or meeting.ends_at, meeting.ends_at)
    return came, max(came, left)


def present_at(meeting_ids: Collection[int]) -> dict[int, list[Present]]:
    """Public: who was there, in Danish order of name; meetings without a list are left out. One statement."""
    if not meeting_ids:
        return {}
    municipality = func.coalesce(Municipality.name, "")
    rows = db.session.execute(
        select(
            Attendance, Meeting, Person, func.coalesce(Organisation.name, Attendance.guest_organisation), municipality
        )
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .outerjoin(Person, Person.id == Attendance.person_id)
        .outerjoin(
            Affiliation, and_(Affiliation.person_id == Person.id, is_affiliated_on(danish_day(Meeting.starts_at)))
        )
        .outerjoin(Organisation, Organisation.id == Affiliation.organisation_id)
        .outerjoin(
            Municipality, Municipality.code == func.coalesce(Organisation.municipality_code, Attendance.guest_code)
        )
        .where(Attendance.meeting_id.in_(list(meeting_ids)))
        .order_by(Attendance.id)
    )
    present: dict[int, dict[int, Present]] = defaultdict(dict)
    for attendance, meeting, person, organisation, name in rows:
        came, left = time_at(meeting, attendance)
        present[meeting.id][attendance.id] = Present(
            meeting.id,
            person,
            person.name if person else attendance.guest_name,
            organisation,
            name,
            attendance.presence,
            came,
            left,
        )
    return {
        meeting_id: sorted(some.values(), key=lambda one: sort_key(one.name)) for meeting_id, some in present.items()
    }


@dataclass(frozen=True)
class Account:
    """Who was there, who had said no, and who had said yes and did not come, each as (name, municipality of that day).

    Where no list was kept, whoever had said yes was there.
    """

    present: list[tuple[str, str]]
    absent: list[tuple[str, str]]
    missing: list[tuple[str, str]]


def account_of(meeting: Meeting) -> Account:
    """Public: for what is written about a meeting. One statement."""
    municipality = func.coalesce(Municipality.name, "")
    there = (
        select(
            literal("there").label("word"),
            Attendance.person_id,
            func.coalesce(Person.name, Attendance.guest_name).label("name"),
            municipality.label("place"),
        )
        .select_from(Attendance)
        .outerjoin(Person, Person.id == Attendance.person_id)
        .outerjoin(Affiliation, and_(Affiliation.person_id == Person.id, is_affiliated_on(meeting.day)))
        .outerjoin(Organisation, Organisation.id == Affiliation.organisation_id)
        .outerjoin(
            Municipality, Municipality.code == func.coalesce(Organisation.municipality_code, Attendance.guest_code)
        )
        .where(Attendance.meeting_id == meeting.id)
    )
    said = (
        select(cast(Answer.answer, String), Answer.person_id, Person.name, municipality)
        .select_from(Answer)
        .join(Person, Person.id == Answer.person_id)
        .outerjoin(Affiliation, and_(Affiliation.person_id == Person.id, is_affiliated_on(meeting.day)))
        .outerjoin(Organisation, Organisation.id == Affiliation.organisation_id)
        .outerjoin(Municipality, Municipality.code == Organisation.municipality_code)
        .where(Answer.meeting_id == meeting.id, Answer.answer.in_([AnswerWord.YES, AnswerWord.NO]))
    )
    rows: list[Any] = sorted(
        db.session.execute(union_all(there, said)), key=lambda row: (sort_key(row.name), row.person_id or 0)
    )
    listed = [row for row in rows if row.word == "there"]
    known = {row.person_id for row in listed}
    away = [row for row in rows if row.word != "there" and row.person_id not in known]
    said_yes = [(row.name, row.place) for row in away if row.word == AnswerWord.YES.value]
    return Account(
        present=[(row.name, row.place) for row in listed] if listed else said_yes,
        absent=[(row.name, row.place) for row in away if row.word == AnswerWord.NO.value],
        missing=said_yes if listed else [],
    )


# The list of one meeting


@dataclass(frozen=True)
class Seat:
    """A line of the list: a member with what they said, or a guest; `attendance` is None for who was not there."""

    attendance: Attendance | None
    person: Person | None = None
    answer: Answer | None = None
    organisation: str = ""
    municipality: str = ""

    @property
    def name(self) -> str:
        if self.person:
            return self.person.name
        return self.attendance.guest_name if self.attendance else ""

    @property
    def said_yes(self) -> bool:
        return bool(self.answer and self.answer.answer is AnswerWord.YES)


@dataclass(frozen=True)
class Roll:
    """Everybody who was called or came."""

    meeting: Meeting
    seats: list[Seat] = field(default_factory=list)

    @property
    def expected(self) -> list[Seat]:
        """Who has said yes."""
        return [seat for seat in self.seats if seat.said_yes]

    @property
    def others(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.person and not seat.said_yes]

    @property
    def guests(self) -> list[Seat]:
        return [seat for seat in self.seats if not seat.person]

    @property
    def present(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.attendance]

    @property
    def online(self) -> int:
        return len([1 for seat in self.present if seat.attendance and seat.attendance.presence is Presence.ONLINE])

    @property
    def missing(self) -> list[Seat]:
        """Said yes and is not on the list."""
        return [seat for seat in self.expected if not seat.attendance]

    @property
    def walk_ins(self) -> list[Seat]:
        return [seat for seat in self.present if not seat.said_yes]

    @property
    def municipalities(self) -> int:
        return len({seat.municipality for seat in self.present if seat.municipality})

    @property
    def time(self) -> timedelta:
        spans = [time_at(self.meeting, seat.attendance) for seat in self.present if seat.attendance]
        return sum((left - came for came, left in spans), timedelta(0))


def roll_of(meeting: Meeting) -> Roll:
    """Members in Danish order of name, then guests. Three statements, however many they are."""
    kept = db.session.scalars(
        select(Attendance)
        .options(joinedload(Attendance.person), joinedload(Attendance.guest_municipality))
        .where(Attendance.meeting_id == meeting.id)
        .order_by(Attendance.id)
    ).all()
    by_person = {one.person_id: one for one in kept if one.person_id}
    called: dict[int, tuple[Person, Answer | None]] = {
        guest.person.id: (guest.person, guest.answer) for guest in guests_of(meeting)
    }
    for one in kept:
        if one.person and one.person.id not in called:
            called[one.person.id] = (one.person, None)
    work = organisations_on(meeting.day, called)
    names = {place.code: place.name for place in municipalities()}
    seats = [
        Seat(
            by_person.get(person.id),
            person,
            answer,
            work[person.id].name if person.id in work else "",
            names[work[person.id].municipality_code] if person.id in work else "",
        )
        for person, answer in sorted(called.values(), key=lambda pair: (pair[0].sort_key, pair[0].id))
    ]
    guests = [
        Seat(
            one,
            organisation=one.guest_organisation,
            municipality=one.guest_municipality.name if one.guest_municipality else "",
        )
        for one in sorted(kept, key=lambda one: sort_key(one.guest_name))
        if not one.person_id
    ]
    return Roll(meeting, seats + guests)


def attendance_of(meeting_id: int, person_id: int) -> Attendance | None:
    return db.session.scalar(
        select(Attendance).where(Attendance.meeting_id == meeting_id, Attendance.person_id == person_id)
    )


def attendance_for(viewer: Person, attendance_id: int) -> Attendance | None:
    """One line of a list of a meeting that the viewer sees."""
    visible = meetings_visible_to(viewer).with_only_columns(Meeting.id)
    return db.session.scalar(
        select(Attendance)
        .options(joinedload(Attendance.person))
        .where(Attendance.id == attendance_id, Attendance.meeting_id.in_(visible))
    )


def is_called_to(meeting: Meeting, person_id: int) -> Person | None:
    """The member who can stand on the list of this meeting."""
    return next((guest.person for guest in guests_of(meeting) if guest.person.id == person_id), None)


def scans_of(meeting_id: int) -> list[Scan]:
    """The one that counts first, each with its file and who added it."""
    return list(
        db.session.scalars(
            select(Scan)
            .options(joinedload(Scan.file), joinedload(Scan.added_by))
            .where(Scan.meeting_id == meeting_id)
            .order_by(Scan.id.desc())
        )
    )


def scan_for(viewer: Person, scan_id: int) -> tuple[Scan, Meeting] | None:
    row = db.session.execute(
        meetings_visible_to(viewer)
        .add_columns(Scan)
        .join(Scan, Scan.meeting_id == Meeting.id)
        .options(joinedload(Scan.file))
        .where(Scan.id == scan_id)
    ).one_or_none()
    return (row[1], row[0]) if row else None


def is_locked(meeting_id: int) -> bool:
    """A signed sheet is attached."""
    return db.session.scalar(select(Scan.id).where(Scan.meeting_id == meeting_id).limit(1)) is not None


def corrections_of(meeting_id: int) -> list[Correction]:
    """The latest first, each with who made it."""
    return list(
        db.session.scalars(
            select(Correction)
            .options(joinedload(Correction.by))
            .where(Correction.meeting_id == meeting_id)
            .order_by(Correction.id.desc())
        )
    )


def project_of(network_id: int) -> Project | None:
    return db.session.get(Project, network_id)


# Many meetings


@dataclass
class Hours:
    """How often and how long one person, or one guest by name, was there."""

    name: str
    organisation: str
    municipality: str
    meetings: int = 0
    time: timedelta = timedelta(0)


@dataclass(frozen=True)
class Held:
    """A meeting with who was there, and how many had said yes."""

    meeting: Meeting
    present: list[Present]
    expected: int
    before: int | None = None  # how many came to the meeting before it

    @property
    def hours(self) -> timedelta:
        return sum((one.time for one in self.present), timedelta(0))

    @property
    def change(self) -> str:
        """+2, −1; empty for the first one and where nothing changed."""
        change = 0 if self.before is None else len(self.present) - self.before
        return f"{'+' if change > 0 else '−'}{abs(change)}" if change else ""

    @property
    def municipalities(self) -> int:
        return len({one.municipality for one in self.present if one.municipality})


def held_between(network_id: int, since: date, on: date, viewer: Person) -> list[Held]:
    """Meetings of the network that have a list, latest first; both days belong to the period. Three statements."""
    day = danish_day(Meeting.starts_at)
    has_list = select(Attendance.id).where(Attendance.meeting_id == Meeting.id).exists()
    meetings = db.session.scalars(
        meetings_visible_to(viewer)
        .where(Meeting.network_id == network_id, is_on(), day >= since, day <= on, has_list)
        .where(Meeting.starts_at <= clock.now())
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    ).all()
    ids = [meeting.id for meeting in meetings]
    present = present_at(ids)
    yeses = db.session.execute(
        select(Answer.meeting_id, func.count())
        .where(Answer.meeting_id.in_(ids), Answer.answer == AnswerWord.YES)
        .group_by(Answer.meeting_id)
    )
    expected = {row[0]: row[1] for row in yeses}
    counts: list[int | None] = [len(present.get(meeting.id, [])) for meeting in meetings]
    return [
        Held(meeting, present.get(meeting.id, []), expected.get(meeting.id, 0), before)
        for meeting, before in zip(meetings, [*counts[1:], None], strict=False)
    ]


def hours_in(held: Sequence[Held]) -> list[Hours]:
    """Each person once, with where they worked the last time; a guest is known by name and organisation."""
    hours: dict[tuple[int, str, str], Hours] = {}
    for one in [present for meeting in held for present in meeting.present]:
        key = (one.person.id, "", "") if one.person else (0, one.name, one.organisation)
        sum_of = hours.setdefault(key, Hours(one.name, one.organisation, one.municipality))
        sum_of.meetings += 1
        sum_of.time += one.time
    return sorted(hours.values(), key=lambda line: (sort_key(line.name), line.organisation))
