"""Short tokens that prove themselves, and secrets that are kept only as hashes."""

import base64
import hashlib
import hmac
import secrets

from flask import current_app


def new_secret() -> str:
    """256 random bits for an address or a cookie (ASVS 7.2.3)."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What is stored of a secret: its SHA-256 in hex. Long random secrets need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _mac(purpose: str, text: str) -> bytes:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"{purpose}\0{text}".encode(), hashlib.sha256).digest()


def sign(purpose: str, text: str) -> str:
    """`text` with 80 bits of HMAC; survives gateways that lower-case (calendar-and-mail C1). `text` must be [a-z0-9-]."""
    mac = base64.b32encode(_mac(purpose, text)[:10]).decode().lower()
    return f"{text}-{mac}"


def read_signed(purpose: str, token: str) -> str | None:
    """The text of a token made by `sign`, or None when it was not."""
    text, _, _mac_given = token.lower().rpartition("-")
    if not text or not hmac.compare_digest(sign(purpose, text).encode(), token.lower().encode()):
        return None
    return text


def six_digits(purpose: str, text: str) -> str:
    """A code of six digits that only this installation can derive from `text`; nothing secret has to be stored."""
    return f"{int.from_bytes(_mac(purpose, text)[:8]) % 1_000_000:06d}"
