"""Changes of a called meeting are collected for a moment and told once, with old and new."""

from datetime import timedelta

import pytest

from app.core import clock as core_clock
from app.extensions import db
from app.meetings.models import Meeting
from app.meetings.operations.telling import tell_due
from app.notifications.models import Mail

FIVE, FIFTEEN = {"minutes": 5}, {"minutes": 15}


def edit(browser, meeting_id, who="coordinator", **values):
    visit = browser(who)
    visit.get(f"/meetings/{meeting_id}/edit")
    return visit.submit("Gem mødet", **values)


def test_three_changes_in_five_minutes_are_one_mail(browser, world, owed, wait):
    meeting_id = world.meeting()
    edit(browser, meeting_id, starts="10.00")
    wait(minutes=2)
    edit(browser, meeting_id, starts="10.30")
    wait(minutes=2)
    edit(browser, meeting_id, "administrator", place="Rådhuset")
    wait(minutes=4)
    assert owed.new() == []
    wait(minutes=1)
    mails = owed.new()
    assert len(mails) == 3  # the administrator changed last, so the coordinator hears of it as well
    assert mails[0].payload["by"] == "Agnes Admin"
    assert mails[0].payload["changes"] == {
        "time": {
            "old": ["2026-11-26T08:30:00+00:00", "2026-11-26T11:00:00+00:00"],
            "new": ["2026-11-26T09:30:00+00:00", "2026-11-26T11:00:00+00:00"],
        },
        "place": {"old": "Tangværket, Fjerritslev", "new": "Rådhuset"},
    }
    wait(minutes=30)
    assert owed.new() == []


def test_who_goes_on_changing_does_not_keep_people_waiting_beyond_a_quarter(browser, world, owed, wait):
    meeting_id = world.meeting()
    for minute in range(4):
        edit(browser, meeting_id, starts=f"10.0{minute}")
        wait(minutes=4)
    assert owed.told() == {"meeting_moved": {"member", "colleague"}}


def test_what_is_changed_back_is_not_told(browser, world, owed, wait, stored):
    meeting_id = world.meeting()
    edit(browser, meeting_id, place="Rådhuset")
    assert stored(meeting_id).tell_at
    edit(browser, meeting_id, place="Tangværket, Fjerritslev")
    assert stored(meeting_id).tell_at is None
    wait(**FIFTEEN)
    assert owed.new() == []


def test_what_is_near_is_told_at_once(browser, world, owed):
    meeting_id = world.meeting(starts_at=core_clock.now() + timedelta(hours=47))
    edit(browser, meeting_id, place="Rådhuset")
    assert owed.told() == {"meeting_moved": {"member", "colleague"}}


def test_what_is_moved_from_near_to_far_is_told_at_once_too(browser, world, owed):
    meeting_id = world.meeting(starts_at=core_clock.now() + timedelta(hours=24))
    edit(browser, meeting_id, date="2026-12-10", starts="9.30", ends="12.00")
    assert owed.told() == {"meeting_moved": {"member", "colleague"}}


def test_the_page_says_when_the_members_are_told_and_what_and_tells_them_now(browser, world, owed, wait):
    meeting_id = world.meeting()
    page = edit(browser, meeting_id, starts="10.00", host="0849", title="Nyt navn")
    assert "Medlemmerne får besked kl. 9.05." in page.text
    assert "før: torsdag den 26. november 2026 kl. 9.30–12.00" in page.text
    assert "Jammerbugt før: ingen vært" in page.text
    assert "titlen" in page.text
    assert "får besked" not in browser("member").get(f"/meetings/{meeting_id}").text
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}")
    page = visit.submit("Giv besked nu")
    assert "2 medlemmer" in page.text
    assert "får besked" not in page.text
    assert owed.told() == {"meeting_moved": {"member", "colleague"}}
    visit.post(f"/meetings/{meeting_id}/telling")
    wait(**FIFTEEN)
    assert owed.new() == []


def test_a_correction_alone_is_told_only_on_request(browser, world, owed, wait, outbox):
    meeting_id = world.meeting()
    page = edit(browser, meeting_id, description="Tag kager med")
    assert "ingen har fået besked" in page.text
    wait(**FIFTEEN)
    assert owed.new() == []
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}")
    visit.submit("Giv medlemmerne besked")
    mail = outbox()[0]
    assert mail.subject.startswith("Ændret: ")
    assert "Det, man skal tage med, er rettet" in mail.text
    assert "Tag kager med" in mail.text


def test_a_cancellation_takes_what_was_collected_along_and_names_the_time_people_know(
    browser, world, outbox, wait, stored
):
    meeting_id = world.meeting()
    edit(browser, meeting_id, date="2026-12-10")
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/cancellation")
    visit.submit("Aflys mødet")
    assert stored(meeting_id).tell_at is None
    wait(**FIFTEEN)
    mails = outbox()
    assert {mail.kind for mail in mails} == {"meeting_cancelled"}
    assert "torsdag den 26. november" in mails[0].text
    assert "10. december" not in mails[0].text
    visit.get(f"/meetings/{meeting_id}")
    visit.submit("Fortryd aflysningen")
    mail = outbox()[0]
    assert mail.kind == "meeting_restored"
    assert "Ny tid: torsdag den 10. december" in mail.text


def test_a_postponement_takes_it_along_too(browser, world, outbox, wait):
    meeting_id = world.meeting()
    edit(browser, meeting_id, date="2026-12-10")
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/postponement")
    visit.submit("Udsæt mødet")
    wait(**FIFTEEN)
    mails = outbox()
    assert {mail.kind for mail in mails} == {"meeting_postponed"}
    assert "torsdag den 26. november" in mails[0].text


def test_what_was_collected_too_late_is_not_told(browser, world, owed, clock, wait, stored):
    meeting_id = world.meeting()
    edit(browser, meeting_id, place="Rådhuset")
    wait(days=5)  # the worker stood still
    assert owed.new() == []
    assert stored(meeting_id).tell_at is None


def test_a_worker_that_is_killed_loses_nothing_and_tells_nobody_twice(app, browser, world, owed, clock, wait):
    meeting_id = world.meeting()
    edit(browser, meeting_id, place="Rådhuset")
    clock.move(**FIVE)
    with app.app_context():
        assert tell_due() == 2
        db.session.rollback()  # killed before it committed
    assert owed.new() == []
    wait(minutes=1)
    assert len(owed.new()) == 2
    wait(minutes=1)
    assert owed.new() == []


def test_a_host_who_changes_is_named_old_and_new(browser, world, outbox, clock):
    meeting_id = world.meeting(host_code="0813")
    edit(browser, meeting_id, host="0849")
    clock.move(**FIVE)
    mail = outbox()[0]
    assert mail.subject.startswith("Ændret: ")
    assert "Ny vært: Jammerbugt" in mail.text
    assert "Før: Frederikshavn" in mail.text


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"venue": "online", "place": "", "online_url": "https://video.example/1"},
            "Der er et nyt link på mødets side",
        ),
        ({"venue": "both"}, "Man kan deltage online. Linket følger"),
    ],
)
def test_that_one_can_take_part_online_is_told_without_the_link(browser, world, outbox, clock, values, sentence):
    meeting_id = world.meeting()
    edit(browser, meeting_id, **values)
    clock.move(**FIVE)
    mail = outbox()[0]
    assert sentence in mail.text
    assert sentence in mail.html
    assert "video.example" not in mail.raw.decode()


def test_how_long_one_collects_can_be_set(app, browser, world, stored):
    meeting_id = world.meeting()
    app.config["TELL_AFTER_MINUTES"] = 10
    try:
        edit(browser, meeting_id, place="Rådhuset")
    finally:
        app.config["TELL_AFTER_MINUTES"] = 5
    assert stored(meeting_id).tell_at == core_clock.now() + timedelta(minutes=10)


def test_looking_at_what_waits_writes_nothing(browser, world, stored):
    meeting_id = world.meeting()
    edit(browser, meeting_id, place="Rådhuset")
    before = stored(meeting_id)
    browser("coordinator").get(f"/meetings/{meeting_id}")
    assert stored(meeting_id).tell_at == before.tell_at
    with world.acting():
        assert db.session.query(Mail).count() == 0
        assert db.session.get_one(Meeting, meeting_id).told["place"] == "Tangværket, Fjerritslev"
