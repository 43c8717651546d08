"""What the inbox says of membership, roles, agreements and what was handed over."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from app.networks.models import Membership, Network, Role
from app.notifications import glimpses
from app.notifications.glimpses import Facts, Glimpse, Kind, Sort, Thing

AREA = _l("Networks")


def _with_network(query: Select[Membership]) -> Select[Membership]:
    return query.select_from(Membership).join(Network, Network.id == Membership.network_id)


NETWORK = Sort(Network.id, network=Network.id, title=Network.name, number=Network.id)
MEMBERSHIP = Sort(
    Membership.id,
    network=Membership.network_id,
    title=Network.name,
    number=Membership.network_id,
    join=_with_network,
)


def joined(payload: Facts, thing: Thing) -> Glimpse:
    """Public, for the room that adds people by list."""
    words = _("You have been added to %(network)s", network=thing.title)
    return Glimpse(words, url_for("networks.show", network_id=thing.number), payload["by"])


def _role_given(payload: Facts, thing: Thing) -> Glimpse:
    words = (
        _("You are now a coordinator of %(network)s", network=thing.title)
        if payload["role"] == Role.COORDINATOR
        else _("You are no longer a coordinator of %(network)s", network=thing.title)
    )
    return Glimpse(words, url_for("networks.show", network_id=thing.number), payload["by"])


def _agreement(_payload: Facts, thing: Thing) -> Glimpse:
    words = _("Read and accept the agreement of %(network)s", network=thing.title)
    return Glimpse(words, url_for("agreements.show", network_id=thing.number))


def _handed_over(payload: Facts, _thing: Thing) -> Glimpse:
    words = _("%(name)s has handed something over to you", name=payload["from"])
    return Glimpse(words, url_for("networks.index"))


def register() -> None:
    glimpses.add_sort("network", NETWORK)
    glimpses.add_sort("membership", MEMBERSHIP)
    kinds = {
        "network_joined": Kind(joined, "user-group", AREA, sort="membership", named="membership_id"),
        "role_given": Kind(_role_given, "key", AREA, sort="membership", named="membership_id"),
        "agreement_published": Kind(
            _agreement, "document-check", AREA, sort="network", named="network_id", before_agreeing=True
        ),
        "handed_over": Kind(_handed_over, "arrow-right-circle", AREA),
    }
    for kind, how in kinds.items():
        glimpses.register(kind, how)
