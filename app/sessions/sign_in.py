"""The signed-in person of a request, found by the session's secret; nothing about them is kept in the cookie."""

from flask import Request, session
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.accounts.models import Person
from app.core import clock
from app.core.tokens import fingerprint
from app.extensions import db
from app.sessions.models import SignInSession

SECRET = "sign_in"  # where the browser's cookie holds the session's secret


def load_person(_request: Request) -> Person | None:
    """Flask-Login's request loader."""
    secret = session.get(SECRET)
    return person_of(secret) if secret else None


def person_of(secret: str) -> Person | None:
    """Whose session this is, if it still lives: one query."""
    row = db.session.scalar(
        select(SignInSession)
        .join(SignInSession.person)
        .options(contains_eager(SignInSession.person))
        .where(
            SignInSession.token_hash == fingerprint(secret),
            SignInSession.expires_at > clock.now(),
            Person.disabled_at.is_(None),
        )
    )
    return row.person if row else None
