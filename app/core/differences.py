"""What changed between two texts, word by word, for people to read."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

AROUND = 12  # words of context kept on either side of a change


class Fate(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"
    LEFT_OUT = "left out"  # unchanged words that are not shown


class Piece(NamedTuple):
    fate: Fate
    text: str


def _words(text: str) -> list[str]:
    """Each word with the space after it, so that they join to the text again."""
    return re.findall(r"\S+\s*|\s+", text)


def differences(before: str, after: str) -> list[Piece]:
    """The whole of both texts as pieces; SAME and GONE join to `before`, SAME and NEW to `after`, save for their spaces.

    What both begin and end with is set aside first: most edits touch one place, and comparing words is the slow part.
    """
    old, new = _words(before), _words(after)
    shortest = min(len(old), len(new))
    head = next((i for i in range(shortest) if old[i].strip() != new[i].strip()), shortest)
    room = shortest - head
    tail = next((i for i in range(room) if old[-1 - i].strip() != new[-1 - i].strip()), room)
    old_middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    pieces = [Piece(Fate.SAME, "".join(new[:head]))]
    matcher = SequenceMatcher(None, [word.strip() for word in old_middle], [word.strip() for word in new_middle])
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece(Fate.SAME, "".join(new_middle[j1:j2])))
        else:
            pieces.append(Piece(Fate.GONE, "".join(old_middle[i1:i2])))
            pieces.append(Piece(Fate.NEW, "".join(new_middle[j1:j2])))
    pieces.append(Piece(Fate.SAME, "".join(new[len(new) - tail :])))
    return list(_joined([piece for piece in pieces if piece.text]))


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Neighbours of one fate as one; a word that ended its text gets a space before what now follows it."""
    last: Piece | None = None
    for number, (fate, text) in enumerate(pieces, start=1):
        is_glued = number < len(pieces) and not text[-1].isspace()
        piece = Piece(fate, text + " " if is_glued else text)
        if last is not None and last.fate is piece.fate:
            last = Piece(last.fate, last.text + piece.text)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def excerpt(pieces: list[Piece]) -> list[Piece]:
    """The pieces with long unchanged stretches cut down to the words beside the changes."""
    shown: list[Piece] = []
    for index, piece in enumerate(pieces):
        words = _words(piece.text)
        is_first, is_last = index == 0, index == len(pieces) - 1
        if piece.fate is not Fate.SAME or len(words) <= AROUND * (1 if is_first or is_last else 2):
            shown.append(piece)
            continue
        if not is_first:
            shown.append(Piece(Fate.SAME, "".join(words[:AROUND])))
        shown.append(Piece(Fate.LEFT_OUT, ""))
        if not is_last:
            shown.append(Piece(Fate.SAME, "".join(words[-AROUND:])))
    return shown
