"""The signed-in person of a request, found by the session's secret; nothing about them is kept in the cookie."""

from flask import Request, g, request, session
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.accounts.models import Person
from app.core import clock
from app.core.language import CHOICE
from app.core.tokens import fingerprint
from app.extensions import db
from app.factors.rules import OWES, owes_factor
from app.sessions.models import Means, SignInSession
from app.sessions.operations import end_session, start_session

SECRET = "sign_in"  # noqa: S105 - where the browser's cookie holds the session's secret


def load_person(_request: Request) -> Person | None:
    """Flask-Login's request loader."""
    secret = session.get(SECRET)
    row, owes = _session_of(secret) if secret else (None, False)
    setattr(g, OWES, owes)
    g.sign_in_session_id = row.id if row else None
    return row.person if row else None


def _session_of(secret: str) -> tuple[SignInSession | None, bool]:
    """The session of this secret with its person, if it still lives, and whether they owe a second step: one query."""
    row = db.session.execute(
        select(SignInSession, owes_factor())
        .join(SignInSession.person)
        .options(contains_eager(SignInSession.person))
        .where(
            SignInSession.token_hash == fingerprint(secret),
            SignInSession.expires_at > clock.now(),
            Person.disabled_at.is_(None),
        )
    ).one_or_none()
    return (row[0], row[1]) if row else (None, False)


def person_of(secret: str) -> Person | None:
    row, _owes = _session_of(secret)
    return row.person if row else None


def enter(person: Person, *, means: Means) -> None:
    """Signs this browser in as `person`. What the cookie held before is gone, so nobody can have planted it."""
    leave()
    session[SECRET] = start_session(person, means=means, user_agent=request.headers.get("User-Agent", ""))
    session.permanent = True


def leave() -> None:
    """Signs this browser out. The chosen language is all that stays."""
    secret, language = session.get(SECRET), session.get(CHOICE)
    if secret:
        end_session(secret)
    session.clear()
    if language:
        session[CHOICE] = language
