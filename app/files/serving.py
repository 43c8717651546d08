"""Public: a file as the browser gets it: to be saved, never to be shown as a page of ours (ASVS 3.2.1, 5.4)."""

from typing import Final

from flask import Response

from app.core.downloads import attached
from app.core.errors import found
from app.extensions import db
from app.files.models import File, FileContent, FileKind

_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = "application/vnd.oasis.opendocument."
MEDIA_TYPES: Final = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: f"{_OOXML}wordprocessingml.document",
    FileKind.XLSX: f"{_OOXML}spreadsheetml.sheet",
    FileKind.PPTX: f"{_OOXML}presentationml.presentation",
    FileKind.ODT: f"{_ODF}text",
    FileKind.ODS: f"{_ODF}spreadsheet",
    FileKind.ODP: f"{_ODF}presentation",
    FileKind.PNG: "image/png",
    FileKind.JPG: "image/jpeg",
    FileKind.WEBP: "image/webp",
    FileKind.TXT: "text/plain",
    FileKind.CSV: "text/csv",
    FileKind.MD: "text/markdown",
    FileKind.ICS: "text/calendar",
}
SANDBOX: Final = "default-src 'none'; sandbox; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"


def content_of(file: File) -> bytes | None:
    """None once it has been thrown away."""
    return db.session.scalar(db.select(FileContent.content).where(FileContent.file_id == file.id))


def served(file: File) -> Response:
    """404 for what is removed. Who may have it, the room asks that it hangs on."""
    content = found(None if file.is_removed else content_of(file))
    response = attached(content, name=file.name, content_type=MEDIA_TYPES[file.kind])
    response.headers["Content-Security-Policy"] = SANDBOX
    return response
