"""Who evaluates, who reads what came of it, and who decides how it is done."""

from app.accounts.models import Person
from app.evaluations.queries import Outcome
from app.meetings.models import Meeting
from app.networks.policy import may_coordinate


def may_close(viewer: Person, meeting: Meeting) -> bool:
    return may_coordinate(viewer, meeting.network_id)


def may_decide_in(viewer: Person, network_id: int) -> bool:
    return may_coordinate(viewer, network_id)


def may_read_words(viewer: Person, outcome: Outcome) -> bool:
    """What was written, coordinators read at once; the others when everybody has had the time to answer."""
    return outcome.is_there and (outcome.is_closed or may_coordinate(viewer, outcome.meeting.network_id))
