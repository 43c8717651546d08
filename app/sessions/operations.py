"""Signing in and out, and what belongs to it."""

from datetime import timedelta

from sqlalchemy import delete, update

from app.accounts.events import record
from app.accounts.models import Event, EventKind, Person
from app.accounts.passwords import hashed, is_outdated, matches
from app.accounts.queries import person_by_email
from app.core import clock
from app.core.tokens import fingerprint, new_secret
from app.extensions import db
from app.notifications.operations import announce
from app.sessions.devices import forget_unused
from app.sessions.models import AddressChange, Means, PendingSignIn, SignInCode, SignInSession


def person_with_password(email: str, password: str, *, device: str = "") -> Person | None:
    """Whose address and password these are. Commit either way, because a failure is written down.

    One hash is computed, and the same is read and written, whether there is such an account or not.
    """
    person = person_by_email(email)
    person_id = person.id if person else None
    stored = person.password_hash if person and person.disabled_at is None else None
    db.session.rollback()  # hashing takes long; nobody is to wait for the database meanwhile
    if not matches(password, stored):
        record(EventKind.SIGN_IN_FAILED, person_id, means=Means.PASSWORD.value, device=device)
        return None
    fresh = hashed(password) if stored and is_outdated(stored) else stored
    person = db.session.get(Person, person_id)
    if person is None or person.disabled_at is not None or person.password_hash != stored:
        return None  # changed while we were hashing
    person.password_hash = fresh
    return person


def start_session(person: Person, *, means: Means, user_agent: str, has_shown_factor: bool = False) -> str:
    """A new session; returns its secret, of which only the fingerprint is kept. A passkey is a factor in itself."""
    secret = new_secret()
    has_shown_factor = has_shown_factor or means is Means.PASSKEY
    lifetime = SignInSession.ADMINISTRATORS_LIFETIME if person.is_administrator else SignInSession.LIFETIME
    db.session.add(
        SignInSession(
            person_id=person.id,
            token_hash=fingerprint(secret),
            means=means,
            refreshed_by=means,
            user_agent="".join(letter for letter in user_agent if letter.isprintable())[:200],
            second_step_at=clock.now() if has_shown_factor else None,
            expires_at=clock.now() + lifetime,
        )
    )
    return secret


def refresh_session(session_id: int, *, means: Means) -> str:
    """It was proved anew whose session this is; returns its new secret."""
    secret = new_secret()
    here = update(SignInSession).where(SignInSession.id == session_id)
    db.session.execute(here.values(token_hash=fingerprint(secret), refreshed_at=clock.now(), refreshed_by=means))
    return secret


def note_factor_shown(session_id: int) -> None:
    db.session.execute(update(SignInSession).where(SignInSession.id == session_id).values(second_step_at=clock.now()))


def end_session(secret: str) -> None:
    db.session.execute(delete(SignInSession).where(SignInSession.token_hash == fingerprint(secret)))


def end_every_session(person_id: int) -> None:
    """Signs the person out everywhere; whoever is between the two steps begins again."""
    db.session.execute(delete(PendingSignIn).where(PendingSignIn.person_id == person_id))
    db.session.execute(delete(SignInSession).where(SignInSession.person_id == person_id))


def end_other_sessions(person: Person, *, but: int) -> None:
    """Signs the person out everywhere except in the session with the id `but`; nobody is between the two steps any more."""
    db.session.execute(delete(PendingSignIn).where(PendingSignIn.person_id == person.id))
    db.session.execute(delete(SignInSession).where(SignInSession.person_id == person.id, SignInSession.id != but))


def change_password(person: Person, password_hash: str, *, here: int) -> None:
    """Sets it, signs out every other browser, and tells the person by mail."""
    person.password_hash = password_hash
    end_other_sessions(person, but=here)
    record(EventKind.PASSWORD_SET, person)
    _tell_at_once("password_changed", person)


def remove_password(person: Person, *, here: int) -> None:
    """From now on a code by mail it is; signs out every other browser, and tells the person by mail."""
    if person.password_hash is None:
        return
    person.password_hash = None
    end_other_sessions(person, but=here)
    record(EventKind.PASSWORD_REMOVED, person)
    _tell_at_once("password_removed", person)


def _tell_at_once(kind: str, person: Person) -> None:
    now = clock.now()
    announce(kind, to=[person.id], about=f"at-{now:%Y%m%d%H%M%S%f}", payload={"at": now.isoformat()})


def disable_person(person: Person, *, by: Person) -> None:
    """Closes the account at once: its sessions end here, and feeds and mails ask for `disabled_at` each time."""
    if person.disabled_at is not None:
        return
    person.disabled_at = clock.now()
    end_every_session(person.id)
    record(EventKind.DISABLED, person, by=by)


def enable_person(person: Person, *, by: Person) -> None:
    """Opens it again; the person signs in anew."""
    if person.disabled_at is None:
        return
    person.disabled_at = None
    record(EventKind.ENABLED, person, by=by)


COMING_AND_GOING = (
    EventKind.SIGNED_IN,
    EventKind.SIGNED_IN_ON_A_NEW_DEVICE,
    EventKind.SIGN_IN_FAILED,
    EventKind.SECOND_STEP_FAILED,
    EventKind.SIGNED_OUT,
    EventKind.SESSION_ENDED,
    EventKind.OTHER_SESSIONS_ENDED,
)
KEPT_FOR = timedelta(days=183)  # half a year is long enough to look into a break-in


def forget_expired() -> None:
    """Deletes sessions that are over, requests for codes and addresses older than a day, and who came and went long ago.

    A chore of the worker.
    """
    now = clock.now()
    yesterday = now - timedelta(days=1)
    db.session.execute(delete(SignInSession).where(SignInSession.expires_at <= now))
    db.session.execute(delete(SignInCode).where(SignInCode.created_at < yesterday))
    db.session.execute(delete(AddressChange).where(AddressChange.created_at < yesterday))
    db.session.execute(delete(Event).where(Event.kind.in_(COMING_AND_GOING), Event.at < now - KEPT_FOR))
    forget_unused()
