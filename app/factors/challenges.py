"""What a passkey is asked to sign: random, bound to this browser and purpose, for some minutes, and answered once.

A challenge carries its own expiry and proof, so that asking for one writes nothing; only the answered ones are kept.
"""

import secrets
from datetime import UTC, datetime, timedelta

from flask import session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from app.core import clock
from app.core.tokens import fingerprint, read_signed, sign
from app.extensions import db
from app.factors.models import SpentChallenge

LIFETIME = timedelta(minutes=5)


def _bound(purpose: str) -> str:
    """The purpose together with this browser, known by the secret its forms are protected with."""
    generate_csrf()
    return f"passkey {purpose} {session['csrf_token']}"


def new_challenge(purpose: str) -> bytes:
    """128 random bits, the second it expires, and 80 bits of HMAC over both."""
    expires = int((clock.now() + LIFETIME).timestamp())
    return sign(_bound(purpose), f"{secrets.token_hex(16)}-{expires}").encode()


def spend(challenge: bytes, purpose: str) -> bool:
    """Whether it is ours, for this browser and purpose, still young, and not answered before. From now on it is."""
    text = read_signed(_bound(purpose), challenge.decode("ascii", "replace"))
    if text is None:
        return False
    expires_at = datetime.fromtimestamp(int(text.rpartition("-")[2]), UTC)
    if expires_at <= clock.now():
        return False
    insert_here = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"fingerprint": fingerprint(text), "expires_at": expires_at}
    kept = insert_here(SpentChallenge).values(row).on_conflict_do_nothing().returning(SpentChallenge.fingerprint)
    return db.session.scalars(kept).first() is not None


def forget_spent() -> None:
    """Deletes those that have expired anyway; a chore of the worker."""
    db.session.execute(delete(SpentChallenge).where(SpentChallenge.expires_at <= clock.now()))
