"""Markdown that people write, as HTML that is safe to show. The only module that makes Markup of what people wrote."""

import html
from functools import lru_cache

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
