"""Lists as people and programs make them."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

HEADERS = ["Navn", "Mail", "Organisation", "Kommune"]
LONE = ["Lone Lund", "lone@thisted.test", "Jobcenter Thisted", "Thisted"]
BO = ["Bo Ågård", "bo@aalborg.test", "Jobcenter Aalborg", "Aalborg"]


def as_csv(*rows: Sequence[str], encoding: str = "utf-8", delimiter: str = ";") -> bytes:
    return "".join(delimiter.join(row) + "\r\n" for row in rows).encode(encoding)


def as_xlsx(*rows: Sequence[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    """The same package with other parts; names have / written as __."""
    instead = {name.replace("__", "/").replace("_xml", ".xml"): body for name, body in parts.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, instead.pop(name, old.read(name)))
        for name, body in instead.items():
            new.writestr(name, body)
    return buffer.getvalue()
