"""Which browsers somebody has signed in with before: a new one is told of by mail (ASVS 6.3.5)."""

from flask import Response, after_this_request, current_app, request
from sqlalchemy import delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.core import clock
from app.core.tokens import fingerprint, new_secret
from app.extensions import db
from app.notifications.operations import announce
from app.sessions.models import KnownDevice, Means
from app.sessions.user_agents import browser_of


def browser_here() -> str:
    """What the log calls the browser of this request, like "Firefox, Windows"."""
    return browser_of(request.headers.get("User-Agent", ""))


def cookie_name() -> str:
    return "__Host-erfa-device" if current_app.config["SESSION_COOKIE_SECURE"] else "erfa-device"


def note_sign_in(person: Person, *, means: Means) -> None:
    """Writes the sign-in down, tells the person when the browser is a new one, and lets the browser be known from now."""
    secret, is_new = _recognised(person, request.cookies.get(cookie_name(), ""))
    device = browser_here()
    kind = EventKind.SIGNED_IN_ON_A_NEW_DEVICE if is_new else EventKind.SIGNED_IN
    record(kind, person, means=means.value, device=device)
    if is_new:
        now = clock.now()
        announce(
            "new_device",
            to=[person.id],
            about=f"device-{fingerprint(secret)[:16]}",
            payload={"at": now.isoformat(), "device": device, "means": means.value},
        )
    _remember(secret)


def _recognised(person: Person, secret: str) -> tuple[str, bool]:
    """The secret for this browser to keep, and whether it is new to somebody who has signed in elsewhere before.

    A secret we have not given out ourselves is never taken over, so nobody can plant one.
    """
    whose = set(db.session.scalars(select(KnownDevice.person_id).where(KnownDevice.token_hash == fingerprint(secret))))
    has_others = db.session.scalar(select(exists().where(KnownDevice.person_id == person.id)))
    secret = secret if whose else new_secret()
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    now = clock.now()
    row = {"person_id": person.id, "token_hash": fingerprint(secret), "signed_in_at": now}
    db.session.execute(
        insert(KnownDevice)
        .values(row)
        .on_conflict_do_update(index_elements=["person_id", "token_hash"], set_={"signed_in_at": now})
    )
    return secret, person.id not in whose and bool(has_others)


def _remember(secret: str) -> None:
    @after_this_request
    def _set_cookie(response: Response) -> Response:
        response.set_cookie(
            cookie_name(),
            secret,
            max_age=KnownDevice.LIFETIME,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response


def forget_unused() -> None:
    """Deletes browsers that nobody has signed in with for so long that their cookie is gone too; a chore."""
    db.session.execute(delete(KnownDevice).where(KnownDevice.signed_in_at < clock.now() - KnownDevice.LIFETIME))
