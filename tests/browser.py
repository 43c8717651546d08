"""A client that reads each page as a person and a screen reader would, and knows the site only by its links and forms."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import html5lib
from flask import Flask
from selectolax.lexbor import LexborHTMLParser, LexborNode
from werkzeug.test import TestResponse

from app.core import clock
from app.core.tokens import fingerprint, new_secret
from app.extensions import db
from app.sessions.models import SignInSession
from app.sessions.sign_in import SECRET


class UnreadableError(AssertionError):
    """The page breaks a promise every page gives."""


def read(html: str, where: str = "") -> LexborHTMLParser:
    """Checks valid HTML, one h1, a title, unique ids, labels, working ARIA references, and CSRF in every POST form."""
    tree = LexborHTMLParser(html)
    checks = (_valid(html), _headed(tree), _identified(tree), _labelled(tree), _sendable(tree), _quiet(tree))
    faults = [fault for check in checks for fault in check]
    if faults:
        raise UnreadableError(f"{where}:\n- " + "\n- ".join(faults))
    return tree


# Parsing is slow, and many tests see the same page with another token in it: those found valid are not parsed again.
TOKEN = re.compile(r'(?<=name="csrf_token")[^>]*')
FOUND_VALID: set[int] = set()


def _valid(html: str) -> Iterator[str]:
    page = hash(TOKEN.sub("", html))
    if page in FOUND_VALID:
        return
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    parser.parse(html)
    if not parser.errors:
        FOUND_VALID.add(page)
    for position, code, _ in parser.errors:
        yield f"HTML: {code} at {position}"


def _headed(tree: LexborHTMLParser) -> Iterator[str]:
    if len(tree.css("h1")) != 1:
        yield f"{len(tree.css('h1'))} h1 elements; a page has one"
    title = tree.css_first("title")
    if title is None or title.text().startswith(" ·"):
        yield "no title of its own"
    if tree.css_first("html").attributes.get("lang") not in {"da", "en"}:
        yield "the page does not say its language"


def _identified(tree: LexborHTMLParser) -> Iterator[str]:
    ids = Counter(node.attributes["id"] for node in tree.css("[id]"))
    for name, count in ids.items():
        if count > 1:
            yield f"id {name!r} stands {count} times"
    for attribute in ("for", "aria-labelledby", "aria-describedby"):
        for node in tree.css(f"[{attribute}]"):
            for name in (node.attributes[attribute] or "").split():
                if name not in ids:
                    yield f"{attribute}={name!r} points nowhere"


def _labelled(tree: LexborHTMLParser) -> Iterator[str]:
    labelled = {label.attributes.get("for") for label in tree.css("label[for]")}
    for node in tree.css("input, select, textarea"):
        if node.attributes.get("type") in {"hidden", "submit"}:
            continue
        has_label = node.attributes.get("id") in labelled or _inside(node, "label")
        if not (has_label or node.attributes.get("aria-label") or node.attributes.get("aria-labelledby")):
            yield f"the field {node.attributes.get('name')!r} has no label"
    for link in tree.css("a[href]"):
        if not link.text().strip() and not link.css_first("[aria-label]"):
            yield f"the link to {link.attributes['href']!r} has no words"


def _sendable(tree: LexborHTMLParser) -> Iterator[str]:
    for form in tree.css("form"):
        if (form.attributes.get("method") or "get").lower() == "post" and not form.css_first("[name=csrf_token]"):
            yield f"the form to {form.attributes.get('action')!r} has no CSRF token"


def _quiet(tree: LexborHTMLParser) -> Iterator[str]:
    if tree.css("[style], style"):
        yield "inline style; the content security policy forbids it"
    if any(not node.attributes.get("src") for node in tree.css("script")):
        yield "inline script; the content security policy forbids it"


def _inside(node: LexborNode, tag: str) -> bool:
    while node.parent is not None:
        node = node.parent
        if node.tag == tag:
            return True
    return False


class Page:
    """An answer, read."""

    def __init__(self, response: TestResponse, url: str) -> None:
        self.response, self.url, self.status = response, url, response.status_code
        self.html = response.get_data(as_text=True) if response.mimetype.startswith("text/") else ""
        self.tree = read(self.html, url) if response.mimetype == "text/html" and self.html else None

    @property
    def text(self) -> str:
        """What it says, in one line."""
        assert self.tree is not None, "not a page"
        return " ".join((self.tree.css_first("main") or self.tree.body).text(separator=" ").replace("\xad", "").split())

    @property
    def title(self) -> str:
        assert self.tree is not None
        return self.tree.css_first("h1").text().replace("\xad", "").strip()

    @property
    def errors(self) -> list[str]:
        """The sentences beside the fields."""
        assert self.tree is not None
        return [" ".join(node.text().split()) for node in self.tree.css(".field__error")]

    def value(self, name: str) -> str:
        assert self.tree is not None
        node = self.tree.css_first(f'main [name="{name}"]')
        assert node is not None, f"no field {name!r} on {self.url}"
        if node.tag == "textarea":
            return node.text(deep=True).lstrip("\n")
        return node.attributes.get("value") or ""

    def links(self) -> dict[str, str]:
        assert self.tree is not None
        return {
            " ".join(a.text().replace("\xad", "").split()): a.attributes["href"] or "" for a in self.tree.css("a[href]")
        }


class Browser:
    """Follows links by their words and sends the forms it finds, CSRF token and all. CSRF protection stays on."""

    def __init__(self, app: Flask, person_id: int | None = None) -> None:
        self.app = app
        self.client = app.test_client()
        self.page: Page
        if person_id is not None:
            self._sign_in(person_id)

    def _sign_in(self, person_id: int) -> None:
        secret = new_secret()
        with self.app.app_context():
            now = clock.now()
            row = SignInSession(
                person_id=person_id, token_hash=fingerprint(secret), expires_at=now + timedelta(days=30)
            )
            row.second_step_at = now  # signed in with all the steps that there are, whatever they are
            db.session.add(row)
            db.session.commit()
        with self.client.session_transaction(base_url=self.app.config["BASE_URL"]) as cookie:
            cookie[SECRET] = secret

    def _take(self, response: TestResponse, url: str) -> Page:
        with self.app.app_context():
            db.session.remove()
        self.page = Page(response, url)
        return self.page

    def raw(self, method: str, url: str, **more: Any) -> TestResponse:
        """One request, not read and not followed."""
        return self.client.open(url, method=method, base_url=self.app.config["BASE_URL"], buffered=True, **more)

    def get(self, url: str, *, status: int = 200, **more: Any) -> Page:
        page = self._take(self.raw("GET", url, **more), url)
        assert page.status == status, f"GET {url} gave {page.status}, not {status}"
        return page

    def follow(self, words: str) -> Page:
        """Clicks the link that says `words`."""
        links = self.page.links()
        assert words in links, f"no link {words!r} among {list(links)}"
        return self.get(urljoin(self.page.url, links[words]))

    def fields_of(self, form: LexborNode) -> dict[str, Any]:
        """What the form would send as it stands."""
        data: dict[str, Any] = {}
        for node in form.css("input, select, textarea"):
            name, kind = node.attributes.get("name"), node.attributes.get("type")
            if not name or kind == "submit" or (kind in {"radio", "checkbox"} and "checked" not in node.attributes):
                continue
            if node.tag == "textarea":
                data[name] = node.text(deep=True).removeprefix("\n")
            elif node.tag == "select":
                chosen = node.css_first("option[selected]") or node.css_first("option")
                data[name] = (chosen.attributes.get("value") if chosen else "") or ""
            elif kind == "checkbox":  # several of one name are sent one by one
                sent, value = data.get(name), node.attributes.get("value") or "on"
                data[name] = value if sent is None else [*(sent if isinstance(sent, list) else [sent]), value]
            else:
                data[name] = node.attributes.get("value") or ""
        return data

    def submit(self, button: str, *, follow: bool = True, status: int = 200, **values: Any) -> Page:
        """Fills in `values` and presses the button that says `button`; a redirect is followed."""
        assert self.page.tree is not None
        for form in self.page.tree.css("form"):
            for node in form.css("button"):
                if " ".join(node.text().split()) == button:
                    data = self.fields_of(form)
                    unknown = set(values) - {n.attributes.get("name") for n in form.css("[name]")}
                    assert not unknown, f"the form has no field {unknown}"
                    data |= values
                    if node.attributes.get("name"):
                        data[node.attributes["name"]] = node.attributes.get("value") or ""
                    url = urljoin(self.page.url, form.attributes.get("action") or self.page.url)
                    method = (form.attributes.get("method") or "get").upper()
                    sent = {"query_string": data} if method == "GET" else {"data": data}
                    page = self._take(self.raw(method, url, **sent), url)
                    if follow and page.status in {302, 303}:
                        return self.get(page.response.headers["Location"], status=status)
                    assert page.status == status, f"{button!r} gave {page.status}, not {status}: {page.html[-3000:]}"
                    return page
        raise AssertionError(f"no button {button!r} on {self.page.url}")

    def post(self, url: str, *, status: int = 302, **values: Any) -> Page:
        """A POST with a valid CSRF token but without the form: what a stranger or an old tab may send."""
        page_with_one = LexborHTMLParser(self.raw("GET", "/help").get_data(as_text=True))
        token = page_with_one.css_first("[name=csrf_token]").attributes["value"]
        page = self._take(self.raw("POST", url, data={"csrf_token": token, **values}), url)
        assert page.status == status, f"POST {url} gave {page.status}, not {status}"
        return page
