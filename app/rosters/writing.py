"""A network's members as a file that opens rightly in Danish Excel, and in which no cell is ever a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from app.core import clock
from app.networks.models import Membership, Role
from app.rosters.columns import WORDS, Column

COLUMNS: Final = (
    Column.NAME,
    Column.TITLE,
    Column.ORGANISATION,
    Column.MUNICIPALITY,
    Column.MAIL,
    Column.PHONE,
    Column.ROLE,
    Column.SINCE,
)
_WIDTHS: Final = (28, 26, 32, 18, 34, 16, 12, 14)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FORMULA: Final = ("=", "+", "-", "@")
Table = list[list[str]]


def headers() -> list[str]:
    return [str(WORDS[column]) for column in COLUMNS]


def table_of(memberships: Iterable[Membership]) -> Table:
    """Without headers. `memberships` bring person, organisation and municipality along."""
    return [_row_of(membership) for membership in memberships]


def _row_of(membership: Membership) -> list[str]:
    person = membership.person
    organisation = person.organisation
    day = clock.local(membership.joined_at).date()
    return [
        person.name,
        person.title,
        organisation.name if organisation else "",
        organisation.municipality.name if organisation else "",
        person.email,
        person.phone,
        _("coordinator") if membership.role is Role.COORDINATOR else _("member"),
        f"{day.day}.{day.month}.{day.year}",
    ]


def _clean(text: str) -> str:
    return _CONTROL.sub(" ", text)


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Semicolons and a byte order mark, as Danish Excel expects.

    What could be read as a formula gets an apostrophe in front (ASVS 1.2.10); reading the list in again takes it off.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    for row in [headers(), *rows]:
        writer.writerow([_harmless(_clean(cell)) for cell in row])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) else cell


def as_xlsx(rows: Sequence[Sequence[str]], *, title: str) -> bytes:
    """Every cell is text, also one that begins with "="; the headers stay in sight and can be filtered by."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip("' ") or "ERFA"
    for number, row in enumerate([headers(), *rows], start=1):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            cell.value = _clean(text)
            cell.data_type = "s"
            cell.number_format = "@"
            if number == 1:
                cell.font = Font(bold=True)
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{len(rows) + 1}"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def example() -> bytes:
    """A list to fill in, with one invented person."""
    person = ["Mette Madsen", "Jobkonsulent", "Jobcenter Thisted", "Thisted", "mette@thisted.example", "12 34 56 78"]
    return as_xlsx([[*person, _("member"), "1.8.2026"]], title=_("Members"))
