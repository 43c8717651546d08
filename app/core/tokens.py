"""Short tokens that prove themselves, and secrets that are kept only as hashes."""

import base64
import hashlib
import hmac
import secrets

from flask import current_app

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: nobody can take one for another
_MISREAD = str.maketrans("oil", "011", " -\u2010\u2011\u2013")


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


def eight_letters(purpose: str, text: str) -> str:
    """A code of eight letters and digits, 40 bits, that only this installation can derive from `text`."""
    number = int.from_bytes(_mac(purpose, text)[:5])
    return "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(8)))


def is_code(typed: str, code: str) -> bool:
    """Whether somebody has typed the code of `eight_letters`, in whatever case, with hyphens, O for 0 and l for 1."""
    read = typed.strip().lower().translate(_MISREAD)
    return hmac.compare_digest(read.encode("utf-8", "replace"), code.encode())
