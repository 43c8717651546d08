"""What kinds of files are called, and how large they are, for people."""

from typing import Final

from babel.numbers import format_decimal
from flask_babel import lazy_gettext as _l

from app.core.formats import language
from app.files.models import FileKind

NAMES: Final = {
    FileKind.PDF: _l("PDF"),
    FileKind.DOCX: _l("Word"),
    FileKind.XLSX: _l("Excel"),
    FileKind.PPTX: _l("PowerPoint"),
    FileKind.ODT: _l("OpenDocument text"),
    FileKind.ODS: _l("OpenDocument spreadsheet"),
    FileKind.ODP: _l("OpenDocument presentation"),
    FileKind.PNG: _l("Picture"),
    FileKind.JPG: _l("Picture"),
    FileKind.WEBP: _l("Picture"),
    FileKind.TXT: _l("Text"),
    FileKind.CSV: _l("CSV"),
    FileKind.MD: _l("Text"),
    FileKind.ICS: _l("Calendar file"),
}


def file_size(size: int) -> str:
    """84 kB, 1,2 MB"""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{round(size / 1000)} kB"
    return f"{format_decimal(round(size / 1_000_000, 1), locale=language())} MB"


def kind_name(kind: FileKind) -> str:
    return str(NAMES[kind])
