"""What roles and states of accounts are called in the filters of the lists."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.administration.queries.networks import Led
from app.administration.queries.people import Held, State

ROLES: dict[Held, Any] = {
    Held.ADMINISTRATOR: _l("Administrators"),
    Held.COORDINATOR: _l("Coordinators of a network"),
    Held.MEMBER: _l("Members of a network"),
    Held.NONE: _l("In no network"),
}
STATES: dict[State, Any] = {
    State.OPEN: _l("Open accounts"),
    State.DISABLED: _l("Closed accounts"),
    State.NEVER_SIGNED_IN: _l("Never signed in"),
    State.NOWHERE: _l("Without an organisation"),
}
LED: dict[Led, Any] = {
    Led.NONE: _l("No coordinator"),
    Led.ONE: _l("One coordinator only"),
}
