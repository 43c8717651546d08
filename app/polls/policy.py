"""Who may do what with a date poll."""

from app.accounts.models import Person
from app.networks.policy import may_coordinate
from app.networks.queries import standing_of
from app.polls.models import Poll


def may_open_in(viewer: Person, network_id: int) -> bool:
    return may_coordinate(viewer, network_id)


def may_steer(viewer: Person, poll: Poll) -> bool:
    """Edits, reminds, closes, withdraws and decides."""
    return may_coordinate(viewer, poll.network_id)


def is_member(viewer: Person, network_id: int) -> bool:
    """Of the network itself; an administrator who only looks in is not."""
    return network_id in standing_of(viewer).roles


def is_asked(viewer: Person, poll: Poll) -> bool:
    return is_member(viewer, poll.network_id)


def may_vote(viewer: Person, poll: Poll) -> bool:
    return is_asked(viewer, poll) and poll.is_open
