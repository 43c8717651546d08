"""What the inbox says to whoever was added to a network with a list."""

from flask_babel import lazy_gettext as _l

from app.networks.glimpses import joined
from app.notifications import glimpses
from app.notifications.glimpses import Kind


def register() -> None:
    how = Kind(joined, "user-group", _l("Networks"), sort="network", named="network_id")
    glimpses.register("network_listed", how)
