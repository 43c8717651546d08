"""Who has sent a mail, whether that can be believed, and whether a person has written it at all."""

import re
from dataclasses import dataclass
from typing import Final

from flask import current_app

from app.incoming.reading import Read

_ADDRESS: Final = r"[^\s<>@,;:\"()\[\]\\]{1,64}@[a-z0-9.-]{1,253}"
_ONE_SENDER: Final = re.compile(
    rf"(?:(?:\"(?:[^\"\\]|\\.)*\"|[^<>\"@])*<\s*(?P<named>{_ADDRESS})\s*>|(?P<bare>{_ADDRESS})(?:\s*\([^()@]*\))?)\s*",
    re.IGNORECASE,
)
_BULK: Final = {"bulk", "junk", "list", "auto_reply"}
_MACHINES: Final = re.compile(r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)([+=.-].*)?", re.IGNORECASE)
_OF_MACHINES: Final = (
    "List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Loop", "Feedback-ID",
)  # fmt: skip
_DAEMONS: Final = {"mailer-daemon", "postmaster"}
_RESULT: Final = re.compile(r"\bdmarc\s*=\s*([a-z]+)", re.IGNORECASE)
_COMMENT: Final = re.compile(r"\([^()]*\)")
_AWAY: Final = re.compile(
    r"\s*(?:automatisk svar|automatic reply|autosvar|auto-?reply|out of office(?: autoreply)?|ikke til stede|autosvar om fravær"
    r"|automatiskt svar|automatische antwort)\s*:",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sender:
    """`address` is "" where From names nobody, several, or somebody in a way that could be read as another."""

    name: str
    address: str


def sender_of(mail: Read) -> Sender:
    """The one who stands in From. The header is read as it came: an address hidden in an encoded name counts for nothing."""
    given = mail.headers.get_all("From", [])
    raw = " ".join(str(given[0]).split()) if len(given) == 1 else ""
    match = _ONE_SENDER.fullmatch(raw) if len(raw) <= 2000 else None
    if not match:
        return Sender("", "")
    address = (match["named"] or match["bare"]).lower()
    name = mail.first("From").rpartition("<")[0].strip(' "') if match["named"] else ""
    return Sender(name[:200], address)


def writes_for_another(mail: Read, sender: Sender) -> bool:
    """Sender names somebody else than From. With a calendar object that is so in each answer from Google's calendar."""
    given = mail.headers.get_all("Sender", [])
    if not given or mail.calendars:
        return False
    match = _ONE_SENDER.fullmatch(" ".join(str(given[0])[:2000].split())) if len(given) == 1 else None
    return match is None or (match["named"] or match["bare"]).lower() != sender.address


def is_report(mail: Read, envelope_sender: str) -> bool:
    """Told by a mail system: its envelope has no sender (RFC 5321 4.5.5), or it is a report (RFC 6522)."""
    local = sender_of(mail).address.partition("@")[0]
    kind = mail.headers.get_content_type()
    return not envelope_sender or kind == "multipart/report" or local in _DAEMONS


def why_automatic(mail: Read, envelope_sender: str) -> str:
    """What says that no person has written this now (RFC 3834 and what programs do besides); "" when nothing does."""
    submitted = mail.first("Auto-Submitted").partition(";")[0].strip().lower()
    signs = {
        f"Auto-Submitted: {submitted[:40]}": submitted not in {"", "no"},
        "no envelope sender": not envelope_sender,
        "a report": mail.headers.get_content_type() == "multipart/report",
        "Precedence": mail.first("Precedence").lower() in _BULK,
        **{name: mail.headers.get(name) is not None for name in _OF_MACHINES},
        "an answer of somebody who is away": bool(_AWAY.match(mail.subject)),
    }
    found = next((sign for sign, is_there in signs.items() if is_there), "")
    return found or _own_or_a_machine(sender_of(mail).address, envelope_sender.lower())


def _own_or_a_machine(address: str, envelope_sender: str) -> str:
    if not address:
        return ""
    own = {str(current_app.config["MAIL_DEFAULT_SENDER"]).lower()}
    host = str(current_app.config["MAIL_REPLY_HOST"]).lower()
    if (
        address in own
        or envelope_sender in own
        or host in {address.rpartition("@")[2], envelope_sender.rpartition("@")[2]}
    ):
        return "from ourselves"
    return "from a machine" if _MACHINES.fullmatch(address.partition("@")[0]) else ""


def wants_no_answer(mail: Read) -> bool:
    """Whoever wrote it, their program asks for no automatic answers (MS-OXCMAIL 2.1.3.2.20)."""
    return mail.headers.get("X-Auto-Response-Suppress") is not None


def verdict_of_our_server(mail: Read) -> str | None:
    """What the installation's own mail server says of DMARC (RFC 8601): "pass", "fail", "none" …; None when it is not asked.

    Only the first header counts: a mail server puts its own above all that came with the mail. "" when it has not checked.
    """
    ours = str(current_app.config["MAIL_AUTHSERV_ID"]).lower()
    if not ours:
        return None
    first = _COMMENT.sub(" ", mail.first("Authentication-Results"))
    name, _, results = first.partition(";")
    if name.lower().split()[:1] != [ours]:
        return ""
    result = _RESULT.search(results)
    return result[1].lower() if result else "none"
