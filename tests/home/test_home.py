"""The first page after sign-in: what needs me, the next meeting first."""

from datetime import date, timedelta

from sqlalchemy import select

from app.extensions import db
from app.meetings.models import Answer, AnswerWord
from tests.conftest import MONDAY


def action(world, text="Ring til mester", **more):
    """An action from a meeting last week whose minutes are shared."""
    meeting_id = world.meeting(starts_at=MONDAY - timedelta(days=7), title="Sidste møde")
    items = world.minutes(meeting_id, "Vi talte sammen.", shared=True)
    return world.action(items[0], text, **more)


def test_the_next_meeting_comes_first_with_its_answer_form(world, browser):
    world.meeting()
    me = browser("member")
    page = me.get("/")
    assert page.title == "Godmorgen, Mette"
    assert "mandag den 23. november 2026 · uge 48" in page.text
    assert page.text.index("Småjob hos håndværksmestre") < page.text.index("Venter på dig")
    assert "Næste møde, om 3 dage" in page.text
    me.submit("Gem svar", answer="yes")
    assert me.page.title == "Godmorgen, Mette", "the answer brings one back to where one was"
    with world.app.app_context():
        assert db.session.scalar(select(Answer.answer)) is AnswerWord.YES


def test_other_meetings_without_my_answer_wait_for_me(world, browser, clock):
    world.meeting()
    world.meeting(title="Næste gang igen", starts_at=clock.move(days=0).replace(day=30))
    page = browser("member").get("/")
    assert "Svar: Næste gang igen" in page.text


def test_unread_cases_wait_for_me_and_my_own_do_not(world, browser):
    world.case(author="colleague", title="Hvem betaler kaffen?", posts=1)
    me = browser("member")
    me.get(f"/networks/{world.network_id}/cases/new")
    me.submit("Fortæl sagen", title="Min egen sag?", situation="Jeg tumler.")
    page = me.get("/")
    waiting = page.text[page.text.index("Venter på dig") : page.text.index("Mine opgaver")]
    assert "Hvem betaler kaffen?" in waiting
    assert "Min egen sag?" not in waiting


def test_my_actions_can_be_ticked_off(world, browser):
    action_id = action(world, due_on=date(2026, 11, 20))
    action(world, "Ikke min", owner="colleague")
    me = browser("member")
    page = me.get("/")
    assert "Ring til mester" in page.text
    assert "Overskredet 3 dage" in page.text
    assert "Ikke min" not in page.text
    me.submit("Gem som løst", **{"ids[]": str(action_id)})
    assert "Du har ingen åbne opgaver." in me.get("/").text


def test_an_empty_house_says_what_happens_next(browser):
    page = browser("member").get("/")
    assert "Der er ikke indkaldt til et møde endnu" in page.text
    assert "Intet venter på dig." in page.text
    assert "Du har ingen åbne opgaver." in page.text


def test_nothing_of_another_network_shows(world, browser):
    world.meeting(network_id=world.other_network_id, title="Hemmeligt møde")
    world.case(network_id=world.other_network_id, author="outsider", title="Hemmelig sag?", posts=2)
    page = browser("member").get("/")
    assert "emmelig" not in page.html


def test_home_costs_the_same_whatever_waits(world, browser, statements):
    me = browser("member")
    world.meeting()
    world.case(author="colleague", posts=2)
    with statements.counted() as few:
        me.get("/")
    for number in range(30):
        world.meeting(title=f"Møde {number}")
        action(world, f"Opgave {number}")
        world.case(author="colleague", title=f"Sag {number}?", posts=3)
    with statements.counted() as many:
        me.get("/")
    assert len(many) == len(few) <= 8, "\n\n".join(many)


def test_the_language_is_switched_by_a_button_and_remembered(world, browser):
    me = browser("member")
    me.get("/")
    me.submit("English")
    assert me.page.tree.css_first("html").attributes["lang"] == "en"
    assert "Waiting for you" in me.get("/").text
    stranger = browser(None)
    stranger.get("/help")
    stranger.submit("English")
    assert stranger.page.title == "Contact and help"
    stranger.submit("Dansk")
    assert stranger.page.title == "Kontakt og hjælp"


def test_switching_language_leads_nowhere_else(browser):
    page = browser(None).post("/language", language="en", next="https://evil.example/")
    assert page.response.headers["Location"] == "/"
    page = browser(None).post("/language", language="xx", next="//evil.example/")
    assert page.response.headers["Location"] == "/"
