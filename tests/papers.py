"""Reads a PDF as a program does that copies its text, so that tests can hear what it says."""

import io
import re

import pikepdf

_HEX = re.compile(rb"<([0-9A-Fa-f]*)>")


def words_in_pdf(data: bytes) -> str:
    """The text of every page, a line per piece, and the document's own description."""
    with pikepdf.open(io.BytesIO(data)) as document:
        pages = [_words_on(page) for page in document.pages]
        described = document.Root.Metadata.read_bytes().decode() if "/Metadata" in document.Root else ""
    return "\n".join([*pages, described])


def _words_on(page: pikepdf.Page) -> str:
    letters = {name: _letters_of(font) for name, font in page.Resources.get("/Font", {}).items()}
    said: list[str] = []
    font: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            font = letters[str(operands[0])]
        elif str(operator) in {"Tj", "TJ"}:
            parts = operands[0] if str(operator) == "TJ" else [operands[0]]
            said.extend(_read(bytes(part), font) for part in parts if isinstance(part, pikepdf.String))
        elif str(operator) in {"Td", "Tm", "BT"}:
            said.append("\n")
    return re.sub(r"\n+", "\n", "".join(said))


def _read(codes: bytes, letters: dict[int, str]) -> str:
    pairs = (int.from_bytes(codes[at : at + 2]) for at in range(0, len(codes), 2))
    return "".join(letters.get(code, "") for code in pairs)


def _letters_of(font: pikepdf.Object) -> dict[int, str]:
    """From the map that says which letters a glyph stands for (PDF 9.10.3)."""
    letters: dict[int, str] = {}
    cmap = font.ToUnicode.read_bytes()
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.S):
        found = _HEX.findall(block)
        for code, text in zip(found[::2], found[1::2], strict=True):
            letters[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.S):
        found = _HEX.findall(block)
        for first, last, text in zip(found[::3], found[1::3], found[2::3], strict=True):
            start = int(text, 16)
            for number, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
                letters[code] = chr(start + number)
    return letters
