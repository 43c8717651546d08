#!/usr/bin/env python3
"""Keeps each room's Danish catalogue in step with its words: `update`, `compile`, or `check` that nothing is missing."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

APP = Path(__file__).resolve().parent.parent / "app"
HOUSE = {"core", "templates"}  # the layouts and components speak with core's catalogue
KEYWORDS = {
    "_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "_l": None, "pgettext": ((1, "c"), 2),
}  # fmt: skip
METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
    ("**.html", "jinja2"),
]
OPTIONS = {"jinja2": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}


def rooms() -> list[str]:
    return sorted(path.name for path in APP.iterdir() if (path / "__init__.py").exists())


def catalogue_of(room: str) -> Path:
    return APP / room / "translations" / "da" / "LC_MESSAGES" / "messages.po"


def words_of(room: str) -> Catalog:
    """Every message in the room's Python and templates."""
    words = Catalog()
    for folder in sorted(HOUSE) if room == "core" else [room]:
        options = {pattern: OPTIONS.get(method, {}) for pattern, method in METHODS}
        found = extract_from_dir(
            APP / folder, METHODS, options, keywords=KEYWORDS, comment_tags=("NOTE:",), strip_comment_tags=True
        )
        for name, _line, message, comments, context in found:
            words.add(message, locations=[(f"app/{folder}/{name}", 0)], auto_comments=comments, context=context)
    return words


def read(room: str) -> Catalog:
    path = catalogue_of(room)
    if not path.exists():
        return Catalog(locale="da")
    with path.open("rb") as file:
        return read_po(file, locale="da")


def updated(room: str) -> Catalog:
    catalogue = read(room)
    catalogue.update(words_of(room), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def as_text(catalogue: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=110, omit_header=True, sort_output=True, include_lineno=False)
    header = b'msgid ""\nmsgstr ""\n"Language: da\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    return header + buffer.getvalue()


def untranslated(catalogue: Catalog) -> Iterator[str]:
    for message in catalogue:
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(strings)):
            yield message.id if isinstance(message.id, str) else message.id[0]


def update() -> int:
    for room in rooms():
        catalogue = updated(room)
        if len(catalogue):
            path = catalogue_of(room)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(as_text(catalogue))
            for message in untranslated(catalogue):
                print(f"{room}: to translate: {message}")
    return 0


def compile_all() -> int:
    for room in rooms():
        path = catalogue_of(room)
        if path.exists():
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, read(room))
    return 0


def check() -> int:
    faults: list[str] = []
    seen: dict[object, tuple[str, object]] = {}
    for room in rooms():
        path, catalogue = catalogue_of(room), updated(room)
        if len(catalogue) and (not path.exists() or path.read_bytes() != as_text(catalogue)):
            faults.append(f"{room}: the catalogue is not up to date; run bin/translations.py update")
        faults += [f"{room}: not translated: {message}" for message in untranslated(catalogue)]
        for message in catalogue:
            if not message.id:
                continue
            faults += [f"{room}: {error} in {message.id!r}" for error in message.check(catalogue)]
            key = (message.id, message.context)
            other = seen.setdefault(key, (room, message.string))
            if other[1] != message.string:
                faults.append(f"{room} and {other[0]} translate {message.id!r} differently")
    print("\n".join(faults) or "translations: complete")
    return 1 if faults else 0


if __name__ == "__main__":
    acts = {"update": update, "compile": compile_all, "check": check}
    if sys.argv[1:] and sys.argv[1] in acts:
        sys.exit(acts[sys.argv[1]]())
    sys.exit(f"usage: {sys.argv[0]} {' | '.join(acts)}")
