"""A mail's bytes as something to work with; never raises and never takes long, whatever the bytes."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from typing import TYPE_CHECKING, Any, Final

from app.incoming import hypertext
from app.incoming.destinations import Attached

MOST_PARTS: Final = 400  # of the body, nested ones counted
MOST_LINES: Final = 1_000_000
MOST_LOOKS: Final = 12_000_000  # the parser compares each line with every boundary around it: counted before it begins
DEEPEST: Final = 30  # multiparts within each other
LONGEST_HEADERS: Final = 512 * 1024
LONGEST_TEXT: Final = 2_000_000  # characters that are read as words
LARGEST_CALENDAR: Final = 1024 * 1024
MOST_CALENDARS: Final = 5
# What the library raises where it had not thought of something.
_UNREADABLE: Final = (
    RecursionError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    OverflowError,
    MessageError,
)
_CALENDARS: Final = {"text/calendar", "application/ics"}
_HEADERS_END: Final = re.compile(rb"\r?\n\r?\n")
_UNSEEN: Final = dict.fromkeys(
    [*(code for code in range(32) if chr(code) not in "\t\n"), 127, *range(0x80, 0xA0), 0xFEFF, *range(0xD800, 0xE000)]
)

if TYPE_CHECKING:
    Part = Message[str, str]
else:
    Part = Message


@dataclass(frozen=True)
class Read:
    """What stands in a mail. `trouble` says why nothing can be made of it (English, short); then only headers are read."""

    headers: Part
    message_id: str
    subject: str
    text: str = ""
    html: str = ""
    calendars: tuple[bytes, ...] = ()
    files: tuple[Attached, ...] = ()
    trouble: str = ""

    def all(self, name: str) -> list[str]:
        """Every header of that name, decoded, each on one line."""
        return [one_line(decoded(value)) for value in self.headers.get_all(name, [])]

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")


def one_line(words: str) -> str:
    return " ".join(words.translate(_UNSEEN).split())


def decoded(value: Any) -> str:
    """A header's words. What RFC 2047 does not allow is read as mail programs do: UTF-8, or else Latin."""
    raw = str(value)[:20_000]
    if not raw.isascii():
        raw = in_letters(raw.encode("utf-8", "surrogateescape"), "")
    try:
        pieces = decode_header(raw)
    except (HeaderParseError, ValueError):
        return raw
    return "".join(piece if isinstance(piece, str) else in_letters(piece, charset or "") for piece, charset in pieces)


def in_letters(content: bytes, charset: str) -> str:
    """Bytes as text: in the named character set if that can be, else UTF-8, else Windows' Latin, which takes anything."""
    for name in (charset, "utf-8", "cp1252"):
        try:
            # `_is_text_encoding` keeps out what Python can "decode" but is no alphabet, like zlib, a way to a bomb.
            if name and codecs.lookup(name)._is_text_encoding:  # noqa: SLF001
                return content.decode(name)
        except (LookupError, ValueError):
            continue
    return content.decode("latin-1")


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_UNSEEN)


def headers_of(raw: bytes) -> bytes:
    """The first lines of a mail, up to the empty one, or as many as any honest mail has."""
    end = _HEADERS_END.search(raw, 0, LONGEST_HEADERS)
    return raw[: end.end() if end else LONGEST_HEADERS]


def read_mail(raw: bytes, *, is_cut: bool = False) -> Read:
    """`is_cut` says that the rest was too long to be taken; then only the headers are read."""
    top: Part = message_from_bytes(headers_of(raw), policy=compat32)
    subject = one_line(decoded(top.get("Subject", "")))
    message_id = one_line(str(top.get("Message-ID", "")))[:990]
    if is_cut:
        return Read(top, message_id, subject, trouble="too large")
    boundaries, lines = raw.lower().count(b"boundary="), raw.count(b"\n")
    if boundaries > MOST_PARTS or lines > MOST_LINES or boundaries * lines > MOST_LOOKS:
        return Read(top, message_id, subject, trouble="too many parts")
    if len(headers_of(raw)) >= LONGEST_HEADERS:
        return Read(top, message_id, subject, trouble="headers too long")
    try:
        whole: Part = message_from_bytes(raw, policy=compat32)
        parts = list(_leaves(whole))
        if len(parts) > MOST_PARTS:
            return Read(top, message_id, subject, trouble="too many parts")
        return _sorted(whole, parts, message_id, subject)
    except _UNREADABLE:
        return Read(top, message_id, subject, trouble="unreadable")


def _leaves(part: Part, depth: int = 0) -> Iterator[Part]:
    """The parts that hold something; a mail within a mail is one thing."""
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    inner = part.get_payload()
    if part.get_content_maintype() != "multipart" or not isinstance(inner, list):
        yield part
        return
    chosen: list[Any] = _alternative(inner) if part.get_content_subtype() == "alternative" else inner
    for one in chosen:
        yield from _leaves(one, depth + 1)


def _alternative(parts: list[Any]) -> list[Part]:
    """Plain text where it says something, else the rest; and what is not words, like calendars, in any case."""
    plain = next((one for one in parts if one.get_content_type() == "text/plain" and _text_of(one).strip()), None)
    worded = {"text/plain", "text/html", "text/enriched", "text/x-amp-html"}
    if plain is None:
        return [one for one in parts if one.get_content_type() not in worded - {"text/html"}]
    others = [one for one in parts if one.get_content_type() not in worded | {"multipart/related"}]
    return [plain, *others, *_beside_the_words(parts)]


def _beside_the_words(parts: list[Any]) -> Iterator[Part]:
    """The pictures of a related beside plain text; its first part holds the same words once more (RFC 2387)."""
    for one in parts:
        inner = one.get_payload()
        if one.get_content_type() == "multipart/related" and isinstance(inner, list):
            yield from inner[1:]


def _bytes_of(part: Part) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner: Any = part.get_payload()
        return bytes(inner[0].as_bytes()) if isinstance(inner, list) and inner else b""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text_of(part: Part) -> str:
    charset = part.get_param("charset", "")
    text = _clean(in_letters(_bytes_of(part), charset if isinstance(charset, str) else ""))[:LONGEST_TEXT]
    return _flowed(text) if str(part.get_param("format", "")).lower() == "flowed" else text


def _flowed(text: str) -> str:
    """Lines that a program has broken are one again (RFC 3676): a space at the end says that the paragraph goes on."""
    lines: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        is_signature, is_quote = line == "-- ", line.startswith(">")
        if goes_on and not (is_signature or is_quote):
            lines[-1] += line.removeprefix(" ")
        else:
            lines.append(line.removeprefix(" "))
        goes_on = line.endswith(" ") and not (is_signature or is_quote)
    return "\n".join(lines)


def _file_name(part: Part) -> str:
    try:
        name = part.get_filename()
    except (ValueError, LookupError, TypeError):
        name = None
    return one_line(decoded(name))[:200] if name else ""


def _sorted(whole: Part, parts: list[Part], message_id: str, subject: str) -> Read:
    """What is words, what is a calendar, and what is a file."""
    texts: list[str] = []
    html = ""
    calendars: list[bytes] = []
    files: list[Attached] = []
    for part in parts:
        kind, name = part.get_content_type(), _file_name(part)
        is_attached = part.get_content_disposition() == "attachment" or bool(name)
        if kind in _CALENDARS:
            calendars.append(_bytes_of(part))
        elif kind in {"text/plain", "text/html"} and not is_attached:
            words = _text_of(part)
            if kind == "text/html":
                html += words
                words = hypertext.as_text(words)
            texts.append(words.strip("\n"))
        elif is_attached or kind.startswith(("image/", "application/", "message/rfc822")):
            shown_by = one_line(str(part.get("Content-ID", "")))
            files.append(Attached(name or _unnamed(part), kind, _bytes_of(part), shown_by))
    small = [one for one in dict.fromkeys(calendars) if one and len(one) <= LARGEST_CALENDAR]
    return Read(
        headers=whole,
        message_id=message_id,
        subject=subject,
        text="\n\n".join(text for text in texts if text.strip())[:LONGEST_TEXT],
        html=html[:LONGEST_TEXT],
        calendars=tuple(small[:MOST_CALENDARS]),
        files=tuple(files),
    )


def _unnamed(part: Part) -> str:
    ending = {"message/rfc822": "eml", "image/jpeg": "jpg"}.get(part.get_content_type(), part.get_content_subtype())
    return f"mail.{ending}" if ending == "eml" else f"bilag.{ending[:10]}"
