"""One-time codes by mail: asking for one, and proving that one got it."""

import hmac
import re
from datetime import timedelta

from sqlalchemy import Select, select

from app.accounts.addresses import as_kept
from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.accounts.queries import person_by_email
from app.core import clock
from app.core.tokens import fingerprint, new_secret, six_digits
from app.extensions import db
from app.notifications.operations import announce, announce_to_address
from app.sessions.models import Means, SignInCode

NOBODY = "nobody@invalid"  # a name that no mail server can have (RFC 2606)
DOUBLE_CLICK = timedelta(seconds=30)


def digits_of(code: SignInCode) -> str:
    return six_digits("sign-in", code.nonce)


def newest_for(address_hash: str) -> Select[SignInCode]:
    """Only the newest code of an address counts, so that asking again does not add chances to guess."""
    return select(SignInCode).where(SignInCode.address_hash == address_hash).order_by(SignInCode.id.desc()).limit(1)


def ask_for_code(email: str) -> None:
    """Writes the request down and, if the address belongs to an enabled account, owes it the mail."""
    address_hash = fingerprint(as_kept(email))
    person = person_by_email(email)
    newest = db.session.scalar(newest_for(address_hash))
    if newest and newest.is_live and not newest.tries and clock.now() - newest.created_at < DOUBLE_CLICK:
        return
    is_known = person is not None and person.disabled_at is None
    code = SignInCode(
        address_hash=address_hash, person_id=person.id if person and is_known else None, nonce=new_secret()
    )
    db.session.add(code)
    db.session.flush()
    # The nonce, because SQLite gives the id of a forgotten request to a later one, and the mail of the first still stands.
    about, payload = f"code-{code.id}-{fingerprint(code.nonce)[:12]}", {"code_id": code.id}
    if code.person_id is not None:
        announce("sign_in_code", to=[code.person_id], about=about, payload=payload)
    else:  # as much is written, and as much waits, as for an address that has an account; nothing is sent
        announce_to_address("sign_in_code", address=NOBODY, about=about, payload=payload)


def person_with_code(email: str, typed: str, *, device: str = "") -> Person | None:
    """Whose code this is. Right or wrong, a try is used up and a failure written down: commit either way. Works once."""
    code = db.session.scalar(newest_for(fingerprint(as_kept(email))).with_for_update())
    person = _whose(code, "".join(typed.split()))
    if person is None:
        record(EventKind.SIGN_IN_FAILED, code.person_id if code else None, means=Means.CODE.value, device=device)
    return person


def is_six_digits(typed: str, right: str) -> bool:
    """Whether the right digits were typed."""
    # Bytes, because compare_digest refuses text beyond ASCII; and [0-9], because \d knows other alphabets' digits.
    is_right = hmac.compare_digest(right.encode(), typed.encode("utf-8", "replace"))
    return is_right and re.fullmatch(r"[0-9]{6}", typed, re.A) is not None


def _whose(code: SignInCode | None, typed: str) -> Person | None:
    if code is None or not code.is_live:
        return None
    code.tries += 1
    if not is_six_digits(typed, digits_of(code)):
        return None
    code.used_at = clock.now()
    person = db.session.get(Person, code.person_id) if code.person_id else None
    return person if person is not None and person.disabled_at is None else None
