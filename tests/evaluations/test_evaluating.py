"""Those who came say in a minute how it was; the result shows from three answers on."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.attendance.models import Attendance
from app.core import clock as core_clock
from app.evaluations.models import Ballot, Evaluation, Opinion
from app.evaluations.moments import asks_at
from app.extensions import db
from app.meetings.models import Answer, AnswerWord, Meeting

THURSDAY = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)  # 13.00 in Denmark


@pytest.fixture(autouse=True)
def thursday(clock):
    clock.set(THURSDAY)


def asked(outbox):
    return [mail for mail in outbox() if mail.kind == "evaluation_asked"]


def test_those_who_came_are_asked_once_by_mail(held, outbox, world):
    meeting_id = held(crowd=0)
    mails = asked(outbox)
    assert {mail.to for mail in mails} == {"person2@erfa.test", "person3@erfa.test"}
    assert mails[0].subject == "Hvordan var mødet? Småjob hos håndværksmestre"
    assert f"https://erfa.test/meetings/{meeting_id}/evaluation" in mails[0].text
    assert mails[0].message["List-Unsubscribe"]
    assert asked(outbox) == []


def test_where_a_list_was_kept_those_on_it_are_asked_and_not_who_stayed_away(held, outbox, world, browser):
    meeting_id = held(crowd=0)
    with world.acting():
        said_no = Answer(meeting_id=meeting_id, person_id=world.cast["coordinator"], answer=AnswerWord.NO)
        came = [
            Attendance(meeting_id=meeting_id, person_id=world.cast[who], by_id=world.cast["coordinator"])
            for who in ("member", "coordinator")
        ]
        db.session.add_all([said_no, *came])
    assert {mail.to for mail in asked(outbox)} == {"person1@erfa.test", "person2@erfa.test"}
    form = "Send mit svar"
    assert form in browser("coordinator").get(f"/meetings/{meeting_id}/evaluation").html
    assert form not in browser("colleague").get(f"/meetings/{meeting_id}/evaluation").html
    assert "Småjob" in browser("member").get("/").text and "Sig, hvordan" not in browser("colleague").get("/").text


def test_nobody_is_asked_in_the_evening_or_at_a_weekend():
    friday_evening = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
    assert f"{core_clock.local(asks_at(friday_evening)):%a %H.%M}" == "Mon 08.00"
    assert f"{core_clock.local(asks_at(THURSDAY)):%a %H.%M}" == "Thu 14.00"


def test_it_takes_two_presses_and_opens_before_people_go(held, browser, world):
    meeting_id = held(ended_hours_ago=-0.2)
    member = browser("member")
    page = member.get(f"/meetings/{meeting_id}")
    assert "Mødet i ét tal og ét ord" in page.text
    member.follow("Sig, hvordan det var")
    page = member.submit("Send mit svar", whole="5", useful="4", word="Varme")
    assert "Du har svaret. Tak." in page.text
    assert "1 har svaret. Resultatet vises fra tre svar" in page.text
    assert "Varme" not in browser("coordinator").get(f"/meetings/{meeting_id}/evaluation").text


def test_not_before_the_meeting_is_nearly_over(held, browser):
    meeting_id = held(ended_hours_ago=-1)
    assert "Mødet i ét tal" not in browser("member").get(f"/meetings/{meeting_id}").text
    page = browser("member").get(f"/meetings/{meeting_id}/evaluation")
    assert "Evalueringen åbner, når mødet er ved at være slut." in page.text


def test_numbers_are_asked_for_and_what_was_written_is_kept(held, browser):
    meeting_id = held()
    member = browser("member")
    member.get(f"/meetings/{meeting_id}/evaluation")
    page = member.submit("Send mit svar", word="Godt selskab")
    assert page.errors == ["Vælg et tal fra 1 til 5."] * 2
    assert page.value("word") == "Godt selskab"
    page = member.submit("Send mit svar", whole="9", useful="4", word="x" * 201)
    assert len(page.errors) == 2


def test_one_answer_each_and_it_cannot_be_changed(held, browser, say, world):
    meeting_id = held()
    say(meeting_id, "member")
    member = browser("member")
    page = member.get(f"/meetings/{meeting_id}/evaluation")
    assert "Send mit svar" not in page.text
    member.post(f"/meetings/{meeting_id}/evaluation", whole="1", useful="1", word="")
    with world.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Opinion)) == 1


def test_who_said_no_and_who_only_looks_in_do_not_answer(held, browser, world):
    meeting_id = held()
    with world.acting():
        db.session.add(Answer(meeting_id=meeting_id, person_id=world.cast["coordinator"], answer=AnswerWord.NO))
    for who in ("coordinator", "administrator"):
        assert "Send mit svar" not in browser(who).get(f"/meetings/{meeting_id}/evaluation").text
        browser(who).post(f"/meetings/{meeting_id}/evaluation", status=403, whole="1", useful="1")
    browser("outsider").get(f"/meetings/{meeting_id}/evaluation", status=404)
    browser("outsider").post(f"/meetings/{meeting_id}/evaluation", status=404, whole="1", useful="1")


def test_the_result_shows_from_three_answers_on_and_three_at_a_time(held, browser, say):
    meeting_id = held()
    for who, whole, word in (("member", 5, "Varme"), ("colleague", 3, "Kort"), ("guest0", 4, "Mere tid")):
        say(meeting_id, who, whole, 4, word)
    page = browser("coordinator").get(f"/meetings/{meeting_id}/evaluation")
    assert "4,0" in page.text
    assert "Varme" in page.text
    say(meeting_id, "guest1", 1, 1, "Kedeligt")
    page = browser("coordinator").get(f"/meetings/{meeting_id}/evaluation")
    assert "3 af 4 svar vises." in page.text
    assert "Kedeligt" not in page.text
    assert "4,0" in page.text
    say(meeting_id, "guest2", 1, 1)
    say(meeting_id, "guest3", 1, 1)
    page = browser("coordinator").get(f"/meetings/{meeting_id}/evaluation")
    assert "2,5" in page.text
    assert "Kedeligt" in page.text


def test_members_read_the_words_when_it_is_closed(held, browser, say, clock, outbox):
    meeting_id = held()
    for who in ("member", "colleague", "guest0", "guest1"):
        say(meeting_id, who, word=f"Ord fra {who}")
    page = browser("member").get(f"/meetings/{meeting_id}/evaluation")
    assert "Ord fra" not in page.text
    assert "4,0" in page.text
    clock.move(days=15)
    outbox()
    page = browser("member").get(f"/meetings/{meeting_id}/evaluation")
    assert page.text.count("Ord fra") == 4  # the last one too, now that nobody can watch it come
    assert "4,0" in browser("member").get(f"/meetings/{meeting_id}").text


def test_when_it_closes_who_answered_is_forgotten_and_too_few_are_thrown_away(held, say, clock, outbox, world, browser):
    few, many = held(), held(title="Et andet møde")
    for who in ("member", "colleague"):
        say(few, who)
    for who in ("member", "colleague", "guest0"):
        say(many, who)
    clock.move(days=15)
    outbox()
    with world.app.app_context():
        assert db.session.scalars(select(Ballot)).all() == []
        assert {opinion.meeting_id for opinion in db.session.scalars(select(Opinion))} == {many}
        assert {row.meeting_id: row.answered for row in db.session.scalars(select(Evaluation))} == {few: 2, many: 3}
    page = browser("member").get(f"/meetings/{few}/evaluation")
    assert "Færre end tre svarede, så intet vises, og intet er gemt." in page.text
    browser("guest1").post(f"/meetings/{many}/evaluation", whole="1", useful="1")
    with world.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Opinion)) == 3


def test_a_coordinator_closes_it_early_once_warned(held, say, browser):
    meeting_id = held()
    for who in ("member", "colleague", "guest0"):
        say(meeting_id, who)
    karen = browser("coordinator")
    karen.get(f"/meetings/{meeting_id}/evaluation")
    page = karen.submit("Luk den nu")
    assert "Evalueringen er lukket" in page.text
    karen.post(f"/meetings/{meeting_id}/evaluation/closing")
    browser("member").post(f"/meetings/{meeting_id}/evaluation/closing", status=403)


def test_the_first_page_asks_until_one_has_answered(held, say, browser):
    meeting_id = held()
    assert "Hvordan var det? Småjob hos håndværksmestre" in browser("member").get("/").text
    assert "Hvordan var det?" not in browser("coordinator").get("/").text
    say(meeting_id, "member")
    assert "Hvordan var det?" not in browser("member").get("/").text


def test_a_network_sees_how_it_goes_from_meeting_to_meeting(held, say, browser, world, clock):
    first = held(title="Første")
    for who in ("member", "colleague", "guest0"):
        say(first, who, 2, 2)
    clock.move(days=7)
    second = held(title="Andet")
    for who in ("member", "colleague", "guest0"):
        say(second, who, 5, 4)
    page = browser("member").get(f"/networks/{world.network_id}/evaluations")
    assert "Andet 3. december 5,0 4,0 3" in page.text
    assert "Første 26. november 2,0 2,0 3" in page.text
    assert len(page.tree.css("svg.trend rect")) == 4
    browser("outsider").get(f"/networks/{world.network_id}/evaluations", status=404)


def test_a_network_that_does_not_evaluate_asks_nobody(held, browser, world, outbox):
    karen = browser("coordinator")
    karen.get(f"/networks/{world.network_id}/evaluations")
    page = karen.submit("Gem", is_asked="no", days="7")
    assert "Det er gemt" in page.html
    meeting_id = held()
    assert asked(outbox) == []
    assert "Mødet i ét tal" not in browser("member").get(f"/meetings/{meeting_id}").text
    assert "Hvordan var det?" not in browser("member").get("/").text
    browser("member").get(f"/meetings/{meeting_id}/evaluation", status=404)
    browser("member").post(f"/networks/{world.network_id}/evaluations", status=403, is_asked="yes", days="7")


def test_what_is_cancelled_or_long_over_is_not_asked_about(held, outbox, world):
    off = held(crowd=0)
    held(ended_hours_ago=24 * 8, crowd=0)
    with world.acting():
        db.session.get_one(Meeting, off).cancelled_at = core_clock.now()
    assert asked(outbox) == []


def test_the_mail_is_not_sent_to_who_has_answered_already(held, say, outbox):
    meeting_id = held(crowd=0)
    say(meeting_id, "member")
    assert [mail.to for mail in asked(outbox)] == ["person3@erfa.test"]
    assert ("person2@erfa.test", "evaluation_asked", "answered already") in outbox.untold()


def test_a_late_worker_still_asks_within_a_week(held, outbox, clock):
    held(crowd=0)
    clock.move(days=5)
    assert len(asked(outbox)) == 2
    held(crowd=0)
    clock.move(days=5)
    clock.move(days=timedelta(days=3).days)
    assert asked(outbox) == []
