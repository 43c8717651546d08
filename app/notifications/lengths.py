"""How much of what people wrote a mail holds: enough to judge by, and less than where Gmail cuts a mail off (102 kB)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import g

LARGEST: Final = 100_000  # octets of a whole mail
_ENDS: Final = (re.compile(r"\n\s*\n"), re.compile(r"(?<=[.!?])\s"), re.compile(r"\s"))  # the best place to cut first


@dataclass(frozen=True)
class Room:
    """How many characters each text may have, and how many rows each list."""

    characters: int
    rows: int


# A mail is written with as much as the first allows, and again with the next while it is too large: Markdown can make
# a hundred octets of one character.
ROOMS: Final = (Room(4000, 40), Room(1000, 15), Room(200, 5), Room(40, 2))


def rooms() -> Iterator[Room]:
    """Each of them in turn, from large to small; the filters below heed the one last given."""
    for room in ROOMS:
        g.room_in_mails = room
        yield room


def _room() -> Room:
    room: Room = g.get("room_in_mails", ROOMS[0])
    return room


def is_too_long(text: str) -> bool:
    """Whether a mail holds only the beginning of `text`."""
    return len(text) > _room().characters


def excerpt(text: str) -> str:
    """`text`, or as much of its beginning as a mail holds, cut where a paragraph, a sentence or a word ends."""
    if not is_too_long(text):
        return text
    most = _room().characters
    head = text[:most]
    ends = ([match.start() for match in end.finditer(head, most // 2)] for end in _ENDS)
    return head[: next((found[-1] for found in ends if found), most)].rstrip() + " …"


def shown(rows: Sequence[Any]) -> Sequence[Any]:
    """As many of the rows as a mail holds."""
    return rows[: _room().rows]


def left_out(rows: Sequence[Any]) -> int:
    """How many rows stand on the page only."""
    return max(0, len(rows) - _room().rows)


FILTERS: Final = (is_too_long, excerpt, shown, left_out)
