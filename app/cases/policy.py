"""Who may do what with a case."""

from app.accounts.models import Person
from app.cases.models import Case, Post
from app.networks.policy import may_coordinate
from app.networks.queries import standing_of


def is_member(viewer: Person, network_id: int) -> bool:
    """An administrator who only looks in reads, but does not take part."""
    return network_id in standing_of(viewer).roles


def may_open_in(viewer: Person, network_id: int) -> bool:
    return is_member(viewer, network_id)


def may_reply(viewer: Person, case: Case) -> bool:
    """Whoever takes part; that a closed case takes no replies is the domain's to say, so that no text is lost."""
    return is_member(viewer, case.network_id)


def may_steer(viewer: Person, case: Case) -> bool:
    """Edit, close, reopen, bring to a meeting: its owner and the network's coordinators."""
    return case.owner_id == viewer.id or may_coordinate(viewer, case.network_id)


def may_edit_post(viewer: Person, post: Post) -> bool:
    """One's own words only: nobody edits what another has said."""
    return post.author_id == viewer.id
