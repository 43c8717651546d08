"""Is a file what its name says, and harmless to keep and hand out (ASVS 5.2)? Nothing here trusts the browser's word.

What a file is, its content decides, and its ending has to agree. Packed files are judged by their table of contents before
anything is unpacked.
"""

import hashlib
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from flask import current_app
from flask_babel import gettext as _
from PIL import Image, UnidentifiedImageError

from app.core.errors import DomainError
from app.files.models import FileKind
from app.files.names import cleaned

MOST_PIXELS: Final = 60_000_000
MOST_PARTS: Final = 3000  # files in a packed file
MOST_UNPACKED: Final = 300 * 1024 * 1024
MOST_SWELLING: Final = 200  # how many times larger a packed file may be unpacked
SMALL: Final = 2 * 1024 * 1024  # what it may always be unpacked
_TABLE: Final = 512 * 1024  # of [Content_Types].xml
_BROKEN_PICTURE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    struct.error,
    zlib.error,
)
_OFFICE: Final = {
    FileKind.DOCX: b"wordprocessingml.document.main+xml",
    FileKind.XLSX: b"spreadsheetml.sheet.main+xml",
    FileKind.PPTX: b"presentationml.presentation.main+xml",
}
_OPEN_DOCUMENT: Final = {
    FileKind.ODT: b"application/vnd.oasis.opendocument.text",
    FileKind.ODS: b"application/vnd.oasis.opendocument.spreadsheet",
    FileKind.ODP: b"application/vnd.oasis.opendocument.presentation",
}
_PICTURES: Final = {FileKind.PNG: "PNG", FileKind.JPG: "JPEG", FileKind.WEBP: "WEBP"}
_MACRO_ENDINGS: Final = {"docm", "dotm", "xlsm", "xltm", "xlam", "xlsb", "pptm", "potm", "ppam", "ppsm", "sldm"}
_OLD_OFFICE: Final = {"doc", "xls", "ppt", "dot", "xlt", "pot"}


@dataclass(frozen=True)
class Checked:
    """A file that may be kept."""

    name: str
    kind: FileKind
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def most_bytes() -> int:
    return int(current_app.config["MAX_ATTACHMENT_MB"]) * 1_000_000


def check(content: bytes, sent_name: str, *, kinds: frozenset[FileKind] = frozenset(FileKind)) -> Checked:
    """Raises DomainError for the field `file`, with what is wrong and what to do."""
    stem, ending = cleaned(sent_name)
    if not content:
        raise _no(_("The file is empty. Look whether it is the right one."))
    if len(content) > most_bytes():
        raise _no(too_large())
    kind = _kind_of(ending, kinds)
    _CHECKS[kind](kind, content)
    usual = _("file")
    return Checked(f"{stem or usual}.{kind.value}", kind, content)


def too_large() -> str:
    return _(
        "The file may be at most %(num)s MB. Save it smaller, or put it where you share large files and write where.",
        num=current_app.config["MAX_ATTACHMENT_MB"],
    )


def _no(sentence: str) -> DomainError:
    return DomainError(sentence, field="file")


def _kind_of(ending: str, kinds: frozenset[FileKind]) -> FileKind:
    if ending in _MACRO_ENDINGS:
        raise _no(_macros())
    if ending in _OLD_OFFICE:
        raise _no(_("That is an old Office format. Save it as .docx, .xlsx or .pptx, or as PDF."))
    known = {kind.value: kind for kind in kinds}
    if ending not in known:
        raise _no(
            _(
                "We don't take files of that kind. Choose one of these: %(kinds)s.",
                kinds=", ".join(kind.value for kind in FileKind if kind in kinds),
            )
        )
    return known[ending]


def _macros() -> str:
    return _("The file holds macros, which could harm others. Save it without them, or as PDF.")


def _other_than_named(kind: FileKind) -> DomainError:
    return _no(
        _(
            "The file is called .%(ending)s, but holds something else. Open it, save it anew and choose that file.",
            ending=kind.value,
        )
    )


def _damaged() -> DomainError:
    return _no(_("The file is damaged. Open it, save it again and choose the new file."))


def _refuse_two_in_one(kind: FileKind, content: bytes) -> None:
    """A packed file at the end of another: two kinds in one, each program seeing what it likes."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 65_557))
    if end >= 0 and len(content) >= end + 22:
        (comment,) = struct.unpack("<H", content[end + 20 : end + 22])
        if end + 22 + comment == len(content):
            raise _other_than_named(kind)


# Each kind


def _check_pdf(kind: FileKind, content: bytes) -> None:
    if not content.startswith(b"%PDF-"):
        raise _other_than_named(kind)
    if b"%%EOF" not in content[-4096:]:
        raise _damaged()
    _refuse_two_in_one(kind, content)


def _check_picture(kind: FileKind, content: bytes) -> None:
    try:
        with Image.open(BytesIO(content), formats=(_PICTURES[kind],)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _no(_("The picture has too many pixels. Make it smaller."))
            if kind is FileKind.PNG:
                picture.verify()  # its sums, without unpacking
            else:
                picture.draft("RGB", (64, 64))  # JPEG only: unpacks no more than is needed
                picture.load()
    except UnidentifiedImageError:
        raise _other_than_named(kind) from None
    except _BROKEN_PICTURE:
        raise _damaged() from None
    _refuse_two_in_one(kind, content)


def _check_packed(kind: FileKind, content: bytes) -> None:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise _no(_("The file is locked with a password, or in an old format. Save it without a password."))
    if not content.startswith(b"PK\x03\x04"):
        raise _other_than_named(kind)
    try:
        with ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
            _refuse_bombs(parts, len(content))
            _refuse_macros(parts)
            _refuse_other_packed(kind, packed)
    except (
        BadZipFile,
        LargeZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        zlib.error,
        OSError,
        struct.error,
        ValueError,
    ):
        raise _damaged() from None


def _refuse_bombs(parts: list[ZipInfo], size: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    swells = unpacked > SMALL and unpacked > MOST_SWELLING * size
    overlaps = sum(part.compress_size for part in parts) > size
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or swells or overlaps:
        raise _no(_("The file is packed so tightly that we dare not open it. Save it as PDF instead."))
    for part in parts:
        if part.flag_bits & 0x1:
            raise _no(_("The file is locked with a password, or in an old format. Save it without a password."))
        if part.filename.startswith(("/", "\\")) or ".." in part.filename.replace("\\", "/").split("/"):
            raise _damaged()


def _refuse_macros(parts: list[ZipInfo]) -> None:
    for part in parts:
        name = part.filename.lower().replace("\\", "/")
        if name.endswith("vbaproject.bin") or "macrosheets/" in name or name.startswith(("basic/", "scripts/")):
            raise _no(_macros())
        if "/activex/" in name:
            raise _no(_macros())


def _refuse_other_packed(kind: FileKind, packed: ZipFile) -> None:
    names = set(packed.namelist())
    if kind in _OPEN_DOCUMENT:
        if "mimetype" not in names or _beginning(packed, "mimetype") != _OPEN_DOCUMENT[kind]:
            raise _other_than_named(kind)
        return
    if "[Content_Types].xml" not in names:
        raise _other_than_named(kind)
    table = _beginning(packed, "[Content_Types].xml")
    if b"macroEnabled" in table:
        raise _no(_macros())
    if _OFFICE[kind] not in table:
        raise _other_than_named(kind)


def _beginning(packed: ZipFile, name: str) -> bytes:
    with packed.open(name) as part:
        return part.read(_TABLE)


def _check_text(kind: FileKind, content: bytes) -> None:
    text = _text_of(content)
    if text is None:
        raise _other_than_named(kind)
    beginning = text[:1000].lstrip("\ufeff \t\r\n").lower()
    if beginning.startswith(("<!doctype", "<html", "<svg", "<?xml", "<script", "%pdf-", "pk\x03\x04", "mz", "{\\rtf")):
        raise _other_than_named(kind)
    if kind is FileKind.ICS and not beginning.startswith("begin:vcalendar"):
        raise _other_than_named(kind)
    if kind is not FileKind.ICS:
        _refuse_two_in_one(kind, content)


def _text_of(content: bytes) -> str | None:
    """What it says, in the usual ways of writing letters; None for what is no text."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return None if any(letter < " " and letter not in "\t\r\n\f\x1b" for letter in text) else text


_CHECKS: Final[dict[FileKind, Callable[[FileKind, bytes], None]]] = {
    FileKind.PDF: _check_pdf,
    **dict.fromkeys(_PICTURES, _check_picture),
    **dict.fromkeys([*_OFFICE, *_OPEN_DOCUMENT], _check_packed),
    **dict.fromkeys([FileKind.TXT, FileKind.CSV, FileKind.MD, FileKind.ICS], _check_text),
}
