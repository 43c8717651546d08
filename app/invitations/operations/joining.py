"""Asking to join an open network, and the answer to it."""

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.core import clock
from app.core.errors import DomainError
from app.core.formats import day_month_year
from app.extensions import db
from app.invitations.models import JoinRequest
from app.invitations.queries import last_request_of, who_decides_on
from app.networks.models import Network, Role
from app.networks.operations import join
from app.networks.queries import current_membership
from app.notifications.operations import announce


class DecidedError(Exception):
    """Another coordinator has answered, or the person has withdrawn the request."""


def ask_to_join(network: Network, person: Person, *, word: str) -> JoinRequest:
    """Tells the coordinators. Asking twice is asking once; after a refusal one may ask again in thirty days."""
    earlier = last_request_of(person, network.id)
    if earlier is not None and earlier.is_undecided:
        return earlier
    if earlier is not None and earlier.may_ask_again_at and clock.now() < earlier.may_ask_again_at:
        raise DomainError(_("You can ask again on %(day)s.", day=day_month_year(earlier.may_ask_again_at)))
    request = JoinRequest(network_id=network.id, person_id=person.id, word=word)
    try:
        with db.session.begin_nested():
            db.session.add(request)
    except IntegrityError:  # the other click of a double click
        earlier = last_request_of(person, network.id)
        if earlier is None:
            raise
        return earlier
    record(EventKind.ASKED_TO_JOIN, person, network_id=network.id, network=network.name)
    announce(
        "join_asked",
        to=who_decides_on(network.id),
        about=f"request-{request.id}-asked",
        payload={"request_id": request.id},
    )
    return request


def _lock(request: JoinRequest) -> None:
    moments = ["approved_at", "declined_at", "withdrawn_at"]
    db.session.refresh(request, moments, with_for_update={"of": JoinRequest})


def withdraw_request(request: JoinRequest) -> None:
    _lock(request)
    if request.is_undecided:
        request.withdrawn_at = clock.now()


def _decide(request: JoinRequest, *, by: Person) -> None:
    _lock(request)
    if not request.is_undecided:
        raise DecidedError
    request.decided_by_id = by.id


def approve(request: JoinRequest, *, by: Person) -> None:
    """A membership, and a mail. Raises DecidedError; refuses a closed account."""
    _decide(request, by=by)
    if request.person.disabled_at is not None:
        raise DomainError(_("The account of %(name)s is closed.", name=request.person.name))
    request.approved_at = clock.now()
    was_member = current_membership(request.person_id, request.network_id) is not None
    join(request.network, request.person, role=Role.MEMBER, by=by.id)
    if not was_member:
        _answer(request, "join_approved")


def decline_request(request: JoinRequest, *, by: Person, reason: str) -> None:
    """Raises DecidedError."""
    _decide(request, by=by)
    request.declined_at, request.reason = clock.now(), reason
    network = request.network
    record(EventKind.REQUEST_DECLINED, request.person_id, by=by, network_id=network.id, network=network.name)
    _answer(request, "join_declined")


def _answer(request: JoinRequest, kind: str) -> None:
    announce(kind, to=[request.person_id], about=f"request-{request.id}-answered", payload={"request_id": request.id})
