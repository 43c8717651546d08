"""From an empty network to a called series of six meetings with hosts and agenda, by hand in a real browser."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import select

from app import create_app
from app.accounts.models import Person
from app.extensions import db
from app.networks.models import Membership, Network, Role
from tests.conftest import CHROMIUM, settings_for
from tests.running import Running, running
from tests.test_in_a_browser import ARGUMENTS, sign_in

pytestmark = pytest.mark.browser
STEPS = 8  # everything one presses, chooses or types from the network's page to the called series
THREE_MINUTES = 180


class Hand:
    """Counts what somebody does."""

    def __init__(self, page: Page) -> None:
        self.page, self.steps = page, 0

    def press(self, words: str, role: Any = "button") -> None:
        self.steps += 1
        self.page.get_by_role(role, name=words, exact=True).first.click()

    def write(self, label: str, text: str) -> None:
        self.steps += 1
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, label: str, words: str) -> None:
        self.steps += 1
        self.page.get_by_label(label, exact=True).select_option(label=words)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, int]]:
    """The demo with one more network that nothing has happened in; its id."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    with running(folder, DEMO="1") as site:
        site.answer(within=120)
        yield site, empty_network(folder)


def empty_network(folder: Path) -> int:
    app = create_app(settings_for(folder))
    with app.app_context():
        network = Network(name="ERFA Splinternyt", purpose="Vi begynder")
        coordinator = db.session.scalars(select(Person).filter_by(email="tovholder@erfa.example")).one()
        others = db.session.scalars(select(Person).where(Person.id != coordinator.id).order_by(Person.id).limit(8))
        db.session.add(network)
        db.session.flush()
        db.session.add(Membership(network_id=network.id, person_id=coordinator.id, role=Role.COORDINATOR))
        db.session.add_all(Membership(network_id=network.id, person_id=one.id, role=Role.MEMBER) for one in others)
        db.session.commit()
        return network.id


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=[1280, 390], ids=str)
def page(request: pytest.FixtureRequest, site: tuple[Running, int], chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": request.param, "height": 900}, locale="da-DK")
    page = context.new_page()
    sign_in(page, site[0], "tovholder@erfa.example")
    yield page
    context.close()


def well_made(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_from_an_empty_network_to_six_called_meetings(site: tuple[Running, int], page: Page) -> None:
    running_site, network_id = site
    page.goto(f"{running_site.url}/networks/{network_id}/meetings")
    hand, began = Hand(page), time.monotonic()
    hand.press("Planlæg en møderække", role="link")
    hand.write("Titel", "ERFA om småjob")
    hand.choose("Hvor tit", "hver anden måned")
    well_made(page)
    hand.press("Se dagene")
    page.locator("#days").wait_for()
    well_made(page)
    assert page.locator(".plan-day").count() == 6
    assert len({option.input_value() for option in page.locator(".plan-day select").all()} - {""}) >= 3
    boxes = page.locator(".plan-day [type=checkbox]")
    boxes.nth(1).uncheck()
    page.get_by_role("button", name="Indkald til alle 5 møder").wait_for()  # without a button pressed
    boxes.nth(1).check()
    hand.steps += 2
    page.get_by_role("button", name="Indkald til alle 6 møder").wait_for()
    hand.press("Indkald til alle 6 møder")
    page.wait_for_url("**/series/*")
    expect(page.locator("body")).to_contain_text("6 møder er indkaldt.")
    expect(page.locator(".rows > li")).to_have_count(6)
    well_made(page)
    page.locator(".rows__title a").first.click()
    page.get_by_role("heading", name="Møde 1 af 6").wait_for()
    expect(page.locator(".agenda > li")).to_have_count(10)
    well_made(page)
    assert hand.steps <= STEPS
    assert time.monotonic() - began < THREE_MINUTES


def test_the_hand_changes_all_that_follow_and_sees_it_first(site: tuple[Running, int], page: Page) -> None:
    running_site, network_id = site
    page.goto(f"{running_site.url}/networks/{network_id}/series/new")
    hand = Hand(page)
    hand.write("Begynder", "09:30")
    hand.press("Se dagene")
    page.locator("#days").wait_for()
    hand.press("Gem som udkast")
    page.wait_for_url("**/series/*")
    hand.press("Ret flere på én gang", role="link")
    well_made(page)
    hand.write("Begynder", "10:00")
    hand.press("Se, hvad der ændres")
    page.locator("#effects").wait_for()
    assert "6 møder bliver ændret" in page.inner_text("#effects")
    well_made(page)
    hand.press("Ret 6 møder")
    page.wait_for_url("**/series/*")
    assert "kl. 10.00–12.00" in page.inner_text("main")
