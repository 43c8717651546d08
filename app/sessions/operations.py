"""Signing in and out, and what belongs to it."""

from datetime import timedelta

from sqlalchemy import delete

from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.accounts.passwords import hashed, is_outdated, matches
from app.accounts.queries import person_by_email
from app.core import clock
from app.core.tokens import fingerprint, new_secret
from app.extensions import db
from app.notifications.operations import announce
from app.sessions.models import Means, SignInCode, SignInSession


def person_with_password(email: str, password: str) -> Person | None:
    """Whose address and password these are. One hash is computed whether there is such an account or not."""
    person = person_by_email(email)
    person_id = person.id if person else None
    stored = person.password_hash if person and person.disabled_at is None else None
    db.session.rollback()  # hashing takes long; nobody is to wait for the database meanwhile
    if not matches(password, stored):
        return None
    fresh = hashed(password) if stored and is_outdated(stored) else stored
    person = db.session.get(Person, person_id)
    if person is None or person.disabled_at is not None or person.password_hash != stored:
        return None  # changed while we were hashing
    person.password_hash = fresh
    return person


def start_session(person: Person, *, means: Means, user_agent: str) -> str:
    """A new session; returns its secret, of which only the fingerprint is kept."""
    secret = new_secret()
    lifetime = SignInSession.ADMINISTRATORS_LIFETIME if person.is_administrator else SignInSession.LIFETIME
    db.session.add(
        SignInSession(
            person_id=person.id,
            token_hash=fingerprint(secret),
            means=means,
            user_agent="".join(letter for letter in user_agent if letter.isprintable())[:200],
            expires_at=clock.now() + lifetime,
        )
    )
    return secret


def end_session(secret: str) -> None:
    db.session.execute(delete(SignInSession).where(SignInSession.token_hash == fingerprint(secret)))


def end_other_sessions(person: Person, *, but: int) -> None:
    """Signs the person out everywhere except in the session with the id `but`."""
    db.session.execute(delete(SignInSession).where(SignInSession.person_id == person.id, SignInSession.id != but))


def change_password(person: Person, password_hash: str, *, here: int) -> None:
    """Sets it, signs out every other browser, and tells the person by mail."""
    person.password_hash = password_hash
    end_other_sessions(person, but=here)
    now = clock.now()
    announce("password_changed", to=[person.id], about=f"at-{now:%Y%m%d%H%M%S%f}", payload={"at": now.isoformat()})


def disable_person(person: Person, *, by: Person) -> None:
    """Closes the account at once: its sessions end here, and feeds and mails ask for `disabled_at` each time."""
    if person.disabled_at is not None:
        return
    person.disabled_at = clock.now()
    db.session.execute(delete(SignInSession).where(SignInSession.person_id == person.id))
    record(EventKind.DISABLED, person, by=by)


def enable_person(person: Person, *, by: Person) -> None:
    """Opens it again; the person signs in anew."""
    if person.disabled_at is None:
        return
    person.disabled_at = None
    record(EventKind.ENABLED, person, by=by)


def forget_expired() -> None:
    """Deletes sessions that are over and requests for codes older than a day; a chore of the worker."""
    now = clock.now()
    db.session.execute(delete(SignInSession).where(SignInSession.expires_at <= now))
    db.session.execute(delete(SignInCode).where(SignInCode.created_at < now - timedelta(days=1)))
