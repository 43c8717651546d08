"""Coordinators see what is planned and what went out, and decide for one meeting or for all that come."""

from app.core import clock as core_clock
from app.extensions import db
from app.meetings.models import Meeting
from tests.reminders.conftest import wall


def test_the_meeting_shows_what_is_planned_to_coordinators_only(call, browser):
    meeting_id = call(30)
    karen = browser("coordinator")
    page = karen.get(f"/meetings/{meeting_id}")
    assert "Påmindelser" in page.text
    page = karen.follow("Planlæg påmindelser")
    assert "14 dage før · onsdag den 9. december 2026 kl. 8.00" in page.text
    assert "Mødet har ingen svarfrist" in page.text
    assert "Påmindelser" not in browser("member").get(f"/meetings/{meeting_id}").text
    browser("member").get(f"/meetings/{meeting_id}/reminders", status=403)
    browser("outsider").get(f"/meetings/{meeting_id}/reminders", status=404)


def test_one_is_added_moved_removed_and_put_back(call, browser, planned):
    meeting_id = call(30)
    karen = browser("coordinator")
    karen.get(f"/meetings/{meeting_id}/reminders")
    page = karen.submit("Påmind", audience="coordinators", days="start-10")
    assert "Påmindelsen er planlagt." in page.html
    assert planned(meeting_id)["coordinators", 10] == "11.12 08"
    karen.submit("Påmind", audience="coordinators", days="start-10")
    assert karen.page.errors == ["Sådan en påmindelse er der allerede."]
    number = 9
    karen.get(f"/meetings/{meeting_id}/reminders")
    karen.post(f"/meetings/{meeting_id}/reminders/{number}/day", days="4")
    assert planned(meeting_id)["coordinators", 4] == "18.12 08"
    assert planned(meeting_id)["coordinators", 10] == "removed"
    karen.post(f"/meetings/{meeting_id}/reminders/{number + 1}/removal")
    assert planned(meeting_id)["coordinators", 4] == "removed"
    karen.post(f"/meetings/{meeting_id}/reminders/{number + 1}/return")
    assert planned(meeting_id)["coordinators", 4] == "18.12 08"


def test_too_late_a_day_is_refused_at_its_field_and_what_was_chosen_is_kept(call, browser):
    meeting_id = call(3)
    karen = browser("coordinator")
    karen.get(f"/meetings/{meeting_id}/reminders")
    page = karen.submit("Påmind", audience="coming", days="start-14")
    assert page.errors == ["Det er for sent: dagen er gået, eller svarfristen er udløbet. Vælg færre dage."]
    assert page.tree.css_first("#audience option[selected]").attributes["value"] == "coming"
    page = karen.submit("Påmind", audience="silent", days="deadline-2")
    assert page.errors == ["Mødet har ingen svarfrist, der ligger så langt fremme."]


def test_a_reminder_can_be_sent_at_once_but_not_twice_a_day(call, answer, browser, outbox):
    meeting_id = call(30)
    answer(meeting_id, coordinator="yes", member="yes")
    outbox()
    karen = browser("coordinator")
    karen.get(f"/meetings/{meeting_id}/reminders")
    page = karen.submit("Påmind", audience="silent", days="now")
    assert "Påmindelsen sendes nu til 1 person." in page.html
    (mail,) = outbox()
    assert (mail.to, mail.kind) == ("person3@erfa.test", "meeting_reminder")
    page = karen.submit("Påmind", audience="silent", days="now")
    assert page.errors == ["De er allerede blevet påmindet i dag."]
    assert outbox() == []


def test_what_is_sent_before_its_time_is_not_sent_then(call, answer, browser, outbox, clock, planned):
    meeting_id = call(30)
    answer(meeting_id, coordinator="yes", member="yes")
    outbox()
    karen = browser("coordinator")
    karen.get(f"/meetings/{meeting_id}/reminders")
    karen.post(f"/meetings/{meeting_id}/reminders/1/sending")
    assert len(outbox()) == 1
    clock.set(wall(core_clock.today().replace(month=12, day=9), 8, 5))
    assert [mail.subject for mail in outbox() if mail.kind == "meeting_reminder" and "Kommer du?" in mail.subject] == []
    karen.post(f"/meetings/{meeting_id}/reminders/1/sending")
    assert "Påmindelsen er allerede sendt." in karen.get(f"/meetings/{meeting_id}/reminders").html


def test_there_has_to_be_somebody_to_remind(call, answer, browser):
    meeting_id = call(30)
    answer(meeting_id, coordinator="yes", member="yes", colleague="no")
    karen = browser("coordinator")
    karen.get(f"/meetings/{meeting_id}/reminders")
    page = karen.submit("Påmind", audience="silent", days="now")
    assert page.errors == ["Der er ingen at påminde om det lige nu."]


def test_the_meeting_page_says_to_how_many_it_went(call, answer, browser, outbox, clock):
    meeting_id = call(2)
    answer(meeting_id, coordinator="yes", member="yes", colleague="no")
    outbox()
    clock.set(wall(core_clock.today().replace(day=24), 8, 1))
    outbox()
    page = browser("coordinator").get(f"/meetings/{meeting_id}")
    assert "Sendt til 2, i dag" in page.text


def test_a_network_decides_what_its_meetings_begin_with(call, browser, world, planned):
    before = call(30)
    karen = browser("coordinator")
    page = karen.get(f"/networks/{world.network_id}/reminders")
    assert "Dem, der ikke har svaret 14 dage før" in page.text
    karen.submit("Tilføj", audience="coming", days="start-7")
    karen.post(f"/networks/{world.network_id}/reminders/removal", audience="silent", days="start-14")
    after = planned(call(40))
    assert ("coming", 7) in after
    assert ("silent", 14) not in after
    assert ("silent", 14) in planned(before)
    karen.get(f"/networks/{world.network_id}/reminders")
    page = karen.submit("Begynd forfra med det, alle netværk har")
    assert "Dem, der ikke har svaret 14 dage før" in page.text
    browser("member").get(f"/networks/{world.network_id}/reminders", status=403)
    browser("outsider").get(f"/networks/{world.network_id}/reminders", status=404)


def test_a_network_may_want_none_at_all(call, browser, world, planned, outbox):
    karen = browser("coordinator")
    karen.get(f"/networks/{world.network_id}/reminders")
    while "Fjern" in karen.page.html:
        row = karen.page.tree.css_first("form[action$='removal']")
        fields = {node.attributes["name"]: node.attributes["value"] for node in row.css("input")}
        karen.post(f"/networks/{world.network_id}/reminders/removal", audience=fields["audience"], days=fields["days"])
        karen.get(f"/networks/{world.network_id}/reminders")
    meeting_id = call(30)
    outbox()
    assert planned(meeting_id) == {}


def test_a_draft_says_what_will_be_planned(browser, world):
    meeting_id = world.meeting()
    with world.acting():
        db.session.get_one(Meeting, meeting_id).called_at = None
    page = browser("coordinator").get(f"/meetings/{meeting_id}/reminders")
    assert "Planlægges, når mødet indkaldes" in page.text
    assert "Mødet er ikke indkaldt. Ingen bliver påmindet, som det er nu." in page.text


def test_another_meetings_reminder_is_not_found(call, browser):
    first, second = call(30), call(31)
    browser("coordinator").post(f"/meetings/{second}/reminders/1/removal", status=404)
    browser("coordinator").post(f"/meetings/{first}/reminders/1/removal", status=302)
