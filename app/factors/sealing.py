"""Secrets that have to be read again: encrypted with keys that are derived from the installation's own."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from app.core import clock


def _box(purpose: str) -> Fernet:
    """A key of its own for each purpose (RFC 5869), so that what is sealed for one cannot be opened as another."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"erfa-nord factors {purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(str(current_app.config["SECRET_KEY"]).encode())))


def _unix() -> int:
    return int(clock.now().timestamp())


def seal(purpose: str, text: str) -> str:
    return _box(purpose).encrypt_at_time(text.encode(), _unix()).decode()


def unseal(purpose: str, sealed: str, *, within: int | None = None) -> str | None:
    """What was sealed for this purpose, if that is at most `within` seconds ago; None when it cannot be opened."""
    box, token = _box(purpose), sealed.encode()
    try:
        opened = box.decrypt(token) if within is None else box.decrypt_at_time(token, within, _unix())
    except InvalidToken:
        return None
    return opened.decode()
