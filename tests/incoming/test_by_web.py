"""Mail brought by the web: only by whoever knows the secret, each mail once, and what fails is to be brought again."""

import pytest

from app.core import clock as clocks
from app.incoming.routes import signature

SECRET = "a secret that nobody guesses, ever and ever"


@pytest.fixture
def bring(app, browser, post, room, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_IN_SECRET", SECRET)
    nobody = browser(None)

    def one(raw=None, *, signed=None, at=None, to=None, sender=None, **headers):
        raw = post.mail() if raw is None else raw
        to, sender = post.address() if to is None else to, post.email("member") if sender is None else sender
        at = str(int(clocks.now().timestamp())) if at is None else at
        if signed is not False:
            headers |= {"X-Erfa-Timestamp": at, "X-Erfa-Signature": signed or signature(SECRET, at, to, sender, raw)}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return nobody.raw(
            "POST", "/mail/incoming", query_string={"recipient": to, "sender": sender}, data=raw, headers=named,
            content_type="message/rfc822",
        )  # fmt: skip

    return one


def test_a_signed_mail_is_taken_once(bring, room):
    answer = bring()
    assert (answer.status_code, answer.json["fate"]) == (200, "taken")
    assert bring().json["fate"] == "passed_over"
    assert len(room.came) == 1


def test_the_secret_itself_does_too(bring, room):
    assert bring(signed=False, Authorization=f"Bearer {SECRET}").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"signed": False}, {"signed": "0" * 64}, {"signed": "æ"}, {"at": "0"}, {"at": "99999999999"}, {"at": "x"}, {"at": "²"},
        {"signed": False, "Authorization": "Bearer "}, {"signed": False, "Authorization": "Bearer wrong"},
        {"signed": False, "Authorization": f"Basic {SECRET}"},
    ],
)  # fmt: skip
def test_nobody_else_gets_anything_in(bring, room, wrong):
    assert bring(**wrong).status_code == 401
    assert not room.came


def test_a_signature_is_for_one_mail_to_one_address_for_five_minutes(bring, post, room, clock):
    at = str(int(clocks.now().timestamp()))
    signed = signature(SECRET, at, post.address(), post.email("member"), post.mail())
    assert bring(post.mail(text="Andet."), signed=signed, at=at).status_code == 401
    assert bring(to=post.address("colleague"), signed=signed, at=at).status_code == 401
    clock.move(minutes=6)
    assert bring(signed=signed, at=at).status_code == 401
    assert not room.came


def test_without_the_setting_there_is_no_such_way(app, bring, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_IN_SECRET", "")
    assert bring().status_code == 404


def test_it_takes_more_than_forms_may_send_and_no_more_than_a_mail(app, bring, post, room, monkeypatch):
    assert bring(post.mail(text="a\n" * 1_500_000)).status_code == 200
    monkeypatch.setitem(app.config, "MAIL_IN_MB", 1)
    assert bring(post.mail(text="b\n" * 1_500_000)).status_code == 413


def test_what_fails_is_to_be_brought_again(bring, room):
    room.break_down(ValueError())
    assert bring().status_code == 503
    room.answer = lambda _mail, _numbers: "kept"
    assert bring().json["fate"] == "taken"


def test_no_recipient_and_no_mail_are_said(bring):
    assert bring(to="").status_code == 422
    assert bring(b"").status_code == 422
