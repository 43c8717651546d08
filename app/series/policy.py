"""Who may plan and change a series: whoever may call meetings."""

from app.accounts.models import Person
from app.networks.policy import may_coordinate
from app.series.models import Series


def may_plan_in(viewer: Person, network_id: int) -> bool:
    return may_coordinate(viewer, network_id)


def may_change(viewer: Person, series: Series) -> bool:
    return may_coordinate(viewer, series.network_id)
