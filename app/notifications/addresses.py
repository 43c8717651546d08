"""Addresses of our own that mail comes back to: each names what it is about and proves itself.

They live on MAIL_REPLY_HOST, a host whose mail is given to `flask mail ingest` or polled; without it nobody is invited to answer.
The local part survives gateways that lower-case it and is at most 64 octets long (RFC 5321 4.5.3.1.1).
"""

import re
from dataclasses import dataclass
from typing import Final

from flask import current_app

from app.core.tokens import read_signed, sign

REPLY: Final = "r"  # an answer to a letter; its text is Letter.answers_to
BOUNCE: Final = "b"  # where the mail system reports; its text is the mail's number
STOP: Final = "u"  # unsubscribing by mail; its text names topic and person, like "case7-12"
NETWORK: Final = "n"  # writing to a network as such; its text is the network's number, and nothing is secret
_SIGNED: Final = frozenset({REPLY, BOUNCE, STOP})
_NETWORK: Final = re.compile(r"netvaerk-(\d{1,9})")


@dataclass(frozen=True)
class Addressed:
    """What an address of our own is for, and what it is about."""

    purpose: str
    text: str


def host() -> str:
    """Where mail to us goes, or "" when this installation takes none."""
    return str(current_app.config["MAIL_REPLY_HOST"])


def address_of(purpose: str, text: str) -> str:
    """Like `r+c7-12-<mac>@host`; "" when this installation takes no mail. `text` must be [a-z0-9-]."""
    if not host():
        return ""
    local = f"netvaerk-{text}" if purpose == NETWORK else f"{purpose}+{sign(f'mail-{purpose}', text)}"
    return f"{local}@{host()}"


def read(address: str) -> Addressed | None:
    """What `address` is for; None when it is not ours, or when nobody here made it."""
    local, _, domain = address.strip().strip("<>").lower().rpartition("@")
    if not host() or domain != host().lower():
        return None
    if named := _NETWORK.fullmatch(local):
        return Addressed(NETWORK, named[1])
    purpose, _, token = local.partition("+")
    text = read_signed(f"mail-{purpose}", token) if purpose in _SIGNED else None
    return Addressed(purpose, text) if text is not None else None
