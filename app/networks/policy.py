"""Who may do what in a network."""

from app.accounts.models import Person
from app.networks.models import Membership, Network
from app.networks.queries import standing_of


def may_enter(viewer: Person, network_id: int) -> bool:
    return standing_of(viewer).may_enter(network_id)


def may_coordinate(viewer: Person, network_id: int) -> bool:
    """Schedules, edits, minutes, members: what a coordinator does."""
    return standing_of(viewer).coordinates(network_id)


def may_edit(viewer: Person, network: Network) -> bool:
    return may_coordinate(viewer, network.id)


def may_found_networks(viewer: Person) -> bool:
    return viewer.is_administrator


def may_end(viewer: Person, membership: Membership) -> bool:
    """Coordinators see people out; everybody may leave."""
    return membership.person_id == viewer.id or may_coordinate(viewer, membership.network_id)


def may_see_out(viewer: Person) -> bool:
    """Hands over for somebody whose account is to be closed."""
    return viewer.is_administrator


def may_count_all(viewer: Person) -> bool:
    return viewer.is_administrator
