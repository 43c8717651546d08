"""Who may ask others in, and who may ask to be let in."""

from app.accounts.models import Person
from app.networks.discretion import Measure, Output, measure_of
from app.networks.models import Network
from app.networks.policy import may_coordinate
from app.networks.queries import standing_of


def may_invite(viewer: Person, network_id: int) -> bool:
    return may_coordinate(viewer, network_id)


def may_answer_requests(viewer: Person, network_id: int) -> bool:
    return may_coordinate(viewer, network_id)


def is_member(viewer: Person, network_id: int) -> bool:
    """Whether or not the agreement has been accepted: nobody is asked to join what they belong to."""
    return standing_of(viewer).belongs_to(network_id)


def may_ask_to_join(viewer: Person, network: Network) -> bool:
    return network.is_open and not is_member(viewer, network.id)


def may_read_purpose(reader: Person | None, network: Network) -> bool:
    """Before they are in: where the network shows it to everybody, or its mails may say it. None is somebody signed out.

    A member has it on the network's own page, after its agreement.
    """
    if reader is not None and is_member(reader, network.id):
        return False
    return network.is_open or measure_of(network.confidentiality, Output.MAIL_TEXT) >= Measure.TITLES
