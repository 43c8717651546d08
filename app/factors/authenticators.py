"""Codes of an authenticator app (TOTP, RFC 6238): six digits that change every thirty seconds, each taken once."""

import hmac
import re

import pyotp
import segno
from sqlalchemy import update

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.factors.models import Authenticator
from app.factors.sealing import seal, unseal

STEP = 30  # seconds
AROUND = 1  # steps that a phone's clock may be off by
AT_REST = "authenticator"


def new_secret_key() -> str:
    """160 random bits in Base32, as apps want it."""
    return str(pyotp.random_base32())


def in_groups(secret: str) -> str:
    """As one types it: four and four."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def address_of(secret: str, person: Person) -> str:
    """The otpauth address that the QR code holds."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name="ERFA Nord"))


def drawn(text: str) -> tuple[int, str]:
    """A QR code as the side of a square with its quiet zone, and the path that draws it with lines one unit wide."""
    code = segno.make(text, error="m", micro=False)
    rows = [list(row) for row in code.matrix_iter(border=4)]
    path = [f"M{column} {line}.5h1" for line, row in enumerate(rows) for column, is_dark in enumerate(row) if is_dark]
    return len(rows), "".join(path)


def step_of(secret: str, typed: str, *, after: int = -1) -> int | None:
    """The time step whose code was typed: this one or a neighbour, but none up to `after`. By our clock, not theirs."""
    digits = "".join(typed.split())
    if not re.fullmatch(r"[0-9]{6}", digits, re.A):
        return None
    now = int(clock.now().timestamp()) // STEP
    codes = pyotp.TOTP(secret)
    for step in range(now - AROUND, now + AROUND + 1):
        if step > after and hmac.compare_digest(codes.generate_otp(step).encode(), digits.encode()):
            return step
    return None


def keep(person_id: int, secret: str, step: int) -> None:
    """Instead of an app there may have been. The code it was confirmed with is used up."""
    kept = db.session.get(Authenticator, person_id) or Authenticator(person_id=person_id)
    kept.secret, kept.last_step = seal(AT_REST, secret), step
    kept.created_at, kept.last_used_at = clock.now(), None
    db.session.add(kept)


def is_kept(person_id: int, secret: str) -> bool:
    kept = db.session.get(Authenticator, person_id)
    return kept is not None and unseal(AT_REST, kept.secret) == secret


def takes(person_id: int, typed: str) -> bool:
    """Whether this is the code of the person's app now. Taken once: of two at the same moment one is refused."""
    kept = db.session.get(Authenticator, person_id)
    secret = unseal(AT_REST, kept.secret) if kept else None
    if kept is None or secret is None:
        return False
    step = step_of(secret, typed, after=kept.last_step)
    if step is None:
        return False
    taken = db.session.scalars(
        update(Authenticator)
        .where(Authenticator.person_id == person_id, Authenticator.last_step < step)
        .values(last_step=step, last_used_at=clock.now())
        .returning(Authenticator.person_id)
    )
    return taken.first() is not None
