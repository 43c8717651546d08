"""The demo in a real browser: wide and narrow, light and dark, with axe. Started as a newcomer starts it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import CHROMIUM
from tests.running import Running, running

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PLACES = (
    "front", "login", "home", "networks", "network", "meetings", "meeting", "cases", "case", "minutes", "calendar", "account",
    "signing-in", "sessions", "log", "password", "address", "again", "directory", "person", "members-printed", "nobody-found")  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("demo") / "data", DEMO="1") as site:
        site.answer(within=120)
        yield site


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


def sign_in(page: Page, site: Running, email: str = "medlem@erfa.example") -> None:
    page.goto(f"{site.url}/login")
    closed = page.locator("details:not([open]):has(input[name=password]) > summary")
    if closed.count():
        closed.click()
    form = page.locator("form", has=page.locator("input[name=password]"))
    form.locator("input[name=email]").fill(email)
    form.locator("input[name=password]").fill("erfa-nord-demo")
    form.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"{site.url}/")


@pytest.fixture(scope="module")
def signed_in(site: Running, chromium: Browser) -> Any:
    """The cookies of a member who has come in by the form."""
    context = chromium.new_context(locale="da-DK")
    sign_in(context.new_page(), site)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(scope="module")
def addresses(site: Running, chromium: Browser, signed_in: Any) -> dict[str, str]:
    """Where the places are, found by following links from home."""
    context = chromium.new_context(storage_state=signed_in)
    page = context.new_page()

    def first_link(path: str, pattern: str) -> str:
        page.goto(site.url + path)
        hrefs = [link.get_attribute("href") or "" for link in page.locator("main a[href]").all()]
        found = next((href for href in hrefs if re.fullmatch(pattern, href.split("#")[0].split("?")[0])), None)
        assert found, f"no link like {pattern} on {path}"
        return found

    network = first_link("/networks", r"/networks/\d+")
    places = {
        "front": "/", "login": "/login", "home": "/", "networks": "/networks", "network": network,
        "meetings": f"{network}/meetings", "meeting": first_link(f"{network}/meetings", r"/meetings/\d+"),
        "cases": "/cases", "case": first_link("/cases", r"/cases/\d+"),
        "minutes": first_link(f"{network}/minutes", r"/meetings/\d+/minutes"),
        "calendar": "/calendar/feeds", "account": "/account/profile",
        "signing-in": "/account/signing-in", "sessions": "/account/sessions", "log": "/account/log",
        "password": "/account/password", "address": "/account/address", "again": "/login/again",
        "directory": "/people", "person": first_link("/people?q=gitte", r"/people/\d+"), "members-printed": "/people/print",
        "nobody-found": "/people?q=xyzzy",
    }  # fmt: skip
    context.close()
    return places


@pytest.fixture(scope="module", params=[(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")], ids=str)
def window(request: pytest.FixtureRequest, chromium: Browser, signed_in: Any) -> Iterator[dict[str, BrowserContext]]:
    """A window of a width and colour scheme: for nobody, and for the member."""
    width, scheme = request.param
    shape: dict[str, Any] = {
        "viewport": {"width": width, "height": 900}, "color_scheme": scheme, "locale": "da-DK", "reduced_motion": "reduce",
    }  # fmt: skip
    windows = {
        "nobody": chromium.new_context(**shape),
        "member": chromium.new_context(**shape, storage_state=signed_in),
    }
    yield windows
    for context in windows.values():
        context.close()


@pytest.mark.parametrize("place", PLACES)
def test_a_page_is_accessible_fits_and_is_quiet(site, window, addresses, place):
    context = window["nobody" if place in {"front", "login"} else "member"]
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    answer = page.goto(site.url + addresses[place], wait_until="load")
    assert answer and answer.status == 200
    results = Axe().run(page, options={"resultTypes": ["violations"]})  # every rule; what passes is not listed
    found = [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in results.response["violations"]]
    assert not found, results.generate_report()
    wide = page.evaluate(
        "() => document.documentElement.scrollWidth > innerWidth && [...document.querySelectorAll('main *')]"
        ".filter(node => node.getBoundingClientRect().right > innerWidth + 1).map(node => node.outerHTML.slice(0, 90))"
    )
    assert not wide, f"scrolls sideways: {wide}"
    assert not complaints
    page.close()


def test_the_keyboard_reaches_the_content_first_and_shows_where_it_is(site, window):
    page = window["nobody"].new_page()
    page.goto(f"{site.url}/login")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.getAttribute('href')") == "#content"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "content"
    page.close()


def test_without_javascript_one_still_gets_in_and_answers(site, chromium):
    context = chromium.new_context(java_script_enabled=False, locale="da-DK")
    page = context.new_page()
    sign_in(page, site, "udenfor@erfa.example")
    assert page.locator("h1").count() == 1
    context.close()
