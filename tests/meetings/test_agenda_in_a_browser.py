"""Items are dragged with mouse and finger and moved with the keys, and the clock follows at once."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.running import Running, running
from tests.test_in_a_browser import ARGUMENTS, CHROMIUM, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.once]


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


@pytest.fixture(scope="module")
def signed_in(site: Running, chromium: Browser) -> Any:
    """The cookies of a coordinator."""
    context = chromium.new_context(locale="da-DK")
    sign_in(context.new_page(), site, "tovholder@erfa.example")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(params=[1280, 390])
def page(request: pytest.FixtureRequest, site: Running, chromium: Browser, signed_in: Any) -> Iterator[Page]:
    """The agenda of the next meeting, opened afresh; what a test moves it does not save."""
    is_phone = request.param < 500
    context = chromium.new_context(
        locale="da-DK", storage_state=signed_in, viewport={"width": request.param, "height": 900}, has_touch=is_phone
    )
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(f"{site.url}/networks/1/meetings")
    page.locator("main .rows__title a", has_text="Småjob hos håndværksmestre").first.click()
    page.get_by_role("link", name="Redigér dagsordenen").first.click()
    expect(handle(page, 0)).to_be_visible()  # the behaviour is at work
    yield page
    assert failures == []
    context.close()


def titles(page: Page) -> list[str]:
    return page.locator(".agenda-line [name$='-title']").evaluate_all("fields => fields.map(field => field.value)")


def times(page: Page) -> list[str]:
    return page.locator("[data-begins]").all_inner_texts()


def handle(page: Page, number: int):
    return page.locator("[data-handle]").nth(number)


def middle(locator) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_arrow_keys_move_an_item_and_say_where_it_went(page):
    before = titles(page)
    handle(page, 1).focus()
    page.keyboard.press("ArrowDown")
    assert titles(page) == [before[0], before[2], before[1], *before[3:]]
    expect(page.locator("[data-says]")).to_have_text(
        re.compile(rf"»{re.escape(before[1])}« er nummer 3 af {len(before)} og begynder kl\. 10\.10\.")
    )
    assert page.evaluate("document.activeElement.hasAttribute('data-handle')")  # one goes on where one was
    page.keyboard.press("Home")
    assert titles(page)[0] == before[1]
    page.keyboard.press("End")
    assert titles(page)[-1] == before[1]
    expect(page.get_by_text("Ikke gemt endnu")).to_be_visible()


def test_the_buttons_move_without_a_new_page_and_both_ends_keep_theirs(page):
    before = titles(page)
    first = page.locator(".agenda-line").first
    assert first.get_by_role("button", name=re.compile("^Op")).count() == 0
    first.get_by_role("button", name=re.compile("^Ned")).click()
    assert titles(page)[:2] == [before[1], before[0]]
    page.locator(".agenda-line").nth(1).get_by_role("button", name=re.compile("^Op")).click()
    assert titles(page) == before
    assert page.locator(".agenda-line").first.get_by_role("button", name=re.compile("^Op")).count() == 0


def test_a_pointer_drags_an_item_and_escape_lets_it_be(page):
    before = titles(page)
    handle(page, 0).scroll_into_view_if_needed()
    page.mouse.move(*middle(handle(page, 0)))
    page.mouse.down()
    x, y = middle(page.locator(".agenda-line").nth(2))
    page.mouse.move(x, y + 12, steps=8)
    expect(page.locator(".agenda-line").nth(2)).to_have_class(re.compile("is-dragged"))
    page.mouse.up()
    assert titles(page) == [before[1], before[2], before[0], *before[3:]]
    assert page.locator("[name=order]").input_value().count(",") == len(before) - 1
    now = titles(page)
    handle(page, 0).scroll_into_view_if_needed()
    page.mouse.move(*middle(handle(page, 0)))
    page.mouse.down()
    page.mouse.move(*middle(page.locator(".agenda-line").nth(2)), steps=8)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert titles(page) == now
    expect(page.locator("[data-says]")).to_have_text(re.compile("står igen, hvor det stod"))


def test_the_clock_and_the_warning_follow_what_is_typed(page):
    warning = page.locator("[data-overrun]")
    expect(warning).to_be_hidden()
    first = page.locator(".agenda-line [name$='-minutes']").first
    before = times(page)
    first.fill("17")
    assert times(page)[:2] == [before[0], "9.47"]
    expect(warning).to_be_visible()
    expect(warning).to_contain_text("Dagsordenen er 2 minutter for lang.")
    first.fill("16")
    expect(warning).to_contain_text("Dagsordenen er 1 minut for lang.")
    first.fill("")
    assert times(page)[1] == "9.30"
    expect(warning).to_be_hidden()


def test_a_finger_drags_too_and_what_is_dragged_is_saved(page, site):
    client = page.context.new_cdp_session(page)
    before = titles(page)
    handle(page, 0).scroll_into_view_if_needed()
    x, y = middle(handle(page, 0))

    def touch(kind: str, *points: tuple[float, float]) -> None:
        client.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": px, "y": py} for px, py in points]}
        )

    touch("touchStart", (x, y))
    expect(page.locator(".agenda-line").first).to_have_class(re.compile("is-dragged"))
    to = middle(page.locator(".agenda-line").nth(1))[1] + 12
    for number in range(1, 9):
        touch("touchMove", (x, y + (to - y) * number / 8))
    expect(page.locator(".agenda-line").nth(1)).to_have_class(re.compile("is-dragged"))
    touch("touchEnd")
    assert titles(page)[:2] == [before[1], before[0]]
    page.get_by_role("button", name="Gem dagsordenen").click()
    expect(page.get_by_text("Dagsordenen er gemt.")).to_be_visible()
    assert titles(page)[:2] == [before[1], before[0]]


def test_the_pages_have_no_fault_that_axe_finds(page, site):
    meeting = page.url.removesuffix("/agenda")
    for address in (page.url, f"{meeting}/proposals", f"{meeting}/print", f"{site.url}/networks/1/backlog"):
        page.goto(address)
        found = Axe().run(page).response["violations"]
        assert found == [], (address, [(one["id"], one["nodes"][0]["html"]) for one in found])
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), address
