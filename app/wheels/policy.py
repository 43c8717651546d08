"""Who may do what with the plan of a year."""

from app.accounts.models import Person
from app.networks.policy import may_coordinate


def may_plan(viewer: Person, network_id: int) -> bool:
    return may_coordinate(viewer, network_id)
