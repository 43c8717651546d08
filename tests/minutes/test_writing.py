"""Writing minutes: saving, two who write at once, and what the page tells the script that saves while one types."""

import threading
import time

import pytest
from sqlalchemy import event

from app.extensions import db
from app.meetings.models import AgendaItem
from app.minutes.models import Minutes, Revision
from tests.browser import Browser


@pytest.fixture
def meeting_id(world):
    return world.meeting(agenda=2)


def items_of(world, meeting_id):
    with world.acting():
        rows = db.session.query(AgendaItem.id).filter_by(meeting_id=meeting_id).order_by(AgendaItem.position)
        return [row.id for row in rows]


def revisions_of(world, item_id):
    with world.acting():
        rows = db.session.query(Revision).filter_by(agenda_item_id=item_id).order_by(Revision.number)
        return [(row.number, row.text, row.author_id) for row in rows]


def as_json(browser, item_id, text, base):
    browser.get("/help")
    token = browser.page.tree.css_first("[name=csrf_token]").attributes["value"]
    return browser.raw(
        "POST",
        f"/agenda-items/{item_id}/revisions",
        data={"csrf_token": token, "text": text, "base": base},
        headers={"Accept": "application/json"},
    )


def test_a_coordinator_writes_under_an_item_and_reads_it(browser, world, meeting_id):
    karen = browser("coordinator")
    page = karen.get(f"/meetings/{meeting_id}/minutes")
    assert "Der er ikke skrevet noget endnu" in page.text
    karen.follow("Skriv referat")
    karen.submit("Gem", text="Vi talte om **mestre**.")
    page = karen.get(f"/meetings/{meeting_id}/minutes")
    assert page.tree.css_first(".document strong").text() == "mestre"
    assert "Udkast" in page.text
    assert "Karen Tovholder" in page.text


def test_what_stands_under_the_item_can_be_corrected_and_the_older_text_is_kept(browser, world, meeting_id):
    first, _second = items_of(world, meeting_id)
    karen = browser("coordinator")
    karen.get(f"/meetings/{meeting_id}/minutes/edit")
    karen.submit("Gem", text="Første udgave")
    karen.submit("Gem", text="Anden udgave")
    author = world.cast["coordinator"]
    assert revisions_of(world, first) == [(1, "Første udgave", author), (2, "Anden udgave", author)]


def test_the_same_text_makes_no_revision(browser, world, meeting_id):
    first, _second = items_of(world, meeting_id)
    karen = browser("coordinator")
    karen.get(f"/meetings/{meeting_id}/minutes/edit")
    karen.submit("Gem")
    assert revisions_of(world, first) == []
    karen.submit("Gem", text="En linje\r\n\r\n")
    karen.submit("Gem", text="En linje")
    assert len(revisions_of(world, first)) == 1


def test_saving_again_after_a_lost_answer_is_no_conflict(browser, world, meeting_id):
    first, _second = items_of(world, meeting_id)
    karen = browser("coordinator")
    assert as_json(karen, first, "Sendt to gange", 0).get_json()["number"] == 1
    answer = as_json(karen, first, "Sendt to gange", 0)
    assert (answer.status_code, answer.get_json()["number"]) == (200, 1)
    assert len(revisions_of(world, first)) == 1


@pytest.mark.parametrize("who", ["coordinator", "administrator"])
def test_coordinators_and_administrators_write(browser, meeting_id, who):
    browser(who).get(f"/meetings/{meeting_id}/minutes/edit")


def test_a_member_sees_the_meeting_but_may_not_write(browser, world, meeting_id):
    item_id = items_of(world, meeting_id)[0]
    mette = browser("member")
    mette.get(f"/meetings/{meeting_id}/minutes/edit", status=403)
    mette.post(f"/agenda-items/{item_id}/revisions", status=403, text="Mit", base=0)
    mette.post(f"/meetings/{meeting_id}/minutes/item", status=403)
    assert revisions_of(world, item_id) == []


def test_an_outsider_finds_nothing(browser, world, meeting_id):
    item_id = items_of(world, meeting_id)[0]
    ulla = browser("outsider")
    for url in (
        f"/meetings/{meeting_id}/minutes",
        f"/meetings/{meeting_id}/minutes/edit",
        f"/meetings/{meeting_id}/minutes/sharing",
        f"/agenda-items/{item_id}/revisions",
        f"/networks/{world.network_id}/minutes",
    ):
        ulla.get(url, status=404)
    ulla.post(f"/agenda-items/{item_id}/revisions", status=404, text="Mit", base=0)
    ulla.post(f"/meetings/{meeting_id}/minutes/item", status=404)
    assert revisions_of(world, item_id) == []


def test_an_item_that_is_not_there_is_404(browser):
    browser("coordinator").post("/agenda-items/999999/revisions", status=404, text="x", base=0)


@pytest.mark.parametrize("base", ["", "-1", "x", "7"])
def test_a_base_that_never_was_is_refused(browser, world, meeting_id, base):
    item_id = items_of(world, meeting_id)[0]
    browser("coordinator").post(f"/agenda-items/{item_id}/revisions", status=400, text="Mit", base=base)
    assert revisions_of(world, item_id) == []


def test_a_text_that_is_too_long_is_explained_and_kept(browser, world, meeting_id):
    item_id = items_of(world, meeting_id)[0]
    karen = browser("coordinator")
    karen.get(f"/meetings/{meeting_id}/minutes/edit")
    text = "langt " * 4000
    page = karen.submit("Gem", text=text)
    assert page.errors == ["Brug højst 20000 tegn."]
    assert page.value("text") == text
    assert as_json(karen, item_id, text, 0).status_code == 422
    assert revisions_of(world, item_id) == []


def test_an_edit_against_an_older_text_overwrites_nothing_and_shows_both(browser, world, meeting_id):
    item_id = items_of(world, meeting_id)[0]
    karen, agnes = browser("coordinator"), browser("administrator")
    karen.get(f"/meetings/{meeting_id}/minutes/edit")
    agnes.get(f"/meetings/{meeting_id}/minutes/edit")
    agnes.submit("Gem", text="Agnes skrev dette.\n<b>ikke fed</b>")
    page = karen.submit("Gem", text="Karen skrev noget andet.", status=409)
    assert "Agnes Admin gemte kl. 9.00" in page.text
    assert page.tree.css_first(".versus__text").text() == "Agnes skrev dette.\n<b>ikke fed</b>"
    assert page.value("text") == "Karen skrev noget andet."
    assert page.value("base") == "1"
    assert "Nogen kom før dig" not in page.text
    assert [text for _number, text, _author in revisions_of(world, item_id)] == ["Agnes skrev dette.\n<b>ikke fed</b>"]

    karen.submit("Gem min tekst", text="Agnes skrev dette. Karen skrev noget andet.")
    assert [number for number, _text, _author in revisions_of(world, item_id)] == [1, 2]


def test_a_conflict_can_meet_another_conflict(browser, world, meeting_id):
    item_id = items_of(world, meeting_id)[0]
    karen, agnes = browser("coordinator"), browser("administrator")
    karen.get(f"/meetings/{meeting_id}/minutes/edit")
    as_json(agnes, item_id, "Agnes 1", 0)
    karen.submit("Gem", text="Karen", status=409)
    as_json(agnes, item_id, "Agnes 2", 1)
    page = karen.submit("Gem min tekst", status=409)
    assert page.tree.css_first(".versus__text").text() == "Agnes 2"
    assert page.value("text") == "Karen"


def test_what_saves_while_one_types_is_answered_in_json(browser, world, meeting_id):
    item_id = items_of(world, meeting_id)[0]
    karen, agnes = browser("coordinator"), browser("administrator")
    answer = as_json(karen, item_id, "Først", 0)
    told = answer.get_json()
    assert (told["number"], told["says"]) == (1, "Gemt kl. 9.00")
    assert told["saved_at"] == "2026-11-23T08:00:00+00:00"
    answer = as_json(agnes, item_id, "Agnes", 0)
    assert answer.status_code == 409
    assert answer.get_json()["text"] == "Først"
    assert answer.get_json()["by"] == "Karen Tovholder"
    assert as_json(browser("member"), item_id, "Mette", 1).status_code == 403


@pytest.fixture
def slow_inserts(app):
    """Each insert waits a little, so that on PostgreSQL both have read before either has written."""

    def wait(_connection, _cursor, statement, *_rest):
        if statement.startswith("INSERT INTO revisions"):
            time.sleep(0.2)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", wait)
    yield
    event.remove(engine, "before_cursor_execute", wait)


def test_two_who_save_at_the_same_moment_lose_no_word(app, browser, world, meeting_id, slow_inserts):
    item_id = items_of(world, meeting_id)[0]
    texts = {"coordinator": "Karens sætning.", "administrator": "Agnes' sætning."}
    browsers: dict[str, Browser] = {}
    for who in texts:
        browsers[who] = browser(who)
        browsers[who].get(f"/meetings/{meeting_id}/minutes/edit")
    start, statuses = threading.Barrier(2), {}

    def save(who):
        tree = browsers[who].page.tree
        token = tree.css_first("[name=csrf_token]").attributes["value"]
        start.wait()
        response = browsers[who].raw(
            "POST", f"/agenda-items/{item_id}/revisions", data={"csrf_token": token, "text": texts[who], "base": "0"}
        )
        statuses[who] = (response.status_code, response.get_data(as_text=True))

    threads = [threading.Thread(target=save, args=(who,)) for who in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(status for status, _ in statuses.values()) == [302, 409]
    won = next(who for who, (status, _) in statuses.items() if status == 302)
    lost = next(who for who in texts if who != won)
    assert [text for _number, text, _author in revisions_of(world, item_id)] == [texts[won]]
    page = statuses[lost][1].replace("&#39;", "'")
    assert all(text in page for text in texts.values())
    with world.acting():
        assert db.session.query(Minutes).count() == 1


def test_reading_writes_nothing(browser, world, meeting_id):
    karen = browser("coordinator")
    karen.get(f"/meetings/{meeting_id}/minutes")
    karen.get(f"/meetings/{meeting_id}/minutes/edit?add=decision&item={items_of(world, meeting_id)[0]}")
    assert karen.raw("GET", f"/meetings/{meeting_id}/minutes/item").status_code == 405
    with world.acting():
        assert db.session.query(Minutes).count() == 0


def test_without_an_agenda_one_click_gives_an_item_to_write_under(browser, world):
    meeting_id = world.meeting(agenda=0)
    karen = browser("coordinator")
    page = karen.get(f"/meetings/{meeting_id}/minutes/edit")
    assert "ingen dagsorden" in page.text
    karen.submit("Skriv under ét punkt")
    karen.submit("Gem", text="Alt under ét.")
    karen.post(f"/meetings/{meeting_id}/minutes/item")
    page = karen.get(f"/meetings/{meeting_id}/minutes/edit")
    assert [node.text() for node in page.tree.css(".item h2")] == ["Referat"]
    assert page.value("text") == "Alt under ét."


def test_an_item_taken_off_the_agenda_keeps_what_was_written(browser, world, meeting_id):
    from app.core import clock

    first, second = world.minutes(meeting_id, "Stående tekst")
    with world.acting():
        for item_id in (first, second):
            db.session.get(AgendaItem, item_id).removed_at = clock.now()
    karen = browser("coordinator")
    page = karen.get(f"/meetings/{meeting_id}/minutes/edit")
    assert "Taget af dagsordenen" in page.text
    assert len(page.tree.css(".item")) == 1
    assert "Stående tekst" in karen.get(f"/meetings/{meeting_id}/minutes").text


def test_what_people_write_is_shown_safely(browser, world, meeting_id):
    nasty = '<script src="//evil"></script> [klik](javascript:alert(1)) <img src=x onerror=alert(1)> **fed**\n\n# Stor'
    item_id, _second = world.minutes(meeting_id, nasty, shared=True)
    world.decision(item_id, nasty)
    world.action(item_id, nasty)
    for who in ("member", "coordinator"):
        page = browser(who).get(f"/meetings/{meeting_id}/minutes")
        assert not page.tree.css(".document script, .document img")
        assert "javascript:" not in "".join(a.attributes["href"] or "" for a in page.tree.css("a[href]"))
        assert page.tree.css_first(".document strong")
    karen = browser("coordinator")
    for url in ("/actions", f"/meetings/{meeting_id}/minutes/edit", f"/agenda-items/{item_id}/revisions"):
        page = karen.get(url)
        assert not page.tree.css("main script, main img")


def test_someone_who_is_writing_just_now_is_named(browser, world, meeting_id, clock):
    world.minutes(meeting_id, "Agnes skriver", author="administrator")
    clock.move(minutes=2)
    karen = browser("coordinator")
    assert "Agnes skrev her for 2 minutter siden." in karen.get(f"/meetings/{meeting_id}/minutes/edit").text
    clock.move(minutes=10)
    assert "skrev her" not in karen.get(f"/meetings/{meeting_id}/minutes/edit").text


def _with_many_authors(world, items):
    meeting_id = world.meeting(agenda=items)
    with world.acting():
        people = [world.person(f"Forfatter {n}", network=world.network_id) for n in range(items)]
        world._add(Minutes(meeting_id=meeting_id))
    rows = items_of(world, meeting_id)
    with world.acting():
        for item, person in zip(rows, people, strict=True):
            world._add(Revision(agenda_item_id=item, number=1, text="En", author_id=person))
            world._add(Revision(agenda_item_id=item, number=2, text="To", author_id=person))
    for number, item in enumerate(rows, start=1):
        world.decision(item, number=items * 100 + number)
        world.action(item, owner="colleague")
    return meeting_id


@pytest.mark.parametrize("page", ["minutes", "minutes/edit", "minutes/sharing"])
def test_a_page_costs_the_same_for_3_items_as_for_30(browser, world, statements, page):
    small, large = _with_many_authors(world, 3), _with_many_authors(world, 30)
    karen = browser("coordinator")
    counts = []
    for meeting_id in (small, large):
        with statements.counted() as seen:
            karen.get(f"/meetings/{meeting_id}/{page}")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8, seen
