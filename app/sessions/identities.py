"""Accounts at the employer: whose account here they open, and how they are tied to it and untied."""

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.accounts.queries import person_by_email
from app.core import clock
from app.extensions import db
from app.notifications.operations import announce
from app.sessions.employer import Claims, name
from app.sessions.models import Identity, Means, PendingSignIn, SignInSession


def person_with_identity(claims: Claims) -> Person | None:
    """Whom the employer's account opens the door for. The first time, the address it vouches for says who it is.

    An account that another subject of the same issuer opens already is not handed over because an address was reused,
    and what has been unlinked opens nothing until its owner allows it again. Nothing is linked here: `link_when_in` does
    that when all steps are done.
    """
    identity = db.session.scalar(
        select(Identity)
        .options(joinedload(Identity.person))
        .where(Identity.issuer == claims.issuer, Identity.subject == claims.subject)
    )
    if identity is not None:
        if identity.unlinked_at is not None:
            return None
        identity.used_at = clock.now()
        return identity.person if identity.person.disabled_at is None else None
    person = person_by_email(claims.address) if claims.address else None
    if person is None or person.disabled_at is not None or _has_another(person, claims):
        return None
    return person


def _has_another(person: Person, claims: Claims) -> bool:
    """Linked or unlinked."""
    others = select(Identity.id).where(Identity.person_id == person.id, Identity.issuer == claims.issuer)
    return db.session.scalar(others) is not None


def link_when_in(person: Person, *, issuer: str, subject: str) -> None:
    """Ties it to the account of who has shown every step that is asked of them. What is tied already stays as it is."""
    taken = select(Identity.id).where(
        Identity.issuer == issuer, or_(Identity.subject == subject, Identity.person_id == person.id)
    )
    if db.session.scalar(taken) is not None:
        return
    db.session.add(Identity(person_id=person.id, issuer=issuer, subject=subject))
    record(EventKind.IDENTITY_LINKED, person, name=name())
    _tell("identity_linked", person.id)


def _tell(kind: str, person_id: int) -> None:
    now = clock.now()
    payload = {"at": now.isoformat(), "name": name()}
    announce(kind, to=[person_id], about=f"at-{now:%Y%m%d%H%M%S%f}", payload=payload)


def unlink(identity: Identity, *, here: int) -> None:
    """It opens the account no more: what it opened is signed out, except the session `here`, and the owner is told.

    The row stays, or the next sign-in with it would link it again.
    """
    if identity.unlinked_at is not None:
        return
    identity.unlinked_at = clock.now()
    its_own = (SignInSession.person_id == identity.person_id, SignInSession.means == Means.EMPLOYER)
    db.session.execute(delete(SignInSession).where(*its_own, SignInSession.id != here))
    waiting = (PendingSignIn.person_id == identity.person_id, PendingSignIn.means == Means.EMPLOYER)
    db.session.execute(delete(PendingSignIn).where(*waiting))
    record(EventKind.IDENTITY_UNLINKED, identity.person_id)
    _tell("identity_unlinked", identity.person_id)


def allow_again(identity: Identity) -> None:
    """The next sign-in with the employer that shows the person's address links it, and the owner is told of that."""
    if identity.unlinked_at is not None:
        db.session.delete(identity)
