"""Saving while one types, in a real browser: it talks to the application itself, without a network that could fail."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright import sync_api

from app.extensions import db
from app.minutes.models import Revision
from tests.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    # Playwright leaves its event loop to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


class Screen:
    """A page of Karen's real browser; `is_cut_off` stops every answer on its way."""

    def __init__(self, page: Any, client: Any) -> None:
        self.page, self.client = page, client
        self.is_cut_off = False
        self.answers: list[int] = []
        page.route("**/*", self._answer)

    def _answer(self, route: Any) -> None:
        request = route.request
        if self.is_cut_off:
            route.abort()
            return
        kept = {"content-type", "accept"}
        response = self.client.raw(
            request.method,
            request.url,
            data=request.post_data_buffer or b"",
            headers={name: value for name, value in request.headers.items() if name in kept},
        )
        if request.method == "POST":
            self.answers.append(response.status_code)
        if 300 <= response.status_code < 400:
            # Playwright cannot pass a redirect on, so the page is sent there by itself.
            target = response.headers["Location"]
            body = f'<meta http-equiv="refresh" content="0;url={target}">'
            route.fulfill(status=200, body=body, content_type="text/html")
            return
        route.fulfill(status=response.status_code, headers=dict(response.headers), body=response.get_data())
        response.close()


@pytest.fixture
def item_id(world):
    return world.minutes(world.meeting(agenda=2), "Først")[0]


@pytest.fixture
def screen(chromium, browser, world, item_id) -> Iterator[Screen]:
    context = chromium.new_context(base_url="https://erfa.test")
    screen = Screen(context.new_page(), browser("coordinator"))
    with world.acting():
        from app.meetings.models import AgendaItem

        meeting_id = db.session.get(AgendaItem, item_id).meeting_id
    screen.page.goto(f"/meetings/{meeting_id}/minutes/edit")
    yield screen
    context.close()


def texts(world, item_id):
    with world.acting():
        rows = db.session.query(Revision).filter_by(agenda_item_id=item_id).order_by(Revision.number)
        return [row.text for row in rows]


def field(screen, item_id):
    return screen.page.locator(f"#text-{item_id}")


def status(screen, item_id):
    return screen.page.locator(f"#item-{item_id} .saved")


def test_what_one_types_is_saved_without_a_button(screen, world, item_id):
    assert screen.page.get_by_role("button", name="Gem", exact=True).count() == 0
    field(screen, item_id).fill("Først, og så mere")
    sync_api.expect(status(screen, item_id)).to_have_text("Ikke gemt endnu")
    sync_api.expect(status(screen, item_id)).to_have_text("Gemt kl. 9.00", timeout=6000)
    field(screen, item_id).fill("Først, og så endnu mere")
    sync_api.expect(status(screen, item_id)).to_have_class("saved saved--busy")
    sync_api.expect(status(screen, item_id)).to_have_class("saved", timeout=6000)
    assert texts(world, item_id) == ["Først", "Først, og så mere", "Først, og så endnu mere"]


def test_without_a_connection_the_text_stays_and_is_saved_when_it_comes_back(screen, world, item_id):
    screen.is_cut_off = True
    field(screen, item_id).fill("Skrevet i toget")
    sync_api.expect(status(screen, item_id)).to_contain_text("Ingen forbindelse", timeout=6000)
    assert field(screen, item_id).input_value() == "Skrevet i toget"
    assert texts(world, item_id) == ["Først"]
    screen.is_cut_off = False
    screen.page.evaluate("dispatchEvent(new Event('online'))")
    sync_api.expect(status(screen, item_id)).to_have_text("Gemt kl. 9.00", timeout=6000)
    assert texts(world, item_id) == ["Først", "Skrevet i toget"]


def test_one_is_warned_before_leaving_with_an_unsaved_text(screen, item_id):
    screen.is_cut_off = True
    field(screen, item_id).press_sequentially("x")
    seen = []
    screen.page.on("dialog", lambda dialog: (seen.append(dialog.type), dialog.dismiss()))
    screen.page.close(run_before_unload=True)
    screen.page.wait_for_timeout(300)
    assert seen == ["beforeunload"]


def test_when_another_has_written_both_texts_are_one_press_away(screen, world, item_id):
    with world.acting():
        db.session.add(Revision(agenda_item_id=item_id, number=2, text="Agnes", author_id=world.cast["administrator"]))
    field(screen, item_id).fill("Karen")
    sync_api.expect(status(screen, item_id)).to_contain_text("Agnes Admin har rettet teksten imens", timeout=6000)
    assert texts(world, item_id) == ["Først", "Agnes"]
    screen.page.get_by_role("button", name="Se begge udgaver").click()
    sync_api.expect(screen.page.locator(".versus__text")).to_have_text("Agnes")
    assert screen.page.locator("#text").input_value() == "Karen"
    assert screen.answers == [409, 409]


def test_adding_a_decision_takes_the_unsaved_text_along(screen, world, item_id):
    field(screen, item_id).fill("Ikke gemt endnu")
    screen.page.locator(f"#item-{item_id}").get_by_role("button", name="Beslutning").click()
    screen.page.get_by_label("Hvad blev besluttet?").fill("Vi prøver.")
    screen.page.get_by_role("button", name="Tilføj beslutningen").click()
    sync_api.expect(screen.page.locator(".decision")).to_contain_text("Beslutning 2026-1")
    assert texts(world, item_id) == ["Først", "Ikke gemt endnu"]
