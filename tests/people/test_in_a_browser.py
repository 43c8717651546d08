"""Finding a colleague and showing a picture in a real browser, with the keyboard only."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.conftest import CHROMIUM
from tests.people.conftest import picture_file
from tests.running import Running, running
from tests.test_in_a_browser import ARGUMENTS, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("demo") / "data", DEMO="1") as site:
        site.answer(within=120)
        yield site


@pytest.fixture
def page(site: Running) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        page = browser.new_context(locale="da-DK").new_page()
        sign_in(page, site)
        yield page
        browser.close()


def tab_to(page: Page, words: str, *, at_most: int = 60) -> None:
    """Presses Tab until what says `words`, or is labelled so, has the focus, and sees that the focus can be seen."""
    says = (
        "() => { const it = document.activeElement; const label = it.labels && it.labels[0];"
        " return [(label || it).innerText.trim(), getComputedStyle(it).outlineStyle] }"
    )
    for _ in range(at_most):
        page.keyboard.press("Tab")
        text, outline = page.evaluate(says)
        if text.startswith(words):
            assert outline != "none", f"nobody sees that {words!r} has the focus"
            return
    raise AssertionError(f"{words!r} is not reached with the keyboard")


def test_a_colleague_is_found_with_the_keyboard_only(page, site):
    page.goto(f"{site.url}/people")
    tab_to(page, "Navn eller emne")
    page.keyboard.type("håndværkere")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people?q=*")
    tab_to(page, "Gitte Rosenlund")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*")
    expect(page.locator("h1")).to_have_text("Gitte Rosenlund")
    assert page.locator(".leaf-head img").evaluate("image => image.complete && image.naturalWidth === 512")
    tab_to(page, "Hent kontaktkort")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "Gitte Rosenlund.vcf"


def test_a_picture_is_shown_right_after_it_was_chosen(page, site, tmp_path):
    file = tmp_path / "mig.png"
    file.write_bytes(picture_file("PNG", size=(700, 900), colour="red"))
    page.goto(f"{site.url}/account/profile")
    page.set_input_files("input[type=file]", file)
    tab_to(page, "Gem billedet")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Dit billede er gemt.")
    red = page.locator(".leaf-head img").evaluate(
        "async image => { await image.decode(); const c = document.createElement('canvas'); c.width = c.height = 1;"
        " const on = c.getContext('2d'); on.drawImage(image, 0, 0, 1, 1); return on.getImageData(0, 0, 1, 1).data[0] }"
    )
    assert red > 200


def test_what_is_far_too_large_is_explained_in_the_browser_too(page, site, tmp_path):
    """A server that hangs up before it has heard the end shows people nothing but a broken connection."""
    file = tmp_path / "stor.jpg"
    file.write_bytes(picture_file() + b"\0" * 12_000_000)
    page.goto(f"{site.url}/account/profile")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Gem billedet").click()
    expect(page.locator(".field__error")).to_contain_text("højst fylde 5 MB. Gør det mindre, eller vælg et andet.")
    assert page.locator("input[type=file]").get_attribute("aria-invalid") == "true"
