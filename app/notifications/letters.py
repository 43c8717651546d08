"""How an announcement becomes a letter: each feature registers, per kind, who composes it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.accounts.models import Person


@dataclass(frozen=True)
class Topic:
    """What a mail is about, as something one can stop hearing of: scope is "network" or "case".

    `within` is the wider topic it belongs to: who has silenced the network hears nothing of its cases either.
    """

    scope: str
    scope_id: int
    name: str
    within: "Topic | None" = None

    @property
    def widest(self) -> "Topic":
        return self.within.widest if self.within else self


@dataclass(frozen=True)
class Invitation:
    """A calendar object that mail programs show with buttons; `method` is the METHOD that stands in `calendar` too."""

    method: str
    calendar: bytes


@dataclass(frozen=True)
class Letter:
    """A mail before it has headers. `template` names a pair, `<template>.txt` and `<template>.html`, below templates.

    `thread` is the stable name of a conversation, like "case-7" or "meeting-3"; mails of one thread hold together.
    `topic` gives the mail its List-Id and one-click unsubscribe; a mail without one is owed and cannot be stopped.
    """

    subject: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    from_name: str = "ERFA Nord"
    thread: str = ""
    is_reply: bool = False
    topic: Topic | None = None
    invitation: Invitation | None = None
    why: str = ""  # why one gets it, where that is neither the topic nor having an account


@dataclass(frozen=True)
class NotSent:
    """Why this person is not to get this mail after all, as the log and the administrator read it (English, short)."""

    reason: str


Compose = Callable[[Person, dict[str, Any]], Letter | NotSent]
_composers: dict[str, Compose] = {}


def register(kind: str, compose: Compose) -> None:
    """Called once per kind while the application is put together."""
    _composers[kind] = compose


def composer_of(kind: str) -> Compose:
    """Raises KeyError for a kind nobody has registered."""
    return _composers[kind]
