"""Entering a meeting that nobody has to be told of: of the past, or known to everybody from another calendar."""

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.meetings.followers import tell_followers
from app.meetings.models import Meeting
from app.meetings.operations.scheduling import Facts
from app.meetings.operations.telling import remember_what_was_told
from app.networks.models import Network


def enter_meeting(network: Network, facts: Facts, *, by: Person, is_draft: bool = False) -> Meeting:
    """Public. A meeting as a draft, or as one that has been called without a mail; one of the past is never a draft."""
    facts.check()
    is_past = facts.ends_at <= clock.now()
    called_at = min(clock.now(), facts.starts_at) if is_past or not is_draft else None
    meeting = Meeting(network_id=network.id, created_by_id=by.id, called_at=called_at, **vars(facts.settled()))
    db.session.add(meeting)
    db.session.flush()
    if called_at is not None:
        remember_what_was_told(meeting)  # a change from here on is news
    tell_followers(meeting)
    return meeting
