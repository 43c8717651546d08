"""Where a mail can go: each room registers the things of its own that one can write to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import Person


@dataclass(frozen=True)
class Attached:
    """A file as it came with a mail; nobody has looked into it yet (`files.checking` does)."""

    name: str
    media_type: str
    content: bytes
    content_id: str = ""  # what the mail's own text shows it by; files that are merely attached mostly have none


@dataclass(frozen=True)
class Incoming:
    """A mail as the room it is for reads it.

    `sender` is the person whose address stands in From, None when nobody here has it. `text` is what was written, without
    quotes and signature; `whole_text` has them. `calendars` are the iTIP objects, each once.
    """

    id: int  # of the row that keeps it whole
    sender: Person | None
    from_address: str
    from_name: str
    subject: str
    text: str
    whole_text: str
    calendars: tuple[bytes, ...]
    files: tuple[Attached, ...]
    received_at: datetime
    is_automatic: bool = False  # no person has written it now; only what takes strangers gets such mail
    is_report: bool = False  # a mail system tells of a mail of ours


class RefusedError(Exception):
    """The mail is not taken. `sentence` is for its sender, in their language; `reason` for the log (English, short)."""

    def __init__(self, sentence: str, *, reason: str) -> None:
        super().__init__(reason)
        self.sentence, self.reason = sentence, reason


# Does what the mail asks for, in the transaction of the caller; returns what was done (English, short, for the log).
# Raises RefusedError, or DomainError, whose sentence the sender gets.
Receive = Callable[[Incoming, list[int]], str]


@dataclass(frozen=True)
class Destination:
    """`named` says whose answer is expected: the place of the person's number among the numbers in the address.

    Without `takes_strangers` a mail reaches `receive` only when it comes from a person here, and from that one.
    """

    receive: Receive
    named: int | None = None
    takes_strangers: bool = False


_destinations: dict[str, Destination] = {}


def register(
    purpose: str, thing: str, receive: Receive, *, named: int | None = None, takes_strangers: bool = False
) -> None:
    """Called once while the application is put together.

    An address of `purpose` whose text is "c7-12" goes to the destination of the thing "c" with the numbers [7, 12].
    """
    _destinations[purpose + thing] = Destination(receive, named, takes_strangers)


def find(purpose: str, text: str) -> tuple[Destination, list[int]] | None:
    """The destination of an address, and the numbers in it."""
    thing = text.rstrip("0123456789-")
    numbers = [int(number) for number in text[len(thing) :].split("-") if number]
    destination = _destinations.get(purpose + thing)
    return (destination, numbers) if destination else None
