"""How an announcement becomes a letter: each feature registers, per kind, who composes it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
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
    """A calendar object that mail programs show with buttons; `method` is the METHOD that stands in `calendar` too.

    `organizer` is the ORGANIZER's bare address: the mail comes from there, since mail programs want both to agree.
    `when_sent` runs in the transaction that marks the mail as sent.
    """

    method: str
    calendar: bytes
    organizer: str = ""
    when_sent: Callable[[], None] | None = None


class Concern(IntEnum):
    """How closely a letter concerns whoever gets it; `levels.py` says how close each level wants it to be."""

    TALK = 0  # others go on talking where one takes no part
    NEWS = 1  # something new for everybody
    PART = 2  # it goes on where one has taken part
    OWN = 3  # directed at oneself


@dataclass(frozen=True)
class Gist:
    """A letter as a digest tells it. `heading` is the same for all that is told of one thing, `line` says who and what."""

    heading: str
    line: str
    excerpt: str
    url: str


@dataclass(frozen=True)
class Letter:
    """A mail before it has headers. `template` names a pair, `<template>.txt` and `<template>.html`, below templates.

    `thread` is the stable name of a conversation, like "case-7" or "meeting-3"; mails of one thread hold together.
    `topic` gives the mail its List-Id and one-click unsubscribe; a mail without one is owed and cannot be stopped.
    `gist` lets a digest tell it, when somebody wants the network's mails collected; without one it is sent by itself.
    `choose_url` leads to where one chooses how much to hear of its topic.
    `answers_to` is what an answer by mail is about, like "c7-12" (`notifications.addresses`); "" for nothing to answer.
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
    answers_to: str = ""
    conversation: str = ""  # what a thread is called whose mails each have a subject of their own
    is_urgent: bool = False  # not even quiet hours keep it back
    concern: Concern = Concern.NEWS
    gist: Gist | None = None
    choose_url: str = ""
    when_sent: Callable[[], None] | None = None  # runs in the transaction that marks the mail as sent
    in_reply_to: str | None = None  # the Message-ID, as "<…>" or "", of a mail that this answers by itself (RFC 3834)


@dataclass(frozen=True)
class NotSent:
    """Why this person is not to get this mail after all, as the log and the administrator read it (English, short).

    `when_dropped` runs in the transaction that marks the mail as not sent.
    """

    reason: str
    when_dropped: Callable[[], None] | None = None


@dataclass(frozen=True)
class Later:
    """Not now, but at this moment; tried then as if for the first time."""

    at: datetime


@dataclass(frozen=True)
class Collected:
    """Not by itself: it waits for the person's next digest. `when_collected`: given the mail's number, in the transaction
    that marks it.
    """

    when_collected: Callable[[int], None] | None = None


@dataclass(frozen=True)
class AfterEarlier:
    """It may go, but earlier mails of its thread have been put off: these go first, and at once."""


Facts = dict[str, Any]
Compose = Callable[[Person, Facts], Letter | NotSent]
Gate = Callable[[Person, Letter], NotSent | Later | Collected | None]
Enclose = Callable[[Person, Facts, Letter], Invitation | None]
_composers: dict[str, Compose] = {}
_always_tried: set[str] = set()
_gates: dict[str, Gate] = {}
_enclosers: dict[str, Enclose] = {}


def register(kind: str, compose: Compose, *, is_always_tried: bool = False) -> None:
    """Called once per kind while the application is put together.

    With `is_always_tried` it goes even to an address that mail has not reached: without a code nobody comes in again.
    """
    _composers[kind] = compose
    if is_always_tried:
        _always_tried.add(kind)


def is_always_tried(kind: str) -> bool:
    return kind in _always_tried


def composer_of(kind: str) -> Compose:
    """Raises KeyError for a kind nobody has registered."""
    return _composers[kind]


def add_gate(name: str, gate: Gate) -> None:
    """Lets `gate` decide, just before a letter to somebody who has an account is sent, whether and when it is."""
    _gates[name] = gate


def ask_gates(person: Person, letter: Letter) -> NotSent | Later | Collected | None:
    """What the first gate that minds says, in the order they were added; None lets the letter through."""
    answers = (gate(person, letter) for gate in _gates.values())
    return next((answer for answer in answers if answer is not None), None)


def enclose_with(kind: str, enclose: Enclose) -> None:
    """Lets a room above add a calendar object to letters of `kind`; it gets the letter as its own room composed it."""
    _enclosers[kind] = enclose


def with_enclosure(kind: str, person: Person, facts: Facts, letter: Letter) -> Letter:
    enclose = _enclosers.get(kind)
    invitation = enclose(person, facts, letter) if enclose else None
    return replace(letter, invitation=invitation) if invitation else letter
