"""Which sessions someone holds, which accounts at employers, and what the log says of them."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Event, Person
from app.core.paging import Page
from app.extensions import db
from app.sessions.models import AddressChange, Identity, SignInSession


def sessions_of(person: Person) -> list[SignInSession]:
    """Those that still live, the newest first."""
    return list(
        db.session.scalars(
            select(SignInSession)
            .join(SignInSession.person)
            .where(SignInSession.person_id == person.id, SignInSession.lives())
            .order_by(SignInSession.created_at.desc(), SignInSession.id.desc())
        )
    )


def session_for(person: Person, session_id: int) -> SignInSession | None:
    return db.session.scalar(
        select(SignInSession).where(SignInSession.id == session_id, SignInSession.person_id == person.id)
    )


def identities_of(person: Person) -> list[Identity]:
    return list(
        db.session.scalars(select(Identity).where(Identity.person_id == person.id).order_by(Identity.linked_at))
    )


def identity_for(person: Person, identity_id: int) -> Identity | None:
    return db.session.scalar(select(Identity).where(Identity.id == identity_id, Identity.person_id == person.id))


def address_change_of(person: Person) -> AddressChange | None:
    """The one that still waits for its codes."""
    change = db.session.scalar(select(AddressChange).where(AddressChange.person_id == person.id))
    return change if change is not None and change.is_live else None


def log_of(person: Person, *, asked: int | None, size: int) -> tuple[list[Event], Page]:
    """One page of what has happened to the account, the newest first, each with who did it. Two queries."""
    total = db.session.scalar(select(func.count()).select_from(Event).where(Event.person_id == person.id)) or 0
    page = Page.of(total, asked=asked, size=size)
    rows = db.session.scalars(
        select(Event)
        .options(joinedload(Event.by))
        .where(Event.person_id == person.id)
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(size)
        .offset(page.offset)
    )
    return list(rows), page
