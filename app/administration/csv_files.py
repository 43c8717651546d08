"""Rows as a CSV file that Danish Excel opens rightly, and in which nothing can be a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: str) -> str:
    """A cell that begins like a formula gets an apostrophe, which spreadsheets take as: this is text (ASVS 1.2.10)."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_BEGINS_A_FORMULA) or cell.startswith(_BEGINS_A_FORMULA) else cell


def as_csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a mark at its beginning, semicolons between the cells."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(cell) for cell in head])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
