"""A letter as the bytes that go over the wire: headers that mail programs rely on, in ASCII, in short lines.

Headers are written here and not by `email.policy.SMTP`, which puts message ids and addresses of unsubscription that do not
fit a line of 78 octets into RFC 2047 encoded words, where no mail program finds them (cpython#100991), and which may lose
the quotes around a name with a comma. Flask-Mail's `Message` is not used for the reasons in docs/decisions/0002-outbox.md.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any, Final

from app.notifications.letters import Invitation

_LINE: Final = 78
_LONGEST_LINE: Final = 998
_NOT_A_HEADER: Final = re.compile(r"[^\x20-\x7e]")
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+( [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_ROOT_OF_TIME: Final = bytes.fromhex(
    "01dc7a9f2c00"
)  # the start of 2026 as Outlook counts; only has to be the same always


class UnwritableError(ValueError):
    """A header or address that cannot stand in a mail; trying again does not help."""


def fold(name: str, value: str) -> str:
    """`value`, whose words are never taken apart, over lines of at most 78 octets where its words allow it."""
    lines, words = [], value.split(" ")
    line = f"{name}: {words[0]}"  # never broken before the first word: Exchange does not find a Message-ID there
    for word in words[1:]:
        if len(line) + 1 + len(word) > _LINE:
            lines.append(line)
            line = ""
        line += f" {word}"
    lines.append(line)
    if max(map(len, lines)) > _LONGEST_LINE:
        raise UnwritableError(f"{name} has a word too long for a mail")
    return "\r\n".join(lines) + "\r\n"


class MailPolicy(EmailPolicy):
    """Takes headers as finished ASCII and only folds them; what describes a body part is left to the library."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        if name.lower().startswith(("content-", "mime-version")):
            return super().header_store_parse(name, value)
        if not isinstance(value, str) or not value.strip() or _NOT_A_HEADER.search(name + value):
            raise UnwritableError(f"{name} has characters that no header may have")
        return name, value

    def fold(self, name: str, value: Any) -> str:
        return super().fold(name, value) if hasattr(value, "name") else fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        return super().fold_binary(name, value) if hasattr(value, "name") else fold(name, value).encode("ascii")


POLICY: Final = MailPolicy(linesep="\r\n", max_line_length=76, cte_type="7bit")


def one_line(words: str) -> str:
    """What people wrote as one line: a line break or control character in a title cannot begin another header."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())


def _encoded(words: str) -> str:
    # 60 leaves room for any header name that stands before it; the encoded words are parted by spaces.
    return Header(words, "utf-8", maxlinelen=60).encode(linesep="").replace("\n", "")


def unstructured(words: str) -> str:
    """A subject: as it stands where ASCII can say it, else in encoded words."""
    line = one_line(words)
    is_plain = line.isascii() and "=?" not in line and all(len(word) < _LINE - 20 for word in line.split(" "))
    return line if is_plain else _encoded(line)


def phrase(words: str) -> str:
    """A display name: bare, quoted because of a comma or the like, or in encoded words (RFC 5322 3.2.5, RFC 2047 5)."""
    line = one_line(words)
    if line.isascii() and "=?" not in line and len(line) <= _LINE - 20:
        if _PLAIN_NAME.fullmatch(line):
            return line
        return '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _encoded(line)


def address(given: str) -> str:
    """A bare address in ASCII; a domain with Danish letters becomes Punycode. Raises UnwritableError."""
    local, _, domain = given.strip().rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        plain = ""
    if not _ADDRESS.fullmatch(plain):
        raise UnwritableError("the address cannot be written in a mail")
    return plain


def mailbox(name: str, given: str) -> str:
    return f"{phrase(name)} <{address(given)}>" if one_line(name) else f"<{address(given)}>"


def thread_index(thread: str, host: str, reply: str = "") -> str:
    """Outlook holds mails together by this: 22 bytes that name the thread, 5 more for an answer (MS-OXOMSG 2.2.1.3)."""
    index = _ROOT_OF_TIME + hashlib.sha256(f"{thread}@{host}".encode()).digest()[:16]
    if reply:
        index += hashlib.sha256(reply.encode()).digest()[:5]
    return base64.b64encode(index).decode()


@dataclass(frozen=True)
class Envelope:
    """Everything about a mail but its words. `message_id` and `thread` come without brackets and host.

    `conversation` is what the thread is called where each of its mails has a subject of its own.
    """

    host: str
    message_id: str
    sender: str
    sender_name: str
    recipient: str
    recipient_name: str
    date: datetime
    thread: str = ""
    conversation: str = ""
    is_reply: bool = False
    list_name: str = ""
    list_id: str = ""
    stop_url: str = ""
    stop_address: str = ""
    reply_to: str = ""
    in_reply_to: str | None = None  # what this mail answers by itself, as "<…>" or ""


def _thread(message: EmailMessage, envelope: Envelope, subject: str) -> None:
    root = f"<{envelope.thread}@{envelope.host}>"  # never sent itself; mail programs hold its children together
    message["In-Reply-To"] = root
    message["References"] = root
    message["Thread-Topic"] = unstructured(one_line(envelope.conversation) or subject)
    is_first = not envelope.is_reply and not envelope.conversation
    message["Thread-Index"] = thread_index(envelope.thread, envelope.host, "" if is_first else envelope.message_id)


def build(envelope: Envelope, *, subject: str, text: str, html: str, invitation: Invitation | None = None) -> bytes:
    """The mail as it is sent: ASCII only, lines within RFC 5322's limits. Raises UnwritableError."""
    message = EmailMessage(policy=POLICY)
    subject = one_line(subject) or "ERFA Nord"
    message["From"] = mailbox(envelope.sender_name, envelope.sender)
    message["To"] = mailbox(envelope.recipient_name, envelope.recipient)
    if envelope.reply_to:
        message["Reply-To"] = mailbox(envelope.sender_name, envelope.reply_to)
    message["Subject"] = unstructured(f"Re: {subject}" if envelope.is_reply else subject)
    message["Date"] = format_datetime(envelope.date)
    message["Message-ID"] = f"<{envelope.message_id}@{envelope.host}>"
    if envelope.in_reply_to:
        message["In-Reply-To"] = message["References"] = envelope.in_reply_to
    elif envelope.thread:
        _thread(message, envelope, subject)
    if envelope.list_id:
        message["List-Id"] = f"{phrase(envelope.list_name)} <{envelope.list_id}.{envelope.host}>"
    if envelope.stop_url:
        by_mail = f", <mailto:{address(envelope.stop_address)}>" if envelope.stop_address else ""
        message["List-Unsubscribe"] = f"<{envelope.stop_url}>{by_mail}"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    message["Auto-Submitted"] = "auto-generated" if envelope.in_reply_to is None else "auto-replied"  # RFC 3834 5
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply, RN, NRN"  # not DR and NDR: bounces are wanted
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    if invitation:
        _invite(message, invitation)
    return message.as_bytes()


def _invite(message: EmailMessage, invitation: Invitation) -> None:
    """As Outlook wants it: the calendar object is the last alternative, without Content-Disposition; a file beside it."""
    part = EmailMessage(policy=POLICY)
    part.set_content(invitation.calendar.decode(), subtype="calendar", charset="utf-8", cte="base64")
    part.set_param("method", invitation.method)
    del part["MIME-Version"]  # stands at the top only (RFC 2045 4)
    message.attach(part)
    message.add_attachment(
        invitation.calendar,
        maintype="application",
        subtype="ics",
        filename="invite.ics",
        cte="base64",
        params={"name": "invite.ics"},
    )
