"""The words of a mail that was written as HTML, with its quotes marked as in plain text; and the HTML, safe to be shown.

Libraries that turn HTML into text lose where a quote begins, which is what has to be known here.
"""

import re
from html import escape, unescape
from html.parser import HTMLParser
from typing import Final

import nh3

_BLOCKS: Final = {"p", "div", "ul", "ol", "table", "tr", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
_SPACED: Final = {"p", "ul", "ol", "table", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
_KEPT: Final = _BLOCKS | {"br", "li", "td", "th", "a", "tbody", "thead"}
_SHOWN: Final = _KEPT | {"b", "i", "em", "strong", "u", "s", "span", "font", "center", "sub", "sup", "small", "code"}
_SPACE: Final = re.compile(r"[ \t\r\n\f\u00a0]+")
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")
_ANY_TAG: Final = re.compile(r"<[^<>]{1,2000}>")
_EMPTY: Final = {
    "br",
    "hr",
    "img",
    "input",
    "meta",
    "link",
    "col",
    "area",
    "base",
    "wbr",
    "p",
    "li",
}  # or closed by the next
_DEEPEST: Final = 1000
_DEEPEST_QUOTE: Final = 12


class _Writer(HTMLParser):
    """Reads what nh3 has cleaned, so every element is known and closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line = ""
        self.quotes = 0
        self.gap = False  # an empty line is owed before the next words
        self.address = ""

    def break_line(self) -> None:
        if not self.line.strip():
            self.line = ""
            return
        mark = "> " * min(self.quotes, _DEEPEST_QUOTE)
        if self.gap and self.lines:
            self.lines.append(mark.rstrip())
        self.gap = False
        self.lines.append(mark + self.line.strip())
        self.line = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            if self.line.strip():
                self.break_line()
            else:
                self.gap = True
        elif tag in _BLOCKS or tag == "li":
            self.break_line()
            self.gap = self.gap or tag in _SPACED
        if tag == "blockquote":
            self.quotes += 1
        elif tag == "li":
            self.line = "- "
        elif tag in {"td", "th"} and self.line.strip():
            self.line += "  "
        elif tag == "a":
            self.address = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS or tag == "li":
            self.break_line()
            self.gap = self.gap or tag in _SPACED
        if tag == "blockquote":
            self.quotes = max(0, self.quotes - 1)
        elif tag == "a":
            bare = self.address.removeprefix("mailto:")
            if self.address.startswith(("https://", "http://")) and bare not in self.line:
                self.line += f" ({bare})"
            self.address = ""

    def handle_data(self, data: str) -> None:
        words = _SPACE.sub(" ", data)
        self.line += words.lstrip() if not self.line else words


def _is_too_deep(html: str) -> bool:
    """Elements within elements, more than any mail program writes: the cleaner takes the square of that many."""
    depth = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() not in _EMPTY:
            depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > _DEEPEST:
            return True
    return False


def _bare(html: str) -> str:
    """For what cannot be read as HTML: the words between the tags."""
    return _SPACE.sub(" ", unescape(_ANY_TAG.sub(" ", html))).strip()


def as_text(html: str) -> str:
    """Paragraphs are parted by an empty line, what is quoted begins with "> "."""
    if _is_too_deep(html):
        return _bare(html)
    writer = _Writer()
    writer.feed(nh3.clean(html, tags=_KEPT, attributes={"a": {"href"}}, link_rel=None))
    writer.close()
    writer.break_line()
    return "\n".join(writer.lines)


def safe(html: str) -> str:
    """For a frame: nothing runs, nothing is fetched, and a link does not say where one comes from."""
    if _is_too_deep(html):
        return escape(_bare(html))
    return nh3.clean(html, tags=_SHOWN, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"})
