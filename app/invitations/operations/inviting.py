"""Asking people in, asking again, taking it back; and what the worker does about it by itself."""

from collections.abc import Iterable
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.invitations import queries
from app.invitations.models import Invitation
from app.invitations.pasting import Pasted
from app.invitations.queries import Plan
from app.invitations.tokens import new_nonce
from app.networks.models import Network, Role
from app.networks.queries import current_membership
from app.notifications.operations import announce_to_address

A_DAYS_WORTH = 500  # people one coordinator may invite within 24 hours
AT_ONCE = 500
PAUSE = timedelta(hours=1)  # between two mails that somebody sends to the same address
REST = timedelta(days=7)  # after which an open invitation is reminded of, once
WARNING = timedelta(days=3)  # before its end
KEPT = timedelta(days=365)  # after its end


def invite(network: Network, entries: Iterable[Pasted], *, by: Person, role: Role, word: str, locale: str) -> Plan:
    """Invites all who are neither members nor invited yet and have not said no, or nobody at all. Returns what was done with whom."""
    db.session.scalars(select(Network.id).where(Network.id == network.id).with_for_update()).one()
    plan = queries.plan_for(network.id, entries)
    if plan.closed:
        raise DomainError(
            _("%(address)s cannot be invited. Ask an administrator.", address=plan.closed[0].email), field="email"
        )
    _keep_within_a_days_worth(by, plan.total)
    fresh = [
        Invitation(
            network_id=network.id,
            email=entry.email,
            name=entry.name,
            role=role,
            word=word,
            locale=locale,
            invited_by_id=by.id,
            nonce=new_nonce(),
            expires_at=clock.now() + Invitation.LIFETIME,
        )
        for entry in plan.fresh
    ]
    db.session.add_all(fresh)
    db.session.flush()
    for invitation in plan.again:
        invitation.role, invitation.word, invitation.locale = role, word, locale
        _renew(invitation, by=by)
    _tell(network, [*fresh, *plan.again], by=by)
    return plan


def _keep_within_a_days_worth(by: Person, more: int) -> None:
    left = A_DAYS_WORTH - queries.sent_within_a_day(by)
    if more > left:
        raise DomainError(
            _(
                "You can invite %(most)d people within 24 hours, and %(left)d more just now. Send the rest tomorrow.",
                most=A_DAYS_WORTH,
                left=max(left, 0),
            )
        )


def _renew(invitation: Invitation, *, by: Person) -> None:
    now = clock.now()
    invitation.invited_by_id = by.id
    invitation.last_sent_at, invitation.expires_at = now, now + Invitation.LIFETIME
    invitation.warned_at = None
    invitation.sent_count += 1


def _tell(network: Network, invitations: list[Invitation], *, by: Person) -> None:
    known = queries.person_ids_at(invitation.email for invitation in invitations)
    for invitation in invitations:
        person_id = known.get(invitation.email)
        record(EventKind.INVITED, person_id, by=by, network_id=network.id, network=network.name)
        _owe_a_mail(invitation, person_id, is_reminder=False)


def _owe_a_mail(invitation: Invitation, person_id: int | None, *, is_reminder: bool) -> None:
    announce_to_address(
        "invitation",
        address=invitation.email,
        about=f"invitation-{invitation.id}-{invitation.sent_count}",
        payload={"invitation_id": invitation.id, "is_reminder": is_reminder, "locale": invitation.locale},
        person_id=person_id,
    )


def send_again(invitation: Invitation, *, by: Person) -> None:
    """A new mail with the same link, and thirty more days. Refused within an hour of the last one."""
    if current := _answered_otherwise(invitation):
        raise DomainError(current)
    if clock.now() - invitation.last_sent_at < PAUSE:
        raise DomainError(_("The invitation was sent less than an hour ago. Wait a little before you send it again."))
    _keep_within_a_days_worth(by, 1)
    _renew(invitation, by=by)
    _tell(invitation.network, [invitation], by=by)


def _answered_otherwise(invitation: Invitation) -> str | None:
    if invitation.accepted_at or invitation.declined_at or invitation.withdrawn_at:
        return _("The invitation is answered or withdrawn already.")
    known = queries.person_ids_at([invitation.email])
    if known and current_membership(known[invitation.email], invitation.network_id) is not None:
        return _("%(name)s is already a member of the network.", name=invitation.addressee)
    return None


def send_expired_again(network: Network, *, by: Person) -> int:
    """All that have run out unanswered; returns how many."""
    expired = [one for one in queries.expired_in(network.id) if _answered_otherwise(one) is None]
    _keep_within_a_days_worth(by, len(expired))
    for invitation in expired:
        _renew(invitation, by=by)
    _tell(network, expired, by=by)
    return len(expired)


def withdraw(invitation: Invitation, *, by: Person) -> bool:
    """The link and the code no longer work. False when it was answered or withdrawn before."""
    if invitation.accepted_at or invitation.declined_at or invitation.withdrawn_at:
        return False
    invitation.withdrawn_at = clock.now()
    person_id = queries.person_ids_at([invitation.email]).get(invitation.email)
    network = invitation.network
    record(EventKind.INVITATION_WITHDRAWN, person_id, by=by, network_id=network.id, network=network.name)
    return True


# What the worker does


def remind_of_the_open_ones() -> int:
    """After a week, and again shortly before the end; who is late with it sends one mail, not two."""
    now = clock.now()
    due = queries.due_for_a_reminder(rest=REST, warning=WARNING, at_most=AT_ONCE)
    known = queries.person_ids_at(invitation.email for invitation in due)
    for invitation in due:
        if invitation.expires_at <= now + WARNING:
            invitation.warned_at = now
        invitation.reminded_at = invitation.reminded_at or now
        invitation.sent_count += 1
        _owe_a_mail(invitation, known.get(invitation.email), is_reminder=True)
    return len(due)


def settle_the_overtaken() -> None:
    """Who was invited and has become a member in another way has answered."""
    overtaken = queries.overtaken()
    known = queries.person_ids_at(invitation.email for invitation in overtaken)
    for invitation in overtaken:
        invitation.accepted_at, invitation.accepted_by_id = clock.now(), known[invitation.email]


def tend_to_them() -> None:
    """The worker's chore; doing it twice does no harm."""
    settle_the_overtaken()
    db.session.flush()
    remind_of_the_open_ones()


def forget_the_old_ones() -> None:
    """Addresses of people who never came are not kept for ever."""
    ended = func.coalesce(
        Invitation.accepted_at, Invitation.declined_at, Invitation.withdrawn_at, Invitation.expires_at
    )
    db.session.execute(delete(Invitation).where(ended < clock.now() - KEPT))
