"""Documents for paper and archive: PDF/A-2a and PDF/UA-1, set by Typst from a template of the house and data that people wrote.

The data reaches the template as JSON, never as source, so nothing anybody writes can be a command of Typst.
"""

import json
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import typst

from app.core import clock

ROOMS: Final = Path(__file__).resolve().parent.parent
_HOUSE: Final = "core/house.typ"
# What the fonts that come with Typst can draw; PDF/A allows no letter without a picture of it.
_DRAWN: Final = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x218, 0x21B), (0x386, 0x386), (0x391, 0x3A1), (0x3A3, 0x3C9), (0x400, 0x45F),
    (0x1E9E, 0x1E9E), (0x2010, 0x2015), (0x2018, 0x201E), (0x2020, 0x2022), (0x2026, 0x2026), (0x2030, 0x2030),
    (0x2039, 0x203A), (0x20AC, 0x20AC), (0x2122, 0x2122), (0x2190, 0x2193), (0x2212, 0x2212),
)  # fmt: skip


def pdf(template: str, data: Mapping[str, Any], *, language: str, title: str, at: datetime | None = None) -> bytes:
    """`template` ("attendance/sheet.typ") lies with the templates of its room and finds `data` under that name.

    `at` is the moment the document is of; the same data of the same moment gives the same bytes.
    """
    room = template.split("/", 1)[0]
    source = _read(_HOUSE) + _read(f"{room}/templates/{template}")
    when = clock.local(at or clock.now())
    inputs = {
        "data": json.dumps(_drawable(data), ensure_ascii=False),
        "language": language,
        "title": drawable(title),
        "date": json.dumps([when.year, when.month, when.day]),
    }
    made = typst.compile(
        source.encode(),
        sys_inputs=inputs,
        ignore_system_fonts=True,
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(when.timestamp()),
    )
    if not isinstance(made, bytes):
        raise TypeError(f"{template} is not one document")
    return made


def _read(name: str) -> str:
    return (ROOMS / name).read_text(encoding="utf-8")


def drawable(text: str) -> str:
    """`text` with what no font here can draw spelled otherwise: without its accents, or as a question mark."""
    return "".join(map(_spelled, unicodedata.normalize("NFC", text)))


def _spelled(letter: str) -> str:
    if letter == "\n" or _is_drawn(letter):
        return letter
    if unicodedata.category(letter) in {"Cf", "Mn", "Me"}:
        return ""  # shows nothing by itself
    if unicodedata.category(letter)[0] in {"C", "Z"}:
        return " "
    plain = "".join(part for part in unicodedata.normalize("NFKD", letter) if _is_drawn(part))
    return plain or "?"


def _is_drawn(letter: str) -> bool:
    return any(first <= ord(letter) <= last for first, last in _DRAWN) and letter != "\u00ad"


def _drawable(value: Any) -> Any:
    if isinstance(value, str):
        return drawable(value)
    if isinstance(value, Mapping):
        return {name: _drawable(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_drawable(one) for one in value]
    if isinstance(value, bytes):
        return list(value)  # a picture; Typst makes bytes of it again
    return value
