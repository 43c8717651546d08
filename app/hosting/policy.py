"""Who may do what with the order of hosts."""

from app.accounts.models import Person
from app.hosting.models import AskState, HostAsk
from app.hosting.queries import code_of
from app.networks.policy import may_coordinate
from app.networks.queries import standing_of


def may_arrange(viewer: Person, network_id: int) -> bool:
    """Skips, swaps, asks."""
    return may_coordinate(viewer, network_id)


def is_asked(viewer: Person, asked: HostAsk) -> bool:
    """A member from the municipality: any of them answers for it."""
    return asked.network_id in standing_of(viewer).roles and code_of(viewer) == asked.municipality_code


def may_answer(viewer: Person, asked: HostAsk) -> bool:
    """Coordinators too: they write down what was said on the telephone."""
    return may_arrange(viewer, asked.network_id) or is_asked(viewer, asked)


def may_see_meeting(viewer: Person, asked: HostAsk) -> bool:
    """What a draft is by now is no longer theirs to see who were asked about it once and are not any more."""
    is_still_theirs = asked.state in {AskState.OPEN, AskState.ACCEPTED}
    is_draft = asked.meeting is not None and asked.meeting.is_draft
    return not is_draft or is_still_theirs or may_arrange(viewer, asked.network_id)
