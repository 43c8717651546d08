"""Who may do what with a case."""

from app.accounts.models import Person
from app.cases.models import Case, CaseAttachment, Post
from app.networks.discretion import Measure, Output, measure_of
from app.networks.models import Network
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


def may_remove_attachment(viewer: Person, attachment: CaseAttachment, network_id: int) -> bool:
    """Removes it, and takes that back: one's own, and a coordinator everybody's."""
    is_own = attachment.file.created_by_id == viewer.id
    return may_coordinate(viewer, network_id) or (is_own and is_member(viewer, network_id))


def takes_mail(network: Network) -> bool:
    """Whether what people write may come by mail: not where mails say nothing but that something has happened."""
    return network.takes_mail and measure_of(network.confidentiality, Output.MAIL_TEXT) > Measure.HAPPENED


def may_read_whole_mail(viewer: Person, post: Case | Post, network_id: int) -> bool:
    """Its author and the coordinators: it may hold more than was meant for the case, like a signature with numbers."""
    return post.author_id == viewer.id or may_coordinate(viewer, network_id)
