"""Accounts at the employer: whose account here they open, and how they are tied to it and untied."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.accounts.queries import person_by_email
from app.core import clock
from app.extensions import db
from app.notifications.operations import announce
from app.sessions.employer import Claims, name
from app.sessions.models import Identity


def person_with_identity(claims: Claims) -> Person | None:
    """Whom the employer's account opens the door for. The first time, the address it vouches for says who it is.

    An account that another subject of the same issuer opens already is not handed over because an address was reused.
    """
    identity = db.session.scalar(
        select(Identity)
        .options(joinedload(Identity.person))
        .where(Identity.issuer == claims.issuer, Identity.subject == claims.subject)
    )
    if identity is not None:
        identity.used_at = clock.now()
        return identity.person if identity.person.disabled_at is None else None
    person = person_by_email(claims.address) if claims.address else None
    if person is None or person.disabled_at is not None or _has_another(person, claims):
        return None
    _link(person, claims)
    return person


def _has_another(person: Person, claims: Claims) -> bool:
    others = select(Identity.id).where(Identity.person_id == person.id, Identity.issuer == claims.issuer)
    return db.session.scalar(others) is not None


def _link(person: Person, claims: Claims) -> None:
    db.session.add(Identity(person_id=person.id, issuer=claims.issuer, subject=claims.subject))
    record(EventKind.IDENTITY_LINKED, person, name=name())
    now = clock.now()
    announce(
        "identity_linked",
        to=[person.id],
        about=f"at-{now:%Y%m%d%H%M%S%f}",
        payload={"at": now.isoformat(), "name": name()},
    )


def unlink(identity: Identity) -> None:
    """It opens the account no more, until somebody signs in with it again and shows that the address is theirs."""
    db.session.delete(identity)
    record(EventKind.IDENTITY_UNLINKED, identity.person_id)
