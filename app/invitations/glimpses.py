"""What the inbox says of invitations and of requests to join."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.invitations.models import Invitation, JoinRequest
from app.invitations.tokens import token_for
from app.networks.models import Network
from app.notifications import glimpses
from app.notifications.glimpses import Facts, Glimpse, Kind, Sort, Thing

AREA = _l("Networks")
_inviter = aliased(Person, name="inviter")


def _around_invitation(query: Select[Invitation]) -> Select[Invitation]:
    return (
        query.select_from(Invitation)
        .join(Network, Network.id == Invitation.network_id)
        .join(_inviter, _inviter.id == Invitation.invited_by_id)
    )


def _around_request(query: Select[JoinRequest]) -> Select[JoinRequest]:
    return (
        query.select_from(JoinRequest)
        .join(Network, Network.id == JoinRequest.network_id)
        .join(Person, Person.id == JoinRequest.person_id)
    )


INVITATION = Sort(
    Invitation.id,
    network=Invitation.network_id,
    title=Network.name,
    who=_inviter.name,
    state=Invitation.nonce,
    number=Invitation.network_id,
    join=_around_invitation,
)
DECLINED = Sort(
    Invitation.id,
    network=Invitation.network_id,
    title=Network.name,
    who=func.coalesce(func.nullif(Invitation.name, ""), Invitation.email),
    number=Invitation.network_id,
    join=_around_invitation,
)
REQUEST = Sort(
    JoinRequest.id,
    network=JoinRequest.network_id,
    title=Network.name,
    who=Person.name,
    number=JoinRequest.network_id,
    join=_around_request,
)


def _invited(_payload: Facts, thing: Thing) -> Glimpse:
    words = _("%(by)s invites you to %(network)s", by=thing.who, network=thing.title)
    return Glimpse(words, url_for("invitations.answer", token=token_for(thing.id, thing.state)))


def _declined(_payload: Facts, thing: Thing) -> Glimpse:
    words = _("%(name)s says no to %(network)s", name=thing.who, network=thing.title)
    return Glimpse(words, url_for("invitations.of_network", network_id=thing.number))


def _join_asked(_payload: Facts, thing: Thing) -> Glimpse:
    words = _("%(name)s asks to join %(network)s", name=thing.who, network=thing.title)
    return Glimpse(words, url_for("invitations.request", network_id=thing.number, request_id=thing.id))


def _join_approved(_payload: Facts, thing: Thing) -> Glimpse:
    words = _("You are now a member of %(network)s", network=thing.title)
    return Glimpse(words, url_for("networks.show", network_id=thing.number))


def _join_declined(_payload: Facts, thing: Thing) -> Glimpse:
    return Glimpse(_("You cannot join %(network)s now", network=thing.title), url_for("networks.index"))


def register() -> None:
    glimpses.add_sort("invitation", INVITATION)
    glimpses.add_sort("declined", DECLINED)
    glimpses.add_sort("request", REQUEST)
    kinds = {
        "invitation": Kind(
            _invited, "user-plus", AREA, sort="invitation", named="invitation_id", in_network=False, to_address=True
        ),
        "invitation_declined": Kind(_declined, "user-minus", AREA, sort="declined", named="invitation_id"),
        "join_asked": Kind(_join_asked, "user-plus", AREA, sort="request", named="request_id"),
        "join_approved": Kind(_join_approved, "user-plus", AREA, sort="request", named="request_id"),
        "join_declined": Kind(_join_declined, "user-minus", AREA, sort="request", named="request_id", in_network=False),
    }
    for kind, how in kinds.items():
        glimpses.register(kind, how)
