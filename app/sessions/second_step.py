"""Between the two steps of a sign-in: somebody has shown the first, and is asked for what only they hold.

This is no session. It lasts ten minutes, opens one page only, and is gone when the second step is done.
"""

from flask import redirect, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import delete, select, update
from sqlalchemy.orm import contains_eager

from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.core import clock, limits
from app.core.tokens import fingerprint, new_secret
from app.extensions import db
from app.factors.queries import is_protected
from app.notifications.operations import announce
from app.sessions.employer import Claims
from app.sessions.models import Means, PendingSignIn
from app.sessions.sign_in import leave

PENDING = "second_step"  # where the browser's cookie holds the secret


def ask(
    person: Person, *, means: Means, target: str, session_id: int | None = None, claims: Claims | None = None
) -> ResponseReturnValue | None:
    """The way to the second step, if this person has one; None lets them in, or go on with the session. Commits.

    `claims` are what the employer said of them, kept until the second step is done.
    """
    if not is_protected(person.id):
        return None
    if session_id is None:
        leave()
    secret = new_secret()
    session[PENDING] = secret
    token_hash = fingerprint(secret)
    pending = PendingSignIn(
        person_id=person.id, token_hash=token_hash, means=means, target=target, session_id=session_id
    )
    if claims is not None:
        pending.issuer, pending.subject = claims.issuer, claims.subject
    db.session.add(pending)
    db.session.commit()
    limits.give_back()
    return redirect(url_for("sessions.second"))


def pending_here() -> PendingSignIn | None:
    """What this browser has begun, with its person, if it is still young. One query.

    As it was read, and no longer part of the session: another tab may be done with it before this one.
    """
    secret = session.get(PENDING)
    if not secret:
        return None
    pending = db.session.scalar(
        select(PendingSignIn)
        .join(PendingSignIn.person)
        .options(contains_eager(PendingSignIn.person))
        .where(
            PendingSignIn.token_hash == fingerprint(secret),
            PendingSignIn.created_at > clock.now() - PendingSignIn.LIFETIME,
            Person.disabled_at.is_(None),
        )
    )
    if pending is not None:
        db.session.expunge(pending)
    return pending


def end(pending: PendingSignIn) -> bool:
    """Done, so that nothing of it can be used again. False when another tab has been quicker: that one's cookie stands."""
    its = delete(PendingSignIn).where(PendingSignIn.id == pending.id).returning(PendingSignIn.id)
    is_ours = db.session.scalars(its, execution_options={"synchronize_session": False}).first() is not None
    if is_ours:
        session.pop(PENDING, None)
    return is_ours


def note_failure(pending: PendingSignIn, *, factor: str) -> bool:
    """Into the log; and at the third failure the owner is told that somebody has come past the first step.

    False when another tab has been quicker and is done; then there is nothing to note.
    """
    its = update(PendingSignIn).where(PendingSignIn.id == pending.id).values(failures=PendingSignIn.failures + 1)
    failures = db.session.scalars(
        its.returning(PendingSignIn.failures), execution_options={"synchronize_session": False}
    ).first()
    if failures is None:
        return False
    record(EventKind.SECOND_STEP_FAILED, pending.person_id, factor=factor)
    if failures == PendingSignIn.TOLD_AT:
        payload = {"at": clock.now().isoformat()}
        announce(
            "second_step_failed",
            to=[pending.person_id],
            about=f"signin-{pending.id}-{fingerprint(pending.token_hash)[:8]}",
            payload=payload,
        )
    return True


def forget_pending() -> None:
    """Deletes what nobody has finished; a chore of the worker."""
    db.session.execute(delete(PendingSignIn).where(PendingSignIn.created_at <= clock.now() - PendingSignIn.LIFETIME))
