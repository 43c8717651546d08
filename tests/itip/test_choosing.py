"""Choosing how meetings get into one's calendar."""

import pytest

from app.accounts.models import Person
from app.calendars.operations import create_feed
from app.extensions import db
from app.itip.outgoing.models import CalendarChoice, Way
from app.itip.outgoing.queries import way_of


def chosen(app, world, who="member"):
    with app.app_context():
        return way_of(db.session.get_one(Person, world.cast[who]))


def test_everybody_begins_with_the_subscription(app, world, browser):
    page = browser("member").get("/calendar/feeds")
    assert page.tree.css_first("[name=way][checked]").attributes["value"] == "subscription"
    assert "Du har ikke noget abonnement endnu" in page.text
    assert chosen(app, world) is Way.SUBSCRIPTION
    with app.app_context():
        assert db.session.query(CalendarChoice).count() == 0, "looking writes nothing"


def test_a_choice_is_kept_and_can_be_made_again(app, world, browser):
    member = browser("member")
    member.get("/calendar/feeds")
    page = member.submit("Gem valget", way="invitations")
    assert "Om lidt får du en invitation til hvert kommende møde" in page.html
    assert page.tree.css_first("[name=way][checked]").attributes["value"] == "invitations"
    assert chosen(app, world) is Way.INVITATIONS
    page = member.submit("Gem valget", way="both")
    assert chosen(app, world) is Way.BOTH
    assert chosen(app, world, "colleague") is Way.SUBSCRIPTION
    member.submit("Gem valget", way="both")
    assert chosen(app, world) is Way.BOTH


def test_going_back_says_what_becomes_of_the_meetings_that_came_by_mail(world, browser, outbox):
    world.meeting()
    member = browser("member")
    member.get("/calendar/feeds")
    member.submit("Gem valget", way="invitations")
    assert len(outbox()) == 1
    page = member.submit("Gem valget", way="subscription")
    assert "den fjerner mødet fra din kalender" in page.html


@pytest.mark.parametrize(
    ("way", "words"), [("invitations", "Du har også et abonnement"), ("both", "Du får begge dele")]
)
def test_nobody_is_left_with_everything_twice_without_knowing(world, browser, way, words):
    with world.acting():
        create_feed(db.session.get_one(Person, world.cast["member"]), name="Arbejdscomputeren")
    member = browser("member")
    assert words not in member.get("/calendar/feeds").text
    assert words in member.submit("Gem valget", way=way).text


def test_what_is_no_way_is_refused(app, world, browser):
    member = browser("member")
    member.post("/calendar/way", way="pigeon", status=400)
    member.post("/calendar/way", status=400)
    assert chosen(app, world) is Way.SUBSCRIPTION
    browser(None).post("/calendar/way", way="both")


def test_the_page_of_settings_asks_as_few_statements_as_any(browser, statements):
    member = browser("member")
    with statements.counted() as seen:
        member.get("/calendar/feeds")
    assert len(seen) <= 8
