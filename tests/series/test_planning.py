"""A coordinator says when meetings return, looks at the days, and calls them all with one mail."""

import pytest

from app.core import clock as time_here
from tests.series.conftest import see_the_days


def walls(meetings):
    return [f"{time_here.local(meeting.starts_at):%Y-%m-%d %H:%M}" for meeting in meetings]


SIX = ["2026-12-08", "2027-02-09", "2027-04-13", "2027-06-08", "2027-08-10", "2027-10-12"]


def test_six_meetings_are_called_with_one_mail_to_each_member(planned, meetings, owed):
    page = planned()
    assert "6 møder er indkaldt. Vi sender mail til 2 medlemmer nu." in page.text
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
    page = planned("Gem som kladder")
    assert "6 kladder er gemt. Kun tovholderne ser dem" in page.text
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
