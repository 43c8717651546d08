"""What somebody has written in an answer, without the mail it answers and without the signature.

Cutting too little is ugly, cutting too much loses words. So only what cannot be anything else is cut: below our own line, from
a block of at least three headers, or from "Den … skrev …:" when nothing but the quote follows. Who writes below or between the
lines of a quote keeps it. The whole mail is kept beside in any case.
"""

import re
from typing import Final

MARKER: Final = re.compile(r"##-\s.{0,120}-##")  # stands above everything in each mail that may be answered
_LONGEST: Final = 1000  # characters of a line that may be more than words
_QUOTED: Final = re.compile(r"\s*(?:>|\|(?=\s))")
_RULE: Final = re.compile(r"\s*[_\-*=]{5,}\s*$")
_ORIGINAL: Final = re.compile(
    r"\s*-{3,}\s*(?:Oprindelig (?:meddelelse|besked|mail)|Original (?:Message|meddelelse|melding)|Original Appointment"
    r"|Opprinnelig melding|Ursprungligt? meddelande|Oprindelig aftale)\s*-{3,}\s*$",
    re.IGNORECASE,
)
# Each kind of header with its names in Danish, English, Norwegian, Swedish and German.
_KINDS: Final = {
    "from": r"fra|from|från|von",
    "sent": r"sendt|sent|skickat|dato|date|datum|gesendt|gesendet",
    "to": r"til|to|till|an",
    "copy": r"cc|kopi|kopia|bcc",
    "subject": r"emne|subject|ämne|betreff|vedr",
    "more": r"svar til|reply-to|svara till|prioritet|importance|vedhæftede filer|attachments|vedlegg",
}
_HEADER: Final = re.compile(
    r"\s*[*_]{0,2}(?:"
    + "|".join(f"(?P<{kind}>{names})" for kind, names in _KINDS.items())
    + r")[*_]{0,2}:[*_]{0,2}\s*\S",
    re.IGNORECASE,
)
_A_TIME: Final = re.compile(r"[^:]{1,12}:[*_]{0,2}\s*(?:kl\.?\s*)?\d")
_WROTE: Final = re.compile(r"(?:\bskrev\b|\bwrote\b|\bschrieb\b).{0,200}:\s*$", re.IGNORECASE)
_BEGINS_ATTRIBUTION: Final = re.compile(
    r"\s*(?:den|on|på|am|i|søn|man|tir|tirs|ons|tor|tors|fre|lør|mån|tis|fredag|lör|sön|mandag|tirsdag|onsdag|torsdag|lørdag"
    r"|søndag|måndag|tisdag|lördag|söndag|\d|\S{1,60}@|\S.{0,60}<\S{1,100}@)",
    re.IGNORECASE,
)
_A_DAY: Final = re.compile(r"\d{1,2}[./\-\s]|\d{4}")
_FORWARDED: Final = re.compile(r"\s*(?:vs|fw|fwd|vb|videresendt)\s*:", re.IGNORECASE)
_FORWARD_LINE: Final = re.compile(
    r"\s*(?:-{5,}\s*)?(?:forwarded message|videresendt (?:besked|meddelelse|mail)|vidarebefordrat (?:brev|meddelande)"
    r"|videresendt melding|start på videresendt besked|begin forwarded message)\b",
    re.IGNORECASE,
)
_MOBILE: Final = re.compile(
    r"\s*(?:"
    r"sendt (?:fra|via) .{1,60}|sent from (?:my|outlook|yahoo|mail|proton).{0,60}|skickat från .{1,60}|hent outlook (?:til|for) .{1,40}"
    r"|get outlook for .{1,40}|hämta outlook .{1,40}|skaff deg outlook .{1,40}|få outlook .{1,40}|download outlook .{1,40}"
    r"|sendt med .{1,40}(?:mail|outlook|app)|sent with .{1,40}"
    r")\s*$",
    re.IGNORECASE,
)
_ROUNDS: Final = 5  # signatures one below the other
_FEW: Final = 8  # lines that a signature after "--" may have


def written_in(text: str, *, subject: str = "") -> str:
    """What was written; the text as a whole, trimmed, where nothing would be left."""
    whole = text.strip("\n")
    lines = whole.split("\n")
    marked = next((number for number, line in enumerate(lines) if MARKER.search(line[:_LONGEST])), None)
    if marked is not None:
        return _around_marker(lines, marked) or whole.strip()
    if _FORWARDED.match(subject):
        return _own(lines) or whole.strip()
    cut = _where_quote_begins(_trimmed(lines))
    return _own(lines[:cut]) or _between(lines) or whole.strip()


def _trimmed(lines: list[str]) -> list[str]:
    """Without empty lines and without the signature at the end, so that nothing but a quote may be last."""
    return _without_mobile(_without_signature(_without_empty_end(lines)))


def _without_empty_end(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end]


def _without_signature(lines: list[str]) -> list[str]:
    for number in range(len(lines) - 1, max(-1, len(lines) - 30), -1):
        line = lines[number]
        rest = [one for one in lines[number + 1 :] if one.strip()]
        is_short = len(rest) <= _FEW and all(len(one) <= 70 for one in rest)
        if line == "-- " or (line.rstrip() == "--" and is_short):
            if any(_QUOTED.match(one) for one in rest):
                return lines
            return _without_empty_end(lines[:number])
    return lines


def _without_mobile(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and (not lines[end - 1].strip() or _MOBILE.match(lines[end - 1][:_LONGEST])):
        end -= 1
    return lines[:end]


def _own(lines: list[str]) -> str:
    """Without rules, signatures and what phones add, at the end."""
    lines = _without_empty_end(lines)
    for _round in range(_ROUNDS):
        before = len(lines)
        lines = _without_mobile(_without_signature(lines))
        if lines and _RULE.match(lines[-1][:_LONGEST]):
            lines = _without_empty_end(lines[:-1])
        if len(lines) == before:
            break
    return "\n".join(lines).strip()


def _where_quote_begins(lines: list[str]) -> int:
    """The number of the first line that is the mail that is answered, or how many lines there are."""
    last_own = max(
        (number for number, line in enumerate(lines) if line.strip() and not _QUOTED.match(line)), default=-1
    )
    for number, line in enumerate(lines):
        if len(line) > _LONGEST or not line.strip():
            continue
        if _FORWARD_LINE.match(line):
            return len(lines)
        if _ORIGINAL.match(line) or _is_header_block(lines, number):
            return number
        ends = _attribution_ends(lines, number)
        if ends is not None and last_own <= ends:
            return number
        if last_own < number and _QUOTED.match(line):
            return number
    return len(lines)


def _is_header_block(lines: list[str], start: int) -> bool:
    """At least three headers, the sender first and the date among them; "Fra: 10.00, Til: 12.00" is no sender."""
    first = _HEADER.match(lines[start])
    if not first or first.lastgroup != "from" or _A_TIME.match(lines[start].strip()):
        return False
    kinds = {"from"}
    for line in lines[start + 1 : start + 12]:
        if not line.strip():
            continue
        header = _HEADER.match(line[:_LONGEST])
        if header:
            kinds.add(header.lastgroup or "")
        elif not line.startswith((" ", "\t", "<")) and len(kinds) < 3 and "@" not in line:
            break
    return len(kinds) >= 3 and "sent" in kinds


def _attribution_ends(lines: list[str], start: int) -> int | None:
    """The last line of "Den 24. nov. 2026 kl. 10.12 skrev Mette Medlem <m@x.dk>:", which programs break into up to four."""
    if not _BEGINS_ATTRIBUTION.match(lines[start]):
        return None
    joined = ""
    for number in range(start, min(start + 4, len(lines))):
        line = lines[number].strip()
        if not line or len(line) > _LONGEST:
            return None
        joined = f"{joined} {line}".strip()
        if _WROTE.search(joined):
            return number if _A_DAY.search(joined) else None
    return None


def _without_lead_in(lines: list[str]) -> list[str]:
    """What stands above our own line without what the mail program has put between: who wrote when, a rule, a heading."""
    lines = _without_empty_end(lines)
    while lines and _QUOTED.match(lines[-1]):
        lines = _without_empty_end(lines[:-1])
    for number in range(max(0, len(lines) - 16), len(lines)):
        is_original = _ORIGINAL.match(lines[number][:_LONGEST])
        if is_original or _is_header_block(lines, number) or _attribution_ends(lines, number) == len(lines) - 1:
            return lines[:number]
    return lines


def _around_marker(lines: list[str], marked: int) -> str:
    """What stands above our own line; all of it where somebody has written within the quote."""
    within = [line for line in _trimmed(lines)[marked + 1 :] if line.strip() and not _QUOTED.match(line)]
    if _QUOTED.match(lines[marked]) and within:
        return _own(_trimmed(lines))
    return _own(_without_lead_in(lines[:marked]))


def _between(lines: list[str]) -> str:
    trimmed = _trimmed(lines)
    own = [line for line in trimmed if line.strip() and not _QUOTED.match(line)]
    if not own or len(own) == len([line for line in trimmed if line.strip()]):
        return ""
    quoted_first = next((n for n, line in enumerate(trimmed) if _QUOTED.match(line)), 0)
    last_own = max(n for n, line in enumerate(trimmed) if line.strip() and not _QUOTED.match(line))
    return _own(trimmed) if last_own > quoted_first else ""
