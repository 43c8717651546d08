"""What a spreadsheet holds, as rows of text: CSV in the ways Danish Excel writes it, and XLSX."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from flask_babel import gettext as _
from openpyxl import load_workbook

from app.core.formats import whole

MOST_ROWS: Final = 2_000  # people in one list; the whole region fits in several times over
MOST_LINES: Final = 20_000  # empty ones too: a workbook may claim that its next row is the thousand millionth
MOST_COLUMNS: Final = 40
LONGEST_CELL: Final = 500
MOST_BYTES: Final = 5 * 1024 * 1024
MOST_UNPACKED: Final = 40 * 1024 * 1024  # of an XLSX, which is a ZIP
MOST_PARTS: Final = 500

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class UnreadableFileError(ValueError):
    """The file can't be taken; `sentence` says why, to the person who sent it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Row:
    """A row as it stands in the file; `line` counts from 1, as Excel and editors show it."""

    line: int
    cells: list[str]


def read_rows(content: bytes) -> list[Row]:
    """The rows that hold anything, the headers first. Raises UnreadableFileError. Told by content, not by name."""
    if len(content) > MOST_BYTES:
        raise UnreadableFileError(_("The file is too large. It may be 5 MB at most."))
    if content.startswith(_OLD_EXCEL):
        raise UnreadableFileError(
            _("This is a workbook of an old kind, or one with a password. Save it as .xlsx without a password.")
        )
    rows = _without_empty(_workbook(content) if content.startswith(_ZIP) else _text(content))
    if len(rows) < 2:
        raise UnreadableFileError(_("The list is empty. The first row must be headers, and below it a row per person."))
    width = max(index + 1 for row in rows for index, cell in enumerate(row.cells) if cell)
    return [Row(row.line, (row.cells + [""] * width)[:width]) for row in rows]


def _without_empty(rows: Iterator[Row]) -> list[Row]:
    kept: list[Row] = []
    for row in rows:
        if row.line > MOST_LINES:
            raise UnreadableFileError(
                _(
                    "The list goes on below line %(num)s. Delete the empty rows, or copy the list alone into a new workbook.",
                    num=whole(MOST_LINES),
                )
            )
        if len(row.cells) > MOST_COLUMNS and any(row.cells[MOST_COLUMNS:]):
            raise UnreadableFileError(
                _("The list has more than %(num)d columns. Keep those that are needed.", num=MOST_COLUMNS)
            )
        cells = [_cell(text, row.line) for text in row.cells[:MOST_COLUMNS]]
        if not any(cells):
            continue
        if len(kept) > MOST_ROWS:
            raise UnreadableFileError(
                _("The list has more than %(num)s people. Divide it into several.", num=whole(MOST_ROWS))
            )
        kept.append(Row(row.line, cells))
    return kept


def _cell(text: str, line: int) -> str:
    """One line without control characters. A leading apostrophe is Excel's mark for text, and ours in exports."""
    if "\0" in text:
        raise UnreadableFileError(
            _("Line %(line)d holds a character that is no text. Is it the right file?", line=line)
        )
    plain = " ".join(_ILLEGAL.sub("", text).split())
    plain = plain.removeprefix("'") if plain[1:2] in {"=", "+", "-", "@"} else plain
    if len(plain) > LONGEST_CELL:
        raise UnreadableFileError(
            _("Line %(line)d has a cell with more than %(num)d characters.", line=line, num=LONGEST_CELL)
        )
    return plain


# CSV


def _decoded(content: bytes) -> str:
    """Excel writes UTF-8 with a mark, "Unicode text" as UTF-16, and else Windows' Western letters, which hold Latin-1."""
    is_utf16 = content.startswith(_UTF16)
    if b"\0" in content and not is_utf16:
        raise UnreadableFileError(_("This is no list that we can read. Save it as .xlsx or .csv."))
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError(_("We can't read the letters in the file. Save it as .xlsx, or as CSV UTF-8."))


def _delimiter(first_line: str) -> str:
    """The one that parts most of the header; a semicolon when none does."""
    outside = re.sub(r'"[^"]*"', "", first_line)
    return max(";\t,", key=outside.count)


def _text(content: bytes) -> Iterator[Row]:
    text = _decoded(content)
    skipped = 0
    told = re.match(r"sep=(.)\r?\n", text)  # Excel's own way to tell the delimiter
    if told:
        text, skipped = text[told.end() :], 1
    delimiter = told[1] if told else _delimiter(text.split("\n", 1)[0])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield Row(line + skipped, cells)
            line = reader.line_num + 1
    except csv.Error:
        raise UnreadableFileError(
            _("Line %(line)d has a quotation mark that is not closed, or one too many.", line=line + skipped)
        ) from None


# XLSX


def _workbook(content: bytes) -> Iterator[Row]:
    _check_package(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        with closing(book):
            sheet: Any = book.worksheets[0]
            sheet.reset_dimensions()  # the size that the file claims for itself may be anything
            for line, values in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1), start=1):
                yield Row(line, [_shown(value) for value in values])
    except UnreadableFileError:
        raise
    except Exception:  # whatever a library makes of a broken or hostile package
        raise UnreadableFileError(
            _("The workbook is broken. Open it in Excel, save it again as .xlsx and try once more.")
        ) from None


def _check_package(content: bytes) -> None:
    """Before anything is unpacked: is it a workbook, and how large would it become? (ASVS 5.2.3)"""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except zipfile.BadZipFile:
        raise UnreadableFileError(
            _("The workbook is broken. Open it in Excel, save it again as .xlsx and try once more.")
        ) from None
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise UnreadableFileError(_("This is no list that we can read. Save it as .xlsx or .csv."))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnreadableFileError(_("The workbook is far too large inside. Copy the list alone into a new one."))


def _shown(value: Any) -> str:
    """A cell as people see it: whole numbers without decimals, days as 2026-11-24."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def headers_of(rows: Sequence[Row]) -> list[str]:
    return rows[0].cells
