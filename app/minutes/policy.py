"""Who may read, write and tick off what a meeting came to."""

from app.accounts.models import Person
from app.meetings.models import Meeting
from app.minutes.models import Action, Minutes
from app.networks.policy import may_coordinate


def may_write(viewer: Person, meeting: Meeting) -> bool:
    """Writes texts, decisions and actions, looks back through their revisions, and shares."""
    return may_coordinate(viewer, meeting.network_id)


def may_read(viewer: Person, meeting: Meeting, minutes: Minutes | None) -> bool:
    """Of a meeting the viewer sees: a draft is for those who write it."""
    return (minutes is not None and minutes.is_shared) or may_write(viewer, meeting)


def may_complete(viewer: Person, action: Action, network_id: int) -> bool:
    """Says that an action is done, or not yet after all."""
    return action.owner_id == viewer.id or may_coordinate(viewer, network_id)
