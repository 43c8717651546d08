"""Calling, changing, cancelling and restoring one meeting of a series without a mail of its own: the series tells of all at once."""

from app.accounts.models import Person
from app.core import clock
from app.meetings.followers import tell_followers
from app.meetings.models import Meeting
from app.meetings.operations.scheduling import Facts, changes_between


def call(meeting: Meeting) -> None:
    meeting.called_at = clock.now()
    meeting.touch()
    tell_followers(meeting)


def take_over(meeting: Meeting, facts: Facts) -> None:
    """As `edit_meeting` does it: only what calendars have to take notice of raises the sequence."""
    moved = changes_between(Facts.of(meeting), facts)
    for name, value in vars(facts).items():
        setattr(meeting, name, value)
    meeting.touch()
    if moved:
        meeting.sequence += 1
        tell_followers(meeting)


def cancel(meeting: Meeting, *, by: Person, reason: str) -> None:
    meeting.cancelled_at = clock.now()
    meeting.cancelled_by_id = by.id
    meeting.cancellation_reason = reason
    meeting.sequence += 1
    meeting.touch()
    tell_followers(meeting)


def restore(meeting: Meeting) -> None:
    meeting.cancelled_at = None
    meeting.cancelled_by_id = None
    meeting.cancellation_reason = ""
    meeting.sequence += 1
    meeting.touch()
    tell_followers(meeting)
