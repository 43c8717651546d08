"""A kept mail as a mail program would show it."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default

from app.notifications.models import KeptMail


@dataclass(frozen=True)
class File:
    """Something that came with a mail."""

    name: str
    kind: str
    size: int


@dataclass(frozen=True)
class Opened:
    """A mail, read from its bytes."""

    sender: str
    to: str
    subject: str
    date: datetime
    headers: list[tuple[str, str]]  # decoded, on one line each, as "show all headers" lists them
    text: str
    html: str
    calendars: list[str]
    files: list[File]


def _content(part: MIMEPart | None) -> str:
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def _size(part: EmailMessage) -> int:
    payload = part.get_payload(decode=True)
    return len(payload) if isinstance(payload, bytes) else 0


def open_mail(mail: KeptMail) -> Opened:
    message = message_from_bytes(mail.raw, policy=default)
    parts = [part for part in message.walk() if not part.is_multipart()]
    files = [part for part in parts if part.get_content_disposition() == "attachment"]
    return Opened(
        sender=str(message["From"] or ""),
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        date=message["Date"].datetime if message["Date"] else mail.kept_at,
        headers=[(name, " ".join(str(value).split())) for name, value in message.items()],
        text=_content(message.get_body(("plain",))),
        html=_content(message.get_body(("html",))),
        calendars=[_content(part) for part in parts if part.get_content_type() == "text/calendar"],
        files=[File(part.get_filename() or "", part.get_content_type(), _size(part)) for part in files],
    )


def framed(html: str) -> str:
    """The HTML part for a frame: its links open in the whole window."""
    return html.replace("<head>", '<head><base target="_top">', 1)
