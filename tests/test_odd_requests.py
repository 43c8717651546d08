"""What strangers, scanners and old tabs send: never an error of ours, never a way out of the site."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from flask import Flask, abort
from sqlalchemy.exc import OperationalError

from app.core.access import public
from app.core.clock import Clock
from app.extensions import db, login_manager
from tests.browser import Browser, Page
from tests.conftest import MONDAY
from tests.stage import Stage, endpoints, protected

APP = Path(__file__).parent.parent / "app"
GIANT = "99999999999999999999999"
ODD_QUERIES = [
    "%00",
    "%ff",
    "%ED%A0%80",
    "-1",
    "0",
    GIANT,
    "%D9%A3",
    "1&{}=2",
    "%0d%0aSet-Cookie:%20a=b",
    "{{7*7}}",
    "'\"%3Cb%3E",
]
ODD_VALUES: list[Any] = [
    "\0",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    "-1",
    GIANT,
    "٣",
    "x" * 70_000,
    "'\"><b>",
    "2026-02-30",
    "",
    ["1", "2"],
]
GETS_FAR = [GIANT, "x" * 70_000, "2026-02-30"]
PAGES = {400: "forstod", 403: "ikke ændre", 404: "ikke finde", 405: "kan man ikke", 409: "før dig", 413: "for meget", 429: "for hurtigt", 500: "hos os"}  # fmt: skip


@pytest.fixture(scope="module")
def stage(built: tuple[Flask, Callable[[], None]]) -> Stage:
    Clock.frozen_at = MONDAY
    return Stage(*built)


@cache
def query_names() -> set[str]:
    """Every name that the code reads from an address."""
    source = "\n".join(path.read_text() for path in APP.rglob("*.py"))
    return set(re.findall(r"request\.args(?:\.\w+\(|\[)\s*[\"'](\w+)", source)) | {"page", "next"}


@pytest.mark.parametrize("number", [GIANT, str(2**63), str(2**31), "-1", "007", "1.5", "%D9%A3", "%00", "1%00"])
def test_a_number_that_no_row_can_have_is_not_found(stage, number):
    for endpoint, method, rule in endpoints(stage.app):
        for name in rule.arguments:
            url = stage.url(endpoint, rule, **({name: 31337} if "int:" + name in rule.rule else {}))
            if method != "GET" or "int:" + name not in rule.rule:
                continue
            answer = stage.browsers["coordinator"].raw("GET", url.replace("31337", number))
            # A zero byte is refused before anybody looks whether the page is there.
            assert answer.status_code in ({400, 404} if "%00" in number else {404}), (url, number)
            protected(answer)


@pytest.mark.parametrize("odd", ODD_QUERIES)
def test_an_odd_address_is_no_error_of_ours(stage, odd):
    for endpoint, method, rule in endpoints(stage.app):
        if method != "GET":
            continue
        is_open = getattr(stage.app.view_functions[endpoint], "is_public", False)
        for role in ("nobody", "coordinator") if is_open else ("coordinator",):
            url = stage.url(endpoint, rule)
            query = "&".join(f"{name}={odd.replace('{}', name)}" for name in sorted(query_names()))
            answer = stage.browsers[role].raw("GET", f"{url}?{query}")
            assert answer.status_code < 500, url
            assert "Set-Cookie: a=b" not in str(answer.headers)
    assert stage.is_untouched()


@pytest.mark.parametrize("path", ["/%ff", "/%00", "/\ud800", "/meetings/%ff", "/..%2f..%2fetc/passwd", "//evil.example/login", "/static/%00", "/static/../config.py", "/.git/config", "/login//", "/;/"])  # fmt: skip
def test_an_odd_path_is_not_found(stage, path):
    # As a server hands it on: decoded, its bytes as Latin-1 (PEP 3333).
    path_info = unquote_to_bytes(path.encode("utf-8", "surrogatepass")).decode("latin-1")
    answer = stage.browsers["coordinator"].raw("GET", "/", environ_overrides={"PATH_INFO": path_info})
    assert "evil.example" not in str(answer.headers)
    assert answer.status_code in {400, 404}
    protected(answer)


def forms_of(stage: Stage, role: str) -> dict[tuple[str, tuple[str, ...]], dict[str, Any]]:
    """Every kind of form that the pages show to `role`, once: (address, fields) → what it would send as it stands."""
    forms: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}
    browser = stage.browsers[role]
    for endpoint, method, rule in endpoints(stage.app):
        if method != "GET":
            continue
        answer = browser.raw("GET", stage.url(endpoint, rule))
        if "sandbox" in answer.headers["Content-Security-Policy"]:
            continue  # a mail, not a page
        page = Page(answer, answer.request.path)
        for form in page.tree.css("form[method=post]") if page.tree else []:
            data = browser.fields_of(form)
            action = form.attributes.get("action") or answer.request.path
            if action not in {"/logout", "/language"}:
                forms.setdefault((re.sub(r"\d+", "1", action), tuple(sorted(data))), {**data, "": action})
    return forms


@pytest.fixture(scope="module")
def forms(stage: Stage) -> list[dict[str, Any]]:
    """What a coordinator can send. Read once: the stage is set up anew with the same numbers."""
    return list(forms_of(stage, "coordinator").values())


@pytest.mark.parametrize("odd", ODD_VALUES, ids=lambda odd: repr(odd)[:20])
def test_no_form_breaks_over_odd_values(stage, forms, odd):
    for read in forms:
        form = {name: value for name, value in read.items() if name}
        action = read[""]
        names = [name for name in form if name != "csrf_token"]
        # One at a time only what gets as far as the database; the others are turned back by the form.
        for changed in [names, *([name] for name in names if odd in GETS_FAR)]:
            name = " ".join(changed)
            sent = {**form, **dict.fromkeys(changed, odd), "csrf_token": stage.token("coordinator")}
            answer = stage.browsers["coordinator"].raw("POST", action, data=sent)
            assert answer.status_code < 500, (action, name)
            protected(answer)
            if answer.mimetype == "text/html" and answer.status_code == 200:
                Page(answer, action)
    stage.set_up()


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "PROPFIND"])
def test_other_methods_are_not_allowed_and_told_which_are(stage, method):
    for path in ("/", "/login", f"/meetings/{stage.things['meeting_id']}"):
        answer = stage.browsers["coordinator"].raw(method, path)
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]
        protected(answer)


def test_the_host_that_a_request_claims_changes_no_address(stage):
    for headers in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"}, {"Forwarded": "host=evil.example"}):  # fmt: skip
        for role in ("nobody", "member"):
            for endpoint, method, rule in endpoints(stage.app):
                if method == "GET":
                    answer = stage.browsers[role].client.get(stage.url(endpoint, rule), headers=headers)
                    assert "evil.example" not in answer.get_data(as_text=True) + str(answer.headers), endpoint


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "/%0d%0aLocation:x", "javascript:alert(1)", "/\tevil"])  # fmt: skip
def test_a_way_back_never_leads_out_of_the_site(stage, target):
    data = {"language": "da", "next": target, "csrf_token": stage.token("nobody")}
    answer = stage.browsers["nobody"].raw("POST", "/language", data=data)
    to = answer.headers["Location"]
    assert to.startswith("/") and not to.startswith(("//", "/\\")) and "\r" not in to


def test_a_body_that_is_too_large_is_refused_with_a_page(stage):
    data = {"language": "x" * 2_000_000, "csrf_token": stage.token("nobody")}
    answer = stage.browsers["nobody"].raw("POST", "/language", data=data)
    assert answer.status_code == 413
    protected(answer)


def test_files_are_kept_for_ever_and_protected(stage):
    page = stage.browsers["nobody"].get("/")
    for link in page.tree.css("link[rel=stylesheet], link[rel=icon], script[src]"):
        url = link.attributes.get("href") or link.attributes["src"]
        answer = stage.browsers["nobody"].raw("GET", url, headers={"Accept-Encoding": "br"})
        assert answer.status_code == 200, url
        assert "immutable" in answer.headers["Cache-Control"]
        protected(answer)
        if url.endswith((".css", ".js")):
            assert answer.headers["Content-Encoding"] == "br"


def test_pages_are_kept_by_nobody(stage):
    for endpoint, method, rule in endpoints(stage.app):
        if method == "GET":
            answer = stage.browsers["member"].raw("GET", stage.url(endpoint, rule))
            if answer.mimetype == "text/html":
                assert "no-store" in answer.headers["Cache-Control"], endpoint


@pytest.fixture
def breaking(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Makes /privacy do something else; errors are shown as in production, not handed to the test."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def instead(act: Callable[[], Any]) -> None:
        @public
        def view() -> Any:
            return act()

        monkeypatch.setitem(app.view_functions, "home.privacy", view)

    return instead


@pytest.mark.parametrize(("status", "words"), PAGES.items())
@pytest.mark.parametrize("role", [None, "member"])
def test_every_refusal_has_a_page_in_both_languages(browser, breaking, status, words, role):
    breaking(lambda: abort(status))
    visitor: Browser = browser(role)
    danish = visitor.get("/privacy", status=status)
    protected(danish.response)
    assert words in danish.title
    visitor.get("/help")
    visitor.submit("English")
    english = visitor.get("/privacy", status=status)
    assert english.tree.css_first("html").attributes["lang"] == "en"
    assert english.title != danish.title
    assert not set(english.text.split()) & {"ikke", "og", "siden", "Prøv"}
    assert danish.tree.css("main a") and english.tree.css("main a"), "a refusal shows a way on"


def test_a_mistake_of_ours_is_a_page_with_a_number_that_the_log_knows(browser, breaking, caplog):
    breaking(lambda: 1 / 0)
    page = browser("member").get("/privacy", status=500)
    number = re.search(r"\b[0-9a-f]{8}\b", page.text)
    assert number and number[0] in caplog.text
    assert "division" not in page.html
    assert "Traceback" in caplog.text


def test_a_page_comes_even_when_the_database_is_gone(browser, breaking, monkeypatch, app):
    def gone(_request: Any = None) -> Any:
        raise OperationalError("SELECT", {}, Exception("no database"))

    monkeypatch.setattr(login_manager, "_request_callback", gone)
    breaking(gone)
    answer = browser(None).raw("GET", "/privacy")
    assert answer.status_code == 500
    protected(answer)
    assert "Noget gik i stykker" in answer.get_data(as_text=True)


def test_a_number_that_no_column_holds_is_the_senders_mistake(browser, breaking, app):
    breaking(lambda: db.session.execute(db.text("SELECT CAST(:number AS INTEGER)"), {"number": 2**70}).scalar() and "")
    assert browser(None).raw("GET", "/privacy").status_code == 400


def test_an_old_page_whose_token_has_gone_stale_is_explained(browser):
    visitor = browser(None)
    visitor.get("/help")
    answer = visitor.raw("POST", "/language", data={"language": "en", "csrf_token": "stale"})
    assert answer.status_code == 400
    assert "åben for længe" in Page(answer, "/language").title
