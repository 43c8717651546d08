"""Who was there and for how long, as a file that opens rightly in Danish Excel and in which no cell is ever a formula."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from app.attendance.queries import Held, Hours
from app.core.formats import clock_time, short_date
from app.meetings.models import Meeting, Presence
from app.networks.discretion import Confidentiality, Output, discreetly

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
Cell = str | float | int
Table = list[list[Cell]]


def in_hours(time: timedelta) -> float:
    """To the quarter of an hour's hundredth; 1.75"""
    return round(time.total_seconds() / 3600, 2)


def table_of_people(hours: Sequence[Hours]) -> Table:
    head: list[Cell] = [_("Name"), _("Organisation"), _("Municipality"), _("Meetings"), _("Hours")]
    return [head] + [[one.name, one.organisation, one.municipality, one.meetings, in_hours(one.time)] for one in hours]


def table_of_lines(held: Sequence[Held], level: Confidentiality) -> Table:
    """One line for each person at each meeting. Of the meetings it says what the level allows."""
    head: list[Cell] = [
        _("Date"), _("Meeting"), _("Name"), _("Organisation"), _("Municipality"), _("How"), _("From"), _("To"), _("Hours"),
    ]  # fmt: skip
    lines: Table = [head]
    for one in reversed(held):
        meeting: Meeting = discreetly(one.meeting, level, Output.EXPORT)
        for present in one.present:
            how = _("Online") if present.presence is Presence.ONLINE else _("In person")
            times: list[Cell] = [clock_time(present.starts_at), clock_time(present.ends_at), in_hours(present.time)]
            who: list[Cell] = [present.name, present.organisation, present.municipality]
            lines.append([short_date(meeting.starts_at), meeting.title, *who, how, *times])
    return lines


def as_csv(table: Table) -> bytes:
    """Semicolons, a comma in numbers and a byte order mark, as Danish Excel expects (ASVS 1.2.10 for what looks like a formula)."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerows([[_plain(cell) for cell in row] for row in table])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _plain(cell: Cell) -> str:
    if not isinstance(cell, str):
        return f"{cell:g}".replace(".", ",")
    text = _CONTROL.sub(" ", cell)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def as_xlsx(sheets: dict[str, Table]) -> bytes:
    """Texts are texts, also those that begin with "="; numbers are numbers, so that they can be summed."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, table in sheets.items():
        _fill(book.create_sheet(title[:31]), table)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(sheet: Worksheet, table: Table) -> None:
    for number, row in enumerate(table, start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            cell.value = _CONTROL.sub(" ", value) if isinstance(value, str) else value
            if isinstance(value, str):
                cell.data_type, cell.number_format = "s", "@"
            if number == 1:
                cell.font = Font(bold=True)
    for column in range(1, len(table[0]) + 1):
        width = max(len(str(row[column - 1])) for row in table)
        sheet.column_dimensions[get_column_letter(column)].width = min(max(width + 2, 10), 44)
    sheet.freeze_panes = "A2"
