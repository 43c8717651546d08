"""Changing several meetings of a series at once: this one, this and those that follow, or all that are ahead."""

from datetime import UTC, datetime

import pytest

from app.core import clock as time_here

EDIT = "/series/1/meetings/{}/edit"


def hours_of(meetings):
    return [
        f"{time_here.local(meeting.starts_at):%m-%d %H:%M}-{time_here.local(meeting.ends_at):%H:%M}"
        for meeting in meetings
    ]


def see(browser, number=1, **changes):
    visit = browser("coordinator")
    visit.get(EDIT.format(number))
    visit.submit("Se, hvad der ændres", **changes)
    return visit


def edit_alone(browser, meeting_id, **changes):
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/edit")
    visit.submit("Gem mødet", **changes)


@pytest.fixture
def series(planned, owed):
    planned()
    owed.new()


def test_what_would_change_is_shown_before_anything_is_written(browser, series, meetings, owed):
    before = hours_of(meetings())
    page = see(browser, scope="all", starts="9.00", ends="11.30").page
    assert "6 møder bliver ændret" in page.text
    assert "tirsdag den 8. december 2026 kl. 9.30–12.00" in page.text
    assert "tirsdag den 8. december 2026 kl. 9.00–11.30" in page.text
    assert hours_of(meetings()) == before and owed.new() == []


def test_new_hours_for_this_and_those_that_follow_and_one_mail(browser, series, meetings, owed, outbox):
    page = see(browser, 3, scope="following", starts="9.00", ends="11.30").submit("Ret 4 møder")
    assert "4 møder er ændret. Vi sender en mail til 2 medlemmer nu." in page.text
    assert hours_of(meetings()) == [
        "12-08 09:30-12:00", "02-09 09:30-12:00", "04-13 09:00-11:30", "06-08 09:00-11:30", "08-10 09:00-11:30",
        "10-12 09:00-11:30",
    ]  # fmt: skip
    assert [meeting.sequence for meeting in meetings()] == [0, 0, 1, 1, 1, 1]
    assert owed.told() == {"series_changed": {"member", "colleague"}}
    mail = next(told for told in outbox() if told.kind == "series_changed")
    assert mail.subject == "Flyttet: ERFA om småjob"
    assert "Karen Tovholder har ændret 4 møder i ERFA Prøvenet" in mail.text
    assert "tirsdag den 13. april 2027 kl. 9.00–11.30 (uge 15)" in mail.text
    assert "Før: kl. 9.30–12.00" in mail.text


def test_another_weekday_is_that_of_the_same_week(browser, series, meetings):
    page = see(browser, 1, scope="all", weekday="3").submit("Ret 6 møder")
    assert [f"{meeting.day:%m-%d}" for meeting in meetings()] == ["12-10", "02-11", "04-15", "06-10", "08-12", "10-14"]
    assert "Torsdag hver anden måned kl. 9.30–12.00, 6 gange" in page.text  # 15 April is a third Thursday


def test_where_the_week_of_the_month_no_longer_fits_the_rule_does_not_say_it(browser, planned):
    planned(nth="1", first_on="2026-12-01")  # 1 December: the Monday of that week is in November
    page = see(browser, 2, scope="following", weekday="0").submit("Ret 5 møder")
    assert "Mandag hver anden måned" in page.text


def test_a_meeting_with_hours_of_its_own_is_shown_and_left_alone(browser, series, meetings):
    edit_alone(browser, 2, starts="13.00", ends="15.00")
    visit = see(browser, 1, scope="all", starts="9.00", ends="11.30")
    assert "Er rettet for sig selv og bliver ikke rørt på det punkt." in visit.page.text
    visit.submit("Ret 5 møder")
    assert hours_of(meetings())[:3] == ["12-08 09:00-11:30", "02-09 13:00-15:00", "04-13 09:00-11:30"]


def test_a_meeting_of_its_own_is_changed_too_when_ticked(browser, series, meetings):
    edit_alone(browser, 2, starts="13.00", ends="15.00")
    visit = see(browser, 1, scope="all", starts="9.00", ends="11.30")
    visit.submit("Se igen, hvad der ændres", include="2")
    visit.submit("Ret 6 møder")
    assert {row.split(" ")[1] for row in hours_of(meetings())} == {"09:00-11:30"}


def test_a_place_of_its_own_does_not_keep_a_meeting_from_new_hours(browser, series, meetings):
    edit_alone(browser, 2, place="Skagen Rådhus")
    see(browser, 1, scope="all", starts="9.00", ends="11.30").submit("Ret 6 møder")
    assert meetings()[1].place == "Skagen Rådhus"
    see(browser, 1, scope="all", place="Tangværket").submit("Ret 5 møder")
    assert [meeting.place for meeting in meetings()][:3] == ["Tangværket", "Skagen Rådhus", "Tangværket"]


def test_only_this_one_makes_it_a_meeting_of_its_own(browser, series, meetings):
    see(browser, 2, scope="this", starts="13.00", ends="15.00").submit("Ret 1 møde")
    assert hours_of(meetings())[:2] == ["12-08 09:30-12:00", "02-09 13:00-15:00"]
    page = see(browser, 1, scope="all", starts="9.00", ends="11.30").page
    assert "5 møder bliver ændret" in page.text


def test_what_is_held_or_cancelled_is_never_touched(browser, series, meetings, clock):
    visit = browser("coordinator")
    visit.get("/meetings/3/cancellation")
    visit.submit("Aflys mødet")
    clock.set(datetime(2026, 12, 9, 8, tzinfo=UTC))
    see(browser, 2, scope="all", starts="9.00", ends="11.30").submit("Ret 4 møder")
    assert hours_of(meetings())[:4] == [
        "12-08 09:30-12:00",
        "02-09 09:00-11:30",
        "04-13 09:30-12:00",
        "06-08 09:00-11:30",
    ]
    visit = browser("coordinator")
    page = visit.get(EDIT.format(1), status=302)
    assert page.response.headers["Location"].endswith("/series/1")


def test_words_alone_are_changed_without_a_mail(browser, series, meetings, owed):
    page = see(browser, 1, scope="all", title="Småjob og fritidsjob", description="Tag en sag med").page
    assert "Ingen får mail om det." in page.text
    see(browser, 1, scope="all", title="Småjob og fritidsjob", description="Tag en sag med").submit("Ret 6 møder")
    assert {(meeting.title, meeting.description) for meeting in meetings()} == {
        ("Småjob og fritidsjob", "Tag en sag med")
    }
    assert owed.new() == []
    assert browser("member").get("/series/1").title == "Småjob og fritidsjob"


def test_hosts_are_taken_off_all(browser, series, meetings, owed):
    visit = browser("coordinator")
    visit.get(EDIT.format(1))
    visit.submit("Se, hvad der ændres", scope="all", hosts_off="on")
    visit.submit("Ret 6 møder")
    assert {meeting.host_code for meeting in meetings()} == {None}
    assert owed.told() == {"series_changed": {"member", "colleague"}}


def test_what_somebody_else_changed_meanwhile_is_not_written_over(browser, series, meetings):
    visit = see(browser, 1, scope="all", starts="9.00", ends="11.30")
    edit_alone(browser, 2, starts="13.00", ends="15.00")
    page = visit.submit("Ret 6 møder", status=409)
    assert "Intet er gemt endnu: sådan ville ændringen se ud nu." in page.text
    assert page.value("starts") == "09:00"
    assert hours_of(meetings())[0] == "12-08 09:30-12:00"
    visit.submit("Ret 5 møder")
    assert hours_of(meetings())[:2] == ["12-08 09:00-11:30", "02-09 13:00-15:00"]


def test_what_somebody_else_changed_in_this_one_is_not_written_over(browser, series, meetings):
    visit = see(browser, 1, scope="all", starts="9.00", ends="11.30")
    edit_alone(browser, 1, place="Skagen Rådhus")
    page = visit.submit("Ret 6 møder", status=409)
    assert "En anden har ændret mødet imens." in page.text
    assert meetings()[0].place == "Skagen Rådhus"


def test_drafts_are_changed_without_a_mail(browser, planned, meetings, owed):
    planned("Gem som udkast")
    see(browser, 1, scope="all", starts="9.00", ends="11.30").submit("Ret 6 møder")
    assert {row.split(" ")[1] for row in hours_of(meetings())} == {"09:00-11:30"}
    assert owed.new() == []


def test_a_day_that_would_be_past_is_explained(browser, planned, meetings, clock):
    planned("Indkald til alle 3 møder", rhythm="weeks-1", count="3")
    clock.set(datetime(2026, 12, 1, 7, tzinfo=UTC))
    page = see(browser, 1, scope="all", weekday="0").page
    assert "Det er i fortiden. Vælg en dag, der kommer" in page.errors
    visit = see(browser, 1, scope="all", weekday="0")
    visit.submit("Ret 2 møder")
    assert [meeting.day.weekday() for meeting in meetings()] == [1, 1, 1]


@pytest.mark.parametrize("who", ["member", "outsider"])
def test_only_coordinators_change_and_end_a_series(browser, series, meetings, who):
    status = 403 if who == "member" else 404
    visit = browser(who)
    for url in (EDIT.format(1), "/series/1/meetings/1/cancellation"):
        visit.get(url, status=status)
        visit.post(url, status=status)
    visit.post("/series/1/cancellation/withdrawal", status=status)
    visit.post("/series/1/call", status=status)
    assert not any(meeting.is_cancelled for meeting in meetings())


def test_a_meeting_of_another_series_is_not_found(browser, series, world):
    other = world.meeting()
    browser("coordinator").get(EDIT.format(other), status=404)


def test_the_page_of_the_meeting_leads_to_the_others(browser, series):
    visit = browser("coordinator")
    page = visit.get("/meetings/2/edit")
    assert "Det er møde 2 af 6 i en møderække." in page.text
    assert visit.follow("Ret flere på én gang").title == "Ret flere møder"


def test_what_was_changed_back_before_the_mail_goes_is_not_told_as_new(browser, series, outbox):
    see(browser, 1, scope="all", starts="9.00", ends="11.30").submit("Ret 6 møder")
    see(browser, 1, scope="all", starts="9.30", ends="12.00").submit("Ret 6 møder")
    mails = [told for told in outbox() if told.kind == "series_changed"]
    assert len(mails) == 2  # the last act only, to two members
    assert all("kl. 9.30–12.00 (uge 50)" in mail.text for mail in mails)
