"""Reports of mail that did not arrive, read from the mails that tell of them: RFC 3464, and what others write instead."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import parseaddr
from typing import Final

from sqlalchemy.orm import undefer

from app.extensions import db
from app.incoming.destinations import Incoming
from app.incoming.models import IncomingMail
from app.notifications.bounces import bounced, failed_address, status_in

LONGEST_READ: Final = 200_000  # characters of a text that is looked through for a status
_FROM_MAIL_SYSTEMS: Final = re.compile(r"^(mailer-daemon|postmaster|mail-daemon|mdaemon)$", re.IGNORECASE)
_PLAIN_REPLY: Final = re.compile(r"(?<![\d.])(55[0-4]|45[0-2])[ -](?!\d)")


@dataclass(frozen=True)
class Report:
    """What a report says of one recipient. `recipients` are the names it has there: the last one, and the one we wrote to."""

    recipients: tuple[str, ...]
    status: str
    action: str
    diagnostic: str


def receive(mail: Incoming, numbers: list[int]) -> str:
    """`numbers` is that of the mail of ours that the address was made for; its address has to be in the report."""
    row = db.session.get_one(IncomingMail, mail.id, options=[undefer(IncomingMail.raw)])
    mail_id = numbers[0]
    reports = list(read_reports(row.raw))
    if reports:
        return "; ".join(_told(mail_id, report) for report in reports[:20])
    if row.envelope_sender and not _is_from_a_mail_system(row):
        return "not a report"
    return _without_fields(mail_id, mail.whole_text)


def _told(mail_id: int, report: Report) -> str:
    """Believed for whichever of its names is the address that the mail went to."""
    address = failed_address(mail_id)
    return bounced(
        mail_id,
        status=report.status,
        action=report.action,
        recipient=address if address in report.recipients else report.recipients[0],
        diagnostic=report.diagnostic,
    )


def _is_from_a_mail_system(row: IncomingMail) -> bool:
    senders = (row.envelope_sender, row.from_address)
    return any(_FROM_MAIL_SYSTEMS.match(sender.partition("@")[0]) for sender in senders)


def _without_fields(mail_id: int, text: str) -> str:
    """Old systems write prose. It counts when it names the address and holds a status code."""
    address = failed_address(mail_id)
    text = text[:LONGEST_READ]
    if not address or address not in text.lower():
        return "a report without fields that does not name the address"
    line = next((line for line in text.splitlines() if status_in(line) or _PLAIN_REPLY.search(line)), "")
    plain = _PLAIN_REPLY.search(line)
    status = status_in(line) or (f"{plain[1][0]}.0.0" if plain else "")
    if not status:
        return "a report without a status"
    return bounced(mail_id, status=status, action="", recipient=address, diagnostic=line.strip())


def read_reports(raw: bytes) -> Iterator[Report]:
    """The recipients of a multipart/report, wherever in the mail it stands; nothing for any other mail. Never raises."""
    for part in message_from_bytes(raw, policy=default).walk():
        if part.get_content_type() == "message/delivery-status":
            yield from (report for group in _groups(part) if (report := _report(group)))


def _groups(part: Message) -> list[Message]:
    """Blocks of fields. Some gateways encode the part, which the standard library then leaves as text."""
    payload = part.get_payload()
    if isinstance(payload, list):
        groups = [group for group in payload if isinstance(group, Message)]
        if any("Final-Recipient" in group for group in groups):
            return groups
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) and isinstance(payload, list):
        content = b"\n\n".join(bytes(group) for group in payload if isinstance(group, Message))
    blocks = re.split(rb"\r?\n[ \t]*\r?\n", content if isinstance(content, bytes) else b"")
    return [message_from_bytes(block.strip() + b"\n\n", _class=EmailMessage) for block in blocks if block.strip()]


def _report(group: Message) -> Report | None:
    names = tuple(
        filter(None, (_address_in(_field(group, name)) for name in ("Final-Recipient", "Original-Recipient")))
    )
    if not names:
        return None
    diagnostic = _field(group, "Diagnostic-Code").partition(";")[2].strip() or _field(group, "Diagnostic-Code")
    status = status_in(_field(group, "Status")) or status_in(diagnostic)
    more_telling = status_in(diagnostic)
    if status.endswith(".0.0") and more_telling[:1] == status[:1]:
        status = more_telling
    return Report(names, status, _field(group, "Action").split("(")[0].strip().lower(), diagnostic)


def _field(group: Message, name: str) -> str:
    try:
        return " ".join(str(group.get(name, "")).split())
    except (ValueError, LookupError, AttributeError, IndexError, TypeError):
        return ""  # the parser of structured headers stumbles over some


def _address_in(field: str) -> str:
    """`rfc822; <Bo@x.dk>` → bo@x.dk; also RFC 6533's utf-8 type."""
    _kind, _semicolon, rest = field.rpartition(";")
    return parseaddr(rest.strip())[1].lower()
