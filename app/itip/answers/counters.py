"""Another time for a meeting: proposed, and accepted, declined, taken back or overtaken; who is told. Nothing here commits."""

from datetime import datetime
from typing import Final

from flask_babel import gettext as _

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.invitations.queries import who_decides_on
from app.itip.answers import queries
from app.itip.answers.models import CounterEnd, CounterProposal
from app.meetings.models import Meeting
from app.meetings.operations.scheduling import LONGEST, Facts, edit_meeting
from app.meetings.operations.seats import lock
from app.notifications.operations import announce

COMMENT: Final = 500


class SettledError(DomainError):
    """Somebody else was first, or the meeting has moved on."""


def whom_to_tell(meeting: Meeting, *, but_not: int | None) -> list[int]:
    """The meeting's contact where they may decide and read what came; else, or where it is they who act, the coordinators."""
    deciders = [person_id for person_id in who_decides_on(meeting.network_id) if person_id != but_not]
    return [meeting.contact_id] if meeting.contact_id in deciders else deciders


def propose_time(
    meeting: Meeting, starts_at: datetime, ends_at: datetime, *, by: Person, comment: str = ""
) -> CounterProposal:
    """Another time instead of what it is; who had proposed one before has withdrawn that. The meeting's contact is told."""
    lock(meeting)
    if meeting.is_cancelled:
        raise DomainError(_("The meeting is cancelled, so no other time can be proposed."))
    if meeting.is_draft or meeting.is_over or meeting.is_closed:
        raise DomainError(_("The meeting is over, so no other time can be proposed."))
    if starts_at <= clock.now():
        raise DomainError(_("The time you propose is in the past."))
    if ends_at - starts_at > LONGEST:
        raise DomainError(_("A meeting lasts 24 hours at most, and the time you propose is longer."))
    earlier = queries.open_counter_of(by.id, meeting.id)
    if earlier is not None and (earlier.starts_at, earlier.ends_at) == (starts_at, ends_at):
        earlier.comment = comment[:COMMENT] or earlier.comment
        return earlier
    if earlier is not None:
        _end(earlier, CounterEnd.WITHDRAWN, by=by)
    proposal = CounterProposal(
        meeting_id=meeting.id,
        person_id=by.id,
        starts_at=starts_at,
        ends_at=ends_at,
        was_starts_at=meeting.starts_at,
        was_ends_at=meeting.ends_at,
        comment=comment[:COMMENT],
    )
    db.session.add(proposal)
    db.session.flush()
    announce(
        "time_proposed",
        to=whom_to_tell(meeting, but_not=by.id),
        about=f"meeting-{meeting.id}-counter-{proposal.id}",
        payload={"counter_id": proposal.id, "meeting_id": meeting.id},
    )
    return proposal


def _end(proposal: CounterProposal, ending: CounterEnd, *, by: Person | None) -> None:
    proposal.ended_at, proposal.ending = clock.now(), ending
    proposal.ended_by_id = by.id if by else None
    db.session.flush()


def _must_be_open(proposal: CounterProposal, meeting: Meeting) -> None:
    """Asked after the lock: another coordinator may have answered meanwhile."""
    lock(meeting)
    db.session.refresh(proposal, ["ended_at", "ending", "ended_by_id"])
    if proposal.is_open:
        return
    by = db.session.get(Person, proposal.ended_by_id) if proposal.ended_by_id else None
    name = by.name if by else ""
    raise SettledError(
        {
            CounterEnd.ACCEPTED: _("%(name)s has said yes to that time already.", name=name),
            CounterEnd.DECLINED: _("%(name)s has said no to that time already.", name=name),
            CounterEnd.WITHDRAWN: _("That time is no longer proposed: it was taken back."),
            CounterEnd.OVERTAKEN: _("That time was proposed instead of one that the meeting no longer has."),
        }[proposal.ending or CounterEnd.OVERTAKEN]
    )


def accept_time(proposal: CounterProposal, meeting: Meeting, *, by: Person) -> int:
    """Moves the meeting as its form does, with the same checks and mails; returns how many are told at once."""
    _must_be_open(proposal, meeting)
    if meeting.is_over:
        raise SettledError(_("The meeting is over, so it can no longer be moved."))
    _end(proposal, CounterEnd.ACCEPTED, by=by)
    moved = {**vars(Facts.of(meeting)), "starts_at": proposal.starts_at, "ends_at": proposal.ends_at}
    return edit_meeting(meeting, Facts(**moved), by=by)


def decline_time(proposal: CounterProposal, meeting: Meeting, *, by: Person, answer: str = "") -> None:
    """The meeting stays where it is; who proposed is told, their calendar too."""
    _must_be_open(proposal, meeting)
    _end(proposal, CounterEnd.DECLINED, by=by)
    proposal.answer = answer
    announce(
        "time_declined",
        to=[proposal.person_id],
        about=f"meeting-{meeting.id}-counter-{proposal.id}-declined",
        payload={"counter_id": proposal.id, "meeting_id": meeting.id, "by": by.name},
        but_not=by.id,
    )


def withdraw_time(proposal: CounterProposal, meeting: Meeting, *, by: Person) -> None:
    """Who proposed it takes it back."""
    _must_be_open(proposal, meeting)
    _end(proposal, CounterEnd.WITHDRAWN, by=by)


def follow_meeting(meeting: Meeting) -> None:
    """A proposal is instead of a time: it ends when the meeting gets another one, or is cancelled. Postponed, it may still be taken."""
    for proposal in queries.open_counters_to(meeting.id):
        is_elsewhere = (proposal.was_starts_at, proposal.was_ends_at) != (meeting.starts_at, meeting.ends_at)
        if is_elsewhere or meeting.is_cancelled:
            _end(proposal, CounterEnd.OVERTAKEN, by=None)
