"""Keeping the list of who was there, and locking it with the signed sheet. On a locked list every change needs a reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import Person
from app.attendance.models import Attendance, Correction, Means, Project, Scan
from app.attendance.policy import is_open_for_check_in
from app.attendance.queries import attendance_of, is_locked, roll_of, time_at
from app.core import clock
from app.core.errors import DomainError
from app.core.formats import hours
from app.extensions import db
from app.files.checking import Checked
from app.files.models import File, FileKind
from app.files.operations import keep_file
from app.meetings.models import Meeting, Presence
from app.networks.models import Network

LOGO_KINDS: Final = frozenset({FileKind.PNG, FileKind.JPG})


@dataclass(frozen=True)
class Stay:
    """How somebody was there. A moment that is None is the meeting's own."""

    presence: Presence = Presence.HERE
    came_at: datetime | None = None
    left_at: datetime | None = None

    @classmethod
    def of(cls, attendance: Attendance) -> "Stay":
        return cls(attendance.presence, attendance.came_at, attendance.left_at)


@dataclass(frozen=True)
class Visitor:
    """A guest who is no member."""

    name: str
    organisation: str = ""
    code: str | None = None


def _allow(meeting: Meeting, reason: str) -> bool:
    """Whether the list is locked; raises DomainError when it is and no reason is given."""
    if not is_locked(meeting.id):
        return False
    if not reason:
        raise DomainError(_("The list is signed and locked. Write why it is changed."), field="reason")
    return True


def _in_words(meeting: Meeting, attendance: Attendance | None) -> str:
    """As the log keeps it: in Danish, whoever writes."""
    if attendance is None:
        return ""
    with force_locale("da"):
        how = _("online") if attendance.presence is Presence.ONLINE else _("in person")
        words = f"{how}, {hours(*time_at(meeting, attendance))}"
        if attendance.person_id is None:
            words = ", ".join(filter(None, [attendance.guest_name, attendance.guest_organisation, words]))
    return words[:400]


def _log(meeting: Meeting, who: str, old: str, new: str, *, reason: str, by: Person) -> None:
    if old != new:
        db.session.add(
            Correction(meeting_id=meeting.id, who=who[:160], old=old, new=new, reason=reason[:300], by_id=by.id)
        )


def put_on_list(meeting: Meeting, person: Person, stay: Stay, *, by: Person, reason: str = "") -> Attendance:
    """That a member was there, and how; what was noted before is replaced."""
    locked = _allow(meeting, reason)
    attendance = attendance_of(meeting.id, person.id)
    old = _in_words(meeting, attendance)
    if attendance is None:
        attendance = Attendance(meeting_id=meeting.id, person_id=person.id, by_id=by.id)
        db.session.add(attendance)
    for name, value in vars(stay).items():
        setattr(attendance, name, value)
    db.session.flush()
    if locked:
        _log(meeting, person.name, old, _in_words(meeting, attendance), reason=reason, by=by)
    return attendance


def take_off_list(meeting: Meeting, attendance: Attendance, who: str, *, by: Person, reason: str = "") -> None:
    locked = _allow(meeting, reason)
    old = _in_words(meeting, attendance)
    db.session.delete(attendance)
    db.session.flush()
    if locked:
        _log(meeting, who, old, "", reason=reason, by=by)


def put_expected_on_list(meeting: Meeting, *, by: Person) -> int:
    """Everybody who said yes and is not on the list; each as they said they would come. Returns how many."""
    if is_locked(meeting.id):
        raise DomainError(_("The list is signed and locked. Correct it person by person."))
    missing = roll_of(meeting).missing
    for seat in missing:
        if seat.person and seat.answer:
            _insert(meeting, seat.person.id, seat.answer.presence or Presence.HERE, means=Means.COORDINATOR, by=by)
    return len(missing)


def _insert(
    meeting: Meeting, person_id: int, presence: Presence, *, means: Means, by: Person, came_at: datetime | None = None
) -> None:
    """One row per person, whoever is first and how often."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    values: dict[str, Any] = {
        "meeting_id": meeting.id,
        "person_id": person_id,
        "guest_name": "",
        "guest_organisation": "",
        "presence": presence,
        "came_at": came_at,
        "means": means,
        "created_at": clock.now(),
        "by_id": by.id,
    }
    db.session.execute(
        insert(Attendance).values(**values).on_conflict_do_nothing(index_elements=["meeting_id", "person_id"])
    )


def check_in(meeting: Meeting, *, by: Person, presence: Presence) -> None:
    """Oneself, with the code on the wall. Twice is once; who comes before the beginning is there from the beginning."""
    _refuse_unless_open(meeting)
    if is_locked(meeting.id):
        raise DomainError(_("The list is signed and locked. Tell the coordinator that you were there."))
    now = clock.now()
    _insert(meeting, by.id, presence, means=Means.CODE, by=by, came_at=now if now > meeting.starts_at else None)


def check_out(meeting: Meeting, *, by: Person) -> None:
    """Leaving before the end; once again moves the moment."""
    _refuse_unless_open(meeting)
    attendance = attendance_of(meeting.id, by.id)
    if attendance is None or is_locked(meeting.id):
        raise DomainError(_("You are not on the list, or it is locked. Tell the coordinator."))
    attendance.left_at = max(clock.now(), attendance.came_at or meeting.starts_at)


def _refuse_unless_open(meeting: Meeting) -> None:
    if not is_open_for_check_in(meeting):
        raise DomainError(_("One can check in from an hour before the meeting until its end."))


# Guests


def put_guest_on_list(meeting: Meeting, visitor: Visitor, stay: Stay, *, by: Person, reason: str = "") -> Attendance:
    """The same guest twice is one: a double click is no second act."""
    locked = _allow(meeting, reason)
    there = db.session.scalars(
        select(Attendance).where(
            Attendance.meeting_id == meeting.id,
            Attendance.person_id.is_(None),
            Attendance.guest_name == visitor.name,
            Attendance.guest_organisation == visitor.organisation,
        )
    ).first()
    if there is not None:
        return there
    guest = Attendance(meeting_id=meeting.id, by_id=by.id, **_named(visitor), **vars(stay))
    db.session.add(guest)
    db.session.flush()
    if locked:
        _log(meeting, visitor.name, "", _in_words(meeting, guest), reason=reason, by=by)
    return guest


def _named(visitor: Visitor) -> dict[str, Any]:
    return {
        "guest_name": visitor.name,
        "guest_organisation": visitor.organisation,
        "guest_code": visitor.code,
    }


def edit_guest(
    meeting: Meeting, guest: Attendance, visitor: Visitor, stay: Stay, *, by: Person, reason: str = ""
) -> None:
    locked = _allow(meeting, reason)
    old, who = _in_words(meeting, guest), guest.guest_name
    for name, value in {**_named(visitor), **vars(stay)}.items():
        setattr(guest, name, value)
    db.session.flush()
    if locked:
        _log(meeting, who, old, _in_words(meeting, guest), reason=reason, by=by)


# The signed sheet


def attach_scan(meeting: Meeting, checked: Checked, *, by: Person, reason: str = "") -> Scan:
    """Locks the list. The one before is kept; replacing it needs a reason. The same file twice is once."""
    latest = db.session.scalars(
        select(Scan).join(Scan.file).where(Scan.meeting_id == meeting.id).order_by(Scan.id.desc())
    ).first()
    if latest is not None:
        known = db.session.get_one(File, latest.file_id)
        if known.sha256 == checked.sha256:
            return latest
        if not reason:
            raise DomainError(_("Write why the signed sheet is replaced."), field="reason")
    file = keep_file(meeting.network_id, checked, by=by)
    scan = Scan(meeting_id=meeting.id, file_id=file.id, reason=reason, added_by_id=by.id)
    db.session.add(scan)
    db.session.flush()
    return scan


# The project


def describe_project(
    network_id: int, *, name: str, number: str, funder: str, logo: Checked | None, keeps_logo: bool, by: Person
) -> None:
    db.session.execute(select(Network.id).where(Network.id == network_id).with_for_update())  # there may be no row yet
    project = db.session.get(Project, network_id, populate_existing=True)
    if project is None:
        project = Project(network_id=network_id, updated_by_id=by.id)
        db.session.add(project)
    project.name, project.number, project.funder = name, number, funder
    if logo is not None:
        project.logo_id = keep_file(network_id, logo, by=by).id
    elif not keeps_logo:
        project.logo_id = None
    project.updated_at, project.updated_by_id = clock.now(), by.id
    db.session.flush()
