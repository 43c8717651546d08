"""Which factors someone holds."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Person
from app.extensions import db
from app.factors.models import Authenticator, Passkey, RecoveryCode

FEW = 3  # recovery codes left; then one is warned


@dataclass(frozen=True)
class Held:
    """All that one person can prove themselves with."""

    passkeys: list[Passkey]
    authenticator: Authenticator | None
    codes_left: int

    @property
    def has_factor(self) -> bool:
        """Recovery codes alone are none: they are for the day on which one has lost the others."""
        return bool(self.passkeys or self.authenticator)

    @property
    def has_few_codes(self) -> bool:
        return self.codes_left <= FEW


def passkeys_of(person_id: int) -> list[Passkey]:
    """The newest first."""
    return list(
        db.session.scalars(
            select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.created_at.desc(), Passkey.id.desc())
        )
    )


def passkey_for(person: Person, passkey_id: int) -> Passkey | None:
    return db.session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == person.id))


def codes_left_of(person_id: int) -> int:
    return db.session.scalars(
        select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    ).one()


def held_by(person_id: int) -> Held:
    return Held(passkeys_of(person_id), db.session.get(Authenticator, person_id), codes_left_of(person_id))


def has_factor(person_id: int | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The condition that someone has a passkey or an authenticator app."""
    return or_(exists().where(Passkey.person_id == person_id), exists().where(Authenticator.person_id == person_id))


def is_protected(person_id: int) -> bool:
    """Whether a second step is asked of this person when they sign in."""
    return bool(db.session.scalar(select(has_factor(person_id))))
