"""A coordinator calls a meeting."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.errors import DomainError
from app.meetings.operations.scheduling import Facts

WINTER = {"title": "Småjob i Fjerritslev", "date": "2026-12-03", "starts": "09:30", "ends": "12:00"}


def open_form(browser, world, who="coordinator"):
    visit = browser(who)
    visit.get(f"/networks/{world.network_id}/meetings/new")
    return visit


def number_of(page):
    return int(page.url.rsplit("/", 1)[1])


def test_the_members_are_told_and_the_meeting_stands_on_its_page(browser, world, owed, stored):
    visit = open_form(browser, world)
    page = visit.submit(
        "Send indkaldelsen", **WINTER, place="Tangværket", host="0849", description="En aftale\nTo æbler"
    )
    assert page.title == "Småjob i Fjerritslev"
    assert "torsdag den 3. december 2026 kl. 9.30–12.00" in page.text
    assert "Jammerbugt" in page.text
    assert "To æbler" in page.text
    assert "2 medlemmer" in page.text
    assert owed.told() == {"meeting_called": {"member", "colleague"}}
    meeting = stored(number_of(page))
    assert (meeting.sequence, meeting.starts_at) == (0, datetime(2026, 12, 3, 8, 30, tzinfo=UTC))


def test_the_standard_agenda_is_there_at_once_in_danish_with_its_clock(browser, world, agenda):
    page = open_form(browser, world).submit("Send indkaldelsen", **WINTER)
    items = agenda(number_of(page))
    assert sum(item.minutes for item in items) == 150
    assert [item.title for item in items][:2] == ["Velkomst, nyt siden sidst, runde", "Opgaver fra sidst"]
    assert "11.57 Mødet i ét tal og ét ord" in page.text
    assert "for lang" not in page.text


def test_who_wants_no_agenda_gets_none(browser, world, agenda):
    visit = open_form(browser, world)
    meeting_id = number_of(visit.submit("Send indkaldelsen", **WINTER, agenda="none"))
    assert agenda(meeting_id) == []
    assert "Hvad skal I først tale om?" in visit.get(f"/meetings/{meeting_id}").text


@pytest.mark.parametrize(
    ("day", "utc"),
    [("2026-12-03", datetime(2026, 12, 3, 8, 30, tzinfo=UTC)), ("2027-06-03", datetime(2027, 6, 3, 7, 30, tzinfo=UTC))],
)
@pytest.mark.parametrize("typed", ["09:30", "9.30", "9:30", "kl. 9.30", " 9.30 "])
def test_half_past_nine_is_half_past_nine_in_winter_and_in_summer(browser, world, stored, day, utc, typed):
    page = open_form(browser, world).submit(
        "Send indkaldelsen", title="Møde", date=day, starts=typed, ends="12", place="Her"
    )
    assert stored(number_of(page)).starts_at == utc
    assert "kl. 9.30–12.00" in page.text


def test_a_date_may_be_typed_as_danes_write_it(browser, world, stored):
    page = open_form(browser, world).submit("Send indkaldelsen", **{**WINTER, "date": "3.12.2026"})
    assert stored(number_of(page)).starts_at == datetime(2026, 12, 3, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("today", "values", "sentence"),
    [
        (None, {"title": "  "}, "Skriv mødets titel"),
        (None, {"title": "æ" * 161}, "Brug højst 160 tegn"),
        (None, {"date": ""}, "Vælg en dato"),
        (None, {"date": "31.11.2026"}, "Skriv datoen som 26.11.2026"),
        (None, {"date": "0001-01-01"}, "Se på årstallet igen"),
        (None, {"date": "9999-12-31"}, "Se på årstallet igen"),
        (None, {"date": "2025-12-03"}, "Det er i fortiden. Vælg en dag, der kommer"),
        (None, {"starts": "halv ti"}, "Skriv klokkeslættet som 9.30"),
        (None, {"starts": "25.00"}, "Skriv klokkeslættet som 9.30"),
        (None, {"ends": ""}, "Skriv, hvornår mødet slutter"),
        (None, {"ends": "9.30"}, "Mødet skal slutte, efter det begynder"),
        (None, {"ends": "9.00"}, "Mødet skal slutte, efter det begynder"),
        (None, {"online_url": "javascript:alert(1)"}, "Skriv en hel webadresse, der begynder med https://"),
        (None, {"online_url": "www.teams.dk"}, "Skriv en hel webadresse, der begynder med https://"),
        (None, {"online_url": "https://"}, "Skriv en hel webadresse, der begynder med https://"),
        (None, {"online_url": "https://[x"}, "Skriv en hel webadresse, der begynder med https://"),
        (None, {"place": "å" * 201}, "Brug højst 200 tegn"),
        (None, {"description": "ø" * 4001}, "Brug højst 4000 tegn"),
        (
            datetime(2026, 3, 1, tzinfo=UTC),
            {"date": "2026-03-29", "starts": "02:30", "ends": "04:00"},
            "Uret stilles frem den 29. marts 2026: tiden mellem 2 og 3 findes ikke den nat. Vælg en anden",
        ),
        (
            datetime(2026, 10, 1, tzinfo=UTC),
            {"date": "2026-10-25", "starts": "02:30", "ends": "04:00"},
            "Uret stilles tilbage den 25. oktober 2026: timen mellem 2 og 3 kommer to gange den nat. Vælg en anden",
        ),
        (
            datetime(2026, 10, 1, tzinfo=UTC),
            {"date": "2026-10-25", "starts": "01:00", "ends": "02:30"},
            "Uret stilles tilbage den 25. oktober 2026: timen mellem 2 og 3 kommer to gange den nat. Vælg en anden",
        ),
    ],
)
def test_what_makes_no_meeting_is_explained_and_nothing_typed_is_lost(
    browser, world, clock, owed, today, values, sentence
):
    if today:
        clock.set(today)
    visit = open_form(browser, world)
    page = visit.submit("Send indkaldelsen", **{**WINTER, "description": "Tag kager med", **values})
    assert sentence in page.errors
    for name, text in {"description": "Tag kager med", **values}.items():
        assert page.value(name).strip() in {text.strip(), f"{text.replace('.', ':'):0>5}"}  # a time comes back as 09:30
    assert owed.told() == {}


def test_a_meeting_of_more_than_a_day_is_refused(app):
    start = datetime(2026, 12, 3, 8, tzinfo=UTC)
    with app.test_request_context(), pytest.raises(DomainError):
        Facts(title="Lejr", starts_at=start, ends_at=start + timedelta(hours=24, minutes=1)).check()


def test_control_characters_never_reach_the_database(browser, world, stored):
    page = open_form(browser, world).submit("Send indkaldelsen", **{**WINTER, "title": "Små\x1bjob\x0bher\n"})
    assert stored(number_of(page)).title == "Små job her"


@pytest.mark.parametrize("who", ["coordinator", "administrator"])
def test_coordinators_and_administrators_may_call_meetings(browser, world, who):
    open_form(browser, world, who).submit("Send indkaldelsen", **WINTER)


def test_a_member_may_not_and_an_outsider_does_not_learn_that_the_network_exists(browser, world, owed):
    url = f"/networks/{world.network_id}/meetings/new"
    for who, status in (("member", 403), ("outsider", 404)):
        browser(who).get(url, status=status)
        browser(who).post(url, status=status, **WINTER)
    assert owed.told() == {}
    assert browser(None).raw("GET", url).status_code == 302


def test_looking_at_the_form_tells_nobody(browser, world, owed):
    open_form(browser, world)
    assert owed.new() == []
