"""A mail's bytes as something to work with; never raises, whatever the bytes."""

from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

from app.incoming.destinations import Attached


@dataclass(frozen=True)
class Read:
    """What stands in a mail."""

    message: EmailMessage
    message_id: str
    from_name: str
    from_address: str
    subject: str
    text: str
    calendars: tuple[bytes, ...] = ()
    files: tuple[Attached, ...] = field(default=())


def read_mail(raw: bytes) -> Read:
    message = message_from_bytes(raw, policy=default)
    name, address = parseaddr(str(message.get("From", "")))
    body = message.get_body(("plain", "html"))
    calendars, files = [], []
    for part in message.walk():
        if part.get_content_type() in {"text/calendar", "application/ics"}:
            calendars.append(part.get_payload(decode=True))
        elif not part.is_multipart() and (part.get_content_disposition() == "attachment" or part.get_filename()):
            content, shown_by = part.get_payload(decode=True), str(part.get("Content-ID", ""))
            files.append(Attached(part.get_filename() or "", part.get_content_type(), bytes(content or b""), shown_by))
    return Read(
        message=message,
        message_id=str(message.get("Message-ID", "")),
        from_name=name,
        from_address=address.lower(),
        subject=str(message.get("Subject", "")),
        text=str(body.get_content()) if body else "",
        calendars=tuple(dict.fromkeys(bytes(one) for one in calendars if one)),
        files=tuple(files),
    )
