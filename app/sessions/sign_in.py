"""The signed-in person of a request, found by the session's secret; nothing about them is kept in the cookie."""

import logging

from flask import Request, g, request, session
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import contains_eager

from app.accounts.models import Person
from app.core import clock
from app.core.language import CHOICE
from app.core.tokens import fingerprint
from app.extensions import db
from app.factors.rules import OWES, owes_factor
from app.notifications.glance import Glance, glance_at, of_each_page
from app.sessions.devices import note_sign_in
from app.sessions.models import Means, SignInSession
from app.sessions.operations import (
    end_every_session,
    end_other_sessions,
    end_session,
    note_factor_shown,
    refresh_session,
    start_session,
)

log = logging.getLogger(__name__)
SECRET = "sign_in"  # noqa: S105 - where the browser's cookie holds the session's secret


def load_person(_request: Request) -> Person | None:
    """Flask-Login's request loader."""
    secret = session.get(SECRET)
    row, owes, glance = _session_of(secret) if secret else (None, False, Glance())
    setattr(g, OWES, owes)
    glance_at(glance)
    g.sign_in_session_id = row.id if row else None
    g.sign_in_seen_at = row.seen_at if row else None
    g.sign_in_is_fresh = row is not None and row.is_fresh
    return row.person if row else None


def _session_of(secret: str) -> tuple[SignInSession | None, bool, Glance]:
    """The session of this secret with its person, if it still lives, and what each page shows of them: one query."""
    row = db.session.execute(
        select(SignInSession, owes_factor(), *of_each_page())
        .join(SignInSession.person)
        .options(contains_eager(SignInSession.person))
        .where(SignInSession.token_hash == fingerprint(secret), SignInSession.lives())
    ).one_or_none()
    return (row[0], row[1], Glance(*row[2:])) if row else (None, False, Glance())


def person_of(secret: str) -> Person | None:
    row, _owes, _glance = _session_of(secret)
    return row.person if row else None


def enter(person: Person, *, means: Means, has_shown_factor: bool = False) -> None:
    """Signs this browser in as `person`. What the cookie held before is gone, so nobody can have planted it."""
    leave()
    agent = request.headers.get("User-Agent", "")
    session[SECRET] = start_session(person, means=means, user_agent=agent, has_shown_factor=has_shown_factor)
    session.permanent = True
    note_sign_in(person, means=means)


def refresh(*, means: Means) -> None:
    """Whoever is signed in here has shown anew who they are. The session goes on under a new secret (ASVS 7.2.4)."""
    session[SECRET] = refresh_session(g.sign_in_session_id, means=means)


def stay_alone(person: Person) -> None:
    """The first factor was added in this browser, which has thereby shown it; every other one signs in with both steps."""
    here = g.get("sign_in_session_id") or 0
    end_other_sessions(person, but=here)
    note_factor_shown(here)


def sign_out_everywhere(person: Person) -> None:
    end_every_session(person.id)


def leave() -> None:
    """Signs this browser out. The chosen language is all that stays."""
    secret, language = session.get(SECRET), session.get(CHOICE)
    if secret:
        end_session(secret)
    session.clear()
    if language:
        session[CHOICE] = language


def note_seen(_error: BaseException | None = None) -> None:
    """Writes down that this browser is in use: every few minutes, when a request is over and holds no lock any more.

    A trace of the visit and no content, so a GET may leave it. Where it cannot be written, the next request will try.
    """
    seen_at, now = g.get("sign_in_seen_at"), clock.now()
    if seen_at is None or now - seen_at < SignInSession.NOTED_EVERY:
        return
    db.session.remove()
    here = update(SignInSession).where(SignInSession.id == g.sign_in_session_id, SignInSession.seen_at < now)
    try:
        with db.engine.begin() as connection:
            connection.execute(here.values(seen_at=now))
    except OperationalError:
        log.warning("could not note that a session is in use")
