"""A draft that somebody was asked to host: what becomes of the question, and who still sees what it was about."""

from app.core import clock
from app.extensions import db
from app.hosting.models import AskState
from app.meetings.models import Meeting
from app.meetings.operations.scheduling import discard_draft

HJORRING, JAMMERBUGT = "0860", "0849"


def asked_about_a_draft(world, browser, asks):
    draft = world.meeting(called_at=None, title="Et udkast", host_code=None, place="")
    karen = browser("coordinator")
    karen.get(f"/networks/{world.network_id}/hosts/ask")
    karen.submit("Spørg", whom=HJORRING, what=f"meeting-{draft}")
    return draft, f"/hosts/asks/{asks()[-1].id}"


def test_nobody_is_asked_next_about_a_draft_that_was_deleted(world, browser, asks, outbox):
    draft, url = asked_about_a_draft(world, browser, asks)
    browser("member").post(url, answer="no", reason="Vi flytter")
    with world.acting():
        discard_draft(db.session.get_one(Meeting, draft))
    outbox()
    browser("administrator").post(f"{url}/next")
    assert [one.state for one in asks()] == [AskState.DECLINED]
    assert outbox() == []


def test_the_answer_is_not_told_of_a_draft_deleted_meanwhile(world, browser, asks, outbox):
    draft, url = asked_about_a_draft(world, browser, asks)
    outbox()
    browser("member").post(url, answer="no", reason="Vi flytter")
    with world.acting():
        discard_draft(db.session.get_one(Meeting, draft))
    assert outbox() == []


def test_a_yes_is_not_told_when_another_is_host_by_now(world, browser, asks, outbox):
    draft, url = asked_about_a_draft(world, browser, asks)
    outbox()
    browser("member").post(url, answer="yes")
    with world.acting():
        db.session.get_one(Meeting, draft).host_code = JAMMERBUGT
    assert [mail for mail in outbox() if mail.kind == "host_answered"] == []


def test_who_is_no_longer_asked_does_not_see_what_the_draft_is_by_now(world, browser, asks):
    draft, url = asked_about_a_draft(world, browser, asks)
    assert "Et udkast" in browser("member").get(url).text
    browser("coordinator").post(f"{url}/withdrawal")
    with world.acting():
        db.session.get_one(Meeting, draft).title = "Noget helt andet"
    page = browser("member").get(url)
    assert "Spørgsmålet er trukket tilbage" in page.text
    assert "Noget helt andet" not in page.text
    assert "Noget helt andet" in browser("coordinator").get(url).text
    with world.acting():
        db.session.get_one(Meeting, draft).called_at = clock.now()
    assert "Noget helt andet" in browser("member").get(url).text
