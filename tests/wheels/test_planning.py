"""The year on one page: planned, copied, shown, and made into meetings."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.core import clock as core_clock
from app.extensions import db
from app.meetings.models import AgendaItem, Meeting
from app.notifications.models import Mail
from app.wheels.models import Wheel
from app.wheels.plan import holidays_in, nth_weekday

FREDERIKSHAVN, HJORRING, JAMMERBUGT = "0813", "0860", "0849"


@pytest.fixture
def year_url(world):
    return lambda year=2027, more="": f"/networks/{world.network_id}/wheel/{year}{more}"


@pytest.fixture
def planned(browser, year_url):
    """The usual year of 2027 is put in."""
    karen = browser("coordinator")
    karen.get(year_url())
    karen.submit("Begynd med det sædvanlige år")
    return karen


@pytest.fixture
def wheels(world):
    def load():
        with world.acting():
            rows = db.session.query(Wheel).order_by(Wheel.year).all()
            db.session.expunge_all()
        return rows

    return load


def test_an_empty_year_shows_meetings_and_holidays_by_itself(world, browser, year_url):
    world.meeting(host_code=HJORRING)
    world.meeting(
        title="Aflyst i december", starts_at=core_clock.now() + timedelta(days=15), cancelled_at=core_clock.now()
    )
    text = browser("member").get(year_url(2026)).text
    assert "26. nov." in text
    assert "Hjørring er vært" in text
    assert "Uge 7–8: vinterferie" in text
    assert "Påske, uge 14" in text
    assert "Aflyst i december" not in text
    assert "Begynd med det sædvanlige år" not in text


def test_the_usual_year_is_put_in_and_changed(planned, browser, year_url, wheels):
    page = planned.submit(
        "Gem årshjulet", **{"m3-theme": "Småjob", "m3-host": HJORRING, "m6-events": "Midtvejsevaluering\nSommerfest"}
    )
    assert page.url == year_url() or "Årshjulet er gemt." in page.text
    text = browser("member").get(year_url()).text
    for words in ("Spilleregler og kommissorium", "Småjob", "Planlagt vært: Hjørring", "Sommerfest", "Årsrapport"):
        assert words in text
    assert wheels()[0].version == 2


def test_the_usual_year_is_danish_whoever_starts_it(world, browser, year_url, wheels):
    karen = browser("coordinator")
    karen.get(year_url())
    karen.submit("English")
    karen.get(year_url())
    karen.submit("Start from the usual year")
    assert wheels()[0].plan["6"]["events"] == ["Midtvejsevaluering"]


def test_a_planned_year_is_not_written_over(planned, year_url, wheels):
    planned.post(year_url(more="/usual"))
    assert "Der er allerede planlagt noget for året" in planned.get(year_url()).text
    planned.post(year_url(more="/copy"))
    assert [wheel.version for wheel in wheels()] == [1]


def test_last_year_is_copied_without_its_hosts(planned, year_url, wheels):
    planned.submit("Gem årshjulet", **{"m3-theme": "Småjob", "m3-host": HJORRING})
    planned.get(year_url(2028))
    planned.submit("Kopiér 2027")
    march = wheels()[1].plan["3"]
    assert (march["theme"], march["host"], march["meets"]) == ("Småjob", None, True)


def test_there_may_be_nothing_to_copy(browser, year_url, wheels):
    karen = browser("coordinator")
    karen.post(year_url(2028, "/copy"))
    assert "så der er ikke noget at kopiere" in karen.get(year_url(2028)).text
    assert wheels() == []


def test_of_two_who_edit_the_second_sees_both_and_loses_nothing(world, planned, browser, year_url, wheels):
    agnes = browser("administrator")
    agnes.get(year_url(more="/edit"))
    planned.submit("Gem årshjulet", **{"m3-theme": "Småjob"})
    page = agnes.submit("Gem årshjulet", status=409, **{"m3-theme": "Indkøb", "m5-theme": "Læring"})
    assert "En anden har ændret årshjulet i mellemtiden" in page.text
    assert "Nu står der: Småjob" in page.text
    assert page.value("m3-theme") == "Indkøb"
    assert wheels()[0].plan["3"]["theme"] == "Småjob"
    agnes.submit("Gem årshjulet")
    assert (wheels()[0].plan["3"]["theme"], wheels()[0].plan["5"]["theme"]) == ("Indkøb", "Læring")


def test_what_does_not_fit_is_said_at_its_month(planned):
    page = planned.submit("Gem årshjulet", **{"m3-theme": "x" * 121, "m4-events": "\n".join("abcdefg")})
    assert page.errors == ["Brug højst 120 tegn", "Skriv højst 6 linjer"]
    assert page.value("m3-theme") == "x" * 121


def test_the_planned_meetings_get_hosts_in_turn(planned, wheels):
    planned.submit("Gem, og fordel værterne efter tur", **{"m5-host": FREDERIKSHAVN})
    plan = wheels()[0].plan
    assert [plan[month]["host"] for month in ("3", "5", "9")] == [HJORRING, FREDERIKSHAVN, JAMMERBUGT]


def test_a_meeting_is_called_from_its_month(planned, year_url):
    planned.submit("Gem årshjulet", **{"m3-theme": "Småjob", "m3-host": HJORRING})
    planned.get(year_url())
    page = planned.follow("Indkald til møde: marts")
    assert page.value("title") == "Småjob"
    assert page.tree.css_first("[name=host] [selected]").attributes["value"] == HJORRING


def test_who_has_promised_a_month_stands_in_the_wheel(world, planned, browser, year_url):
    planned.submit("Gem årshjulet")
    planned.get(year_url())
    planned.follow("Spørg værten: marts")
    planned.submit("Spørg", whom=HJORRING)
    mette = browser("member")
    mette.get("/hosts/asks/1")
    mette.submit("Send svaret", answer="yes")
    assert "Hjørring har sagt ja til at være vært" in mette.get(year_url()).text


def test_drafts_are_made_for_all_planned_months_and_nobody_is_told(world, planned, browser, year_url):
    planned.submit("Gem, og fordel værterne efter tur", **{"m3-theme": "Småjob"})
    planned.get(year_url())
    page = planned.follow("Lav udkast til alle planlagte møder")
    assert page.value("m3-date") == "2027-03-18"  # the third Thursday
    page = planned.submit("Vis dagene", nth="1", day="1")
    assert page.value("m3-date") == "2027-03-02"
    page = planned.submit("Lav udkastene", **{"m5-date": "2027-05-06"})
    assert "4 udkast er lavet." in page.text
    with world.acting():
        meetings = db.session.query(Meeting).order_by(Meeting.starts_at).all()
        assert [(one.day, one.title, one.host_code) for one in meetings[:2]] == [
            (date(2027, 3, 2), "Småjob", FREDERIKSHAVN),
            (date(2027, 5, 6), "ERFA-møde", HJORRING),
        ]
        assert all(one.is_draft for one in meetings)
        assert meetings[0].starts_at == datetime(2027, 3, 2, 8, 30, tzinfo=UTC)
        assert db.session.query(AgendaItem).filter_by(meeting_id=meetings[0].id).count() == 10
        assert db.session.query(Mail).count() == 0
    assert "Småjob" not in browser("member").get(f"/networks/{world.network_id}/meetings").text
    planned.get(year_url(more="/drafts"))
    assert "Alle planlagte måneder fremover har deres møde." in planned.page.text


def test_what_speaks_against_a_day_is_shown_and_a_month_can_be_left_out(world, planned, year_url):
    planned.get(year_url(more="/drafts"))
    page = planned.get(year_url(more="/drafts?nth=1&day=3"))
    assert "Kristi himmelfartsdag" in page.text  # 6 May 2027
    data = {"starts": "9.30", "ends": "12.00", "m3-is_wanted": "y", "m3-date": "2027-03-04", "m5-date": "2027-05-06"}
    planned.post(year_url(more="/drafts"), **data)
    with world.acting():
        assert [one.day for one in db.session.query(Meeting)] == [date(2027, 3, 4)]


def test_a_day_that_is_none_and_hours_the_wrong_way_round_make_no_drafts(world, planned, year_url):
    good = {"starts": "9.30", "ends": "12.00", "m3-is_wanted": "y", "m3-date": "2027-03-04"}
    for bad, sentence in (
        ({"m3-date": "31.2.2027"}, "Skriv datoen som 26.11.2026"),
        ({"m3-date": "2020-03-04"}, "Det er i fortiden. Vælg en dag, der kommer"),
        ({"m3-date": "2027-03-28", "starts": "2.30"}, "Uret stilles i den time. Vælg en anden dag eller time"),
        ({"ends": "9.00"}, "Mødet skal slutte, efter det begynder"),
    ):
        page = planned.post(year_url(more="/drafts"), status=200, **{**good, **bad})
        assert len(page.errors) == 1, page.errors
        assert page.errors[0][:12] == sentence[:12]
    planned.post(year_url(more="/drafts"), status=200, starts="9.30", ends="12.00")
    with world.acting():
        assert db.session.query(Meeting).count() == 0


def test_members_read_and_do_not_write(world, browser, year_url, wheels):
    member, outsider = browser("member"), browser("outsider")
    member.get(year_url())
    outsider.get(year_url(), status=404)
    for more in ("/edit", "/drafts"):
        member.get(year_url(more=more), status=403)
        outsider.get(year_url(more=more), status=404)
    for more in ("/edit", "/drafts", "/usual", "/copy"):
        member.post(year_url(more=more), status=403)
        outsider.post(year_url(more=more), status=404)
    assert wheels() == []


def test_a_year_far_away_is_not_found(browser, year_url):
    browser("member").get(year_url(1850), status=404)
    browser("member").get(year_url(99999), status=404)


def test_the_overview_has_this_year_and_the_way_to_the_next(world, browser, year_url):
    world.meeting(host_code=HJORRING)
    world.meeting(starts_at=core_clock.now() - timedelta(days=200), title="I maj")
    member = browser("member")
    page = member.get(f"/networks/{world.network_id}")
    strip = page.tree.css("ol.year > li")
    assert len(strip) == 12
    assert "is-done" in strip[4].attributes["class"]
    assert "is-next" in strip[10].attributes["class"]
    assert "is-now" in strip[10].attributes["class"]
    member.follow("2027 →")
    assert member.page.url == year_url(2027)


def test_the_weeks_to_avoid(app):
    with app.test_request_context(headers={"Accept-Language": "da"}):
        assert holidays_in(2027, 3) == ["Påske, uge 12"]
        assert holidays_in(2027, 5) == ["Fredag efter Kristi himmelfart, uge 18"]
        assert holidays_in(2027, 10) == ["Uge 42: efterårsferie"]
        assert holidays_in(2027, 4) == []


@pytest.mark.parametrize(
    ("nth", "weekday", "day"),
    [(1, 0, date(2027, 3, 1)), (3, 3, date(2027, 3, 18)), (5, 1, date(2027, 3, 30)), (5, 3, date(2027, 3, 25))],
)
def test_the_nth_weekday_of_a_month_and_the_last(nth, weekday, day):
    assert nth_weekday(2027, 3, nth, weekday) == day
