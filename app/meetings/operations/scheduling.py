"""Scheduling, changing, cancelling and restoring a meeting, and whom that is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.meetings.followers import tell_followers
from app.meetings.models import Meeting
from app.networks.models import Network
from app.networks.queries import people_ids_in
from app.notifications.operations import announce

LONGEST = timedelta(hours=24)


@dataclass(frozen=True)
class Facts:
    """What a coordinator decides about a meeting. Moments are aware UTC."""

    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    online_url: str = ""
    host_code: str | None = None
    description: str = ""

    @classmethod
    def of(cls, meeting: Meeting) -> "Facts":
        return cls(**{name: getattr(meeting, name) for name in cls.__dataclass_fields__})

    def check(self) -> None:
        """Raises DomainError for times that make no meeting."""
        if self.ends_at <= self.starts_at:
            raise DomainError(_("The meeting must end after it begins"), field="ends")
        if self.ends_at - self.starts_at > LONGEST:
            raise DomainError(_("A meeting lasts 24 hours at most. Schedule one for each day instead"), field="ends")


def schedule_meeting(
    network: Network, facts: Facts, *, by: Person, is_draft: bool = False, contact_id: int | None = None
) -> tuple[Meeting, int]:
    """A new meeting that all members but the one who calls it are told of; returns it and how many they are.

    Of a draft nobody is told, nor does anybody but the coordinators see it, until `call_meeting`.
    """
    facts.check()
    if facts.ends_at <= clock.now():
        raise DomainError(_("That is in the past. Choose a day ahead"), field="date")
    meeting = Meeting(network_id=network.id, created_by_id=by.id, contact_id=contact_id or by.id, **vars(facts))
    meeting.called_at = None if is_draft else clock.now()
    db.session.add(meeting)
    db.session.flush()
    tell_followers(meeting)
    return meeting, 0 if is_draft else _tell("meeting_called", meeting, by=by, about=f"meeting-{meeting.id}")


def edit_meeting(meeting: Meeting, facts: Facts, *, by: Person) -> int:
    """Takes over `facts`. A change of time, place or online link raises the sequence and is told; returns to how many.

    A typo is not told, and leaves the sequence: a higher one makes calendars ask for a new answer (RFC 5546 2.1.4).
    """
    before = Facts.of(meeting)
    if facts == before:
        return 0
    if meeting.is_cancelled:
        raise DomainError(_("The meeting is cancelled. Restore it before you change it"))
    facts.check()
    was_over = meeting.is_over
    moved = changes_between(before, facts)
    if "time" in moved and facts.ends_at <= clock.now() and not was_over:
        raise DomainError(_("That is in the past. Choose a day ahead"), field="date")
    for name, value in vars(facts).items():
        setattr(meeting, name, value)
    meeting.touch()
    if not moved:
        return 0
    meeting.sequence += 1
    tell_followers(meeting)
    if was_over and meeting.is_over:
        return 0  # the record is put right; nobody can act on it any more
    return _tell_next("meeting_moved", meeting, by=by, changes=moved)


def changes_between(old: Facts, new: Facts) -> dict[str, dict[str, Any]]:
    """What calendars have to take notice of, old and new, as JSON. The link itself is kept off mail: it opens the room."""
    changes: dict[str, dict[str, Any]] = {}
    if (old.starts_at, old.ends_at) != (new.starts_at, new.ends_at):
        changes["time"] = {
            name: [facts.starts_at.isoformat(), facts.ends_at.isoformat()]
            for name, facts in (("old", old), ("new", new))
        }
    if old.place != new.place:
        changes["place"] = {"old": old.place, "new": new.place}
    if old.online_url != new.online_url:
        changes["online"] = {"old": bool(old.online_url), "new": bool(new.online_url)}
    return changes


def cancel_meeting(meeting: Meeting, *, by: Person, reason: str = "") -> int:
    """Returns how many are told; doing it again tells nobody."""
    if meeting.is_cancelled:
        return 0
    if meeting.is_over:
        raise DomainError(_("The meeting is over and can no longer be cancelled"))
    meeting.cancelled_at = clock.now()
    meeting.cancelled_by_id = by.id
    meeting.cancellation_reason = reason
    meeting.sequence += 1
    meeting.touch()
    tell_followers(meeting)
    return _tell_next("meeting_cancelled", meeting, by=by, reason=reason)


def restore_meeting(meeting: Meeting, *, by: Person) -> int:
    """Takes a cancellation back; returns how many are told."""
    if not meeting.is_cancelled:
        return 0
    if meeting.is_over:
        raise DomainError(_("The meeting would have been over by now. Call a new one instead"))
    meeting.cancelled_at = None
    meeting.cancelled_by_id = None
    meeting.cancellation_reason = ""
    meeting.sequence += 1
    meeting.touch()
    tell_followers(meeting)
    return _tell_next("meeting_restored", meeting, by=by)


def _tell_next(kind: str, meeting: Meeting, *, by: Person, **facts: Any) -> int:
    """An announcement that belongs to the meeting's new revision, so that each is told once."""
    return _tell(kind, meeting, by=by, about=f"meeting-{meeting.id}-{meeting.sequence}", **facts)


def _tell(kind: str, meeting: Meeting, *, by: Person, about: str, **facts: Any) -> int:
    payload = {"meeting_id": meeting.id, "by": by.name, "sequence": meeting.sequence, **facts}
    return announce(kind, to=people_ids_in(meeting.network_id), about=about, payload=payload, but_not=by.id)
