"""What taking a calendar over would do, event by event, before anything is done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import select

from app.accounts.models import Person
from app.extensions import db
from app.imports.models import ImportedEvent
from app.imports.reading import Happening
from app.meetings.models import Meeting
from app.meetings.operations.scheduling import Facts
from app.meetings.queries import meetings_visible_to

AT_ONCE = 500  # values in one IN (…)


class Fate(StrEnum):
    NEW = "new"
    CHANGED = "changed"  # taken over before; the calendar says something else now
    KNOWN = "known"  # taken over before and as it is
    DOUBLED = "doubled"  # the network has a meeting at that very time already
    SETTLED = "settled"  # taken over before, and cancelled, postponed or closed here since


@dataclass(frozen=True)
class Prospect:
    """An event with what would become of it. `meeting` is the one it is, or the one that is there already."""

    happening: Happening
    fate: Fate
    meeting: Meeting | None = None
    fingerprint: str = ""  # of the event when it was taken over

    @property
    def is_preset(self) -> bool:
        """Ticked unless somebody unticks it."""
        return self.fate in {Fate.NEW, Fate.CHANGED}

    @property
    def is_choosable(self) -> bool:
        return self.fate in {Fate.NEW, Fate.CHANGED, Fate.DOUBLED}


def facts_of(happening: Happening, meeting: Meeting | None = None) -> Facts:
    """What the event says; of `meeting` stays what a calendar file can't say."""
    said = {
        "title": happening.title,
        "starts_at": happening.starts_at,
        "ends_at": happening.ends_at,
        "place": happening.place,
        "online_url": happening.online_url,
        "description": happening.description,
    }
    return replace(Facts.of(meeting), **said) if meeting else Facts(**said)  # type: ignore[arg-type]


def prospects(network_id: int, happenings: Sequence[Happening], viewer: Person) -> list[Prospect]:
    """In the order of the calendar. Two statements for each five hundred events."""
    taken = _taken_over(network_id, happenings, viewer)
    at_that_time = _meetings_at(network_id, happenings, viewer)
    found = []
    for happening in happenings:
        if happening.key in taken:
            meeting, fingerprint = taken[happening.key]
            found.append(Prospect(happening, _fate_of(meeting, happening, fingerprint), meeting, fingerprint))
        else:
            other = at_that_time.get(happening.starts)
            found.append(Prospect(happening, Fate.DOUBLED if other else Fate.NEW, other))
    return found


def _fate_of(meeting: Meeting, happening: Happening, fingerprint: str) -> Fate:
    if fingerprint == happening.fingerprint:
        return Fate.KNOWN
    return Fate.SETTLED if meeting.is_off or meeting.closed_at else Fate.CHANGED


def _taken_over(network_id: int, happenings: Sequence[Happening], viewer: Person) -> dict[str, tuple[Meeting, str]]:
    found: dict[str, tuple[Meeting, str]] = {}
    keys = [happening.key for happening in happenings]
    for start in range(0, len(keys), AT_ONCE):
        rows = db.session.execute(
            meetings_visible_to(viewer)
            .add_columns(ImportedEvent.key, ImportedEvent.fingerprint)
            .join(ImportedEvent, ImportedEvent.meeting_id == Meeting.id)
            .where(ImportedEvent.network_id == network_id, ImportedEvent.key.in_(keys[start : start + AT_ONCE]))
        )
        found |= {key: (meeting, fingerprint) for meeting, key, fingerprint in rows}
    return found


def _meetings_at(network_id: int, happenings: Sequence[Happening], viewer: Person) -> dict[str, Meeting]:
    """Meetings of the network that no event of a calendar became, by the moment they begin."""
    found: dict[str, Meeting] = {}
    moments = sorted({happening.starts_at for happening in happenings})
    for start in range(0, len(moments), AT_ONCE):
        rows = db.session.scalars(
            meetings_visible_to(viewer).where(
                Meeting.network_id == network_id,
                Meeting.starts_at.in_(moments[start : start + AT_ONCE]),
                ~select(ImportedEvent.id).where(ImportedEvent.meeting_id == Meeting.id).exists(),
            )
        )
        found |= {meeting.starts_at.isoformat(): meeting for meeting in rows}
    return found
