"""Signing in with the employer's account, and writing a new password, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import CHROMIUM
from tests.oidc import Employer, employer
from tests.running import Running, running
from tests.test_in_a_browser import ARGUMENTS, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),  # the server's, not ours
]


@pytest.fixture(scope="module")
def server() -> Iterator[Employer]:
    with employer() as it:
        yield it


@pytest.fixture(scope="module")
def site(server: Employer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    settings = {"OIDC_ISSUER": server.issuer, "OIDC_CLIENT_ID": "erfa", "OIDC_CLIENT_SECRET": "between the two"}
    folder = tmp_path_factory.mktemp("demo") / "data"
    with running(folder, DEMO="1", OIDC_NAME="Hjørring Kommune", **settings) as site:
        site.answer(within=120)
        yield site


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="da-DK", java_script_enabled=request.param, reduced_motion="reduce")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert not [complaint for complaint in complaints if "erfa" in complaint or "Content Security" in complaint]


def to_the_employer(page: Page, site: Running) -> None:
    page.goto(f"{site.url}/login")
    page.get_by_role("link", name="Log ind med Hjørring Kommune").click()


def test_the_employers_account_opens_the_door_and_leads_on(page, site, server):
    server.knows("mette", email="medlem@erfa.example", email_verified=True)
    page.goto(f"{site.url}/networks")
    page.get_by_role("link", name="Log ind med Hjørring Kommune").click()
    assert page.url.startswith(server.issuer)
    page.locator("input[name=sub]").fill("mette")
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{site.url}/networks")
    page.goto(f"{site.url}/account/signing-in")
    expect(page.get_by_role("heading", name="Hjørring Kommune")).to_be_visible()


def test_who_is_not_a_member_is_told_so_kindly(page, site, server):
    server.knows("fremmed", email="fremmed@hjoerring.example", email_verified=True)
    to_the_employer(page, site)
    page.locator("input[name=sub]").fill("fremmed")
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{site.url}/login")
    expect(page.get_by_text("kender dig, men vi kender ikke den konto endnu")).to_be_visible()


def test_saying_no_there_leads_back(page, site):
    to_the_employer(page, site)
    page.get_by_role("button", name="Deny").click()
    page.wait_for_url(f"{site.url}/login")
    expect(page.get_by_text("Det lykkedes ikke at logge ind med Hjørring Kommune.")).to_be_visible()


def test_a_weak_password_is_refused_with_and_without_script_and_the_meter_says_it_first(page, site, request):
    sign_in(page, site, "udenfor@erfa.example")
    page.goto(f"{site.url}/account/password")
    page.locator("input[name=current]").fill("erfa-nord-demo")
    field = page.locator("input[name=password]")
    field.press_sequentially("sommer2026!!!")
    if "with script" in request.node.callspec.id and "without" not in request.node.callspec.id:
        expect(page.locator(".meter__word")).to_have_text("For svag")
        field.fill("cykelsti giraf rugbrød lampe")
        expect(page.locator(".meter__word")).to_have_text("Stærk")
        field.fill("sommer2026!!!")
    else:
        expect(page.locator(".meter")).to_be_hidden()
    page.get_by_role("button", name="Skift adgangskode").click()
    expect(page.locator(".field__error")).to_contain_text("nem at gætte")
