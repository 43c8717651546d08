"""Coordinators write the agenda; members read it with its clock."""

import threading
from datetime import timedelta

import pytest

from app.core import clock as core_clock
from app.extensions import db
from app.networks.discretion import Confidentiality
from app.networks.models import Network


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


def test_the_order_that_was_dragged_is_saved_with_the_rest(browser, world, agenda):
    meeting_id = world.meeting(agenda=3)
    one, two, three = agenda(meeting_id)
    visit = open_agenda(browser, meeting_id)
    visit.submit("Gem dagsordenen", order=f"{three.id},{one.id},{two.id}", **{f"item-{one.id}-title": "Rettet"})
    assert titles(agenda(meeting_id)) == ["Punkt 3", "Rettet", "Punkt 2"]
    assert [item.position for item in agenda(meeting_id)] == [1, 2, 3]
    visit.submit("Op: Punkt 2", order=f"{one.id},{two.id},{three.id}")
    assert titles(agenda(meeting_id)) == ["Punkt 2", "Rettet", "Punkt 3"]


@pytest.mark.parametrize("order", ["", "x,,-1", "999999,999998", "1" * 5000])
def test_an_order_that_makes_no_sense_changes_nothing(browser, world, agenda, order):
    meeting_id = world.meeting(agenda=3)
    open_agenda(browser, meeting_id).submit("Gem dagsordenen", order=order)
    assert titles(agenda(meeting_id)) == ["Punkt 1", "Punkt 2", "Punkt 3"]


def test_a_dragged_order_meets_somebody_elses_and_neither_is_lost(browser, world, agenda):
    meeting_id = world.meeting(agenda=3)
    one, two, three = agenda(meeting_id)
    slow = open_agenda(browser, meeting_id)
    open_agenda(browser, meeting_id, "administrator").submit("Op: Punkt 3")
    page = slow.submit("Gem dagsordenen", status=409, order=f"{two.id},{one.id},{three.id}")
    assert "Rækkefølgen er nu: Punkt 1 · Punkt 3 · Punkt 2" in page.text
    assert page.value("order") == f"{two.id},{one.id},{three.id}"
    assert titles(agenda(meeting_id)) == ["Punkt 1", "Punkt 3", "Punkt 2"]
    slow.submit("Gem dagsordenen")
    assert titles(agenda(meeting_id)) == ["Punkt 2", "Punkt 1", "Punkt 3"]


def test_a_mistake_does_not_lose_the_dragged_order(browser, world, agenda):
    meeting_id = world.meeting(agenda=2)
    one, two = agenda(meeting_id)
    page = open_agenda(browser, meeting_id).submit(
        "Gem dagsordenen", order=f"{two.id},{one.id}", **{f"item-{one.id}-title": ""}
    )
    assert page.errors == ["Skriv, hvad punktet handler om"]
    assert page.value("order") == f"{two.id},{one.id}"


@pytest.mark.parametrize(
    ("written", "who"),
    [
        ("Mette Medlem", "member"),
        ("mette medlem", "member"),
        ("Bodil Strandby, Tangværket", None),
        ("Ulla Udenfor", None),
        ("", None),
    ],
)
def test_a_presenter_is_a_member_or_somebody_from_outside(browser, world, agenda, written, who):
    meeting_id = world.meeting(agenda=1)
    (item,) = agenda(meeting_id)
    visit = open_agenda(browser, meeting_id)
    page = visit.submit("Gem dagsordenen", **{f"item-{item.id}-presenter": written})
    (item,) = agenda(meeting_id)
    assert (item.presenter, item.presenter_id) == (written, world.cast[who] if who else None)
    assert ("Medlem af netværket" in page.text) == (who is not None)


def test_members_are_offered_with_where_they_are_from_and_two_of_one_name_are_told_apart(browser, world, agenda):
    meeting_id = world.meeting(agenda=1)
    (item,) = agenda(meeting_id)
    with world.acting():
        other = world.person("Mette Medlem", network=world.network_id)
    visit = open_agenda(browser, meeting_id)
    offered = [node.attributes["value"] for node in visit.page.tree.css("#presenters option")]
    ours = [name for name in offered if name.startswith("Mette Medlem")]
    assert len(set(ours)) == 2 and all("," in name for name in ours)
    visit.submit("Gem dagsordenen", **{f"item-{item.id}-presenter": "Mette Medlem"})
    assert agenda(meeting_id)[0].presenter_id is None
    visit.submit("Gem dagsordenen", **{f"item-{item.id}-presenter": ours[0]})
    assert agenda(meeting_id)[0].presenter_id in {other, world.cast["member"]}


def test_members_cannot_write_the_agenda_and_strangers_do_not_find_it(browser, world):
    meeting_id = world.meeting()
    browser("member").get(f"/meetings/{meeting_id}/agenda", status=403)
    browser("member").post(f"/meetings/{meeting_id}/agenda", status=403)
    browser("outsider").get(f"/meetings/{meeting_id}/agenda", status=404)


def test_open_actions_from_last_time_head_the_agenda(browser, world):
    held = world.meeting(starts_at=core_clock.now() - timedelta(days=14))
    items = world.minutes(held, "Vi ringer.", shared=True)
    world.action(items[0], "Spørg jobcentret", owner="member")
    meeting_id = world.meeting()
    page = browser("member").get(f"/meetings/{meeting_id}")
    assert page.text.index("Åbne opgaver fra sidst") < page.text.index("Punkt 1")
    assert page.text.index("Dagsorden") < page.text.index("Spørg jobcentret")
    printed = browser("member").get(f"/meetings/{meeting_id}/print?sheet=agenda")
    assert "Spørg jobcentret Mette Medlem" in printed.text


@pytest.mark.parametrize("level", list(Confidentiality))
def test_the_call_says_what_is_open_as_far_as_the_network_allows(browser, world, outbox, level):
    held = world.meeting(starts_at=core_clock.now() - timedelta(days=14))
    items = world.minutes(held, "Vi ringer.", shared=True)
    world.action(items[0], "Spørg jobcentret", owner="member", due_on=core_clock.today() + timedelta(days=9))
    world.action(items[0], "Er gjort", owner="member", done_at=core_clock.now())
    with world.acting():
        db.session.get_one(Network, world.network_id).confidentiality = level
    visit = browser("coordinator")
    visit.get(f"/networks/{world.network_id}/meetings/new")
    visit.submit("Send indkaldelsen", title="Nyt", date="2026-12-10", starts="9.30", ends="12.00")
    mails = [mail for mail in outbox() if mail.kind == "meeting_called"]
    assert mails
    for mail in mails:
        says = level is Confidentiality.OPEN
        assert ("Spørg jobcentret (Mette Medlem, frist 2. december)" in mail.text) == says
        assert ("Spørg jobcentret" in mail.html) == says
        assert "Er gjort" not in mail.text


def test_invitation_agenda_and_participants_are_printed_each_or_together(browser, world, answers):
    meeting_id = world.meeting()
    answers(meeting_id, member="yes", colleague="no")
    visit = browser("member")
    visit.get(f"/meetings/{meeting_id}")
    page = visit.follow("Udskriv dagsordenen")
    assert len(page.tree.css("article")) == 1
    assert "9.30 Punkt 1" in page.text
    assert "Ole Kollega" not in page.text
    page = visit.get(f"/meetings/{meeting_id}/print")
    assert len(page.tree.css("article")) == 3
    assert "Tangværket, Fjerritslev" in page.text and f"https://erfa.test/meetings/{meeting_id}" in page.text
    assert (
        page.text.index("Mette Medlem")
        < page.text.index("Ole Kollega")
        < page.text.index("Karen Tovholder Frederikshavn Mangler svar")
    )
    assert len(visit.get(f"/meetings/{meeting_id}/print?sheet=nonsense").tree.css("article")) == 3
    browser("outsider").get(f"/meetings/{meeting_id}/print", status=404)
