"""A coordinator takes an old calendar over: looked through first, then what is chosen or nothing, and nothing twice."""

import io
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.core import clock
from app.extensions import db
from app.imports.models import ImportedEvent, ReceivedCalendar
from app.imports.operations import forget_old_calendars
from app.meetings.models import Meeting
from app.meetings.operations.scheduling import discard_draft
from app.notifications.models import Mail
from tests.imports.calendars import APPLE, GOOGLE, OUTLOOK, PLAIN, calendar

SEE, TAKE = "Se, hvad der vil ske", "Overtag de valgte"


@pytest.fixture
def send(browser, world):
    """Sends a file as the coordinator and stays on the page that looks it through."""

    def act(content: bytes, name: str = "kalender.ics", who: str = "coordinator", **fields):
        sender = browser(who)
        sender.get(f"/networks/{world.network_id}/meetings")
        sender.follow("Overtag møder fra en kalenderfil")
        sender.submit(SEE, file=(io.BytesIO(content), name), **fields)
        return sender

    return act


@pytest.fixture
def kept(world):
    """The meetings there are, as (title, state), and how many mails are owed."""

    def look():
        with world.acting():
            meetings = [
                (one.title, one.state.value) for one in db.session.scalars(select(Meeting).order_by(Meeting.starts_at))
            ]
            return meetings, db.session.query(Mail).count()

    return look


def test_a_calendar_is_looked_through_and_taken_as_drafts_that_nobody_is_told_of(send, kept, browser, world):
    sender = send(OUTLOOK)
    assert sender.page.title == "Se kalenderen igennem"
    assert "ERFA-møde (flyttet)" in sender.page.text and kept() == ([], 0)
    sender.submit(TAKE)
    assert "4 møder er overtaget." in sender.page.text
    meetings, mails = kept()
    assert {title for title, _state in meetings} == {"ERFA-møde", "ERFA-møde (flyttet)"} and mails == 0
    assert [state for _title, state in meetings] == ["held", "held", "draft", "draft"]
    member = browser("member").get(f"/networks/{world.network_id}/meetings")
    assert "6.11.2026" in member.text and "7.1.2027" not in member.text


def test_meetings_ahead_may_stand_in_the_calendars_at_once_still_without_a_mail(send, kept):
    send(GOOGLE).submit(TAKE, ahead="called")
    meetings, mails = kept()
    assert {state for _title, state in meetings} == {"called"} and len(meetings) == 5 and mails == 0


def test_the_same_file_again_changes_nothing(send, kept, world):
    send(APPLE + OUTLOOK).submit(TAKE)
    before = kept()
    again = send(APPLE + OUTLOOK)
    assert "De er her alle i forvejen" in again.page.text and TAKE not in again.page.text
    assert kept() == before


def test_only_what_is_ticked_is_taken_and_the_rest_another_time(send, kept):
    sender = send(GOOGLE)
    first = sender.page.value("events")
    sender.submit(TAKE, events=[first])
    assert len(kept()[0]) == 1
    send(GOOGLE).submit(TAKE)
    assert len(kept()[0]) == 5


def test_nothing_ticked_is_said_and_what_was_chosen_is_kept(send, kept):
    sender = send(calendar(PLAIN))
    sender.submit(TAKE, events=[], ahead="called")
    assert "Vælg mindst ét møde." in sender.page.text and kept() == ([], 0)
    assert sender.page.tree.css_first('[name="ahead"][checked]').attributes["value"] == "called"


def test_what_has_changed_in_the_calendar_is_offered_and_brought_up_to_date(send, kept):
    send(calendar(PLAIN)).submit(TAKE)
    changed = PLAIN.replace("Småjob hos mestre", "Småjob igen").replace("20261203", "20261210")
    sender = send(calendar(changed))
    assert "Ændret i kalenderen" in sender.page.text and "Småjob hos mestre" in sender.page.text
    sender.submit(TAKE)
    assert "1 er ført ajour." in sender.page.text
    assert kept()[0] == [("Småjob igen", "draft")]
    assert "De er her alle i forvejen" in send(calendar(changed)).page.text


def test_a_meeting_at_the_same_time_is_told_of_and_not_ticked(send, kept, world):
    world.meeting(starts_at=datetime(2026, 12, 3, 8, 30, tzinfo=UTC), title="Det samme møde")
    sender = send(calendar(PLAIN))
    assert "Netværket har »Det samme møde« da." in sender.page.text
    sender.submit(TAKE)
    assert "Vælg mindst ét møde." in sender.page.text


def test_a_cancelled_meeting_stays_cancelled(send, kept, world):
    send(calendar(PLAIN)).submit(TAKE, ahead="called")
    with world.acting():
        db.session.scalars(select(Meeting)).one().cancelled_at = clock.now()
    before = kept()
    sender = send(
        calendar(PLAIN.replace("SUMMARY:Småjob", "SUMMARY:Andet"), PLAIN.replace("et@", "to@").replace("1203", "1210"))
    )
    assert "Aflyst eller afsluttet her" in sender.page.text
    sender.submit(TAKE)
    assert ("Småjob hos mestre", "cancelled") in kept()[0] and len(kept()[0]) == len(before[0]) + 1


@pytest.mark.parametrize("content", [b"", b"hej", b"PK\x03\x04"])
def test_a_bad_file_gets_a_sentence_at_its_field_and_nothing_is_kept(send, world, content):
    sender = send(content)
    assert "Det er ikke en kalenderfil" in sender.page.text
    with world.acting():
        assert db.session.query(ReceivedCalendar).count() == 0


def test_no_file_and_days_that_make_no_time_are_said_at_their_fields(browser, world):
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/meetings/import")
    coordinator.submit(SEE, since="2027-01-01", until="2026-01-01")
    assert "Vælg en dag efter den første" in coordinator.page.text and "Vælg en fil." in coordinator.page.text
    assert coordinator.page.value("since") == "2027-01-01"


def test_a_draft_that_was_thrown_away_may_be_taken_over_again(send, kept, world):
    send(calendar(PLAIN)).submit(TAKE)
    with world.acting():
        discard_draft(db.session.scalars(select(Meeting)).one())
    send(calendar(PLAIN)).submit(TAKE)
    with world.acting():
        assert [one.discarded_at is None for one in db.session.scalars(select(Meeting).order_by(Meeting.id))] == [
            False,
            True,
        ]


def test_members_may_not_and_outsiders_do_not_see_that_there_is_anything(browser, world):
    where = f"/networks/{world.network_id}/meetings/import"
    assert browser("member").get(where, status=403)
    assert browser("outsider").get(where, status=404)
    assert "Overtag møder" not in browser("member").get(f"/networks/{world.network_id}/meetings").text


def test_another_coordinators_calendar_is_not_shown(send, browser, world):
    where = send(OUTLOOK).page.url
    assert browser("administrator").get(where, status=404)


def test_a_calendar_nobody_took_is_forgotten_after_a_day(send, browser, world, clock):
    where = send(OUTLOOK).page.url
    clock.move(days=1, minutes=1)
    browser("coordinator").get(where, status=404)
    with world.acting():
        forget_old_calendars()
    with world.acting():
        received = db.session.scalars(select(ReceivedCalendar)).one()
        assert (received.happenings, received.left_out, received.file_name) == ([], [], "")


def test_sent_twice_the_second_only_shows_that_it_is_done(send, kept, world):
    first = send(OUTLOOK)
    where = first.page.url
    first.submit(TAKE)
    before = kept()
    with world.acting():
        assert db.session.query(ImportedEvent).count() == 4
    assert "Kalenderen er overtaget" in first.get(where).text
    assert kept() == before
