"""Who decides on reminders: whoever calls the meetings."""

from app.accounts.models import Person
from app.meetings.models import Meeting
from app.networks.policy import may_coordinate


def may_plan(viewer: Person, meeting: Meeting) -> bool:
    return may_coordinate(viewer, meeting.network_id)


def may_decide_in(viewer: Person, network_id: int) -> bool:
    return may_coordinate(viewer, network_id)
