"""Who may answer a proposal of another time, take it back, and read what came by mail."""

from app.accounts.models import Person
from app.itip.answers.models import CounterProposal
from app.meetings import policy as meeting_policy
from app.meetings.models import Meeting


def may_decide(viewer: Person, meeting: Meeting) -> bool:
    """Whoever may move the meeting."""
    return meeting_policy.may_edit(viewer, meeting)


def may_withdraw(viewer: Person, proposal: CounterProposal) -> bool:
    return proposal.person_id == viewer.id


def may_read_what_came(viewer: Person, meeting: Meeting) -> bool:
    return meeting_policy.may_steer(viewer, meeting)
