"""Stopping mail with one click, as mail programs do it and as people do it."""

import pytest

from app.core import tokens
from app.extensions import db
from app.notifications.models import ChosenLevel


@pytest.fixture
def stop(app, owe, outbox):
    """The address in a mail about case 9 to the member."""
    owe("member", topic=True)
    (mail,) = outbox()
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return mail.message["List-Unsubscribe"].split(",")[0].strip("<>").removeprefix("https://erfa.test")


@pytest.fixture
def mutings(app):
    def read():
        with app.app_context():
            return [(row.person_id, row.scope, row.scope_id) for row in db.session.query(ChosenLevel)]

    return read


def test_a_mail_program_stops_the_mail_by_one_post_without_cookie_or_token(world, stop, mutings, owe, outbox):
    client = world.app.test_client(use_cookies=False)
    body = {"List-Unsubscribe": "One-Click"}
    for _ in range(2):  # some send it twice
        answer = client.post(stop, data=body)
        assert answer.status_code == 200
        assert mutings() == [(world.cast["member"], "case", 9)]
    owe("member", topic=True)
    assert outbox() == []
    assert [reason for _, _, reason in outbox.untold()] == ["case 9 is muted"]


def test_a_gateway_that_opens_every_link_changes_nothing(browser, stop, mutings):
    page = browser(None).get(stop)
    assert page.title == "Ikke flere mails om sagen?"
    assert browser(None).raw("HEAD", stop).status_code == 200
    assert mutings() == []


def test_a_person_stops_the_mail_and_regrets_it(browser, stop, mutings):
    reader = browser(None)
    reader.get(stop)
    page = reader.submit("Stop mailene")
    assert page.title == "Du får ikke flere af de mails"
    assert "Du finder den stadig under Sager" in page.text
    assert len(mutings()) == 1
    assert reader.get(stop).title == "Du får ikke flere af de mails"
    page = reader.submit("Fortryd, jeg vil have mailene")
    assert page.title == "Du får mailene igen"
    assert mutings() == []


def test_the_address_survives_a_gateway_that_lower_cases_or_upper_cases(browser, stop, mutings, app):
    assert app.test_client().post(stop.lower()).status_code == 200
    head, token = stop.rsplit("/", 1)
    assert app.test_client().post(f"{head}/{token.upper()}").status_code == 200
    assert len(mutings()) == 1


def test_an_address_nobody_signed_stops_nothing(app, world, stop, mutings):
    with app.app_context():
        elsewhere = tokens.sign("something else", f"{world.cast['member']}-case-9")
        nobody = tokens.sign("unsubscribe", "999-case-9")
    for token in (elsewhere, nobody, stop.rsplit("/", 1)[1][:-1] + "!", f"{world.cast['member']}-case-9", "x", "-"):
        for path in (f"/unsubscribe/{token}", f"/unsubscribe/{token}/undo"):
            assert app.test_client().post(path).status_code == 404, token
        assert app.test_client().get(f"/unsubscribe/{token}").status_code == 404
    assert mutings() == []


def test_the_network_can_be_silenced_too(app, world, browser, mutings):
    with app.app_context():
        token = tokens.sign("unsubscribe", f"{world.cast['member']}-network-7")
    reader = browser(None)
    assert reader.get(f"/unsubscribe/{token}").title == "Ikke flere mails fra netværket?"
    assert "Du er stadig medlem" in reader.submit("Stop mailene").text
    assert mutings() == [(world.cast["member"], "network", 7)]
