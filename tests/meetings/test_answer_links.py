"""Answering from a mail without signing in: the link shows and asks, only its form answers, and it ends with the meeting."""

from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.extensions import db
from app.meetings.answer_links import token_to_answer
from app.meetings.models import Answer, AnswerWord, Meeting, Presence
from app.meetings.operations.scheduling import cancel_meeting, postpone_meeting
from app.networks.discretion import Confidentiality
from app.networks.leaving import Wishes, leave
from app.networks.models import Network
from app.networks.queries import current_membership
from app.sessions.models import SignInSession


@pytest.fixture
def link(app, world):
    def run(meeting_id, who="member", word="yes"):
        with app.app_context():
            return f"/meetings/answers/{token_to_answer(world.cast[who], meeting_id, AnswerWord(word))}"

    return run


@pytest.fixture
def said(app, world):
    def run(meeting_id, who="member"):
        with app.app_context():
            return db.session.query(Answer).filter_by(meeting_id=meeting_id, person_id=world.cast[who]).one_or_none()

    return run


def test_a_button_in_a_mail_asks_and_the_form_answers(browser, world, link, said, app):
    meeting_id = world.meeting()
    nobody = browser(None)
    page = nobody.get(link(meeting_id))
    assert page.title == "Kommer du, Mette?"
    assert "Småjob hos håndværksmestre" in page.text
    assert "26. november 2026 kl. 9.30" in page.text
    assert "Du behøver ikke logge ind" in page.text
    buttons = [node.text().strip() for node in page.tree.css("main form button")]
    assert buttons == ["Ja, jeg deltager", "Måske", "Nej, jeg melder afbud"]
    assert said(meeting_id) is None
    page = nobody.submit("Ja, jeg deltager", host_note="Ingen nødder")
    assert page.title == "Du deltager"
    assert (said(meeting_id).answer, said(meeting_id).host_note) == (AnswerWord.YES, "Ingen nødder")
    page = nobody.submit("Nej, jeg melder afbud")
    assert page.title == "Du har meldt afbud"
    assert said(meeting_id).answer is AnswerWord.NO
    with app.app_context():
        assert db.session.query(SignInSession).count() == 0
    assert nobody.raw("GET", "/calendar").status_code == 302, "a link is no sign-in"


def test_the_answer_that_was_pressed_stands_first(browser, world, link):
    meeting_id = world.meeting()
    page = browser(None).get(link(meeting_id, word="no"))
    first, *others = page.tree.css("main form button")
    assert first.attributes["value"] == "no"
    assert "button--primary" in first.attributes["class"]
    assert not any("button--primary" in node.attributes["class"] for node in others)


def test_what_one_has_said_is_shown_before_it_is_changed(browser, world, link, said):
    meeting_id = world.meeting()
    nobody = browser(None)
    nobody.get(link(meeting_id))
    nobody.submit("Ja, jeg deltager")
    page = nobody.get(link(meeting_id, word="no"))
    assert "Indtil nu har du svaret: Deltager." in page.text
    assert said(meeting_id).answer is AnswerWord.YES


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_programs_that_open_every_link_change_nothing(browser, world, link, said, method):
    meeting_id = world.meeting()
    for word in ("yes", "maybe", "no"):
        assert browser(None).raw(method, link(meeting_id, word=word)).status_code == 200
    assert said(meeting_id) is None


def test_a_post_that_did_not_come_from_the_page_is_refused(browser, world, link, said):
    meeting_id = world.meeting()
    assert browser(None).raw("POST", link(meeting_id), data={"answer": "yes"}).status_code == 400
    assert said(meeting_id) is None


def test_another_answer_than_the_three_is_explained(browser, world, link, said):
    meeting_id = world.meeting()
    nobody = browser(None)
    page = nobody.post(link(meeting_id), answer="waiting", status=200)
    assert page.errors
    page = nobody.post(link(meeting_id), answer="yes", host_note="x" * 301, status=200)
    assert page.errors == ["Brug højst 300 tegn"]
    assert page.value("host_note") == "x" * 301
    assert said(meeting_id) is None


def test_whoever_can_also_be_online_says_how(browser, world, link, said):
    meeting_id = world.meeting(online_url="https://video.example/rum")
    nobody = browser(None)
    page = nobody.get(link(meeting_id))
    assert "video.example" not in page.html
    nobody.submit("Ja, jeg deltager", presence="online")
    assert said(meeting_id).presence is Presence.ONLINE


def test_all_seats_are_taken(browser, world, link, said):
    meeting_id = world.meeting(capacity=0)
    nobody = browser(None)
    nobody.get(link(meeting_id))
    page = nobody.submit("Ja, jeg deltager")
    assert page.title == "Du står på ventelisten"
    assert said(meeting_id).answer is AnswerWord.WAITING


def test_after_the_day_to_answer_by_one_is_told_whom_to_ask(browser, world, link, said, clock):
    meeting_id = world.meeting(answer_by=clock.move(hours=0) - timedelta(hours=1))
    nobody = browser(None)
    nobody.get(link(meeting_id))
    page = nobody.submit("Ja, jeg deltager")
    assert "Karen Tovholder" in page.errors[0]
    nobody.submit("Nej, jeg melder afbud")
    assert said(meeting_id).answer is AnswerWord.NO


@pytest.mark.parametrize(
    ("end", "title"), [(cancel_meeting, "Mødet er aflyst"), (postpone_meeting, "Mødet får en ny dato")]
)
def test_a_link_ends_with_what_it_asks_of(app, browser, world, link, said, end, title):
    meeting_id = world.meeting()
    nobody = browser(None)
    nobody.get(link(meeting_id))
    with app.test_request_context(method="POST"):
        end(db.session.get_one(Meeting, meeting_id), by=db.session.get_one(Person, world.cast["coordinator"]))
        db.session.commit()
    page = nobody.submit("Ja, jeg deltager", status=410)
    assert page.title == title
    assert not page.tree.css("main form")
    assert said(meeting_id) is None


def test_a_link_ends_when_the_meeting_does(browser, world, link, clock):
    meeting_id = world.meeting()
    clock.move(days=4)
    assert browser(None).get(link(meeting_id), status=410).title == "Mødet er holdt"


def test_whoever_has_left_finds_nothing(app, browser, world, link):
    meeting_id = world.meeting()
    with app.test_request_context(method="POST"):
        member = db.session.get_one(Person, world.cast["member"])
        leave(current_membership(member.id, world.network_id), Wishes(), by=member)
        db.session.commit()
    browser(None).get(link(meeting_id), status=404)
    browser(None).get(link(meeting_id, "outsider"), status=404)
    browser(None).get(link(meeting_id, "administrator"), status=404)


def test_a_closed_account_answers_nothing(browser, world, link, clock):
    meeting_id = world.meeting()
    with world.acting():
        db.session.get_one(Person, world.cast["member"]).disabled_at = clock.move(hours=0)
    browser(None).get(link(meeting_id), status=404)


def test_what_nobody_made_is_not_found(browser, world, link):
    good = link(world.meeting())
    for bad in (
        good[:-1],
        good.replace("-yes-", "-no-"),
        good + "x",
        "/meetings/answers/1-2-yes-abc",
        "/meetings/answers/æ",
    ):
        browser(None).get(bad, status=404)
    assert browser(None).get(good.upper().replace("/MEETINGS/ANSWERS", "/meetings/answers")).status == 200


def test_who_has_not_accepted_the_agreement_goes_there_first(browser, world, link, said):
    meeting_id = world.meeting()
    world.agreement()
    answer = browser(None).raw("GET", link(meeting_id))
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/meetings/{meeting_id}")


def test_the_page_says_no_more_than_the_mail(browser, world, link):
    meeting_id = world.meeting(description="Om Jens")
    with world.acting():
        db.session.get_one(Network, world.network_id).confidentiality = Confidentiality.PARTICIPANTS
    page = browser(None).get(link(meeting_id))
    assert "ERFA-møde" in page.text
    assert "Småjob" not in page.html
    assert "Jens" not in page.html
    assert "ERFA Prøvenet" not in page.html


def test_it_answers_for_whom_the_mail_was_whoever_is_signed_in(browser, world, link, said):
    meeting_id = world.meeting()
    colleague = browser("colleague")
    page = colleague.get(link(meeting_id))
    assert "Du svarer som Mette Medlem." in page.text
    colleague.submit("Måske")
    assert said(meeting_id, "colleague") is None
    assert said(meeting_id).answer is AnswerWord.MAYBE


def test_it_speaks_the_language_of_its_reader(browser, world, link):
    meeting_id = world.meeting()
    with world.acting():
        db.session.get_one(Person, world.cast["member"]).locale = "en"
    page = browser(None).get(link(meeting_id))
    assert page.title == "Are you coming, Mette?"
    assert page.tree.css_first("html").attributes["lang"] == "en"


def test_nobody_presses_without_end(browser, world, link, said):
    meeting_id = world.meeting()
    nobody = browser(None)
    for number in range(20):
        nobody.post(link(meeting_id, word=("yes", "no")[number % 2]), answer=("yes", "no")[number % 2], status=303)
    nobody.post(link(meeting_id), answer="yes", status=429)
    assert said(meeting_id).answer is AnswerWord.NO
    nobody.post(link(meeting_id, "colleague"), answer="yes", status=303)


def test_it_asks_few_statements(browser, world, link, statements):
    url = link(world.meeting())
    nobody = browser(None)
    with statements.counted() as seen:
        nobody.get(url)
    assert len(seen) <= 8
