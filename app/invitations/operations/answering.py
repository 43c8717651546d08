"""Saying yes or no to an invitation."""

from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.accounts.operations import register
from app.accounts.queries import person_by_email
from app.core import clock
from app.extensions import db
from app.invitations.models import Invitation
from app.invitations.queries import last_request_of, who_decides_on
from app.networks.models import Membership, Role
from app.networks.operations import join
from app.networks.queries import current_membership
from app.notifications.operations import announce
from app.organisations.models import Organisation


class NotOpenError(Exception):
    """It was answered or withdrawn, or it expired, before this answer came."""


class HasAnAccountError(Exception):
    """The address got an account in the meantime: whose it is has to sign in with it."""


def _lock(invitation: Invitation) -> None:
    """Two answers to one invitation wait for each other, and the second sees what the first has done."""
    moments = ["accepted_at", "declined_at", "withdrawn_at", "expires_at"]
    db.session.refresh(invitation, moments, with_for_update={"of": Invitation})
    if not invitation.is_open:
        raise NotOpenError


def accept(invitation: Invitation, person: Person) -> Membership:
    """`person` is signed in, and the address is theirs. Raises NotOpenError."""
    _lock(invitation)
    invitation.accepted_at, invitation.accepted_by_id = clock.now(), person.id
    request = last_request_of(person, invitation.network_id)
    if request is not None and request.is_undecided:
        request.approved_at, request.decided_by_id = clock.now(), invitation.invited_by_id
    return join(invitation.network, person, role=invitation.role, by=invitation.invited_by_id)


def accept_as_a_newcomer(
    invitation: Invitation, *, name: str, title: str, organisation: Organisation, locale: str
) -> Person:
    """Makes the account: the link or the code reached the mailbox, which proves the address.

    Raises NotOpenError, and HasAnAccountError when there is an account by now.
    """
    _lock(invitation)
    person, is_new = register(email=invitation.email, name=name, title=title, organisation_id=organisation.id)
    if not is_new:
        raise HasAnAccountError
    person.locale = locale
    accept(invitation, person)
    return person


def decline(invitation: Invitation, *, answer: str) -> None:
    """Tells who sent it, or, when they have left, the coordinators. Raises NotOpenError."""
    _lock(invitation)
    invitation.declined_at, invitation.answer = clock.now(), answer
    person = person_by_email(invitation.email)
    network = invitation.network
    record(EventKind.INVITATION_DECLINED, person, network_id=network.id, network=network.name)
    announce(
        "invitation_declined",
        to=_who_hears_of(invitation),
        about=f"invitation-{invitation.id}-declined",
        payload={"invitation_id": invitation.id},
    )


def _who_hears_of(invitation: Invitation) -> list[int]:
    sender = current_membership(invitation.invited_by_id, invitation.network_id)
    if sender is not None and sender.role is Role.COORDINATOR:
        return [sender.person_id]
    return who_decides_on(invitation.network_id)
