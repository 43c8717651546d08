"""Invitations by mail: what a calendar gets to read when a meeting is called, moved, postponed, dated, cancelled and restored."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from flask_babel import force_locale
from icalendar import Calendar

from app.accounts.models import Person
from app.core import clock as the_clock
from app.extensions import db
from app.itip.outgoing.models import Way
from app.itip.outgoing.operations import choose_way, tend_to_calendars
from app.meetings.models import AnswerWord, Meeting
from app.meetings.operations.answers import answer_meeting
from app.meetings.operations.scheduling import (
    Facts,
    cancel_meeting,
    edit_meeting,
    postpone_meeting,
    restore_meeting,
    schedule_meeting,
    tell_now,
)
from app.networks.leaving import Wishes, leave
from app.networks.models import Network, Role
from app.networks.operations import join
from app.networks.queries import current_membership
from app.notifications.addresses import read as read_address
from app.notifications.letters import composer_of
from app.notifications.models import Mail, MailState
from app.series.operations.planning import Agenda, Common, plan_series
from app.series.rules import Rule, Unit
from tests.itip.recipients import objects_in


@pytest.fixture
def acts(app, world):
    """`acts(operation, …)` does it as the coordinator to the meeting; `acts.call()` calls one first."""

    class Acts:
        meeting_id = 0

        def call(self, **more):
            with app.test_request_context(method="POST"):
                start = the_clock.now() + timedelta(days=10, minutes=30)
                facts = Facts(title="Småjob", starts_at=start, ends_at=start + timedelta(hours=2), place="Tangværket")
                by = db.session.get_one(Person, world.cast["coordinator"])
                network = db.session.get_one(Network, world.network_id)
                meeting, _told = schedule_meeting(network, replace(facts, **more), by=by)
                self.meeting_id = meeting.id
                db.session.commit()

        def __call__(self, operation, *what, **more):
            with app.test_request_context(method="POST"):
                by = db.session.get_one(Person, world.cast["coordinator"])
                operation(db.session.get_one(Meeting, self.meeting_id), *what, by=by, **more)
                db.session.commit()

        def edit(self, **more):
            with app.test_request_context(method="POST"):
                by = db.session.get_one(Person, world.cast["coordinator"])
                meeting = db.session.get_one(Meeting, self.meeting_id)
                edit_meeting(meeting, replace(Facts.of(meeting), **more), by=by)
                db.session.commit()

    return Acts()


@pytest.fixture
def choose(world):
    def run(who, way):
        with world.acting():
            choose_way(db.session.get_one(Person, world.cast[who]), Way(way))

    return run


def test_each_act_sends_what_a_calendar_needs_in_order(outbox, acts, choose, clock, world):
    choose("member", "invitations")
    acts.call()
    mails = outbox()
    (first,) = objects_in(mails)
    assert (first.kind, first.method, first.sequence) == ("meeting_called", "REQUEST", 0)
    acts.edit(starts_at=the_clock.now() + timedelta(days=12), ends_at=the_clock.now() + timedelta(days=12, hours=2))
    clock.move(minutes=6)
    (moved,) = objects_in(outbox())
    assert (moved.kind, moved.method, moved.sequence) == ("meeting_moved", "REQUEST", 1)
    acts(postpone_meeting, reason="Sne")
    (postponed,) = objects_in(outbox())
    assert (postponed.kind, postponed.method, postponed.sequence) == ("meeting_postponed", "CANCEL", 2)
    acts.edit(starts_at=the_clock.now() + timedelta(days=20), ends_at=the_clock.now() + timedelta(days=20, hours=2))
    (dated,) = objects_in(outbox())
    assert (dated.kind, dated.method, dated.sequence) == ("meeting_dated", "REQUEST", 3)
    acts(cancel_meeting)
    (cancelled,) = objects_in(outbox())
    assert (cancelled.kind, cancelled.method, cancelled.sequence) == ("meeting_cancelled", "CANCEL", 4)
    acts(restore_meeting)
    (restored,) = objects_in(outbox())
    assert (restored.kind, restored.method, restored.sequence) == ("meeting_restored", "REQUEST", 5)
    assert len({str(one.event["UID"]) for one in (first, moved, postponed, dated, cancelled, restored)}) == 1


def test_the_bytes_are_as_every_calendar_wants_them(app, outbox, acts, choose, world):
    choose("member", "invitations")
    acts.call(title="Småjob; hos, håndværksmestre 🥧 " + "æøå " * 20)
    (mail,) = [mail for mail in outbox() if mail.to == "person2@erfa.test"]
    top = mail.message
    assert top.get_content_type() == "multipart/mixed"
    alternative, attached = top.iter_parts()
    assert [part.get_content_type() for part in alternative.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    calendar = list(alternative.iter_parts())[2]
    assert (calendar.get_param("method"), calendar.get_param("charset").lower()) == ("REQUEST", "utf-8")
    assert calendar["Content-Transfer-Encoding"] == "base64"
    assert calendar["Content-Disposition"] is calendar["Content-ID"] is None
    assert (attached.get_content_type(), attached.get_param("name")) == ("application/ics", "invite.ics")
    assert (attached.get_content_disposition(), attached.get_filename()) == ("attachment", "invite.ics")
    raw = calendar.get_payload(decode=True)
    assert raw == attached.get_payload(decode=True)
    lines = raw.split(b"\r\n")
    assert raw.endswith(b"END:VCALENDAR\r\n") and b"\n" not in raw.replace(b"\r\n", b"")
    assert all(0 < len(line) <= 75 for line in lines[:-1])
    assert all(line.decode() for line in lines[:-1]), "no character is split"
    event = Calendar.from_ical(raw).walk("VEVENT")[0]
    organizer, attendee = event["ORGANIZER"], event["ATTENDEE"]
    address = str(organizer).removeprefix("mailto:")
    with app.app_context():
        assert read_address(address).text == f"m{acts.meeting_id}-{world.cast['member']}"
    assert address in str(top["From"])
    assert address in str(top["Reply-To"])
    assert len(address.split("@")[0]) <= 64 and address == address.lower()
    assert str(attendee) == "mailto:person2@erfa.test" != str(organizer)
    assert {name: str(value) for name, value in attendee.params.items()} == {
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
        "CN": "Mette Medlem",
    }
    text = raw.replace(b"\r\n ", b"")
    assert text.count(b"METHOD:REQUEST\r\n") == text.count(b"BEGIN:VEVENT") == text.count(b"BEGIN:VTIMEZONE") == 1
    assert text.count(b"mailto:") == 2, "nobody else is named"
    assert b"DISALLOW-COUNTER" not in text
    assert len(mail.raw) < 100_000
    assert "Du kan også svare i din kalender eller på denne mail" in mail.text
    assert "Du kan også svare i din kalender eller på denne mail" in mail.html


def test_names_with_quotes_stand_without_them(app, outbox, acts, choose, world):
    with world.acting():
        db.session.get_one(Network, world.network_id).name = 'ERFA "Nord", øst'
    choose("member", "both")
    acts.call()
    (sent,) = objects_in(outbox(), "person2@erfa.test")
    assert sent.event["ORGANIZER"].params["CN"] == "ERFA 'Nord', øst"
    assert b"^'" not in sent.raw


def test_whoever_has_a_subscription_gets_no_calendar_object_but_every_mail(outbox, acts, world):
    acts.call()
    mails = outbox()
    assert {mail.kind for mail in mails} == {"meeting_called"}
    assert objects_in(mails) == []
    assert "i din kalender" not in mails[0].text
    assert "Du kan også svare på denne mail." in mails[0].text
    assert "svar.erfa.test" in str(mails[0].message["Reply-To"])


def test_without_mail_that_comes_back_nobody_is_invited(app, browser, outbox, acts, choose, monkeypatch):
    choose("member", "invitations")
    monkeypatch.setitem(app.config, "MAIL_REPLY_HOST", "")
    acts.call()
    mails = outbox()
    assert objects_in(mails) == []
    assert not any(mail.message["Reply-To"] or "på denne mail" in mail.text for mail in mails)
    member = browser("member")
    page = member.get("/calendar/feeds")
    assert "ikke kan modtage mail" in page.text
    member.post("/calendar/way", way="both", status=409)


def test_who_acts_gets_no_letter_but_the_meeting_in_their_calendar(outbox, acts, choose):
    choose("coordinator", "invitations")
    acts.call()
    mails = outbox()
    assert not [mail for mail in mails if mail.to == "person1@erfa.test" and mail.kind == "meeting_called"]
    (sent,) = objects_in(mails)
    assert (sent.to, sent.kind, sent.method) == ("person1@erfa.test", "meeting_in_calendar", "REQUEST")
    assert outbox() == []


def test_a_choice_brings_what_is_ahead_and_another_takes_it_back(outbox, acts, choose, clock):
    acts.call()
    outbox()
    choose("member", "invitations")
    (mail,) = outbox()
    (sent,) = objects_in([mail])
    assert (sent.method, sent.sequence, mail.subject) == (
        "REQUEST",
        0,
        "Til din kalender: Småjob, torsdag den 3. december kl. 9.30",
    )
    clock.move(minutes=1)
    choose("member", "both")
    assert outbox() == []
    choose("member", "subscription")
    (mail,) = outbox()
    (sent,) = objects_in([mail])
    assert (sent.method, sent.sequence) == ("CANCEL", 1)
    assert str(sent.event["SUMMARY"]) == "Småjob", "the meeting itself is not off"
    assert "Mødet holdes som før" in mail.text
    choose("member", "invitations")
    (sent,) = objects_in(outbox())
    assert (sent.method, sent.sequence) == ("REQUEST", 2)


def test_who_leaves_has_it_taken_out_and_learns_nothing_more(app, outbox, acts, choose, world):
    choose("member", "invitations")
    acts.call()
    outbox()
    acts.edit(description="Om noget andet")
    with app.test_request_context(method="POST"):
        member = db.session.get_one(Person, world.cast["member"])
        leave(current_membership(member.id, world.network_id), Wishes(), by=member)
        db.session.commit()
    (mail,) = [mail for mail in outbox() if mail.kind == "meeting_in_calendar"]
    (sent,) = objects_in([mail])
    assert (sent.method, str(sent.event["SUMMARY"])) == ("CANCEL", "ERFA-møde")
    assert "ERFA Prøvenet" not in mail.text + mail.html + str(mail.message["From"])
    assert "ikke længere medlem" in mail.text


def test_who_joins_gets_what_is_ahead(app, outbox, acts, choose, world):
    choose("outsider", "both")
    acts.call()
    assert objects_in(outbox(), "person4@erfa.test") == []
    with world.acting():
        join(
            db.session.get_one(Network, world.network_id),
            db.session.get_one(Person, world.cast["outsider"]),
            role=Role.MEMBER,
        )
    (sent,) = objects_in(outbox())
    assert (sent.to, sent.method) == ("person4@erfa.test", "REQUEST")


def test_another_address_is_another_calendar(outbox, acts, choose, world):
    choose("member", "invitations")
    acts.call()
    outbox()
    with world.acting():
        db.session.get_one(Person, world.cast["member"]).email = "mette@ny.test"
    (mail,) = outbox()
    (sent,) = objects_in([mail])
    assert (sent.to, sent.method, str(sent.event["ATTENDEE"])) == ("mette@ny.test", "REQUEST", "mailto:mette@ny.test")
    assert mail.subject.startswith("Til din kalender: ")


def test_words_are_corrected_without_asking_anew_when_it_is_quiet(outbox, acts, choose, clock, world):
    choose("member", "invitations")
    acts.call()
    outbox()
    with world.acting():
        answer_meeting(
            db.session.get_one(Meeting, acts.meeting_id),
            AnswerWord.YES,
            by=db.session.get_one(Person, world.cast["member"]),
        )
    assert outbox() == [], "one's own answer is no news"
    acts.edit(title="Småjobs")
    clock.move(minutes=10)
    assert outbox() == []
    acts.edit(title="Småjob hos mestre")
    clock.move(minutes=10)
    assert outbox() == []
    clock.move(minutes=6)
    (mail,) = outbox()
    (sent,) = objects_in([mail])
    assert (sent.kind, sent.sequence, sent.partstat) == ("meeting_in_calendar", 0, "ACCEPTED")
    assert str(sent.event["SUMMARY"]) == "Småjob hos mestre"
    assert mail.subject.startswith("Rettet i din kalender: ")
    acts.edit(title="Småjobs")
    acts(tell_now)
    (sent,) = objects_in(outbox())
    assert (sent.kind, str(sent.event["SUMMARY"])) == ("meeting_moved", "Småjobs")
    acts.edit(title="Småjob hos mestre")
    clock.move(minutes=16)
    (sent,) = objects_in(outbox())
    assert str(sent.event["SUMMARY"]) == "Småjob hos mestre", "what was said before can be said again"


def test_points_on_the_agenda_are_no_news_for_a_calendar(outbox, acts, choose, clock, world):
    choose("member", "invitations")
    acts.call()
    outbox()
    with world.acting():
        db.session.get_one(Meeting, acts.meeting_id).touch()
    clock.move(minutes=30)
    assert outbox() == []


def test_who_said_no_hears_of_the_change_too_and_is_asked_anew(outbox, acts, choose, clock, world):
    choose("member", "invitations")
    acts.call()
    outbox()
    with world.acting():
        answer_meeting(
            db.session.get_one(Meeting, acts.meeting_id),
            AnswerWord.NO,
            by=db.session.get_one(Person, world.cast["member"]),
        )
    acts.edit(place="Rådhuset")
    clock.move(minutes=6)
    (sent,) = objects_in(outbox())
    assert (sent.method, sent.sequence, sent.partstat) == ("REQUEST", 1, "NEEDS-ACTION")


def test_what_is_never_sent_is_never_taken_back(outbox, acts, choose):
    choose("member", "invitations")
    acts.call()
    acts(cancel_meeting)
    mails = outbox()
    assert objects_in(mails) == []
    assert [mail.kind for mail in mails] == ["meeting_cancelled"] * 2
    acts(restore_meeting)
    (sent,) = objects_in(outbox())
    assert (sent.kind, sent.method, sent.sequence) == ("meeting_restored", "REQUEST", 2)


REMINDERS = {("meeting_reminder", f"person{number}@erfa.test") for number in (1, 2, 3)}


def test_what_is_near_is_told_to_subscribers_at_once_and_even_at_night(app, outbox, acts, choose, clock, world):
    acts.call()
    outbox()
    clock.move(days=8, hours=13)
    acts.edit(place="Rådhuset")
    mails = outbox()
    assert {(mail.kind, mail.to) for mail in mails} - REMINDERS == {
        ("meeting_moved", "person2@erfa.test"),
        ("meeting_moved", "person3@erfa.test"),
    }
    with app.test_request_context(), force_locale("da"):
        letter = composer_of("meeting_moved")(
            db.session.get_one(Person, world.cast["member"]),
            {"meeting_id": acts.meeting_id, "by": "Karen", "sequence": 1, "changes": {}},
        )
        assert letter.is_urgent


def test_a_series_is_one_mail_and_each_of_its_meetings_another(outbox, world, choose):
    choose("colleague", "invitations")
    with world.app.test_request_context(method="POST"):
        by = db.session.get_one(Person, world.cast["coordinator"])
        common = Common(title="Fast møde", starts=time(9), ends=time(11), place="Rådhuset")
        rule = Rule(Unit.WEEKS, 1, 0, the_clock.today() + timedelta(days=7), count=3)
        plan_series(
            db.session.get_one(Network, world.network_id), rule, common, [(day, None) for day in rule.days()],
            key="1" * 32, agenda=Agenda(), is_draft=False, by=by,
        )  # fmt: skip
        db.session.commit()
    mails = [mail for mail in outbox() if mail.to == "person3@erfa.test"]
    sent = objects_in(mails)
    assert [mail.kind for mail in mails].count("series_called") == 1
    assert [one.method for one in sent] == ["REQUEST"] * 3
    assert len({str(one.event["UID"]) for one in sent}) == 3


def test_a_mail_that_was_given_up_is_not_made_again_and_again(app, acts, choose, world):
    acts.call()
    choose("member", "invitations")
    with app.app_context():
        db.session.query(Mail).update({"state": MailState.SENT})
        assert tend_to_calendars() == 1
        db.session.commit()
        db.session.query(Mail).filter_by(kind="meeting_in_calendar").update({"state": MailState.DEAD})
        db.session.commit()
        assert tend_to_calendars() == 0


def test_the_number_of_statements_does_not_grow_with_the_calendars(app, acts, world, statements):
    with world.acting():
        for number in range(12):
            person = world.person(f"Nr. {number}", network=world.network_id)
            choose_way(db.session.get_one(Person, person), Way.INVITATIONS)
    acts.call()
    with app.app_context():
        db.session.query(Mail).update({"state": MailState.SENT})
        db.session.commit()
        with statements.counted() as made:
            assert tend_to_calendars() == 12
    assert len(made) <= 6
