"""Calendars that wait to be looked through."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.imports.models import ReceivedCalendar


def received_calendar_for(viewer: Person, network_id: int, calendar_id: int) -> ReceivedCalendar | None:
    """One's own, as long as it lives; the network's other coordinators send their own."""
    return db.session.scalar(
        select(ReceivedCalendar)
        .options(joinedload(ReceivedCalendar.network))
        .where(
            ReceivedCalendar.id == calendar_id,
            ReceivedCalendar.network_id == network_id,
            ReceivedCalendar.by_id == viewer.id,
            ReceivedCalendar.received_at > clock.now() - ReceivedCalendar.LIFETIME,
        )
        .with_for_update(of=ReceivedCalendar)
    )
