"""Who may propose an item, decide on one, and take one's own back."""

from app.accounts.models import Person
from app.core import clock
from app.meetings.models import Meeting
from app.meetings.policy import is_member
from app.meetings.proposals.models import Proposal
from app.networks.policy import may_coordinate


def may_propose_in(viewer: Person, network_id: int) -> bool:
    return is_member(viewer, network_id) or may_coordinate(viewer, network_id)


def takes_proposals(meeting: Meeting) -> bool:
    """Until it begins."""
    return not (meeting.is_draft or meeting.is_off) and meeting.starts_at > clock.now()


def may_propose_at(viewer: Person, meeting: Meeting) -> bool:
    return may_propose_in(viewer, meeting.network_id) and takes_proposals(meeting)


def may_decide(viewer: Person, network_id: int) -> bool:
    return may_coordinate(viewer, network_id)


def is_own(viewer: Person, proposal: Proposal) -> bool:
    return proposal.proposed_by_id == viewer.id
