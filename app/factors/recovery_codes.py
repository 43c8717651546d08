"""Ten codes on paper for the day one's phone is gone: each works once, and a new set replaces the old."""

import secrets

from argon2 import Type
from argon2.low_level import hash_secret_raw
from sqlalchemy import select, update

from app.core import clock
from app.extensions import db
from app.factors.models import RecoveryCode

HOW_MANY = 10
_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"  # none that is read as another; without u there are fewer words
_LENGTH = 12  # 58 bits


def new_codes() -> list[str]:
    return [_new_code() for _ in range(HOW_MANY)]


def _new_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, _LENGTH, 4))


def _digest(code: str, salt: str) -> str:
    """Argon2id as for passwords (ASVS 6.5.2): a code is too short for a quick hash. About 25 ms."""
    letters = "".join(letter for letter in code.casefold() if letter.isalnum())
    raw = hash_secret_raw(
        letters.encode(),
        bytes.fromhex(salt),
        time_cost=2,
        memory_cost=19 * 1024,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    )
    return raw.hex()


def hashed(person_id: int, codes: list[str]) -> list[RecoveryCode]:
    """The rows of a set, with a salt of its own."""
    salt = secrets.token_hex(16)
    return [RecoveryCode(person_id=person_id, salt=salt, digest=_digest(code, salt)) for code in codes]


def takes(person_id: int, typed: str) -> bool:
    """Whether it is one of the person's codes that has not been used; now it has."""
    salt = db.session.scalar(select(RecoveryCode.salt).where(RecoveryCode.person_id == person_id).limit(1))
    db.session.rollback()  # hashing takes long; nobody is to wait for the database meanwhile
    if salt is None:
        return False
    digest = _digest(typed[:100], salt)
    used = db.session.scalars(
        update(RecoveryCode)
        .where(RecoveryCode.person_id == person_id, RecoveryCode.digest == digest, RecoveryCode.used_at.is_(None))
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    )
    return used.first() is not None
