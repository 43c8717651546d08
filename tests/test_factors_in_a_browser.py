"""Passkeys and an authenticator app in a real browser, with Chromium's virtual authenticator, against a started server."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect, sync_playwright

from tests.conftest import CHROMIUM
from tests.running import Running, running
from tests.test_in_a_browser import ARGUMENTS, sign_in

MEMBER, COORDINATOR, OUTSIDER = "medlem@erfa.example", "tovholder@erfa.example", "udenfor@erfa.example"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("factors") / "data", DEMO="1") as site:
        site.answer(within=120)
        yield site


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def window(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(locale="da-DK")
    yield context
    context.close()


class Device:
    """A virtual authenticator in a page: a phone or a computer that keeps passkeys."""

    def __init__(self, page: Page) -> None:
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable", {"enableUI": False})
        shape = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        self.id = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": shape})["authenticatorId"]

    def passkeys(self) -> list[dict[str, Any]]:
        return self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]

    def put(self, passkey: dict[str, Any], **instead: Any) -> None:
        self.cdp.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": {**passkey, **instead}})

    def refuses(self) -> None:
        """Whoever holds it is not recognised."""
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": False})


def add_passkey(page: Page, site: Running, name: str) -> None:
    page.goto(f"{site.url}/account/second-factor/passkeys/new")
    page.get_by_label("Adgangsnøglens navn").fill(name)
    page.get_by_role("button", name="Lav adgangsnøglen").click()


def forget_session(page: Page) -> None:
    page.context.clear_cookies()


def shown_key(page: Page) -> str:
    page.get_by_text("Jeg kan ikke scanne det").click()
    return page.locator(".key code").inner_text().replace(" ", "")


def is_in(page: Page, site: Running) -> bool:
    return page.request.get(f"{site.url}/account/sessions", max_redirects=0).status == 200


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    """A page whose console must stay silent."""
    page = window.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert not complaints


def test_a_passkey_is_made_and_signs_in_past_both_steps(site, page):
    device = Device(page)
    sign_in(page, site, MEMBER)
    add_passkey(page, site, "Min bærbare")
    page.wait_for_url("**/recovery-codes")
    expect(page.get_by_text("Adgangsnøglen er tilføjet")).to_be_visible()
    (kept,) = device.passkeys()
    assert kept["rpId"] == "localhost"
    assert kept["isResidentCredential"]
    forget_session(page)
    page.goto(f"{site.url}/login?next=/calendar")
    page.get_by_role("button", name="Brug adgangsnøgle").click()
    page.wait_for_url(f"{site.url}/calendar*")
    page.goto(f"{site.url}/account/second-factor")
    expect(page.get_by_role("link", name="Min bærbare")).to_be_visible()
    expect(page.get_by_text("sidst brugt")).to_be_visible()

    forget_session(page)  # now by the suggestions for the mail address: a touch of the field, and no button
    page.goto(f"{site.url}/login")
    page.get_by_label("Din arbejdsmail").focus()
    page.wait_for_url(f"{site.url}/")
    assert is_in(page, site)

    add_passkey(page, site, "Den samme igen")
    page.get_by_text("Denne enhed har allerede en adgangsnøgle").wait_for()

    page.goto(f"{site.url}/account/second-factor")  # and without it one gets in as before
    page.locator("summary", has_text="Fjern").click()
    page.get_by_role("button", name="Fjern adgangsnøglen").click()
    page.get_by_text("Adgangsnøglen er fjernet").wait_for()
    forget_session(page)
    page.goto(f"{site.url}/login")
    page.get_by_role("button", name="Brug adgangsnøgle").click()
    page.get_by_text("Adgangsnøglen blev ikke godkendt").wait_for()
    assert not is_in(page, site)


def test_after_the_password_a_passkey_is_asked_for_and_a_copy_of_it_is_refused(site, page):
    device = Device(page)
    sign_in(page, site, COORDINATOR)
    add_passkey(page, site, "Kontoret")
    page.wait_for_url("**/recovery-codes")
    (kept,) = device.passkeys()
    assert kept["signCount"] == 1
    for _time in range(2):  # the device counts to 3
        forget_session(page)
        first_step(page, site, COORDINATOR, target="/networks")
        assert not is_in(page, site)
        page.get_by_role("button", name="Brug adgangsnøgle").click()
        page.wait_for_url(f"{site.url}/networks")

    forget_session(page)
    device.cdp.send("WebAuthn.removeCredential", {"authenticatorId": device.id, "credentialId": kept["credentialId"]})
    device.put(kept)  # a copy that stands where the first did, at 1
    first_step(page, site, COORDINATOR)
    page.get_by_role("button", name="Brug adgangsnøgle").click()
    page.get_by_text("Adgangsnøglen blev ikke godkendt").wait_for()
    assert not is_in(page, site)

    device.refuses()
    page.get_by_role("button", name="Brug adgangsnøgle").click()
    page.get_by_text("Du blev ikke logget ind").wait_for()
    assert not is_in(page, site)


def first_step(page: Page, site: Running, email: str, target: str = "") -> None:
    page.goto(f"{site.url}/login" + (f"?next={target}" if target else ""))
    form = page.locator("form", has=page.locator("input[name=password]"))
    form.locator("input[name=email]").fill(email)
    form.locator("input[name=password]").fill("erfa-nord-demo")
    form.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"{site.url}/login/second")


def test_an_authenticator_app_is_set_up_and_asked_for(site, page):
    sign_in(page, site, OUTSIDER)
    page.goto(f"{site.url}/account/second-factor")
    page.get_by_role("link", name="Sæt en app op").click()
    key = shown_key(page)
    app = pyotp.TOTP(key)
    page.get_by_label("Koden, som appen viser").fill("000000" if app.now() != "000000" else "111111")
    page.get_by_role("button", name="Bekræft appen").click()
    page.get_by_text("Det er ikke den kode, appen viser nu").first.wait_for()
    assert shown_key(page) == key  # the same picture still counts
    now = int(time.time()) // 30
    page.get_by_label("Koden, som appen viser").fill(
        app.generate_otp(now - 1)
    )  # a slow phone; leaves today's code unused
    page.get_by_role("button", name="Bekræft appen").click()
    page.get_by_role("button", name="Lav ti nye koder").click()
    page.locator(".codes code").first.wait_for()  # the texts are read at once, whether the page is there or not
    codes = page.locator(".codes code").all_inner_texts()
    assert len(set(codes)) == 10
    with page.expect_download() as download:
        page.get_by_role("button", name="Hent som tekstfil").click()
    assert download.value.suggested_filename == "reservekoder-erfa-nord.txt"
    text = Path(download.value.path()).read_text()
    assert all(code in text for code in codes)

    forget_session(page)
    first_step(page, site, OUTSIDER, target="/networks")
    page.get_by_label("Kode fra din godkendelsesapp").fill(app.now())
    page.get_by_role("button", name="Log ind med appens kode").click()
    page.wait_for_url(f"{site.url}/networks")

    forget_session(page)
    first_step(page, site, OUTSIDER)
    page.get_by_text("Jeg har den ikke ved hånden").click()
    page.get_by_label("Reservekode", exact=True).fill(codes[6].upper().replace("-", " "))
    page.get_by_role("button", name="Log ind med reservekoden").click()
    page.wait_for_url(f"{site.url}/")
    expect(page.get_by_text("Du har 9 reservekoder tilbage")).to_be_visible()


def test_a_browser_without_passkeys_or_scripts_is_told_kindly(site, chromium):
    context = chromium.new_context(java_script_enabled=False, locale="da-DK")
    page = context.new_page()
    sign_in(page, site, "admin@erfa.example")
    page.goto(f"{site.url}/account/second-factor/passkeys/new")
    expect(page.get_by_text("Denne browser kan ikke lave adgangsnøgler her")).to_be_visible()
    expect(page.get_by_role("button", name="Lav adgangsnøglen")).to_be_hidden()
    expect(page.get_by_role("link", name="Sæt en godkendelsesapp op i stedet")).to_be_visible()
    context.close()
    context = chromium.new_context(locale="da-DK")
    page = context.new_page()
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto(f"{site.url}/login")
    expect(page.get_by_text("Det kan denne browser ikke her")).to_be_visible()
    expect(page.get_by_role("button", name="Brug adgangsnøgle")).to_be_hidden()
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")])
def test_the_pages_are_accessible_and_fit(site, chromium, width, scheme):
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, locale="da-DK", reduced_motion="reduce"
    )
    page = context.new_page()
    sign_in(page, site, "admin@erfa.example")
    below = "/account/second-factor"
    for path in (
        below,
        f"{below}/authenticator",
        f"{below}/passkeys/new",
        f"{below}/recovery-codes",
        "/administration/sign-in",
    ):
        page.goto(site.url + path)
        results = Axe().run(page)
        assert not results.response["violations"], f"{path}: {results.generate_report()}"
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
    context.close()
