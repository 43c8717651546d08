"""Which sessions someone holds."""

from sqlalchemy import select

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.sessions.models import SignInSession


def sessions_of(person: Person) -> list[SignInSession]:
    """Those that still live, the newest first."""
    return list(
        db.session.scalars(
            select(SignInSession)
            .where(SignInSession.person_id == person.id, SignInSession.expires_at > clock.now())
            .order_by(SignInSession.created_at.desc(), SignInSession.id.desc())
        )
    )


def session_for(person: Person, session_id: int) -> SignInSession | None:
    return db.session.scalar(
        select(SignInSession).where(SignInSession.id == session_id, SignInSession.person_id == person.id)
    )
