"""Coordinators write the agenda; members read it with its clock."""

import threading

import pytest


def titles(items):
    return [item.title for item in items]


def open_agenda(browser, meeting_id, who="coordinator"):
    visit = browser(who)
    visit.get(f"/meetings/{meeting_id}/agenda")
    return visit


def test_items_are_added_and_members_see_when_they_begin(browser, world, agenda, stored, clock):
    meeting_id = world.meeting(agenda=2)
    before = stored(meeting_id)
    clock.move(minutes=5)
    visit = open_agenda(browser, meeting_id)
    visit.submit(
        "Tilføj punktet",
        **{"new-title": "Fælles brev", "new-kind": "decision", "new-presenter": "Gitte", "new-minutes": "30"},
    )
    assert titles(agenda(meeting_id)) == ["Punkt 1", "Punkt 2", "Fælles brev"]
    page = browser("member").get(f"/meetings/{meeting_id}")
    assert "10.00 Fælles brev Beslutning · Gitte 30 min." in page.text
    assert "Dagsordenen fylder 60 af 150 minutter." in page.text
    assert stored(meeting_id).updated_at > before.updated_at
    assert stored(meeting_id).sequence == 0


def test_every_line_can_be_edited_in_one_go(browser, world, agenda):
    meeting_id = world.meeting(agenda=2)
    first, second = agenda(meeting_id)
    open_agenda(browser, meeting_id).submit(
        "Gem dagsordenen",
        **{
            f"item-{first.id}-title": "Velkomst",
            f"item-{first.id}-minutes": "20",
            f"item-{second.id}-kind": "case",
            f"item-{second.id}-presenter": "Jonas",
        },
    )
    first, second = agenda(meeting_id)
    assert (first.title, first.minutes, second.kind, second.presenter) == ("Velkomst", 20, "case", "Jonas")
    page = browser("member").get(f"/meetings/{meeting_id}")
    assert "9.50 Punkt 2 Sag · Jonas" in page.text


def test_moving_keeps_what_was_typed_and_comes_back_to_the_item(browser, world, agenda):
    meeting_id = world.meeting(agenda=3)
    last = agenda(meeting_id)[-1]
    visit = open_agenda(browser, meeting_id)
    page = visit.submit("Op: Punkt 3", **{f"item-{last.id}-title": "Rettet"})
    assert page.url == f"/meetings/{meeting_id}/agenda#item-{last.id}"
    assert page.tree.css_first(f"#item-{last.id}").attributes["tabindex"] == "-1"
    assert titles(agenda(meeting_id)) == ["Punkt 1", "Rettet", "Punkt 2"]
    visit.submit("Ned: Punkt 1")
    assert titles(agenda(meeting_id)) == ["Rettet", "Punkt 1", "Punkt 2"]
    assert [item.position for item in agenda(meeting_id)] == [1, 2, 3]


def test_a_removed_item_is_gone_from_the_page_but_kept_for_its_minutes(browser, world, agenda, stored):
    meeting_id = world.meeting(agenda=2)
    first = agenda(meeting_id)[0]
    visit = open_agenda(browser, meeting_id)
    visit.submit("Fjern: Punkt 1")
    assert titles(agenda(meeting_id)) == ["Punkt 2"]
    assert "Punkt 1" not in browser("member").get(f"/meetings/{meeting_id}").text
    visit.post(f"/meetings/{meeting_id}/agenda", status=409, act=f"remove:{first.id}")


def test_an_agenda_longer_than_the_meeting_is_said_loudly(browser, world, agenda):
    meeting_id = world.meeting(agenda=2)
    first = agenda(meeting_id)[0]
    page = open_agenda(browser, meeting_id).submit("Gem dagsordenen", **{f"item-{first.id}-minutes": "140"})
    assert "Dagsordenen er 5 minutter for lang." in page.text
    assert "Dagsordenen er 5 minutter for lang." in browser("member").get(f"/meetings/{meeting_id}").text


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("title", " ", "Skriv, hvad punktet handler om"),
        ("title", "x" * 201, "Brug højst 200 tegn"),
        ("minutes", "mange", "Skriv et antal minutter fra 0 til 600"),
        ("minutes", "-1", "Skriv et antal minutter fra 0 til 600"),
        ("minutes", "601", "Skriv et antal minutter fra 0 til 600"),
        ("minutes", "", "Skriv et antal minutter fra 0 til 600"),
        ("presenter", "x" * 121, "Brug højst 120 tegn"),
    ],
)
def test_bad_input_is_explained_and_the_other_lines_are_kept(browser, world, agenda, field, typed, sentence):
    meeting_id = world.meeting(agenda=2)
    first, second = agenda(meeting_id)
    visit = open_agenda(browser, meeting_id)
    page = visit.submit("Gem dagsordenen", **{f"item-{first.id}-{field}": typed, f"item-{second.id}-title": "Nyt navn"})
    assert page.errors == [sentence]
    assert page.value(f"item-{first.id}-{field}") == typed.strip()
    assert page.value(f"item-{second.id}-title") == "Nyt navn"
    assert titles(agenda(meeting_id)) == ["Punkt 1", "Punkt 2"]


def test_adding_nothing_is_explained(browser, world):
    page = open_agenda(browser, world.meeting()).submit("Tilføj punktet")
    assert page.errors == ["Skriv, hvad punktet handler om"]


def test_who_saves_second_sees_both_and_loses_nothing(browser, world, agenda):
    meeting_id = world.meeting(agenda=3)
    one, two, three = agenda(meeting_id)
    slow = open_agenda(browser, meeting_id)
    quick = open_agenda(browser, meeting_id, "administrator")
    quick.submit("Fjern: Punkt 3", **{f"item-{one.id}-title": "Hendes", "new-title": "Hendes nye"})
    page = slow.submit(
        "Gem dagsordenen",
        status=409,
        **{f"item-{one.id}-title": "Min", f"item-{three.id}-title": "Min tredje", "new-title": "Min nye"},
    )
    assert "Nu står der: Hendes" in page.text
    assert "Fjernet imens: Min tredje" in page.text
    assert (page.value(f"item-{one.id}-title"), page.value("new-title")) == ("Min", "Min nye")
    assert titles(agenda(meeting_id)) == ["Hendes", "Punkt 2", "Hendes nye"]
    slow.submit("Gem dagsordenen")
    assert titles(agenda(meeting_id)) == ["Min", "Punkt 2", "Hendes nye", "Min nye"]
    assert two.id in {item.id for item in agenda(meeting_id)}


def test_two_coordinators_at_once_leave_an_agenda_in_order(browser, world, agenda):
    meeting_id = world.meeting(agenda=3)
    visits = [open_agenda(browser, meeting_id, who) for who in ("coordinator", "administrator")]
    start, statuses = threading.Barrier(2), []

    def send(visit, title):
        form = visit.page.tree.css_first("main form")
        data = {**visit.fields_of(form), "new-title": title, "act": "add"}
        start.wait()
        statuses.append(visit.raw("POST", f"/meetings/{meeting_id}/agenda", data=data).status_code)

    threads = [threading.Thread(target=send, args=pair) for pair in zip(visits, ("A", "B"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [302, 409]
    assert [item.position for item in agenda(meeting_id)] == [1, 2, 3, 4]


def test_reading_the_agenda_changes_nothing(browser, world, stored):
    meeting_id = world.meeting()
    before = stored(meeting_id)
    open_agenda(browser, meeting_id)
    assert stored(meeting_id).updated_at == before.updated_at
