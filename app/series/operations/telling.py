"""One mail to everybody about the whole series."""

from collections.abc import Sequence
from typing import Any

from app.accounts.models import Person
from app.meetings.models import Meeting
from app.networks.queries import people_ids_in
from app.notifications.operations import announce
from app.series.models import Series


def tell(kind: str, series: Series, meetings: Sequence[Meeting], *, by: Person, **facts: Any) -> int:
    """Returns how many are told. Each act on the series has a number, so that each is told once."""
    series.sequence += 1
    payload = {
        "series_id": series.id,
        "meeting_ids": [meeting.id for meeting in meetings],
        "by": by.name,
        **facts,
    }
    about = f"series-{series.id}-{series.sequence}"
    return announce(kind, to=people_ids_in(series.network_id), about=about, payload=payload, but_not=by.id)
