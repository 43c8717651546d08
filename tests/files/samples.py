"""Files as people send them, and as they should never be taken."""

import io
import struct
import zipfile
import zlib

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
_MAIN = {
    "docx": "wordprocessingml.document.main+xml",
    "xlsx": "spreadsheetml.sheet.main+xml",
    "pptx": "presentationml.presentation.main+xml",
}


def packed(parts: dict[str, bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(
                name, content, compress_type=zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            )
    return buffer.getvalue()


def office(kind: str = "docx", main: str = "", **more: bytes) -> bytes:
    types = (
        f'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.{main or _MAIN[kind]}"/></Types>'
    )
    return packed({"[Content_Types].xml": types.encode(), "word/document.xml": b"<w:document/>", **more})


def open_document(kind: str = "text", **more: bytes) -> bytes:
    mimetype = f"application/vnd.oasis.opendocument.{kind}".encode()
    return packed({"mimetype": mimetype, "content.xml": b"<office/>", **more}, stored=("mimetype",))


def picture(kind: str = "PNG", size: tuple[int, int] = (20, 10)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (11, 90, 115)).save(buffer, kind)
    return buffer.getvalue()


def png_that_says_it_is_huge() -> bytes:
    """A header of 30,000 × 30,000 pixels and nothing behind it."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + picture()[33:]


def bomb() -> bytes:
    """A document of 60 MB of nothing in a few kilobytes."""
    return office(**{"word/media/nothing.bin": b"\0" * 60_000_000})


def locked() -> bytes:
    """The flag that says a part is encrypted."""
    data = bytearray(office())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + at] |= 1
            start = data.find(mark, start + 4)
    return bytes(data)
