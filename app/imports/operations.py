"""What can be done with a calendar: send it in, take chosen events over, forget it."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.imports.comparing import Fate, Prospect, facts_of, prospects
from app.imports.models import ImportedEvent, ReceivedCalendar
from app.imports.reading import Reading
from app.meetings.operations.recording import enter_meeting
from app.meetings.operations.scheduling import edit_meeting
from app.networks.models import Network


def receive_calendar(
    network: Network, reading: Reading, *, file_name: str, since: date, until: date, by: Person
) -> ReceivedCalendar:
    received = ReceivedCalendar(
        network_id=network.id,
        by_id=by.id,
        file_name=file_name,
        since=since,
        until=until,
        happenings=[asdict(one) for one in reading.happenings],
        left_out=[asdict(one) for one in reading.left_out],
    )
    db.session.add(received)
    db.session.flush()
    return received


@dataclass(frozen=True)
class Taken:
    """How many meetings came, how many of them wait as drafts, how many were brought up to date, how many mails that owes."""

    added: int
    drafts: int
    changed: int
    told: int


def take_calendar(received: ReceivedCalendar, chosen: Collection[str], *, are_drafts: bool, by: Person) -> Taken:
    """Takes the events whose keys are `chosen` over, all of them or none. New meetings are told to nobody.

    Those ahead become drafts, or stand in everybody's calendar at once without a mail; those that are over are held.
    What was taken over before and has changed is edited, and told as any change is.
    """
    db.session.execute(select(Network.id).where(Network.id == received.network_id).with_for_update())
    wanted = [one for one in prospects(received.network_id, received.events, by) if one.happening.key in set(chosen)]
    added = drafts = changed = told = 0
    for one in wanted:
        if one.fate in {Fate.NEW, Fate.DOUBLED}:
            added += 1
            drafts += _add(received, one, are_drafts=are_drafts, by=by)
        elif one.fate is Fate.CHANGED:
            changed += 1
            told += _change(received, one, by=by)
    if not added and not changed:
        raise DomainError(_("Nothing is left to take over: it is all there already."))
    received.taken_at, received.added, received.changed = clock.now(), added, changed
    received.happenings = received.left_out = []
    return Taken(added, drafts, changed, told)


def _add(received: ReceivedCalendar, prospect: Prospect, *, are_drafts: bool, by: Person) -> bool:
    """Returns whether it became a draft. What it became before, if that was thrown away, it is no more."""
    happening = prospect.happening
    db.session.execute(
        delete(ImportedEvent).where(ImportedEvent.network_id == received.network_id, ImportedEvent.key == happening.key)
    )
    meeting = enter_meeting(received.network, facts_of(happening), by=by, is_draft=are_drafts)
    db.session.add(
        ImportedEvent(
            network_id=received.network_id,
            key=happening.key,
            fingerprint=happening.fingerprint,
            meeting_id=meeting.id,
        )
    )
    return meeting.is_draft


def _change(received: ReceivedCalendar, prospect: Prospect, *, by: Person) -> int:
    happening, meeting = prospect.happening, prospect.meeting
    if meeting is None:
        raise AssertionError("what has changed has been a meeting before")
    told = edit_meeting(meeting, facts_of(happening, meeting), by=by)
    db.session.execute(
        update(ImportedEvent)
        .where(ImportedEvent.network_id == received.network_id, ImportedEvent.key == happening.key)
        .values(fingerprint=happening.fingerprint)
    )
    return told


def forget_old_calendars() -> None:
    """Empties calendars that nobody took within a day; a chore of the worker."""
    db.session.execute(
        update(ReceivedCalendar)
        .where(
            ReceivedCalendar.taken_at.is_(None),
            ReceivedCalendar.received_at <= clock.now() - ReceivedCalendar.LIFETIME,
        )
        .values(happenings=[], left_out=[], file_name="")
        .execution_options(synchronize_session=False)
    )
