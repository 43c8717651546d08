"""Markdown that people write, as HTML that is safe to show. The only module that makes Markup of what people wrote."""

import html
import re
from functools import lru_cache
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False}).enable("table")
_TAGS = {
    "p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote", "code", "pre", "hr",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto"}


def _lower_headings(html: str) -> str:
    """A writer's `# heading` must not compete with the page's own h1 and h2 (WCAG 1.3.1)."""
    for level in range(6, 0, -1):
        lower = min(level + 2, 6)
        html = html.replace(f"<h{level}>", f"<h{lower}>").replace(f"</h{level}>", f"</h{lower}>")
    return html


@lru_cache(maxsize=4096)
def markdown(source: str) -> Markup:
    """Safe HTML of `source`. Images, raw HTML and links other than http, https and mailto are left out (ASVS 1.2.2)."""
    cleaned = nh3.clean(
        _lower_headings(_markdown.render(source)),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )
    return Markup(cleaned)  # noqa: S704 - nh3 has just cleaned it


@lru_cache(maxsize=4096)
def plain(source: str) -> str:
    """`source` as one line of plain text, for excerpts and mail previews. Not HTML: a template escapes it as any text."""
    return " ".join(html.unescape(nh3.clean(_markdown.render(source), tags=set())).split())


_NOT_TYPED: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_BREAKS: Final = re.compile(r"\r\n?|[\u2028\u2029]")
# A backslash before punctuation or at a line's end; code, emphasis (not within_words); entities, tags and addresses.
_INLINE: Final = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|$)|[`*]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|<(?=[A-Za-z/!?])", re.MULTILINE
)
_BRACKET: Final = re.compile(r"\]\s*[(:\[]")  # without one of these no bracket is a link
_BEGINNING: Final = re.compile(
    r"(#{1,6}(?= |$)|>|[-+](?= |$)|=+ *$|-[- ]*$|~{3}|[|:-][|:\- ]*$)"  # headings, quotes, lists, rules, fences, tables
)
_NUMBERED: Final = re.compile(r"(\d{1,9})([.)])(?= |$)")
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")


def as_written(typed: str) -> str:
    """Markdown that shows `typed`, text from where nobody thinks of Markdown, with its own characters and line breaks."""
    lines = _NOT_TYPED.sub(" ", _BREAKS.sub("\n", typed)).strip().split("\n")
    text = "\n".join(" ".join(line.split()) for line in lines)
    text = _INLINE.sub(lambda found: f"\\{found[0]}", text)
    if _BRACKET.search(text):
        text = text.replace("[", "\\[")
    return "\n".join(map(_harmless, text.split("\n")))


def _harmless(line: str) -> str:
    """A line that begins no heading, quote, list, rule, fence or table."""
    if _BEGINNING.match(line):
        return f"\\{line}"
    numbered = _NUMBERED.match(line)
    return f"{numbered[1]}\\{line[numbered.end(1) :]}" if numbered else line


def typed(source: str) -> str:
    """Markdown as somebody reads it who sees it as it stands, in the text of a mail: without the backslashes."""
    return _ESCAPED.sub(r"\1", source)
