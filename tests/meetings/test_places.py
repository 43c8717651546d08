"""Where people meet: a place with an address, a link for those who take part, or both; and starting from the last meeting."""

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.models import Person
from app.core import clock as core_clock
from app.extensions import db
from app.meetings.models import AgendaItem, AgendaKind, Venue
from app.meetings.operations.copying import next_title
from app.organisations.models import Organisation

LINK = "https://video.example/rum"
FACTS = {"title": "Småjob", "date": "2026-12-03", "starts": "09:30", "ends": "12:00"}


def new(browser, world, who="coordinator", query=""):
    visit = browser(who)
    visit.get(f"/networks/{world.network_id}/meetings/new{query}")
    return visit


def number_of(page):
    return int(page.url.rsplit("/", 1)[1])


def sees_link(page):
    return LINK in page.html


def test_an_address_leads_to_a_map_and_stands_in_mail_and_calendar(browser, world, outbox):
    page = new(browser, world).submit(
        "Send indkaldelsen", **FACTS, place="Tangværket", address="Vestergade 1, 9690 Fjerritslev"
    )
    link = page.tree.css_first("a[href^='https://www.openstreetmap.org/search?query=Vestergade']")
    assert link.attributes["rel"] == "noopener noreferrer"
    assert "Tangværket, Vestergade 1, 9690 Fjerritslev" in outbox()[0].text
    text = browser("member").raw("GET", f"/meetings/{number_of(page)}.ics").get_data(as_text=True)
    assert "LOCATION:Tangværket\\, Vestergade 1\\, 9690 Fjerritslev" in text.replace("\r\n ", "")


@pytest.mark.parametrize(
    ("venue", "values", "kept"),
    [
        ("here", {"place": "Tangværket"}, ("Tangværket", "")),
        ("online", {"online_url": LINK}, ("", LINK)),
        ("online", {}, ("", "")),
        ("both", {"place": "Tangværket", "online_url": LINK}, ("Tangværket", LINK)),
        ("both", {}, ("", "")),
    ],
)
def test_how_people_meet_is_chosen(browser, world, stored, venue, values, kept):
    meeting = stored(number_of(new(browser, world).submit("Send indkaldelsen", **FACTS, venue=venue, **values)))
    assert (meeting.venue, meeting.place, meeting.online_url) == (venue, *kept)
    assert (meeting.is_online, meeting.is_hybrid) == (venue != "here", venue == "both")


@pytest.mark.parametrize(
    ("venue", "values", "words"),
    [
        ("here", {"online_url": LINK}, "Du har skrevet et link"),
        ("online", {"place": "Tangværket"}, "Du har skrevet et sted"),
    ],
)
def test_what_is_typed_beside_the_choice_is_not_dropped_in_silence(browser, world, owed, venue, values, words):
    page = new(browser, world).submit("Send indkaldelsen", **FACTS, venue=venue, **values)
    assert words in page.errors[0]
    assert {name: page.value(name) for name in values} == values
    assert owed.new() == []


def test_who_chooses_another_venue_need_not_clear_what_stood_there(browser, world, stored):
    meeting_id = world.meeting(online_url=LINK)
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/edit")
    visit.submit("Gem mødet", venue="here")
    assert (stored(meeting_id).online_url, stored(meeting_id).venue) == ("", Venue.HERE)


def test_the_link_shows_to_those_who_take_part_and_others_read_to_whom(browser, world, answers):
    meeting_id = world.meeting(online_url=LINK)
    answers(meeting_id, colleague="no")
    for who in ("member", "colleague"):
        page = browser(who).get(f"/meetings/{meeting_id}")
        assert not sees_link(page)
        assert "Den, der har sagt ja eller måske, ser linket her." in page.text
        assert LINK not in browser(who).raw("GET", f"/meetings/{meeting_id}.ics").get_data(as_text=True)
    assert sees_link(browser("coordinator").get(f"/meetings/{meeting_id}"))
    member = browser("member")
    for word, sees in (("yes", True), ("maybe", True), ("no", False)):
        member.get(f"/meetings/{meeting_id}")
        assert sees_link(member.submit("Gem svar", answer=word)) is sees
        file = member.raw("GET", f"/meetings/{meeting_id}.ics").get_data(as_text=True)
        assert (LINK in file) is sees
        assert ("Online: linket står på mødets side" in file.replace("\r\n ", "")) is not sees


def test_the_hosts_people_see_the_link_without_an_answer(browser, world):
    with world.acting():
        code = db.session.get_one(Person, world.cast["member"]).organisation_id
        code = db.session.get_one(Organisation, code).municipality_code
    meeting_id = world.meeting(online_url=LINK, host_code=code)
    assert sees_link(browser("member").get(f"/meetings/{meeting_id}"))
    assert not sees_link(browser("colleague").get(f"/meetings/{meeting_id}"))


def test_the_link_shows_from_the_hour_that_was_set_and_never_in_a_calendar(browser, world, answers, clock):
    meeting_id = world.meeting(online_url=LINK, online_opens_minutes=60)
    answers(meeting_id, member="yes")
    page = browser("member").get(f"/meetings/{meeting_id}")
    assert not sees_link(page)
    assert "Linket står her den 26. november fra kl. 8.30." in page.text
    assert "ser linket her den 26. november fra kl. 8.30." in browser("colleague").get(f"/meetings/{meeting_id}").text
    assert sees_link(browser("coordinator").get(f"/meetings/{meeting_id}"))
    clock.set(datetime(2026, 11, 26, 7, 30, tzinfo=UTC))
    assert sees_link(browser("member").get(f"/meetings/{meeting_id}"))
    assert LINK not in browser("member").raw("GET", f"/meetings/{meeting_id}.ics").get_data(as_text=True)
    clock.move(hours=6)
    assert not sees_link(browser("coordinator").get(f"/meetings/{meeting_id}"))


def test_the_next_meeting_begins_with_the_last(browser, world, stored, agenda, owed):
    last = world.meeting(
        starts_at=core_clock.now() - timedelta(days=14) + timedelta(minutes=30), title="3. møde om småjob",
        address="Vestergade 1", online_url=LINK, online_opens_minutes=60, description="Tag tal med", agenda=2,
    )  # fmt: skip
    with world.acting():
        facts = {"meeting_id": last, "minutes": 45, "kind": AgendaKind.CASE, "presenter": "Mette Medlem"}
        db.session.add(AgendaItem(position=3, title="Hvem ringer først?", presenter_id=world.cast["member"], **facts))
    visit = new(browser, world)
    assert "3. møde om småjob" in visit.page.text
    page = visit.follow("Begynd ud fra det seneste møde")
    assert page.value("title") == "4. møde om småjob"
    assert (page.value("date"), page.value("starts"), page.value("ends")) == ("", "09:30", "12:00")
    page = visit.submit("Send indkaldelsen", date="2026-12-03")
    meeting = stored(number_of(page))
    assert (meeting.address, meeting.online_url, meeting.description) == ("Vestergade 1", LINK, "Tag tal med")
    assert (meeting.venue, meeting.online_opens_minutes, meeting.host_code) == (Venue.BOTH, 60, None)
    items = agenda(meeting.id)
    assert [(item.title, item.minutes) for item in items] == [("Punkt 1", 15), ("Punkt 2", 15), ("Sag 1", 45)]
    assert items[2].presenter == "Sagsgiver"
    assert set(owed.told()) == {"meeting_called"}


def test_one_like_it_is_called_from_any_meeting_but_not_from_another_networks(browser, world):
    meeting_id = world.meeting(title="Det gode møde")
    theirs = world.meeting(network_id=world.other_network_id)
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}")
    assert visit.follow("Indkald til et lignende").value("title") == "Det gode møde"
    for asked in (theirs, 4711, "x", "9" * 30):
        visit.get(f"/networks/{world.network_id}/meetings/new?from={asked}", status=404)
    browser("administrator").get(f"/networks/{world.network_id}/meetings/new?from={theirs}", status=404)


def test_without_a_last_meeting_there_is_nothing_to_start_from(browser, world):
    visit = new(browser, world, query="?from=last")
    assert "seneste møde" not in visit.page.text
    assert "De samme punkter" not in visit.page.text


@pytest.mark.parametrize(
    ("title", "following"),
    [
        ("3. møde", "4. møde"), ("ERFA-møde 12", "ERFA-møde 13"), ("Møde nr. 9", "Møde nr. 10"),
        ("Småjob 2026", "Småjob 2026"), ("Om de 11 kommuner i nord", "Om de 11 kommuner i nord"), ("Småjob", "Småjob"),
    ],
)  # fmt: skip
def test_a_numbered_title_counts_on(title, following):
    assert next_title(title) == following


def test_what_speaks_against_the_day_is_said_once_and_forbids_nothing(browser, world, owed, stored):
    visit = new(browser, world)
    page = visit.submit("Send indkaldelsen", **{**FACTS, "date": "2026-12-25"}, place="Tangværket")
    assert "Se på dagen en gang til: fredag den 25. december 2026" in page.text
    assert "juledag" in page.text.lower()
    assert page.value("place") == "Tangværket"
    assert owed.new() == []
    page = visit.submit("Indkald alligevel", date="2026-12-26")
    assert "lørdag den 26. december" in page.text
    page = visit.submit("Indkald alligevel")
    assert stored(number_of(page)).day.isoformat() == "2026-12-26"
    assert set(owed.told()) == {"meeting_called"}


def test_a_draft_on_a_holiday_is_simply_saved_and_the_call_says_it(browser, world):
    visit = new(browser, world)
    page = visit.submit("Gem som udkast", **{**FACTS, "date": "2026-12-25"})
    visit.get(f"/meetings/{number_of(page)}/call")
    assert "juledag" in visit.page.text.lower()


def test_a_moved_meeting_looks_at_its_new_day_and_at_no_day_that_stays(browser, world, stored):
    meeting_id = world.meeting(starts_at=datetime(2026, 12, 25, 9, tzinfo=UTC))
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/edit")
    visit.submit("Gem mødet", place="Rådhuset")
    visit.get(f"/meetings/{meeting_id}/edit")
    page = visit.submit("Gem mødet", date="2026-12-31")
    assert "Se på dagen en gang til" in page.text
    visit.submit("Gem alligevel")
    assert stored(meeting_id).day.isoformat() == "2026-12-31"


def test_the_day_can_be_asked_about_while_one_chooses(browser, world):
    url = f"/networks/{world.network_id}/meetings/day"
    text = browser("coordinator").raw("GET", f"{url}?date=2026-12-25").get_data(as_text=True)
    assert "juledag" in text.lower()
    assert "<html" not in text
    assert browser("coordinator").raw("GET", f"{url}?date=2026-12-03").get_data(as_text=True).strip() == ""
    for query, who, status in (("", "coordinator", 400), ("?date=x", "coordinator", 400), ("", "member", 403)):
        assert browser(who).raw("GET", url + query).status_code == status
    assert browser("outsider").raw("GET", url + "?date=2026-12-25").status_code == 404
