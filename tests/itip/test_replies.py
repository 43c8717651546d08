"""A click on "Accept" in whatever calendar is the answer on the meeting's page; and what is no answer is not taken for one."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.models import Person
from app.core import clock as core_clock
from app.extensions import db
from app.incoming.models import Fate
from app.itip.answers.models import CalendarReply, Remark
from app.itip.answers.reading import read_reply
from app.itip.outgoing.models import CalendarEntry
from app.meetings.models import Meeting, Substitution
from app.meetings.operations.scheduling import Facts, cancel_meeting, edit_meeting, postpone_meeting
from app.networks.models import Membership

SHAPES = ["exchange", "google", "apple", "proton", "thunderbird", "horde"]
WORDS = [("ACCEPTED", "yes"), ("TENTATIVE", "maybe"), ("DECLINED", "no")]
COMMENTS = {
    "exchange": "Jeg kommer lige fra et andet møde, og er der klokken ti.",
    "google": "Jeg tager kage med, og kaffe",
    "thunderbird": "Glæder mig",
}
PROGRAMS = dict(zip(SHAPES, ["Outlook", "Google", "Apple", "Proton", "Thunderbird", "Horde"], strict=True))


def change(world, meeting_id, **facts):
    with world.acting():
        meeting = db.session.get_one(Meeting, meeting_id)
        coordinator = db.session.get_one(Person, world.cast["coordinator"])
        edit_meeting(meeting, Facts(**{**vars(Facts.of(meeting)), **facts}), by=coordinator)


def move(world, meeting_id, **how_far):
    with world.acting():
        meeting = db.session.get_one(Meeting, meeting_id)
        times = meeting.starts_at + timedelta(**how_far), meeting.ends_at + timedelta(**how_far)
    change(world, meeting_id, starts_at=times[0], ends_at=times[1])


def set_on(world, meeting_id, **facts):
    with world.acting():
        meeting = db.session.get_one(Meeting, meeting_id)
        for name, value in facts.items():
            setattr(meeting, name, value)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("status", "word"), WORDS)
def test_each_calendar_s_answer_is_read(post, shape, status, word):
    verdict = post.shape(shape, status=status)
    assert (verdict.fate, post.said()) == (Fate.TAKEN, word), verdict
    answer = post.answer()
    assert answer.host_note == COMMENTS.get(shape, "")  # to the organiser, so to the host and the coordinators
    assert answer.note == ""


def test_the_coordinators_see_what_was_answered_and_from_where(post, browser):
    for shape in SHAPES:
        post.shape(shape, who="member")
        page = browser("coordinator").get(f"/meetings/{post.meeting_id}/mail")
        assert f"Fra {PROGRAMS[shape]}" in page.text
    page = browser("coordinator").get(f"/meetings/{post.meeting_id}")
    assert "Det er kommet med mail" in page.links()
    assert "1 har sagt ja" in page.text


def test_no_word_is_no_answer(post, owed_kinds):
    assert post.shape("without_partstat").reason == "nothing: NEEDS-ACTION"
    assert post.said() is None
    assert owed_kinds() == []


def test_a_comment_without_a_word_goes_to_a_person(post, owed_kinds):
    verdict = post.shape("exchange", status="NEEDS-ACTION")
    assert verdict.reason == "passed on to the coordinators"
    assert post.said() is None
    assert sorted(owed_kinds()) == ["remark_made", "words_passed_on"]


def test_the_newest_counts_whatever_comes_last(post):
    post.shape("exchange", status="ACCEPTED", stamp="20261123T080500Z")
    late = post.shape("exchange", status="DECLINED", stamp="20261123T080000Z")
    assert (late.fate, post.said()) == (Fate.TAKEN, "yes")
    assert late.reason.startswith("ignored: older")
    assert post.shape("google", status="DECLINED", stamp="20261123T080600Z").reason == "answered: no"
    assert post.said() == "no"


def test_the_same_answer_once_more_changes_nothing(post, browser):
    post.shape("exchange", stamp="20261123T080500Z")
    member = browser("member")
    member.get(f"/meetings/{post.meeting_id}")
    member.submit("Gem svar", answer="no")
    again = post.shape("exchange", stamp="20261123T080500Z")
    assert again.reason == "ignored: the same answer once more"
    assert post.said() == "no"


def test_the_very_same_mail_is_taken_once(post):
    assert post.shape("proton").fate is Fate.TAKEN
    assert post.shape("proton", count="1", stamp="20261123T080001Z").fate is Fate.PASSED_OVER


def test_a_revision_that_never_was_does_not_outrank_what_is_to_come(post):
    post.shape("exchange", status="ACCEPTED", sequence="99")
    assert post.shape("exchange", status="DECLINED").reason == "answered: no"


def test_an_answer_to_the_time_before_is_asked_again(post, world, outbox):
    before = post.facts()
    move(world, post.meeting_id, days=1)
    outbox()
    verdict = post.shape("google", sequence=before["sequence"], start=before["start"], end=before["end"])
    assert verdict.fate is Fate.TAKEN
    assert verdict.reason.startswith("asked again")
    assert post.said() is None
    with world.acting():
        assert db.session.scalars(select(CalendarReply)).one().said == "ACCEPTED"
    (mail,) = outbox()
    assert (mail.to, mail.kind) == (post.email_of(), "answer_outdated")
    assert "torsdag 26. november, men mødet er flyttet" in mail.text
    assert mail.message["Reply-To"].addresses[0].addr_spec == post.to()


def test_without_a_time_of_its_own_the_stamp_tells_what_an_answer_is_about(post, world, clock):
    old = post.facts()["sequence"]
    clock.move(hours=1)
    move(world, post.meeting_id, days=1)
    bare = {"start": "", "end": "", "sequence": old}
    assert post.shape("proton", stamp="20261123T080100Z", **bare).reason.startswith("asked again")
    assert post.shape("proton", stamp="20261123T100000Z", **bare).reason == "answered: yes"


def test_an_answer_to_another_place_stands(post, world):
    before = post.facts()
    change(world, post.meeting_id, place="Aalborg Rådhus")
    assert post.shape("exchange", sequence=before["sequence"]).reason == "answered: yes"


def test_a_yes_to_a_full_meeting_waits_in_line_and_is_told(post, world, outbox):
    set_on(world, post.meeting_id, capacity=1)
    assert post.shape("google", who="colleague").reason == "answered: yes"
    assert outbox() == []  # their calendar shows what they have said
    assert post.shape("exchange", who="member").reason == "answered: waiting"
    (mail,) = outbox()
    assert (mail.to, mail.kind) == (post.email_of(), "answer_understood")
    assert "Alle pladser er optaget, så du står på ventelisten" in mail.text


def test_after_the_deadline_the_sentence_says_whom_to_turn_to(post, world):
    set_on(world, post.meeting_id, answer_by=core_clock.now() - timedelta(hours=1))
    verdict = post.shape("exchange")
    assert verdict.fate is Fate.REFUSED
    assert post.said() is None
    with world.acting():
        assert not db.session.scalars(select(CalendarReply)).all()  # what is refused leaves nothing but its trace
    assert post.shape("exchange", status="DECLINED").fate is Fate.TAKEN  # one may always step back


@pytest.mark.parametrize("act", [cancel_meeting, postpone_meeting])
def test_what_is_off_is_not_answered(post, world, act):
    with world.acting():
        act(db.session.get_one(Meeting, post.meeting_id), by=db.session.get_one(Person, world.cast["coordinator"]))
    assert post.shape("exchange").fate is Fate.REFUSED
    assert post.said() is None


def test_another_meeting_s_answer_is_refused(post, world):
    other = world.meeting(title="Et andet møde")
    verdict = post.shape("exchange", uid=f"meeting-{other}@erfa.test")
    assert (verdict.fate, verdict.reason) == (Fate.REFUSED, "another UID")


def test_who_has_left_answers_nothing(post, world):
    with world.acting():
        row = db.session.scalars(select(Membership).filter_by(person_id=world.cast["member"])).one()
        row.left_at = core_clock.now()
    assert post.shape("exchange").reason == "no longer called to the meeting"
    assert post.said() is None


def test_the_agreement_comes_first(post, world):
    world.agreement()
    assert post.shape("exchange").reason == "has not accepted the agreement"
    assert post.said() is None


# Who it is


def test_a_forged_answer_counts_for_nothing_and_the_person_is_asked(post, outbox, browser):
    """The address of the call was passed on, and whoever has it answers in the member's name."""
    verdict = post.shape("exchange", sender="sekretaer@kommune.test")
    assert verdict.reason == "asked the person: the sender is not whom the answer speaks of"
    assert post.said() is None
    assert post.traces() == [("taken", verdict.reason)]
    (mail,) = outbox()
    assert (mail.to, mail.kind) == (post.email_of(), "answer_claimed")
    assert "sekretaer@kommune.test: Deltager." in mail.text
    page = browser("member").get(f"/meetings/{post.meeting_id}?answer=yes")
    assert page.tree.css_first('input[name="answer"][value="yes"]').attributes.keys() >= {"checked"}
    assert post.said() is None  # the link alone says nothing
    post.shape("exchange", sender="sekretaer@kommune.test")
    assert outbox() == []  # asked once a day


def test_a_person_s_own_answer_from_google_s_machines_counts(post):
    assert post.shape("google").reason == "answered: yes"


def test_whom_a_call_was_forwarded_to_is_put_to_the_contact(post, outbox):
    verdict = post.shape("google", sender="fremmed@firma.test", email="fremmed@firma.test")
    assert verdict.fate is Fate.TAKEN
    assert post.said() is None
    (mail,) = outbox()
    assert (mail.to, mail.kind) == (post.email_of("coordinator"), "remark_made")
    assert "fremmed@firma.test" in mail.text
    assert "Jeg tager kage med, og kaffe" in mail.text


def test_another_member_with_the_member_s_address_answers_for_nobody(post, outbox):
    colleague = post.email_of("colleague")
    post.shape("google", sender=colleague, email=colleague)
    assert (post.said("member"), post.said("colleague")) == (None, None)
    assert [mail.kind for mail in outbox()] == ["remark_made"]


def test_who_answers_for_somebody_else_is_told_that_it_does_not_count(post, outbox):
    post.shape("google", email=post.email_of("colleague"))
    assert (post.said("member"), post.said("colleague")) == (None, None)
    assert sorted((mail.kind, mail.to) for mail in outbox()) == [
        ("remark_made", post.email_of("coordinator")),
        ("words_passed_on", post.email_of("member")),
    ]


# Somebody in one's place


def test_whoever_is_named_in_one_s_place_is_put_to_the_coordinators(post, world, outbox):
    verdict = post.shape("delegated", delegate="nina@ny.test")
    assert verdict.reason == "answered: no, and proposes somebody"
    assert post.answer().host_note == "Jeg har ferie."
    with world.acting():
        sent = db.session.scalars(select(Substitution)).one()
        assert (sent.name, sent.email, sent.awaits_approval) == ("Nina Ny", "nina@ny.test", True)
    assert sorted((mail.kind, mail.to) for mail in outbox()) == [
        ("answer_understood", post.email_of("member")),
        ("substitute_proposed", post.email_of("coordinator")),
    ]


def test_a_colleague_from_one_s_own_organisation_is_seated_at_once(post, world, outbox):
    with world.acting():
        people = [db.session.get_one(Person, world.cast[who]) for who in ("member", "colleague")]
        people[1].organisation_id = people[0].organisation_id
    verdict = post.shape("delegated", delegate=post.email_of("colleague"))
    assert verdict.reason == "answered: no, and sends somebody"
    assert (post.said("member"), post.said("colleague")) == ("no", "yes")
    told = {(mail.kind, mail.to) for mail in outbox()}
    assert told == {
        ("answer_understood", post.email_of("member")),
        ("substitute_asked", post.email_of("colleague")),
        ("remark_made", post.email_of("coordinator")),
    }


def test_whom_one_cannot_send_is_a_wish_that_a_person_reads(post, outbox, world):
    """The colleague works somewhere else."""
    verdict = post.shape("delegated", delegate=post.email_of("colleague"))
    assert verdict.reason == "answered: no; the wish to send somebody was passed on"
    assert (post.said("member"), post.said("colleague")) == ("no", None)
    mails = {mail.kind: mail for mail in outbox()}
    assert set(mails) == {"remark_made", "words_passed_on"}
    assert "vil gerne sende Nina Ny" in mails["remark_made"].text
    with world.acting():
        assert not db.session.scalars(select(Substitution)).all()


# Whatever the bytes

CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:meeting-1@erfa.test\r\nDTSTAMP:20261123T080000Z\r\n"
    b"SEQUENCE:0\r\nDTSTART:20261126T083000Z\r\nDURATION:PT2H\r\nATTENDEE;PARTSTAT=ACCEPTED;CN=M:mailto:m@erfa.test\r\n"
    b"COMMENT:Hej\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


DANISH = CALENDAR.decode().replace("Hej", "Årh nej")


@pytest.mark.parametrize(
    "raw",
    [
        DANISH.encode(),
        DANISH.encode("cp1252"),
        b"\xef\xbb\xbf" + DANISH.encode(),
        DANISH.encode("utf-16"),
        DANISH.replace("\r\n", "\n").encode(),
        DANISH.replace("\r\n", "\r\r\n").encode(),
        DANISH.replace("\r\n", "  \r\n").encode(),
        b"\r\n\r\n" + DANISH.encode(),
        DANISH.encode() + b"\r\n-- \r\nDenne mail er skannet for virus\r\n",
        DANISH.replace("SEQUENCE:0", "SEQUENCE:nul").replace("DTSTART:2026", "DTSTART:i morgen 2026").encode(),
    ],
)
def test_what_gateways_and_old_programs_do_to_it_is_undone(raw):
    reply = read_reply(raw)
    assert (reply.method, reply.uid, reply.sequence, reply.comment) == ("REPLY", "meeting-1@erfa.test", 0, "Årh nej")
    assert [(one.status, one.addresses) for one in reply.attendees] == [("ACCEPTED", {"m@erfa.test"})]


def test_an_identity_without_an_address_is_the_sender_s(post):
    """Apple's calendar server writes a principal; the address of the call and From say whose it is."""
    assert post.shape("apple", email="").reason == "answered: yes"


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_stumble(raw):
    read_reply(raw)


@settings(max_examples=300)
@given(st.data())
def test_no_damage_makes_the_reader_stumble(data):
    damaged = bytearray(CALENDAR)
    for _each in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        length = data.draw(st.integers(0, 20))
        damaged[at : at + length] = data.draw(st.one_of(st.binary(max_size=12), st.sampled_from([
            b"\r\n", b":", b";", b'"', b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b"DTSTART:00010101T000000Z\r\n",
            b"DTSTART:99991231T235959\r\n", b"DURATION:P99999999999D\r\n", b"ATTENDEE:\r\n", b"RRULE:FREQ=SECONDLY\r\n",
        ])))  # fmt: skip
    read_reply(bytes(damaged))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1, max_size=60), st.integers(0, 300))
def test_a_damaged_answer_never_fails(post, rubbish, at):
    post.count += 1
    calendar = CALENDAR[:at] + rubbish + CALENDAR[at:]
    raw = (
        f"From: <{post.email_of()}>\r\nMessage-ID: <rubbish-{post.count}@post.test>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/calendar; method=REPLY; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    ).encode() + calendar
    assert post.bring(raw).fate is not Fate.FAILED


def test_an_answer_that_cannot_be_read_is_refused_with_its_reason(post):
    verdict = post.shape("apple", uid="x\nBEGIN:VEVENT\nBEGIN:VALARM")
    assert verdict.fate in {Fate.REFUSED, Fate.TAKEN}
    assert post.said() is None
    assert verdict.reason


def test_a_long_comment_is_cut_in_the_note_and_kept_whole(post, world):
    words = "Jeg har brug for en plads tæt på døren. " * 12
    post.shape("horde", status="ACCEPTED\nX-A:b")  # harmless extra lines
    post.shape("exchange", uid=post.facts()["uid"] + f"\nCOMMENT:{words}")
    assert len(post.answer().host_note) == 300
    with world.acting():
        assert words.strip() in db.session.scalars(select(Remark)).one().words


def test_an_answer_to_what_a_calendar_got_before_a_move_is_no_answer_to_the_move(post, world, outbox):
    """The revision in somebody's own calendar runs ahead of the meeting's where their entry came and went by itself."""
    before = post.facts()
    with world.acting():
        entry = CalendarEntry(
            person_id=world.cast["member"], meeting_id=post.meeting_id, is_in=True, turns=2, sequence=2
        )
        db.session.add(entry)
    move(world, post.meeting_id, days=1)
    outbox()
    verdict = post.shape("google", sequence="2", start=before["start"], end=before["end"])
    assert verdict.reason.startswith("asked again")
    assert (
        post.shape("google", sequence="3", **{name: post.facts()[name] for name in ("start", "end")}).reason
        == "answered: yes"
    )


def test_a_sender_whom_our_own_server_does_not_believe_answers_for_nobody(post, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_AUTHSERV_ID", "mx.erfa.test")
    post.shape("exchange")
    assert post.said() is None
