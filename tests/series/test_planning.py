"""A coordinator says when meetings return, looks at the days, and calls them all with one mail."""

from datetime import UTC, date, datetime, time
from itertools import pairwise

import pytest
from flask_babel import force_locale

from app.core import clock as time_here
from app.meetings.queries import agenda_of
from app.series.rules import Rule, Unit, in_full, in_words
from tests.series.conftest import see_the_days


def walls(meetings):
    return [f"{time_here.local(meeting.starts_at):%Y-%m-%d %H:%M}" for meeting in meetings]


SIX = ["2026-12-08", "2027-02-09", "2027-04-13", "2027-06-08", "2027-08-10", "2027-10-12"]


def test_six_meetings_are_called_with_one_mail_to_each_member(planned, meetings, owed):
    page = planned()
    assert "6 møder er indkaldt. Vi sender en mail til 2 medlemmer nu." in page.text
    assert "Anden tirsdag hver anden måned kl. 9.30–12.00, 6 gange" in page.text
    rows = meetings()
    assert walls(rows) == [f"{day} 09:30" for day in SIX]
    assert all(meeting.called_at for meeting in rows)
    assert owed.told() == {"series_called": {"member", "colleague"}}


def test_looking_at_the_days_writes_nothing(browser, world, meetings, owed):
    visit = see_the_days(browser, world)
    assert "Indkald til alle 6 møder" in visit.page.text
    assert meetings() == [] and owed.new() == []


def test_drafts_are_seen_by_coordinators_only_and_called_together(browser, planned, meetings, owed):
    page = planned("Gem som udkast")
    assert "6 udkast er gemt. Kun tovholderne ser dem" in page.text
    assert owed.new() == []
    assert all(meeting.called_at is None for meeting in meetings())
    browser("member").get("/series/1", status=404)
    visit = browser("coordinator")
    visit.get("/series/1")
    page = visit.submit("Indkald til alle 6 møder")
    assert "6 møder er indkaldt." in page.text
    assert owed.told() == {"series_called": {"member", "colleague"}}
    assert all(meeting.called_at for meeting in meetings())
    visit.post("/series/1/call")
    assert owed.new() == []


@pytest.mark.parametrize("who", ["member", "outsider"])
def test_only_who_may_call_meetings_may_plan_a_series(browser, world, who):
    status = 403 if who == "member" else 404
    visit = browser(who)
    visit.get(f"/networks/{world.network_id}/series/new", status=status)
    visit.post(f"/networks/{world.network_id}/series/new", status=status)


def test_a_day_is_skipped_and_another_is_moved(browser, world, meetings):
    visit = see_the_days(browser, world)
    values = visit.fields_of(visit.page.tree.css_first("main form"))
    values.pop("day-2027-04-13-on")
    values |= {"day-2027-02-09-day": "16.2.2027", "act": "preview"}
    page = visit.post(f"/networks/{world.network_id}/series/new", status=200, **values)
    assert "tirsdag 16. februar 2027" in page.text
    visit.page = page
    visit.submit("Indkald til alle 5 møder")
    assert walls(meetings()) == [
        f"{day} 09:30" for day in ["2026-12-08", "2027-02-16", "2027-06-08", "2027-08-10", "2027-10-12"]
    ]


def test_what_was_not_looked_at_is_not_called(browser, world, meetings):
    visit = see_the_days(browser, world)
    page = visit.submit("Indkald til alle 6 møder", **{"day-2026-12-08-day": "2026-12-24"})
    assert "dagene er ændret, siden du så dem" in page.text
    assert "24. december 2026" in page.text and "Juleferie" in page.text
    assert meetings() == []
    visit.submit("Indkald til alle 6 møder")
    assert len(meetings()) == 6


def test_another_rule_keeps_what_was_done_to_the_days_it_shares(browser, world):
    visit = see_the_days(browser, world)
    visit.submit("Se dagene igen", **{"day-2026-12-08-day": "2026-12-10"})
    page = visit.submit("Se dagene igen", rhythm="months-1")
    assert page.value("day-2026-12-08-day") == "2026-12-10"
    assert "Anden tirsdag hver måned kl. 9.30–12.00, 6 gange" in page.text


def test_what_was_done_to_the_days_outlives_a_mistake_in_the_rule(browser, world):
    visit = see_the_days(browser, world)
    page = visit.submit("Se dagene igen", **{"day-2026-12-08-day": "2026-12-10", "count": "0"})
    assert page.errors == ["Skriv et tal fra 1 til 60"]
    page = visit.submit("Se dagene", count="6")
    assert page.value("day-2026-12-08-day") == "2026-12-10"


def test_what_speaks_against_a_day_stands_beside_it(browser, world):
    world.meeting(starts_at=datetime(2026, 12, 8, 12, tzinfo=UTC))
    page = see_the_days(browser, world, weekday="3", nth="4", rhythm="months-1", first_on="2026-12-01").page
    assert "Juleaftensdag" in page.text or "Juleferie" in page.text
    page = see_the_days(browser, world).page
    assert "Netværket mødes allerede den dag" in page.text
    assert "Der er noget i vejen med" in page.text


def test_hosts_take_turns_and_one_of_ones_own_choice_stands(browser, world, meetings):
    visit = see_the_days(browser, world)
    hosts = [visit.page.tree.css_first(f'[name="day-{day}-host"] option[selected]').attributes["value"] for day in SIX]
    assert hosts[:3] == hosts[3:] and len(set(hosts[:3])) == 3
    visit.submit("Se dagene igen", **{"day-2026-12-08-host": hosts[1]})
    visit.submit("Indkald til alle 6 møder")
    given = [meeting.host_code for meeting in meetings()]
    assert given[0] == hosts[1]
    assert {given.count(code) for code in set(given)} == {2}
    assert all(one != other for one, other in pairwise(given))


def test_without_hosts_nobody_is_host(planned, meetings):
    planned(hosts="none")
    assert {meeting.host_code for meeting in meetings()} == {None}


def test_half_past_nine_stays_half_past_nine_across_the_clock_changes(planned, meetings):
    planned("Indkald til alle 12 møder", rhythm="months-1", count="12")
    rows = meetings()
    assert {f"{time_here.local(meeting.starts_at):%H:%M}" for meeting in rows} == {"09:30"}
    assert {meeting.starts_at.hour for meeting in rows} == {7, 8}


def test_an_hour_that_the_spring_skips_is_explained_at_its_day(browser, world, meetings):
    visit = see_the_days(
        browser, world, weekday="6", nth="-1", rhythm="months-1", starts="2.30", ends="4.00", count="5"
    )
    assert visit.page.errors == [
        "Uret stilles frem den 28. marts 2027: tiden mellem 2 og 3 findes ikke den nat. Vælg en anden"
    ]
    page = visit.submit("Indkald til alle 5 møder")
    assert "Intet er gemt endnu: se på de dage, der er markeret." in page.text
    assert meetings() == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": ""}, "Skriv mødets titel"),
        ({"ends": "9.00"}, "Mødet skal slutte, efter det begynder"),
        ({"count": "61"}, "Skriv et tal fra 1 til 60"),
        ({"count": "mange"}, "Skriv et helt tal."),
        ({"first_on": "2026-11-01"}, "Det er i fortiden. Vælg en dag, der kommer"),
        ({"first_on": "i morgen"}, "Skriv datoen som 26.11.2026"),
        ({"ends_by": "until"}, "Vælg en dato"),
        ({"ends_by": "until", "until": "2026-12-02"}, "Der falder intet møde inden den dag. Vælg en senere"),
        ({"ends_by": "until", "until": "2028-12-01", "rhythm": "weeks-1"}, "Det er mere end 60 møder. Lad rækken slutte tidligere"),
        ({"rhythm": "months-12", "count": "20"}, "Det bliver ved i mere end ti år. Lad rækken slutte tidligere"),
        ({"online_url": "javascript:alert(1)"}, "Skriv en hel webadresse, der begynder med https://"),
    ],
)  # fmt: skip
def test_bad_input_is_explained_at_its_field_and_kept(browser, world, typed, sentence):
    page = see_the_days(browser, world, **typed).page
    assert sentence in page.errors
    for name, text in typed.items():
        if name not in {"rhythm", "ends_by", "first_on", "until", "ends"}:
            assert page.value(name) == text


def test_sending_the_form_twice_plans_once(browser, world, meetings, owed):
    visit = see_the_days(browser, world)
    values = visit.fields_of(visit.page.tree.css_first("main form")) | {"act": "call"}
    first = visit.post(f"/networks/{world.network_id}/series/new", **values)
    again = visit.post(f"/networks/{world.network_id}/series/new", **values)
    assert first.response.headers["Location"] == again.response.headers["Location"]
    assert len(meetings()) == 6
    assert len(owed.new()) == 2


def test_the_form_begins_as_the_last_meeting_was(browser, world):
    world.meeting(starts_at=datetime(2026, 11, 12, 12, tzinfo=UTC), online_url="https://video.example/rum")
    visit = browser("coordinator")
    page = visit.get(f"/networks/{world.network_id}/series/new")
    assert page.value("starts") == "13:00" and page.value("ends") == "15:30"
    assert page.value("online_url") == "https://video.example/rum"
    assert page.value("place") == "Tangværket, Fjerritslev"
    assert page.tree.css_first("[name=weekday] option[selected]").text() == "torsdag"
    assert page.tree.css_first("[name=nth] option[selected]").text() == "anden"


@pytest.mark.parametrize(("agenda", "titles"), [("standard", 10), ("last", 2), ("none", 0)])
def test_every_meeting_gets_the_agenda_one_chose(browser, world, meetings, agenda, titles):
    world.meeting(agenda=2)
    visit = see_the_days(browser, world, agenda=agenda)
    visit.submit("Indkald til alle 6 møder")
    with world.acting():
        for meeting in meetings():
            assert len(agenda_of(meeting.id)) == titles


def test_a_meeting_says_which_of_the_series_it_is(browser, world, planned):
    planned()
    page = browser("member").get("/meetings/3")
    assert "Møde 3 af 6" in page.text
    assert "Det forrige: 9. februar 2027" in page.text and "Det næste: 8. juni 2027" in page.text


def test_the_networks_meetings_show_the_series_and_the_way_to_plan_one(browser, world, planned):
    planned()
    page = browser("member").get(f"/networks/{world.network_id}/meetings")
    assert "Anden tirsdag hver anden måned kl. 9.30–12.00, 6 gange · 6 forude" in page.text
    assert "Planlæg en møderække" not in page.text
    visit = browser("coordinator")
    visit.get(f"/networks/{world.network_id}/meetings")
    assert visit.follow("Planlæg en møderække").title == "Planlæg en møderække"


def test_the_mail_lists_every_day_with_its_host(planned, outbox):
    planned()
    mail = next(told for told in outbox() if told.to == "person2@erfa.test")
    assert mail.subject == "Indkaldelse: ERFA om småjob"
    assert "Karen Tovholder indkalder ERFA Prøvenet til 6 møder" in mail.text
    for day in ("tirsdag den 8. december 2026 kl. 9.30–12.00 (uge 50)", "tirsdag den 12. oktober 2027"):
        assert day in mail.text and day in mail.html
    assert "Jammerbugt er vært" in mail.text


def test_what_was_cancelled_before_the_mail_goes_is_not_in_it(browser, planned, outbox):
    planned()
    visit = browser("coordinator")
    visit.get("/meetings/1/cancellation")
    visit.submit("Aflys mødet")
    mail = next(told for told in outbox() if told.kind == "series_called")
    assert "til 5 møder" in mail.text
    assert "8. december" not in mail.text


def test_in_english_the_rule_reads_as_well(app, world):
    rule = Rule(Unit.MONTHS, 3, 4, date(2026, 12, 1), nth=-1, until=date(2028, 1, 1))
    with app.test_request_context(), force_locale("en"):
        assert (
            in_full(rule, time(9), time(11, 30), 4)
            == "Last Friday every third month at 9:00–11:30, until 1 January 2028"
        )
    with app.test_request_context(), force_locale("da"):
        assert (
            in_full(rule, time(9), time(11, 30), 4)
            == "Sidste fredag hver tredje måned kl. 9.00–11.30, til og med 1. januar 2028"
        )
        assert in_words(Rule(Unit.WEEKS, 1, 0, date(2026, 12, 1), count=1)) == "Hver mandag"
        assert in_words(Rule(Unit.WEEKS, 2, 0, date(2026, 12, 1), count=1)) == "Mandag hver anden uge"
