"""Mail that did not arrive: what the mail system says of it, and the addresses that nothing is sent to any more. None of it commits."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, ScalarSelect, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.notifications.models import Bounce, Mail, SuspendedAddress, Weight

WINDOW: Final = timedelta(days=14)
ENOUGH: Final = 3  # failures within the window
KEEP: Final = timedelta(days=90)
KEEP_SUSPENDED: Final = timedelta(days=365)
_STATUS: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_CODE: Final = re.compile(r"^([245]\d\d)\b")
# 5.1.7 and 5.1.8 are about the sender's address (RFC 3463 3.2), which is ours.
_SENDERS_FAULT: Final = {"5.1.7", "5.1.8"}


def status_in(text: str) -> str:
    """The first enhanced status code in what a mail server said, else one made of its plain reply code, else ""."""
    if status := _STATUS.search(text):
        return ".".join(status.groups())
    code = _CODE.search(text.strip())
    return f"{code[1][0]}.0.0" if code else ""


def weight_of(status: str, action: str = "") -> Weight | None:
    """What a report says of the address; None when it says nothing of it."""
    if status in _SENDERS_FAULT or action in {"delivered", "relayed", "expanded"} or status.startswith("2."):
        return None
    if status.startswith("4.") or action == "delayed":
        return Weight.DELAYED
    if status.startswith("5.1."):
        return Weight.UNKNOWN_ADDRESS
    return Weight.FAILED if status.startswith("5.") or action == "failed" else None


def bounced(mail_id: int, *, status: str, action: str, recipient: str, diagnostic: str) -> str:
    """Takes in a report of failure about the mail of this number; returns what came of it (English, short).

    Only believed when `recipient` is where that mail went: a report about somebody else changes nothing.
    """
    mail = db.session.scalar(select(Mail).options(joinedload(Mail.person)).where(Mail.id == mail_id))
    if mail is None:
        return "about a mail that is gone"
    address = address_of(mail)
    if recipient.strip().strip("<>").lower() != address:
        return "about somebody else's address, not believed"
    weight = weight_of(status, action)
    if weight is None:
        return f"says nothing against the address: {status or action or 'no status'}"
    return _note(mail.id, address, weight, status, diagnostic)


def failed_address(mail_id: int) -> str:
    """Where the mail of this number went; "" when it is gone."""
    mail = db.session.scalar(select(Mail).options(joinedload(Mail.person)).where(Mail.id == mail_id))
    return address_of(mail) if mail else ""


def refused(mail_id: int, said: str) -> None:
    """The mail server next to us would not take this recipient: counts like a report that comes later.

    What it says of rules (5.7, relaying) is about us and not about the address; it would silence everybody at once.
    """
    mail = db.session.scalar(select(Mail).options(joinedload(Mail.person)).where(Mail.id == mail_id))
    status = status_in(said)
    weight = weight_of(status)
    if mail is None or weight is None or weight is Weight.DELAYED or status.startswith("5.7."):
        return
    _note(mail.id, address_of(mail), weight, status, said)


def address_of(mail: Mail) -> str:
    """Where it went, in lower case. Needs the person loaded."""
    return (mail.address or (mail.person.email if mail.person else "")).lower()


def _note(mail_id: int, address: str, weight: Weight, status: str, diagnostic: str) -> str:
    """A mail counts against an address once, however often and by however many machines its failure is told."""
    told_before = select(Bounce.id).where(Bounce.mail_id == mail_id, Bounce.address == address)
    before = told_before.where(Bounce.weight.in_([weight, Weight.UNKNOWN_ADDRESS]))
    if db.session.scalar(before.limit(1)):
        return "told before"
    words = " ".join(diagnostic.split())[:500]
    db.session.add(Bounce(address=address, mail_id=mail_id, weight=weight, status=status[:16], diagnostic=words))
    db.session.flush()
    if weight is Weight.UNKNOWN_ADDRESS or (weight is Weight.FAILED and score_of(address) >= ENOUGH):
        _suspend(address, status, words)
        return f"{status}: the address is suspended"
    return f"{status}: counted" if weight is Weight.FAILED else f"{status}: delayed, not counted"


def score_of(address: str) -> int:
    """Failures that count: within two weeks, and not forgiven."""
    return db.session.scalar(select(func.count(Bounce.id)).where(Bounce.address == address, *_counts())) or 0


def _counts() -> tuple[ColumnElement[bool], ...]:
    return (
        Bounce.weight.in_([Weight.FAILED, Weight.UNKNOWN_ADDRESS]),
        Bounce.at > clock.now() - WINDOW,
        Bounce.is_forgiven.is_(False),
    )


def _suspend(address: str, status: str, diagnostic: str) -> None:
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"address": address, "suspended_at": clock.now(), "status": status[:16], "diagnostic": diagnostic}
    db.session.execute(insert(SuspendedAddress).values(row).on_conflict_do_nothing())


def lift(address: str) -> bool:
    """Mail goes there again, and what has failed is forgiven; False when it was not suspended."""
    gone = db.session.execute(
        delete(SuspendedAddress).where(SuspendedAddress.address == address).returning(SuspendedAddress.address)
    ).all()
    forgiven = update(Bounce).where(Bounce.address == address, Bounce.is_forgiven.is_(False))
    db.session.execute(forgiven.values(is_forgiven=True).execution_options(synchronize_session=False))
    return bool(gone)


def suspended_since(address: InstrumentedAttribute[str]) -> ScalarSelect[datetime]:
    """Since when an address of the query is suspended; NULL when it is not."""
    since = select(SuspendedAddress.suspended_at).where(SuspendedAddress.address == address)
    return since.correlate(Person).scalar_subquery()


def is_suspended(address: str) -> bool:
    return db.session.get(SuspendedAddress, address.lower()) is not None


def reports_about(addresses: Sequence[str]) -> list[Bounce]:
    """What the mail system has said of these addresses, newest first."""
    about = select(Bounce).where(Bounce.address.in_(addresses)).order_by(Bounce.id.desc())
    return list(db.session.scalars(about))


def purge_bounces() -> None:
    now = clock.now()
    for old in (
        delete(Bounce).where(Bounce.at < now - KEEP),
        delete(SuspendedAddress).where(
            SuspendedAddress.suspended_at < now - KEEP_SUSPENDED,
            SuspendedAddress.address.not_in(select(Person.email)),
        ),
    ):
        db.session.execute(old.execution_options(synchronize_session=False))
