"""Taking a mail in, whichever way it came: by pipe, from a mailbox or from the web."""

import hashlib
from dataclasses import dataclass

from flask_babel import force_locale
from sqlalchemy import select

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.incoming.destinations import Incoming, RefusedError, find
from app.incoming.models import Fate, IncomingMail
from app.incoming.reading import Read, read_mail
from app.notifications.addresses import read as read_address


@dataclass(frozen=True)
class Verdict:
    """What became of a mail, as whoever brought it is told."""

    fate: Fate
    reason: str


def ingest(raw: bytes, recipient: str, sender: str) -> Verdict:
    """Takes in a mail that came to `recipient`, its envelope sender `sender` ("" or "<>" for reports). Never commits."""
    mail = read_mail(raw)
    key = hashlib.sha256(
        f"{mail.message_id or hashlib.sha256(raw).hexdigest()} {recipient.lower()}".encode()
    ).hexdigest()
    if db.session.scalar(select(IncomingMail.id).where(IncomingMail.key == key)):
        return Verdict(Fate.PASSED_OVER, "the same mail once more")
    person = db.session.scalar(select(Person).where(Person.email == mail.from_address, Person.disabled_at.is_(None)))
    row = IncomingMail(
        key=key,
        recipient=recipient[:254],
        envelope_sender=sender.strip("<>")[:254],
        from_address=mail.from_address[:254],
        person_id=person.id if person else None,
        subject=mail.subject[:400],
        raw=raw,
        fate=Fate.TAKEN,
    )
    db.session.add(row)
    db.session.flush()
    row.fate, row.reason = _handled(mail, row, person)
    return Verdict(row.fate, row.reason)


def _handled(mail: Read, row: IncomingMail, person: Person | None) -> tuple[Fate, str]:
    addressed = read_address(row.recipient)
    found = find(addressed.purpose, addressed.text) if addressed else None
    if addressed is None or found is None:
        return Fate.REFUSED, "no such address"
    destination, numbers = found
    row.about = addressed.text
    if not destination.takes_strangers and (
        person is None or (destination.named is not None and numbers[destination.named] != person.id)
    ):
        return Fate.REFUSED, "the sender is not whom the address is for"
    incoming = Incoming(
        id=row.id,
        sender=person,
        from_address=mail.from_address,
        from_name=mail.from_name,
        subject=mail.subject,
        text=mail.text.strip(),
        whole_text=mail.text,
        calendars=mail.calendars,
        files=mail.files,
        received_at=clock.now(),
    )
    try:
        with db.session.begin_nested(), force_locale(person.locale if person else "da"):
            return Fate.TAKEN, destination.receive(incoming, numbers)
    except RefusedError as error:
        return Fate.REFUSED, error.reason
    except DomainError as error:
        return Fate.REFUSED, error.sentence


def settle(mail_id: int, *, network_id: int, became: str) -> None:
    """Public, for `receive`: what has become of a mail, so that its network's coordinators may see it whole.

    `became` is the path of the page that shows it, like "/cases/7#post-3".
    """
    db.session.get_one(IncomingMail, mail_id).about = became[:80] if network_id else ""
