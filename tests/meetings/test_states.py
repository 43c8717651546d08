"""A meeting is drafted, called, postponed, given a new date, closed and opened again; each with whom it is told."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.extensions import db
from app.meetings.models import Meeting, MeetingTurn

FACTS = {"title": "Småjob", "date": "2026-12-03", "starts": "09:30", "ends": "12:00", "place": "Tangværket"}


def draft(browser, world):
    visit = browser("coordinator")
    visit.get(f"/networks/{world.network_id}/meetings/new")
    page = visit.submit("Gem som udkast", **FACTS)
    return visit, int(page.url.rsplit("/", 1)[1])


def postponed(browser, world, **more):
    meeting_id = world.meeting(**more)
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/postponement")
    visit.submit("Udsæt mødet", reason="Værten er syg")
    return visit, meeting_id


def test_a_draft_is_told_to_nobody_and_shown_to_coordinators_only(browser, world, owed, outbox):
    visit, meeting_id = draft(browser, world)
    assert "Dette er et udkast" in visit.page.text
    assert "I din kalender" not in visit.page.text
    assert outbox() == []
    browser("member").get(f"/meetings/{meeting_id}", status=404)
    browser("member").get(f"/meetings/{meeting_id}.ics", status=404)
    visit.get(f"/meetings/{meeting_id}.ics", status=404)
    assert "Småjob" not in browser("member").get(f"/networks/{world.network_id}/meetings").text
    assert "Småjob" not in browser("member").get("/calendar").text
    assert "Udkast" in visit.get(f"/networks/{world.network_id}/meetings").text
    assert "Udkast" in visit.get("/calendar").text
    assert "udkast" in visit.get("/calendar/2026/12").text
    assert "Småjob" not in visit.get("/").text
    assert owed.new() == []


def test_a_draft_is_changed_without_a_word_and_then_called(browser, world, owed, stored, wait):
    visit, meeting_id = draft(browser, world)
    visit.get(f"/meetings/{meeting_id}/edit")
    visit.submit("Gem mødet", date="2026-12-10", title="Småjob for alvor")
    wait(minutes=20)
    assert owed.new() == []
    page = visit.follow("Indkald til mødet")
    assert "3 medlemmer får en mail" in page.text
    assert owed.new() == []
    page = visit.submit("Send indkaldelsen")
    assert "2 medlemmer" in page.text
    assert owed.told() == {"meeting_called": {"member", "colleague"}}
    assert (stored(meeting_id).sequence, stored(meeting_id).is_draft) == (0, False)
    visit.post(f"/meetings/{meeting_id}/call")
    assert owed.new() == []
    browser("member").get(f"/meetings/{meeting_id}")


def test_a_draft_whose_day_has_passed_is_not_called(browser, world, clock, owed):
    visit, meeting_id = draft(browser, world)
    clock.move(days=12)
    visit.get(f"/meetings/{meeting_id}/call")
    assert "tidspunkt er passeret" in visit.submit("Send indkaldelsen").text
    assert owed.new() == []


def test_a_draft_is_deleted_after_a_question_and_what_was_called_never(browser, world, stored, owed):
    visit, meeting_id = draft(browser, world)
    visit.get(f"/meetings/{meeting_id}/deletion")
    assert stored(meeting_id).discarded_at is None
    page = visit.submit("Slet udkastet")
    assert "Udkastet er slettet" in page.text
    for who in ("coordinator", "administrator"):
        browser(who).get(f"/meetings/{meeting_id}", status=404)
    assert "Småjob for" not in visit.get(f"/networks/{world.network_id}/meetings").text
    called = world.meeting()
    visit.post(f"/meetings/{called}/deletion")
    assert stored(called).discarded_at is None
    assert owed.new() == []


def test_postponing_asks_first_tells_why_and_takes_the_meeting_out_of_its_time(browser, world, answers, owed, stored):
    meeting_id = world.meeting()
    answers(meeting_id, member="yes")
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}")
    page = visit.follow("Udsæt mødet")
    assert "1 har sagt ja" in page.text
    assert not stored(meeting_id).is_postponed
    page = visit.submit("Udsæt mødet", reason="Værten er syg")
    assert "Mødet er udsat. Ny dato følger. Værten er syg" in page.text
    mails = owed.new()
    assert {(mail.kind, mail.payload["reason"]) for mail in mails} == {("meeting_postponed", "Værten er syg")}
    assert len(mails) == 2
    assert (stored(meeting_id).sequence, stored(meeting_id).is_postponed) == (1, True)
    text = browser("member").raw("GET", f"/meetings/{meeting_id}.ics").get_data(as_text=True)
    for line in ("SUMMARY:UDSAT: Småjob", "STATUS:CANCELLED", "TRANSP:TRANSPARENT", "BUSYSTATUS:FREE", "SEQUENCE:1"):
        assert line in text
    for path in (f"/networks/{world.network_id}/meetings", "/calendar"):
        assert "Ny dato følger" in browser("member").get(path).text
    assert "ny dato følger" in browser("member").get("/calendar/2026/11").text
    visit.post(f"/meetings/{meeting_id}/postponement", reason="Igen")
    assert owed.new() == []


def test_nobody_answers_a_meeting_that_waits_for_its_date(browser, world, answers, owed):
    _visit, meeting_id = postponed(browser, world)
    member = browser("member")
    assert "Gem svar" not in member.get(f"/meetings/{meeting_id}").text
    member.post(f"/meetings/{meeting_id}/answer", answer="yes")
    assert answers(meeting_id) == []


def test_a_new_date_asks_all_again_and_forgets_nothing_that_was_said(browser, world, answers, owed, stored, outbox):
    meeting_id = world.meeting()
    answers(meeting_id, member="yes", colleague="no")
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/postponement")
    visit.submit("Udsæt mødet")
    outbox()
    visit.follow("Sæt den nye dato")
    page = visit.submit("Sæt den nye dato", date="2026-12-10", starts="10.00", ends="12.30")
    assert "torsdag den 10. december 2026 kl. 10.00–12.30" in page.text
    told = {mail.to: mail for mail in outbox()}
    assert {mail.kind for mail in told.values()} == {"meeting_dated"}
    assert len(told) == 2
    for mail in told.values():
        assert mail.subject.startswith("Ny dato: ")
        assert "torsdag den 10. december 2026 kl. 10.00–12.30" in mail.text
        assert "torsdag den 26. november 2026 kl. 9.30–12.00" in mail.text
        assert "Til den tidligere dato havde du sagt" in mail.text
    meeting = stored(meeting_id)
    assert (meeting.state, meeting.sequence) == ("called", 2)
    assert answers(meeting_id) == []
    assert "0 har sagt ja" in page.text
    page = browser("member").get(f"/meetings/{meeting_id}")
    assert "havde du sagt: Deltager. Det gælder ikke for den nye" in page.text
    assert "Mette Medlem" in page.text


def test_the_old_date_is_kept_after_all_and_the_answers_with_it(browser, world, answers, owed, stored):
    visit, meeting_id = postponed(browser, world)
    answers(meeting_id, member="yes")
    owed.new()
    visit.get(f"/meetings/{meeting_id}")
    page = visit.submit("Behold alligevel den gamle dato")
    assert "holdes alligevel" in page.text
    assert owed.told() == {"meeting_restored": {"member", "colleague"}}
    assert (stored(meeting_id).state, stored(meeting_id).sequence) == ("called", 2)
    assert len(answers(meeting_id)) == 1


def test_when_the_old_date_has_passed_the_meeting_still_waits_for_a_new_one(browser, world, clock, owed, stored):
    visit, meeting_id = postponed(browser, world)
    clock.move(days=12)
    assert "Ny dato følger" in visit.get(f"/networks/{world.network_id}/meetings").text
    page = visit.get(f"/meetings/{meeting_id}")
    assert "Behold alligevel den gamle dato" not in page.text
    visit.post(f"/meetings/{meeting_id}/postponement/withdrawal")
    assert stored(meeting_id).is_postponed
    owed.new()
    visit.get(f"/meetings/{meeting_id}/date")
    assert visit.submit("Sæt den nye dato", date="2026-12-02").errors == ["Det er i fortiden. Vælg en dag, der kommer"]
    visit.submit("Sæt den nye dato", date="2027-02-04")
    assert owed.told() == {"meeting_dated": {"member", "colleague"}}


def test_what_speaks_against_the_new_date_is_said_once_and_forbids_nothing(browser, world, stored):
    visit, meeting_id = postponed(browser, world)
    visit.get(f"/meetings/{meeting_id}/date")
    page = visit.submit("Sæt den nye dato", date="2026-12-24")
    assert "Se på dagen en gang til: torsdag den 24. december 2026" in page.text
    assert stored(meeting_id).is_postponed
    visit.submit("Sæt denne dato alligevel")
    assert stored(meeting_id).day.isoformat() == "2026-12-24"


def test_a_postponed_meeting_that_is_cancelled_and_restored_still_waits(browser, world, owed, stored):
    visit, meeting_id = postponed(browser, world)
    visit.get(f"/meetings/{meeting_id}/cancellation")
    visit.submit("Aflys mødet")
    assert stored(meeting_id).state == "cancelled"
    owed.new()
    page = visit.submit("Fortryd aflysningen")
    assert "Mødet er udsat" in page.text
    assert owed.told() == {"meeting_postponed": {"member", "colleague"}}


def test_a_held_meeting_is_closed_and_opened_again_with_a_trace(browser, world, clock, stored, owed):
    meeting_id = world.meeting()
    visit = browser("coordinator")
    assert "Luk mødet" not in visit.get(f"/meetings/{meeting_id}").text
    visit.post(f"/meetings/{meeting_id}/closure")
    assert not stored(meeting_id).is_closed
    clock.move(days=5)
    visit.get(f"/meetings/{meeting_id}")
    visit.follow("Luk mødet")
    page = visit.submit("Luk mødet")
    assert "Mødet er lukket" in page.text
    assert stored(meeting_id).state == "closed"
    assert "Lukket" in visit.get(f"/networks/{world.network_id}/meetings").text
    for path in ("edit", "agenda", "cancellation", "postponement", "date"):
        assert visit.raw("GET", f"/meetings/{meeting_id}/{path}").status_code == 302, path
        visit.post(f"/meetings/{meeting_id}/{path}", title="Nyt")
    assert stored(meeting_id).title != "Nyt"
    visit.get(f"/meetings/{meeting_id}/minutes/edit")
    visit.get(f"/meetings/{meeting_id}/reopening")
    visit.submit("Åbn mødet igen", reason="Forkert sted")
    assert stored(meeting_id).state == "held"
    page = visit.get(f"/meetings/{meeting_id}/history")
    assert "Åbnet igen" in page.text
    assert "»Forkert sted«" in page.text
    assert owed.new() == []
    with world.acting():
        assert [turn.turn for turn in db.session.scalars(select(MeetingTurn))] == ["closed", "reopened"]


@pytest.mark.parametrize(
    "path",
    [
        "call",
        "deletion",
        "postponement",
        "postponement/withdrawal",
        "date",
        "closure",
        "reopening",
        "telling",
        "history",
    ],
)
def test_only_coordinators_steer_and_only_insiders_know(browser, world, stored, owed, path):
    meeting_id = world.meeting()
    before = stored(meeting_id).updated_at
    for who, status in (("member", 403), ("outsider", 404)):
        if path not in {"postponement/withdrawal", "telling"}:
            browser(who).get(f"/meetings/{meeting_id}/{path}", status=status)
        if path != "history":
            browser(who).post(f"/meetings/{meeting_id}/{path}", status=status)
    assert stored(meeting_id).updated_at == before
    assert owed.new() == []


def test_what_is_over_is_not_postponed(browser, world, clock, stored):
    meeting_id = world.meeting()
    clock.move(days=5)
    visit = browser("coordinator")
    visit.get(f"/meetings/{meeting_id}/postponement")
    assert "kan ikke længere udsættes" in visit.submit("Udsæt mødet").text
    assert not stored(meeting_id).is_postponed


def test_a_postponed_meeting_says_so_in_the_feed_until_it_has_a_date(browser, world, app, stored):
    visit, meeting_id = postponed(browser, world)
    with world.acting():
        meeting = db.session.get_one(Meeting, meeting_id)
        assert meeting.is_off
        assert meeting.postponed_at == datetime(2026, 11, 23, 8, tzinfo=UTC)
    visit.get(f"/meetings/{meeting_id}/date")
    visit.submit("Sæt den nye dato", date="2026-12-10")
    text = browser("member").raw("GET", f"/meetings/{meeting_id}.ics").get_data(as_text=True)
    assert "UDSAT" not in text
    assert "STATUS:CONFIRMED" in text
    assert "SEQUENCE:2" in text
