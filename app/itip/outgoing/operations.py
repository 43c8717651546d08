"""Choosing how meetings get into one's calendar, and mailing whatever a calendar does not know yet.

What is owed is not written down by those who change a meeting; it is found by comparing what each calendar was last told with
what the site says. So nothing can be forgotten, whoever did it: a series called with one mail, a calendar that was read in,
somebody who joined, left, accepted an agreement, has a new address or has chosen another way.
"""

from collections import defaultdict
from datetime import timedelta
from typing import Final

from flask import current_app
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.itip.outgoing.models import CalendarChoice, CalendarEntry, Way
from app.itip.outgoing.queries import Standing, not_yet_in, to_be_taken_out
from app.itip.outgoing.steps import Step, looked_at, next_step
from app.meetings.operations.telling import NEAR
from app.notifications import addresses
from app.notifications.operations import announce

AT_ONCE: Final = 500  # people and meetings looked at in one go; the next minute takes the rest
OUT: Final = "out"


def choose_way(person: Person, way: Way) -> None:
    """From now on meetings come this way; what that means for those that are ahead is mailed within a minute or two."""
    insert_here = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    facts = {"way": way, "chosen_at": clock.now()}
    statement = insert_here(CalendarChoice).values(person_id=person.id, **facts)
    db.session.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=facts))


def tend_to_calendars() -> int:
    """What the worker does every minute: owes a mail for each calendar and meeting that do not agree. Returns how many.

    Nothing where no mail comes back, since an organiser has to receive answers.
    """
    if not addresses.host():
        return 0
    owed: dict[tuple[int, int], list[int]] = defaultdict(list)
    for standing in [*to_be_taken_out(at_most=AT_ONCE), *not_yet_in(at_most=AT_ONCE)]:
        entry = standing.entry
        step = next_step(standing)
        if step is None:
            if entry is not None:
                _note_that_it_was_seen(entry, standing)
            continue
        if _waits(step, standing):
            continue
        if entry is None:
            entry = CalendarEntry(person_id=standing.person.id, meeting_id=standing.meeting.id, owed=0, owed_hash="")
            db.session.add(entry)
        elif entry.owed_hash == (step.content or OUT):
            continue  # a mail was made for this and given up; it is in the administrators' list
        entry.owed_hash, entry.owed = step.content or OUT, entry.owed + 1
        owed[standing.meeting.id, entry.owed].append(standing.person.id)
    db.session.flush()
    return sum(
        announce(
            "meeting_in_calendar",
            to=people,
            about=f"meeting-{meeting_id}-calendar-{number}",
            payload={"meeting_id": meeting_id},
        )
        for (meeting_id, number), people in owed.items()
    )


def _note_that_it_was_seen(entry: CalendarEntry, standing: Standing) -> None:
    for name, value in looked_at(standing).items():
        setattr(entry, name, value)


def _waits(step: Step, standing: Standing) -> bool:
    """Words are corrected more than once: they are mailed when nothing has been changed for a while, or it is near."""
    meeting = standing.meeting
    if not step.is_of_words_only or meeting.starts_at - clock.now() < NEAR:
        return False
    quiet = timedelta(minutes=current_app.config["TELL_WITHIN_MINUTES"])
    return meeting.updated_at + quiet > clock.now()
