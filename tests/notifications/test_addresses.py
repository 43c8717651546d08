"""Addresses of our own: whatever gateways do to them they say what they are for, and nobody else can make one."""

import pytest

from app.notifications.addresses import Addressed, address_of, read


@pytest.fixture(autouse=True)
def _within(app):
    with app.app_context():
        yield


@pytest.mark.parametrize(("purpose", "text"), [("r", "c7-12"), ("b", "184"), ("u", "12-network-7"), ("n", "7")])
def test_an_address_says_what_it_is_for_even_in_capitals(purpose, text):
    address = address_of(purpose, text)
    assert len(address.partition("@")[0]) <= 64
    assert read(address) == read(f"<{address.upper()}>") == Addressed(purpose, text)


@pytest.mark.parametrize(
    "address",
    ["", "@", "r+@svar.erfa.test", "r+c7-12@svar.erfa.test", "r+c7-12-aaaaaaaaaaaaaaaa@svar.erfa.test", "noreply@erfa.test",
     "x+c7-12-aaaaaaaaaaaaaaaa@svar.erfa.test", "netvaerk-@svar.erfa.test", "netvaerk-7@erfa.test", "r+æøå-ø@svar.erfa.test"],
)  # fmt: skip
def test_what_we_did_not_make_is_nothing(address):
    assert read(address) is None


def test_an_address_of_one_purpose_is_none_of_another():
    local = address_of("r", "184").partition("@")[0].removeprefix("r+")
    assert read(f"b+{local}@svar.erfa.test") is None


def test_without_a_host_nobody_is_invited_to_answer(app):
    host, app.config["MAIL_REPLY_HOST"] = app.config["MAIL_REPLY_HOST"], ""
    try:
        assert address_of("r", "c7-12") == ""
        assert read("r+c7-12-aaaaaaaaaaaaaaaa@") is None
    finally:
        app.config["MAIL_REPLY_HOST"] = host
