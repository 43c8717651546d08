"""Cancelling a meeting and all that follow it, and taking that back."""

from collections.abc import Sequence

from flask_babel import gettext as _

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.meetings.models import Meeting
from app.meetings.operations.scheduling import cancel_quietly, discard_draft, restore_quietly
from app.series.models import Series
from app.series.operations.telling import tell
from app.series.queries import Row


def to_end(rows: Sequence[Row], first: Meeting) -> list[Row]:
    """What ends with `first`: it and what follows, as far as it is ahead."""
    return [row for row in rows if row.is_ahead and row.meeting.starts_at >= first.starts_at]


def end_series(series: Series, rows: Sequence[Row], first: Meeting, *, by: Person, reason: str = "") -> tuple[int, int]:
    """Cancels what `to_end` says, and discards the drafts among it; returns how many meetings and how many members are told.

    Doing it again tells nobody.
    """
    ended = to_end(rows, first)
    moment = clock.now()
    called = [row.meeting for row in ended if not row.meeting.is_draft]
    for row in ended:
        if row.meeting.is_draft:
            discard_draft(row.meeting)
        else:
            cancel_quietly(row.meeting, by=by, reason=reason)
            row.entry.ended_at = moment
    told = tell("series_cancelled", series, called, by=by, reason=reason) if called else 0
    return len(ended), told


def to_restore(rows: Sequence[Row]) -> list[Row]:
    """What was cancelled with the series, still is, and could still be held."""
    return [
        row for row in rows if row.entry.ended_at and row.meeting.is_cancelled and row.meeting.starts_at > clock.now()
    ]


def restore_series(series: Series, rows: Sequence[Row], *, by: Person) -> tuple[int, int]:
    """Takes the end back; returns how many meetings are on again and how many members are told."""
    restored = to_restore(rows)
    if not restored:
        raise DomainError(_("Nothing of the series is left to restore"))
    for row in restored:
        restore_quietly(row.meeting, by=by)
        row.entry.ended_at = None
    return len(restored), tell("series_restored", series, [row.meeting for row in restored], by=by)
