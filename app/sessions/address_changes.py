"""A new mail address: asked for, proved from both mailboxes, or stopped by whoever reads the old one."""

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.accounts.queries import person_by_email
from app.core import clock
from app.core.tokens import new_secret, read_signed, sign, six_digits
from app.extensions import db
from app.notifications.operations import announce, announce_to_address
from app.sessions.codes import is_six_digits
from app.sessions.models import AddressChange, SignInCode
from app.sessions.operations import end_every_session, end_other_sessions

STOP = "address-change"


def digits_at_new(change: AddressChange) -> str:
    return six_digits("new-address", change.nonce)


def digits_at_old(change: AddressChange) -> str:
    return six_digits("old-address", change.nonce)


def token_to_stop(change: AddressChange) -> str:
    return sign(STOP, f"{change.id}-{change.mark}")


def change_to_stop(token: str) -> AddressChange | None:
    """The change that this link from a mail is about, while it still waits. Raises LookupError for a link not ours."""
    text = read_signed(STOP, token)
    if text is None:
        raise LookupError(token)
    change_id, _, mark = text.partition("-")
    change = db.session.get(AddressChange, int(change_id))
    return change if change is not None and change.mark == mark and change.is_live else None


def is_somebody_elses(change: AddressChange) -> bool:
    owner = person_by_email(change.address)
    return owner is not None and owner.id != change.person_id


def ask_for_address(person: Person, address: str) -> None:
    """Owes a mail to both mailboxes, whoever the new one belongs to; what was asked for before no longer counts."""
    db.session.scalar(select(Person.id).where(Person.id == person.id).with_for_update())  # one at a time
    db.session.execute(delete(AddressChange).where(AddressChange.person_id == person.id))
    change = AddressChange(person_id=person.id, address=address, nonce=new_secret())
    db.session.add(change)
    db.session.flush()
    reader_id = None if is_somebody_elses(change) else person.id  # nobody is told whose account asked for theirs
    about, payload = f"address-{change.id}-{change.mark}", {"change_id": change.id, "mark": change.mark}
    announce_to_address("address_change_new", address=address, about=about, payload=payload, person_id=reader_id)
    announce("address_change_old", to=[person.id], about=about, payload=payload)
    record(EventKind.ADDRESS_CHANGE_ASKED, person)


def give_digits(change: AddressChange, *, new: str, old: str) -> list[str]:
    """Takes what was typed; what is right counts from now on. Returns which of "new" and "old" was wrong.

    A try is used up when something was: commit either way.
    """
    now, wrong = clock.now(), []
    if change.confirmed_new_at is None and new:
        if is_six_digits(new, digits_at_new(change)) and not is_somebody_elses(change):
            change.confirmed_new_at = now
        else:
            wrong.append("new")
    if change.confirmed_old_at is None and old:
        if is_six_digits(old, digits_at_old(change)):
            change.confirmed_old_at = now
        else:
            wrong.append("old")
    if wrong:
        change.tries += 1
    return wrong


def complete_change(change: AddressChange, person: Person, *, here: int) -> bool:
    """The address becomes theirs, every other browser is signed out, and both mailboxes are told.

    False when somebody else has got the address in this very moment.
    """
    old = person.email
    try:
        with db.session.begin_nested():
            person.email = change.address
            db.session.flush()
    except IntegrityError:
        return False
    db.session.delete(change)
    db.session.execute(delete(SignInCode).where(SignInCode.person_id == person.id))
    end_other_sessions(person, but=here)
    record(EventKind.ADDRESS_CHANGED, person)
    now = clock.now()
    about, payload = f"at-{now:%Y%m%d%H%M%S%f}", {"at": now.isoformat()}
    announce("address_changed", to=[person.id], about=about, payload=payload)
    announce_to_address("address_changed", address=old, about=about, payload=payload, person_id=person.id)
    return True


def withdraw_change(change: AddressChange) -> None:
    db.session.delete(change)
    record(EventKind.ADDRESS_CHANGE_STOPPED, change.person_id)


def stop_change(change: AddressChange) -> None:
    """Whoever reads the old mailbox did not ask for it, so somebody else is in the account: out with everybody."""
    withdraw_change(change)
    end_every_session(change.person_id)
    record(EventKind.OTHER_SESSIONS_ENDED, change.person_id)
