"""Reads the addresses out of what people paste: a mail's list of recipients, a column of a spreadsheet, a scribbled list."""

import re
import unicodedata
from dataclasses import dataclass

from app.accounts.addresses import NotAnAddressError, read_address

LONGEST_NAME = 120
_BREAKS = re.compile(r"[\r\n;\v\f\u0085\u2028\u2029]+")
_KEPT = "\t\r\n\v\f\u0085"
_ADDRESS = re.compile(r"[^\s<>()\[\],:\"|/]*@[^\s<>()\[\],:\"|/]*")
_BEHIND = re.compile(r"\s*[>\])\"]?\s*(?:\(([^()@]*)\))?")
_NEARLY = re.compile(r"[^\s@]+\.[a-z]{2,}")  # mette.kommune.dk: an address that has lost its @
_LETTER = re.compile(r"[^\W\d_]")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "＜": "<", "＞": ">", "\u00a0": " "})


@dataclass(frozen=True)
class Pasted:
    """An address as it is kept, and the name that stood with it."""

    email: str
    name: str = ""


@dataclass(frozen=True)
class Reading:
    """What was found: each address once, in the order of the text, and what is none, as it was written."""

    entries: list[Pasted]
    bad: list[str]


def _visible(text: str) -> str:
    """Without what cannot be seen: mail programs wrap addresses in zero-width characters and direction marks."""
    kept = (letter for letter in text.translate(_QUOTES) if letter in _KEPT or unicodedata.category(letter)[0] != "C")
    return "".join(kept)


def _pieces(text: str) -> list[str]:
    """The parts between commas, tabs and bars, without brackets and quotes around them."""
    return [piece for piece in (part.strip(" \t<>()[]\":'*•-–/") for part in re.split(r"[,\t|]", text)) if piece]


def _name_in(pieces: list[str]) -> str:
    """ "Lund, Lone" is turned round as Outlook's address books need; what is no name is none."""
    words = [piece for piece in pieces if _LETTER.search(piece) and not _NEARLY.fullmatch(piece)]
    if len(words) == 2:
        words.reverse()
    name = " ".join(" ".join(words).split())
    return name if len(name) <= LONGEST_NAME else ""


def read_addresses(text: str) -> Reading:
    """Any separators, names in front of or behind the address, duplicates folded whatever their case."""
    found: dict[str, Pasted] = {}
    bad: dict[str, None] = {}
    for line in _BREAKS.split(_visible(text)):
        _read_line(line, found, bad)
    return Reading(list(found.values()), list(bad))


def _read_line(line: str, found: dict[str, Pasted], bad: dict[str, None]) -> None:
    at = 0
    matches = list(_ADDRESS.finditer(line))
    for match in matches:
        before = _pieces(line[at : match.start()].replace("mailto", "").replace("MAILTO", ""))
        behind = _BEHIND.match(line, match.end())
        at = behind.end() if behind else match.end()
        bad.update(dict.fromkeys(piece for piece in before if _NEARLY.fullmatch(piece)))
        name = _name_in(before) or _name_in(_pieces((behind and behind[1]) or ""))
        _keep(match[0].strip(".'*"), name, found, bad)
    rest = _pieces(line[at:])
    if not matches:
        bad.update(dict.fromkeys([line.strip()] if rest else []))
        return
    bad.update(dict.fromkeys(piece for piece in rest if _NEARLY.fullmatch(piece)))
    if len(matches) == 1 and "\t" in line[at:]:
        _name_of_row(matches[0][0], rest, found)


def _name_of_row(written: str, rest: list[str], found: dict[str, Pasted]) -> None:
    """A row of a spreadsheet with the address first: the cell after it is the name."""
    email = written.strip(".'*").lower()
    entry = found.get(email)
    if entry is not None and not entry.name:
        found[email] = Pasted(email, _name_in(rest[:1]))


def _keep(written: str, name: str, found: dict[str, Pasted], bad: dict[str, None]) -> None:
    try:
        email = read_address(written)
    except NotAnAddressError:
        bad[written] = None
        return
    known = found.get(email)
    if known is None or not known.name:
        found[email] = Pasted(email, name)
