"""Every page of the demo answers for every role, and reads well."""

import re
from collections import Counter, deque
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from flask import Flask
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select

from app.accounts.models import Person
from app.demo.operations import load_demo
from app.extensions import db
from tests.browser import Browser, read
from tests.counting import A_PAGE, WHERE_ROOMS_MEET, Statements

AT_MOST = 400
ROOMS_MEET_AT = {"/meetings/#", "/networks/#"}
OF_ONE_SHAPE = 24  # months have neither beginning nor end
READ_OF_ONE_SHAPE = 4  # reading is slow; the rest only has to answer
BEGINNINGS = ("/", "/networks", "/meetings", "/cases", "/account", "/calendar")


def links_on(page_url: str, hrefs: list[str]) -> list[str]:
    """Where the links lead on this site, without their anchors."""
    found = []
    for href in hrefs:
        address = urldefrag(urljoin(page_url, href)).url
        parts = urlsplit(address)
        if parts.scheme in {"", "http", "https"} and parts.netloc in {"", "erfa.test"}:
            found.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


def crawl(browser: Browser, statements: Statements) -> dict[str, int]:
    """Every address that can be reached by links, with the status it answers; what is a page is read and asks little."""
    seen: dict[str, int] = {}
    shapes: Counter[str] = Counter()
    waiting = deque(BEGINNINGS)
    while waiting and len(seen) < AT_MOST:
        url = waiting.popleft()
        shape = re.sub(r"[0-9]+", "#", url)
        if url in seen or shapes[shape] >= OF_ONE_SHAPE:
            continue
        shapes[shape] += 1
        with statements.counted() as asked:
            response = browser.raw("GET", url)
        assert len(asked) <= (WHERE_ROOMS_MEET if shape in ROOMS_MEET_AT else A_PAGE), (url, asked)
        seen[url] = response.status_code
        if response.status_code in {301, 302, 303, 307, 308}:
            waiting.extend(links_on(url, [response.headers["Location"]]))
        elif response.mimetype == "text/html" and "<html" in response.get_data(as_text=True):
            html = response.get_data(as_text=True)
            tree = read(html, url) if shapes[shape] <= READ_OF_ONE_SHAPE else LexborHTMLParser(html)
            hrefs = [node.attributes["href"] or "" for node in tree.css("a[href]")]
            waiting.extend(link for link in links_on(url, hrefs) if link not in seen)
    return seen


@pytest.mark.parametrize("account", ["admin", "tovholder", "medlem", "udenfor"])
def test_every_page_of_the_demo_answers(app: Flask, statements: Statements, account: str) -> None:
    with app.app_context():
        load_demo(None, seed=0)
        db.session.commit()
        person_id = db.session.scalars(select(Person.id).where(Person.email == f"{account}@erfa.example")).one()
    seen = crawl(Browser(app, person_id), statements)
    beginnings = set(BEGINNINGS)
    broken = {
        url: status for url, status in seen.items() if status >= 400 and not (url in beginnings and status == 404)
    }
    assert broken == {}
    assert "/cases/1" in seen or account == "udenfor"
    assert len(seen) > 60
