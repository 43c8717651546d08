"""What can be done with networks and memberships."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.operations import register
from app.core import clock
from app.core.danish import sort_key
from app.core.errors import DomainError
from app.extensions import db
from app.networks.models import Membership, Network, Role
from app.networks.queries import current_membership, forget_standings, has_other_coordinator
from app.notifications.operations import announce
from app.organisations.models import Organisation


class StaleError(Exception):
    """Somebody else has changed it since it was opened."""


def found_network(*, name: str, purpose: str) -> Network:
    network = Network(name=name, purpose=purpose)
    db.session.add(network)
    db.session.flush()
    return network


def _lock(network_id: int) -> Network:
    """Two acts on the members of one network wait for each other, so that its last coordinator cannot slip away."""
    return db.session.scalars(select(Network).where(Network.id == network_id).with_for_update()).one()


def edit_network(network: Network, *, name: str, purpose: str, opened_at: datetime) -> None:
    """Raises StaleError if the network was changed after `opened_at`, the `updated_at` that the editor saw."""
    if _lock(network.id).updated_at != opened_at:
        raise StaleError
    network.name, network.sort_key, network.purpose = name, sort_key(name), purpose
    network.updated_at = clock.now()


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
    if person.organisation_id is None:
        person.organisation_id = organisation.id
    membership = Membership(network_id=network.id, person_id=person.id, role=role, person=person)
    db.session.add(membership)
    db.session.flush()
    announce(
        "network_joined",
        to=[person.id],
        about=f"membership-{membership.id}",
        payload={"membership_id": membership.id, "by": by.name},
        but_not=by.id,
    )
    forget_standings()
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


def give_role(membership: Membership, role: Role) -> None:
    _lock(membership.network_id)
    db.session.refresh(membership, ["left_at", "role"])
    if membership.left_at is not None:
        raise StaleError
    if membership.role is role:
        return
    if role is Role.MEMBER:
        _keep_a_coordinator(membership)
    membership.role = role
    forget_standings()
