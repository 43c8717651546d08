"""Until when one answers, how many seats there are and for whom some of them are kept."""

from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from app.core.errors import DomainError
from app.extensions import db
from app.meetings.followers import tell_followers
from app.meetings.models import Meeting, ReservedSeats
from app.meetings.operations.seats import lock, settle_seats


@dataclass(frozen=True)
class Limits:
    """What a coordinator decides about signing up. `kept` is how many seats, by the code of the municipality."""

    answer_by: datetime | None = None
    capacity: int | None = None
    freed_days_before: int | None = None
    kept: dict[str, int] = field(default_factory=dict)

    def check(self, meeting: Meeting) -> None:
        """Raises DomainError for what makes no sense."""
        if self.answer_by is not None and self.answer_by > meeting.starts_at:
            raise DomainError(_("Choose a day before the meeting begins"), field="answer_day")
        if self.kept and self.capacity is None:
            raise DomainError(_("Say how many seats there are before you keep some of them"), field="capacity")
        if self.capacity is not None and sum(self.kept.values()) > self.capacity:
            raise DomainError(
                _(
                    "You keep %(kept)d seats, but there are %(all)d. Keep fewer, or find a bigger room",
                    kept=sum(self.kept.values()),
                    all=self.capacity,
                ),
                field="capacity",
            )


def set_limits(meeting: Meeting, limits: Limits) -> int:
    """Takes `limits` over; returns how many moved up from the waiting list by it. Who has a seat keeps it."""
    lock(meeting)
    limits.check(meeting)
    meeting.answer_by, meeting.capacity = limits.answer_by, limits.capacity
    meeting.freed_days_before = limits.freed_days_before
    earlier = {
        row.municipality_code: row
        for row in db.session.scalars(select(ReservedSeats).where(ReservedSeats.meeting_id == meeting.id))
    }
    for code, seats in limits.kept.items():
        row = earlier.pop(code, None) or ReservedSeats(meeting_id=meeting.id, municipality_code=code)
        row.seats = seats
        db.session.add(row)
    for row in earlier.values():
        db.session.delete(row)
    db.session.flush()
    seated = [] if meeting.is_off or meeting.is_over else settle_seats(meeting)
    tell_followers(meeting)
    return len(seated)
