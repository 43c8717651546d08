"""Moving, correcting, cancelling and restoring a meeting, and what is told of it."""

from datetime import UTC, datetime

import pytest

from app.accounts.models import Person
from app.extensions import db
from app.meetings.models import Meeting
from app.meetings.operations.scheduling import cancel_meeting


def edit(browser, meeting_id, who="coordinator", **values):
    visit = browser(who)
    visit.get(f"/meetings/{meeting_id}/edit")
    return visit.submit("Gem mødet", **values)


@pytest.mark.parametrize(
    ("values", "step", "kinds"),
    [
        ({}, 0, set()),
        ({"title": "Småjob hos mestre"}, 0, set()),
        ({"description": "Tag en kage med"}, 0, set()),
        ({"host": "0849"}, 0, {"meeting_moved"}),
        ({"starts": "10:00"}, 1, {"meeting_moved"}),
        ({"ends": "12:30"}, 1, {"meeting_moved"}),
        ({"date": "2026-12-10"}, 1, {"meeting_moved"}),
        ({"place": "Rådhuset"}, 1, {"meeting_moved"}),
        ({"venue": "both", "online_url": "https://video.example/1"}, 1, {"meeting_moved"}),
        ({"title": "Nyt", "place": "Rådhuset", "date": "2026-12-10"}, 1, {"meeting_moved"}),
    ],
)
def test_the_sequence_rises_when_calendars_must_ask_again_and_only_then(
    browser, world, clock, owed, stored, wait, values, step, kinds
):
    meeting_id = world.meeting()
    before = stored(meeting_id)
    clock.move(hours=1)
    page = edit(browser, meeting_id, **values)
    after = stored(meeting_id)
    assert page.title == after.title
    assert after.sequence == before.sequence + step
    assert (after.updated_at > before.updated_at) is bool(values)
    assert owed.told() == {}
    wait(minutes=5)
    assert owed.told() == {kind: {"member", "colleague"} for kind in kinds}


def test_the_mail_says_what_has_changed_from_what_to_what(browser, world, owed, wait):
    meeting_id = world.meeting()
    edit(
        browser, meeting_id, starts="10.00", venue="both", place="Rådhuset", host="0849",
        online_url="https://video.example/hemmeligt", title="Nyt navn",
    )  # fmt: skip
    wait(minutes=5)
    mail = owed.new()[0]
    assert mail.payload == {
        "meeting_id": meeting_id,
        "by": "Karen Tovholder",
        "sequence": 1,
        "changes": {
            "time": {
                "old": ["2026-11-26T08:30:00+00:00", "2026-11-26T11:00:00+00:00"],
                "new": ["2026-11-26T09:00:00+00:00", "2026-11-26T11:00:00+00:00"],
            },
            "place": {"old": "Tangværket, Fjerritslev", "new": "Rådhuset"},
            "online": {"old": False, "new": True, "has_new_link": True},
            "host": {"old": "", "new": "Jammerbugt"},
        },
        "lesser": ["title"],
    }


def test_a_meeting_moved_over_the_clock_change_keeps_its_time_on_the_wall(browser, world, clock, stored):
    clock.set(datetime(2026, 10, 1, tzinfo=UTC))
    meeting_id = world.meeting(starts_at=datetime(2026, 10, 22, 7, 30, tzinfo=UTC))
    page = edit(browser, meeting_id, date="2026-10-29")
    assert "torsdag den 29. oktober 2026 kl. 9.30–12.00" in page.text
    assert stored(meeting_id).starts_at == datetime(2026, 10, 29, 8, 30, tzinfo=UTC)


def test_a_time_within_the_clock_change_is_refused_on_moving_too(browser, world, clock, stored):
    clock.set(datetime(2026, 10, 1, tzinfo=UTC))
    meeting_id = world.meeting(starts_at=datetime(2026, 10, 22, 7, 30, tzinfo=UTC))
    page = edit(browser, meeting_id, date="2026-10-25", starts="2.30", ends="4.00")
    assert "Uret stilles tilbage" in page.errors[0]
    assert stored(meeting_id).sequence == 0


def test_a_meeting_ahead_is_not_moved_into_the_past(browser, world, owed):
    page = edit(browser, world.meeting(), date="2026-10-01")
    assert page.errors == ["Det er i fortiden. Vælg en dag, der kommer"]
    assert owed.new() == []


def test_the_record_of_a_held_meeting_can_be_put_right_without_a_mail(browser, world, clock, owed, stored):
    meeting_id = world.meeting()
    clock.move(days=5)
    edit(browser, meeting_id, ends="12:30")
    assert stored(meeting_id).sequence == 1
    assert owed.new() == []


def test_who_saves_second_sees_both_and_loses_nothing(browser, world, clock, stored, owed):
    meeting_id = world.meeting()
    slow = browser("coordinator")
    slow.get(f"/meetings/{meeting_id}/edit")
    clock.move(minutes=1)
    edit(browser, meeting_id, "administrator", place="Rådhuset i Aabybro")
    owed.new()
    page = slow.submit("Gem mødet", status=409, title="Min titel", place="Mit sted")
    assert "En anden har ændret mødet imens" in page.text
    assert "Rådhuset i Aabybro" in page.text
    assert (page.value("title"), page.value("place")) == ("Min titel", "Mit sted")
    assert stored(meeting_id).place == "Rådhuset i Aabybro"
    assert owed.new() == []
    slow.submit("Gem det, jeg skrev")
    assert (stored(meeting_id).title, stored(meeting_id).place) == ("Min titel", "Mit sted")


def test_a_change_of_the_agenda_is_no_conflict_with_the_meetings_own_facts(browser, world, stored):
    meeting_id = world.meeting(agenda=2)
    slow = browser("coordinator")
    slow.get(f"/meetings/{meeting_id}/edit")
    other = browser("administrator")
    other.get(f"/meetings/{meeting_id}/agenda")
    other.submit("Tilføj punktet", **{"new-title": "Økonomi"})
    slow.submit("Gem mødet", title="Ny titel")
    assert stored(meeting_id).title == "Ny titel"


def test_cancelling_asks_first_then_tells_all_why(browser, world, answers, owed, stored):
    meeting_id = world.meeting()
    answers(meeting_id, member="yes", colleague="no")
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}")
    page = visit.follow("Aflys mødet")
    assert page.title == "Aflys mødet den 26. november?"
    assert "1 har sagt ja" in page.text
    assert not stored(meeting_id).is_cancelled
    assert owed.new() == []
    page = visit.submit("Aflys mødet", reason="Værten er syg")
    assert "Mødet er aflyst. Værten er syg" in page.text
    mails = owed.new()
    assert {(mail.kind, mail.payload["reason"]) for mail in mails} == {("meeting_cancelled", "Værten er syg")}
    assert len(mails) == 2
    assert (stored(meeting_id).sequence, stored(meeting_id).is_cancelled) == (1, True)


def test_cancelling_twice_tells_nobody_twice(browser, world, clock, owed, stored):
    meeting_id = world.meeting()
    first, second = browser("coordinator"), browser("administrator")
    for visit in (first, second):
        visit.get(f"/meetings/{meeting_id}/cancellation")
    first.submit("Aflys mødet")
    clock.move(minutes=1)
    before = stored(meeting_id)
    owed.new()
    page = second.submit("Aflys mødet", reason="Også mig")
    assert page.url.endswith(f"/meetings/{meeting_id}")
    assert owed.new() == []
    assert stored(meeting_id).updated_at == before.updated_at


def test_a_cancellation_that_is_there_already_is_left_as_it_is(app, world, owed):
    meeting_id = world.meeting()
    with app.test_request_context(method="POST"):
        meeting = db.session.get_one(Meeting, meeting_id)
        by = db.session.get_one(Person, world.cast["coordinator"])
        assert cancel_meeting(meeting, by=by, reason="Storm") == 2
        assert cancel_meeting(meeting, by=by, reason="Regn") == 0
        assert (meeting.sequence, meeting.cancellation_reason) == (1, "Storm")
        db.session.commit()
    assert len(owed.new()) == 2


def test_a_cancellation_can_be_taken_back_and_given_again(browser, world, owed, stored):
    meeting_id = world.meeting()
    visit = browser("coordinator")
    for sequence in (1, 3):
        visit.get(f"/meetings/{meeting_id}/cancellation")
        visit.submit("Aflys mødet", reason="Storm")
        assert owed.told() == {"meeting_cancelled": {"member", "colleague"}}
        page = visit.submit("Fortryd aflysningen")
        assert "Storm" not in page.text
        assert owed.told() == {"meeting_restored": {"member", "colleague"}}
        assert stored(meeting_id).sequence == sequence + 1
    visit.post(f"/meetings/{meeting_id}/cancellation/withdrawal")
    assert owed.new() == []


def test_a_cancelled_meeting_is_not_moved_and_a_held_one_not_cancelled(browser, world, clock, owed, stored):
    meeting_id = world.meeting(cancelled_at=datetime(2026, 11, 22, tzinfo=UTC))
    page = edit(browser, meeting_id, place="Rådhuset")
    assert "Fortryd aflysningen, før du ændrer det" in page.text
    assert page.value("place") == "Rådhuset"
    held = world.meeting()
    clock.move(days=5)
    visit = browser("coordinator")
    visit.get(f"/meetings/{held}/cancellation")
    assert "kan ikke længere aflyses" in visit.submit("Aflys mødet").text
    visit.post(f"/meetings/{meeting_id}/cancellation/withdrawal")
    assert stored(meeting_id).is_cancelled
    assert owed.new() == []


@pytest.mark.parametrize("path", ["edit", "cancellation", "cancellation/withdrawal", "agenda"])
def test_only_coordinators_change_and_only_insiders_know(browser, world, stored, owed, path):
    meeting_id = world.meeting()
    before = stored(meeting_id)
    url = f"/meetings/{meeting_id}/{path}"
    for who, status in (("member", 403), ("outsider", 404)):
        if path != "cancellation/withdrawal":
            browser(who).get(url, status=status)
        browser(who).post(url, status=status, title="Kapret", reason="Kapret")
        browser(who).post("/meetings/4711/" + path, status=404)
    after = stored(meeting_id)
    assert (after.title, after.cancelled_at, after.updated_at) == (before.title, None, before.updated_at)
    assert owed.new() == []
