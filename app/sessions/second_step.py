"""Between the two steps of a sign-in: somebody has shown the first, and is asked for what only they hold.

This is no session. It lasts ten minutes, opens one page only, and is gone when the second step is done.
"""

from flask import redirect, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import delete, select
from sqlalchemy.orm import contains_eager

from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.core import clock, limits
from app.core.tokens import fingerprint, new_secret
from app.extensions import db
from app.factors.queries import is_protected
from app.notifications.operations import announce
from app.sessions.models import Means, PendingSignIn
from app.sessions.sign_in import leave

PENDING = "second_step"  # where the browser's cookie holds the secret


def ask(person: Person, *, means: Means, target: str, session_id: int | None = None) -> ResponseReturnValue | None:
    """The way to the second step, if this person has one; None lets them in, or go on with the session. Commits."""
    if not is_protected(person.id):
        return None
    if session_id is None:
        leave()
    secret = new_secret()
    session[PENDING] = secret
    token_hash = fingerprint(secret)
    db.session.add(
        PendingSignIn(person_id=person.id, token_hash=token_hash, means=means, target=target, session_id=session_id)
    )
    db.session.commit()
    limits.give_back()
    return redirect(url_for("sessions.second"))


def pending_here() -> PendingSignIn | None:
    """What this browser has begun, with its person, if it is still young. One query."""
    secret = session.get(PENDING)
    if not secret:
        return None
    return db.session.scalar(
        select(PendingSignIn)
        .join(PendingSignIn.person)
        .options(contains_eager(PendingSignIn.person))
        .where(
            PendingSignIn.token_hash == fingerprint(secret),
            PendingSignIn.created_at > clock.now() - PendingSignIn.LIFETIME,
            Person.disabled_at.is_(None),
        )
    )


def end(pending: PendingSignIn) -> None:
    """Done, so that nothing of it can be used again."""
    db.session.delete(pending)
    session.pop(PENDING, None)


def note_failure(pending: PendingSignIn, *, factor: str) -> None:
    """Into the log; and at the third failure the owner is told that somebody has come past the first step."""
    pending.failures += 1
    record(EventKind.SECOND_STEP_FAILED, pending.person_id, factor=factor)
    if pending.failures == PendingSignIn.TOLD_AT:
        payload = {"at": clock.now().isoformat()}
        announce(
            "second_step_failed",
            to=[pending.person_id],
            about=f"signin-{pending.id}-{fingerprint(pending.token_hash)[:8]}",
            payload=payload,
        )


def forget_pending() -> None:
    """Deletes what nobody has finished; a chore of the worker."""
    db.session.execute(delete(PendingSignIn).where(PendingSignIn.created_at <= clock.now() - PendingSignIn.LIFETIME))
