"""Reads a mail as picky as mail programs are: Word in Outlook, a dark phone, a screen reader, a program without HTML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import html5lib
from selectolax.lexbor import LexborHTMLParser, LexborNode

BASE = "https://erfa.test"
LARGEST = 100_000  # octets; Gmail cuts a mail off at 102 kB
WIDEST = 600
CLOSING = "\n-- \nERFA Nord\n"
_WORDS = re.compile(r"\w+")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_TEXT = {
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "td",
    "th",
    "li",
    "a",
    "strong",
    "em",
    "span",
    "blockquote",
    "div",
    "pre",
}
LARGE = 24.0  # pixels from which 3:1 is enough (WCAG 1.4.3)


@dataclass(frozen=True)
class Read:
    """A mail, taken apart."""

    message: EmailMessage
    text: str
    html: str
    raw: bytes

    @property
    def tree(self) -> LexborHTMLParser:
        return LexborHTMLParser(self.html)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])


def opened(raw: bytes) -> Read:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    return Read(message, text.get_content().replace("\r\n", "\n"), html.get_content(), raw)


def faults(mail: Read, locale: str) -> list[str]:
    """Every promise that the words and looks of a mail break, as a sentence each."""
    checks = (_html(mail, locale), _frame(mail.tree), _remote(mail), _links(mail.tree), _contrast(mail.tree))
    return [fault for check in (*checks, _preview(mail.tree), _text(mail), _agree(mail)) for fault in check]


def _html(mail: Read, locale: str) -> Iterator[str]:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    parser.parse(mail.html)
    for position, code, _values in parser.errors:
        yield f"HTML: {code} at {position}"
    if "<meta charset" not in mail.html[:1024]:
        yield "the charset stands too late to be found"
    tree = mail.tree
    if len(tree.css("h1")) != 1:
        yield f"{len(tree.css('h1'))} h1 elements"
    title = tree.css_first("title")
    if title is None or title.text().strip() != mail.subject.removeprefix("Re: "):
        yield "the title is not the subject"
    if tree.css_first("html").attributes.get("lang") != locale:
        yield "the language is not the reader's"
    metas = {node.attributes.get("name"): node.attributes.get("content") for node in tree.css("meta[name]")}
    for name in ("color-scheme", "supported-color-schemes"):
        if metas.get(name) != "light dark":
            yield f"no {name}"
    if "viewport" not in metas:
        yield "no viewport"


GROUNDS = ("body", ".ground", ".around", ".sheet", ".paper", ".buttons td.first", ".buttons td.other")


def _frame(tree: LexborHTMLParser) -> Iterator[str]:
    for table in tree.css("table"):
        if table.attributes.get("role") != "presentation" and not table.css("th"):
            yield f"a table for layout that a screen reader counts: {_words_of(table)[:40]!r}"
    for node in (node for part in GROUNDS for node in tree.css(part)):
        if "background-color" not in _style(node):
            yield f"{node.tag} has no background of its own, so a dark mail program chooses one"
    if any("alt" not in node.attributes for node in tree.css("img")):
        yield "a picture without words"
    yield from _width(tree)


def _width(tree: LexborHTMLParser) -> Iterator[str]:
    sheet = tree.css_first(".sheet")
    if sheet is None or _style(sheet).get("max-width") != f"{WIDEST}px":
        yield "the sheet is wider than 600 px"
    for node in tree.css("[width], [style]"):
        widths = [node.attributes.get("width") or "", _style(node).get("width", ""), _style(node).get("min-width", "")]
        if any(int(number) > WIDEST for width in widths for number in re.findall(r"^(\d+)(?:px)?$", width)):
            yield f"something {widths} wide"
    if f'<!--[if mso]><table role="presentation" width="{WIDEST}"' not in (tree.html or ""):
        yield "Word knows no max-width and gets no width"


def _remote(mail: Read) -> Iterator[str]:
    for node in mail.tree.css("[src], [srcset], [background], [poster], link, script, iframe, object, form, base"):
        yield f"<{node.tag}> fetches or sends something"
    if re.search(r"url\(|@import|@font-face", mail.html):
        yield "a style fetches something"


def _links(tree: LexborHTMLParser) -> Iterator[str]:
    for link in tree.css("a"):
        where = link.attributes.get("href") or ""
        if not link.text().strip():
            yield f"the link to {where!r} has no words"
        if not where.startswith((f"{BASE}/", "mailto:")):
            yield f"the link to {where!r} leads elsewhere"


def _style(node: LexborNode) -> dict[str, str]:
    pairs = (pair.split(":", 1) for pair in (node.attributes.get("style") or "").split(";") if ":" in pair)
    return {name.strip(): value.strip() for name, value in pairs}


def _dark(tree: LexborHTMLParser) -> list[dict[int, dict[str, str]]]:
    """What the dark rules give each element, by its `mem_id`; they are important, so they win over what is inlined."""
    sheet = "".join(node.text() for node in tree.css("style"))
    inside = sheet.partition("(prefers-color-scheme: dark) {")[2].partition("@media")[0]
    given: dict[int, dict[str, str]] = {}
    for selectors, body in _RULE.findall(inside):
        pairs = dict(pair.split(":", 1) for pair in body.replace("!important", "").split(";") if ":" in pair)
        for node in tree.css(selectors.strip()):
            given.setdefault(node.mem_id, {}).update({name.strip(): value.strip() for name, value in pairs.items()})
    return [{}, given]


def _luminance(colour: str) -> float:
    assert re.fullmatch(r"#[0-9a-f]{6}", colour), colour
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _nearest(node: LexborNode, name: str, given: dict[int, dict[str, str]]) -> str:
    above: LexborNode | None = node
    while above is not None:
        value = given.get(above.mem_id, {}).get(name) or _style(above).get(name)
        if value:
            return value
        above = above.parent
    return ""


def _contrast(tree: LexborHTMLParser) -> Iterator[str]:
    if not _dark(tree)[1]:
        yield "nothing is said of the dark"
    for scheme, given in zip(("light", "dark"), _dark(tree), strict=True):
        for node in tree.body.traverse(include_text=True) if tree.body else ():
            if node.tag != "-text" or not node.text().strip() or node.parent is None or _is_hidden(node):
                continue
            colour, ground = (_nearest(node.parent, name, given) for name in ("color", "background-color"))
            if not colour or not ground:
                yield f"{scheme}: {node.text()[:30]!r} has no colour"
            elif contrast(colour, ground) < 4.5:
                yield f"{scheme}: {node.text()[:30]!r} is {colour} on {ground}, {contrast(colour, ground):.1f}"


def _is_hidden(node: LexborNode) -> bool:
    return _nearest(node, "display", {}) == "none"


def _words_of(node: LexborNode) -> str:
    return " ".join(node.text(separator=" ").split())


def _preview(tree: LexborHTMLParser) -> Iterator[str]:
    preview, heading = tree.css_first(".preview"), tree.css_first("h1")
    words = preview.text().replace("\u00a0", " ").replace("\u200c", "").strip() if preview else ""
    if not words:
        yield f"the preview {words!r} says nothing"
    elif heading and words.rstrip(".") == heading.text().strip().rstrip("."):
        yield f"the preview {words!r} repeats the heading"
    elif len(words) > 200:
        yield f"the preview is {len(words)} characters long"
    elif re.search(r"(^[,.]|\.\.$|, ?\.|\s\s)", words):
        yield f"the preview {words!r} is untidy"


def _text(mail: Read) -> Iterator[str]:
    text = mail.text
    if re.search(r"&(#\d+|#x[0-9a-f]+|[a-z]{2,8});|</?(p|br|a|b|strong|em|li|ul|div|td|tr|span)\b", text):
        yield "the text holds HTML"
    if text != text.strip() + "\n":
        yield "the text begins or ends with emptiness"
    if "\n\n\n" in text:
        yield "the text has empty lines in a row"
    for line in text.split("\n"):
        if line != line.rstrip() and line != "-- ":
            yield f"the line {line!r} ends with blanks"
        if re.search(r"\S {2,}\S", line) and not re.match(r" *\d{1,2}[.:]\d\d  ", line):
            yield f"the line {line!r} has a hole"
        if re.search(r"(^|[^.])\.\.$|,\s*$|^[,.]| [,.](\s|$)|\( | \)|\.\s*\(\)|: *:", line):
            yield f"the line {line!r} is untidy"
    if text.count(CLOSING) != 1:
        yield "the text has not the closing that every mail has"


HINT = ("The button", "Knappen")  # tells of buttons, which the text has not


def _agree(mail: Read) -> Iterator[str]:
    """Every word that stands in the HTML stands in the text too, and every address."""
    said = {word.lower() for word in _WORDS.findall(mail.text)}
    tree = mail.tree
    for node in tree.css("p.quiet"):
        if node.text().strip().startswith(HINT):
            node.decompose()
    for node in tree.css("h1, h2, h3, p, th, td, li, blockquote, pre"):
        if node.css("table, p, h1, h2, td"):
            continue
        missing = [word for word in _WORDS.findall(_words_of(node)) if word.lower() not in said]
        if missing:
            yield f"only the HTML says {' '.join(missing)!r} (in {_words_of(node)[:60]!r})"
    for link in tree.css("a[href]"):
        if (link.attributes["href"] or "").removeprefix("mailto:") not in mail.text:
            yield f"only the HTML has {link.attributes['href']}"
