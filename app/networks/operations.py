"""What can be done with networks and memberships."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.accounts.operations import begin_at, register
from app.core import clock
from app.core.danish import sort_key
from app.core.errors import DomainError
from app.core.tokens import new_secret
from app.extensions import db
from app.networks.discretion import Confidentiality
from app.networks.models import Membership, Network, Role
from app.networks.newcomers import welcome
from app.networks.queries import current_membership, forget_standings, has_other_coordinator
from app.notifications.operations import announce
from app.organisations.models import Organisation


class StaleError(Exception):
    """Somebody else has changed it since it was opened."""


def found_network(
    *,
    name: str,
    purpose: str,
    is_open: bool = False,
    takes_mail: bool = True,
    confidentiality: Confidentiality = Confidentiality.NETWORK,
    by: Person,
) -> Network:
    network = Network(
        name=name, purpose=purpose, is_open=is_open, takes_mail=takes_mail, confidentiality=confidentiality
    )
    db.session.add(network)
    db.session.flush()
    record(EventKind.NETWORK_MADE, by=by, network_id=network.id, network=name)
    return network


def _lock(network_id: int) -> Network:
    """Two acts on the members of one network wait for each other, so that its last coordinator cannot slip away."""
    return db.session.scalars(select(Network).where(Network.id == network_id).with_for_update()).one()


def edit_network(
    network: Network,
    *,
    name: str,
    purpose: str,
    is_open: bool,
    takes_mail: bool,
    confidentiality: Confidentiality,
    opened_at: datetime,
    by: Person,
) -> None:
    """Raises StaleError if the network was changed after `opened_at`, the `updated_at` that the editor saw.

    Another level reaches the calendars with their next fetch, and every mail that is not yet written.
    """
    if _lock(network.id).updated_at != opened_at:
        raise StaleError
    network.name, network.sort_key, network.purpose, network.is_open = name, sort_key(name), purpose, is_open
    network.takes_mail, network.confidentiality = takes_mail, confidentiality
    network.updated_at = clock.now()
    record(EventKind.NETWORK_CHANGED, by=by, network_id=network.id, network=name)


def add_member(
    network: Network, *, by: Person, email: str, name: str, title: str, organisation: Organisation, role: Role
) -> Membership:
    """Adds the person of this address, new or known, and tells them. What is known of a known person stays."""
    _lock(network.id)
    person, _is_new = register(email=email, name=name, title=title, organisation_id=organisation.id)
    if person.disabled_at is not None:
        raise DomainError(_("This address cannot be added. Ask an administrator."), field="email")
    if current_membership(person.id, network.id) is not None:
        raise DomainError(_("%(name)s is already a member of the network.", name=person.name), field="email")
    begin_at(person, organisation, by=by)
    membership = join(network, person, role=role, by=by.id)
    db.session.flush()
    announce(
        "network_joined",
        to=[person.id],
        about=f"membership-{membership.id}",
        payload={"membership_id": membership.id, "by": by.name},
        but_not=by.id,
    )
    return membership


def join(network: Network, person: Person, *, role: Role, by: int | None = None) -> Membership:
    """Public, for the ways in: makes `person` a member, or leaves the membership there is. Tells nobody."""
    _lock(network.id)
    membership = current_membership(person.id, network.id)
    if membership is None:
        membership = Membership(network_id=network.id, person_id=person.id, role=role, person=person, network=network)
        db.session.add(membership)
        record(EventKind.JOINED, person, by=by, network_id=network.id, network=network.name, role=role.value)
        forget_standings()
        db.session.flush()
        welcome(network, person)
    return membership


def _keep_a_coordinator(membership: Membership) -> None:
    if membership.role is Role.COORDINATOR and not has_other_coordinator(membership):
        raise DomainError(
            _(
                "%(name)s is the network's only coordinator. Make somebody else a coordinator first, so that the "
                "network is not left alone.",
                name=membership.person.name,
            )
        )


def give_role(membership: Membership, role: Role, *, by: Person) -> None:
    """Tells the person, unless they did it themselves. The same role twice changes nothing."""
    _lock(membership.network_id)
    db.session.refresh(membership, ["left_at", "role"])
    if membership.left_at is not None:
        raise StaleError
    if membership.role is role:
        return
    if role is Role.MEMBER:
        _keep_a_coordinator(membership)
    membership.role = role
    network = db.session.get_one(Network, membership.network_id)
    record(
        EventKind.ROLE_CHANGED,
        membership.person_id,
        by=by,
        network_id=network.id,
        network=network.name,
        role=role.value,
    )
    announce(
        "role_given",
        to=[membership.person_id],
        about=f"membership-{membership.id}-{new_secret()[:12]}",
        payload={"membership_id": membership.id, "role": role.value, "by": by.name},
        but_not=by.id,
    )
    forget_standings()
