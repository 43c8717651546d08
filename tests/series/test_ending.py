"""Cancelling a meeting and all that follow it, and taking that back."""

from datetime import UTC, datetime

import pytest

END = "/series/1/meetings/{}/cancellation"


@pytest.fixture
def series(planned, owed):
    planned()
    owed.new()


def end(browser, number=1, reason="Vi holder pause"):
    visit = browser("coordinator")
    visit.get(END.format(number))
    return visit, visit.submit(f"Aflys {7 - number} møder", reason=reason)


def test_this_and_those_that_follow_are_cancelled_with_one_mail(browser, series, meetings, owed, outbox):
    _visit, page = end(browser, 3)
    assert "4 møder er aflyst. Vi sender en mail til 2 medlemmer nu. Du kan gendanne dem alle her." in page.text
    assert [meeting.is_cancelled for meeting in meetings()] == [False, False, True, True, True, True]
    assert {meeting.cancellation_reason for meeting in meetings()} == {"", "Vi holder pause"}
    assert owed.told() == {"series_cancelled": {"member", "colleague"}}
    mail = next(told for told in outbox() if told.kind == "series_cancelled")
    assert "Karen Tovholder har aflyst 4 møder i ERFA Prøvenet" in mail.text
    assert "Vi holder pause" in mail.text and "tirsdag den 13. april 2027" in mail.text
    assert "8. december" not in mail.text


def test_asking_what_would_be_cancelled_writes_nothing(browser, series, meetings):
    page = browser("coordinator").get(END.format(3))
    assert page.title == "Vil du aflyse 4 møder?"
    assert not any(meeting.is_cancelled for meeting in meetings())


def test_ending_twice_tells_nobody_the_second_time(browser, series, owed):
    visit, _page = end(browser)
    owed.new()
    visit.post(END.format(1))
    assert owed.new() == []


def test_all_of_it_is_restored_with_one_mail(browser, series, meetings, owed, outbox):
    visit, _page = end(browser, 3)
    owed.new()
    page = visit.submit("Gendan alle 4 møder")
    assert "4 møder holdes alligevel. Vi sender en mail til 2 medlemmer nu." in page.text
    assert not any(meeting.is_cancelled for meeting in meetings())
    assert [meeting.sequence for meeting in meetings()] == [0, 0, 2, 2, 2, 2]
    assert owed.told() == {"series_restored": {"member", "colleague"}}
    assert {told.kind for told in outbox()} == {"series_called", "series_restored"}
    visit.post("/series/1/cancellation/withdrawal")
    assert owed.new() == []


def test_what_was_cancelled_by_itself_stays_cancelled(browser, series, meetings):
    visit = browser("coordinator")
    visit.get("/meetings/4/cancellation")
    visit.submit("Aflys mødet")
    visit.get(END.format(3))
    visit.submit("Aflys 3 møder")
    visit.submit("Gendan alle 3 møder")
    assert [meeting.is_cancelled for meeting in meetings()] == [False, False, False, True, False, False]


def test_what_has_been_is_neither_cancelled_nor_restored(browser, series, meetings, clock):
    end(browser)
    clock.set(datetime(2027, 2, 10, 8, tzinfo=UTC))
    visit = browser("coordinator")
    visit.get("/series/1")
    visit.submit("Gendan alle 4 møder")
    assert [meeting.is_cancelled for meeting in meetings()] == [True, True, False, False, False, False]


def test_drafts_are_deleted_without_a_mail(browser, planned, owed):
    planned("Gem som udkast")
    visit = browser("coordinator")
    visit.get(END.format(3))
    assert "4 af dem er udkast. De bliver slettet" in visit.page.text
    page = visit.submit("Aflys 4 møder")
    assert "4 udkast er slettet." in page.text and "2 møder" in page.text
    visit.get(END.format(1))
    page = visit.submit("Aflys 2 møder")
    assert page.url.endswith("/meetings") and "2 udkast er slettet." in page.text
    visit.get("/series/1", status=404)
    assert owed.new() == []


def test_a_reason_that_is_too_long_is_kept_and_explained(browser, series):
    visit = browser("coordinator")
    visit.get(END.format(1))
    page = visit.submit("Aflys 6 møder", reason="a" * 501)
    assert page.errors == ["Brug højst 500 tegn"]
    assert page.value("reason") == "a" * 501
