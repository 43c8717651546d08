"""What can be done with factors. Each act is told by mail and stands in the log."""

from collections.abc import Callable

from sqlalchemy import delete, select

from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.core import clock
from app.extensions import db
from app.factors import authenticators, recovery_codes
from app.factors.models import Authenticator, Passkey, RecoveryCode
from app.factors.queries import codes_left_of, is_protected
from app.notifications.operations import announce

Act = Callable[[Person], None]
_after_the_first: list[Act] = []
_after_a_reset: list[Act] = []


def sessions_follow(*, the_first: Act, a_reset: Act) -> None:
    """Who is signed in where is known above us: what happens there at someone's first factor, and at a reset."""
    _after_the_first[:], _after_a_reset[:] = [the_first], [a_reset]


def _lock(person: Person) -> None:
    """Two acts on the factors of one person wait for each other."""
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())


def _tell(kind: str, person: Person, **facts: str | int) -> None:
    now = clock.now()
    about = f"{facts.get('what', 'at')}-{now:%Y%m%d%H%M%S%f}"
    announce(kind, to=[person.id], about=about, payload={"at": now.isoformat(), **facts})


def _follow(acts: list[Act], person: Person) -> None:
    for act in acts:
        act(person)


def add_passkey(person: Person, passkey: Passkey) -> None:
    _lock(person)
    is_first = not is_protected(person.id)
    db.session.add(passkey)
    db.session.flush()
    if is_first:
        _follow(_after_the_first, person)
    record(EventKind.PASSKEY_ADDED, person, name=passkey.name)
    _tell("factor_added", person, what="passkey", name=passkey.name)


def rename_passkey(passkey: Passkey, name: str) -> None:
    passkey.name = name


def remove_passkey(person: Person, passkey: Passkey) -> None:
    db.session.delete(passkey)
    record(EventKind.PASSKEY_REMOVED, person, name=passkey.name)
    _tell("factor_removed", person, what="passkey", name=passkey.name)


def add_authenticator(person: Person, secret: str, *, step: int) -> None:
    """The app that holds `secret` counts from now on; one from before does not. Sent twice, it is added once."""
    _lock(person)
    if authenticators.is_kept(person.id, secret):
        return
    is_first = not is_protected(person.id)
    authenticators.keep(person.id, secret, step)
    if is_first:
        _follow(_after_the_first, person)
    record(EventKind.AUTHENTICATOR_ADDED, person)
    _tell("factor_added", person, what="authenticator")


def remove_authenticator(person: Person) -> None:
    authenticator = db.session.get(Authenticator, person.id)
    if authenticator is None:
        return
    db.session.delete(authenticator)
    record(EventKind.AUTHENTICATOR_REMOVED, person)
    _tell("factor_removed", person, what="authenticator")


def make_recovery_codes(person: Person) -> list[str]:
    """A new set instead of the old, to be shown once; only hashes are kept."""
    codes = recovery_codes.new_codes()
    db.session.rollback()  # hashing takes a quarter of a second; nobody is to wait for the database meanwhile
    rows = recovery_codes.hashed(person.id, codes)
    _lock(person)
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    db.session.add_all(rows)
    record(EventKind.RECOVERY_CODES_MADE, person)
    _tell("recovery_codes_made", person)
    return codes


def use_recovery_code(person: Person, typed: str) -> bool:
    """Whether it was one of theirs and unused. The person is told, and how many are left."""
    if not recovery_codes.takes(person.id, typed):
        return False
    left = codes_left_of(person.id)
    record(EventKind.RECOVERY_CODE_USED, person, left=left)
    _tell("recovery_code_used", person, left=left)
    return True


def reset_factors(person: Person, *, by: Person | None) -> None:
    """Takes all factors from someone who has lost them, and signs them out everywhere, for whoever has the phone may be in.

    `by` is the administrator, None the command line.
    """
    _lock(person)
    for table in (Passkey, Authenticator, RecoveryCode):
        db.session.execute(delete(table).where(table.person_id == person.id))
    _follow(_after_a_reset, person)
    record(EventKind.FACTORS_RESET, person, by=by)
    _tell("factors_reset", person, by=by.name if by else "")
