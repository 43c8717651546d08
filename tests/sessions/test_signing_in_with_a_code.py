"""A one-time code by mail: asking for it, what is told to whom, and trying it."""

import re

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.core import clock as core_clock
from app.extensions import db
from app.notifications.models import Mail
from app.sessions.codes import digits_of
from app.sessions.models import SignInCode
from app.sessions.operations import forget_expired

REFUSED = "Den kode virker ikke. Den kan være tastet forkert, brugt eller ældre end ti minutter. Bed om en ny."


@pytest.fixture
def address(world):
    with world.acting():
        return db.session.get(Person, world.cast["member"]).email


def ask(browser, email, next_path=""):
    browser.get("/login" + (f"?next={next_path}" if next_path else ""))
    return browser.submit("Send mig en kode", email=email)


def try_code(browser, digits, *, status=200, follow=False, **more):
    return browser.submit("Log ind med koden", code=digits, status=status, follow=follow, **more)


@pytest.fixture
def newest_digits(app):
    def read():
        with app.app_context():
            return digits_of(db.session.scalar(select(SignInCode).order_by(SignInCode.id.desc()).limit(1)))

    return read


def owed(app):
    with app.app_context():
        return list(db.session.scalars(select(Mail).where(Mail.kind == "sign_in_code").order_by(Mail.id)))


def test_the_code_from_the_mail_signs_in_and_leads_on(browser, world, address, outbox):
    visitor = browser(None)
    page = ask(visitor, address, f"/networks/{world.network_id}")
    assert address in page.text
    assert visitor.page.url.endswith("#code-title")
    (told,) = outbox()
    assert (told.to, told.subject) == (address, "Din kode til ERFA Nord")
    (digits,) = re.findall(r"^\d{6}$", told.text, re.MULTILINE)
    assert digits in told.html
    assert told.message["List-Unsubscribe"] is None
    page = try_code(visitor, digits, status=302)
    assert page.response.headers["Location"] == f"/networks/{world.network_id}"
    assert visitor.get("/account/profile").title == "Min konto"


def test_the_mail_speaks_the_language_of_its_reader(browser, world, address, outbox):
    with world.acting():
        db.session.get(Person, world.cast["member"]).locale = "en"
    ask(browser(None), address)
    (told,) = outbox()
    assert told.subject == "Your code for ERFA Nord"


def test_the_digits_are_nowhere_in_the_database_or_the_address(app, browser, address, newest_digits):
    page = ask(browser(None), address)
    digits = newest_digits()
    assert digits not in page.url
    with app.app_context():
        code = db.session.scalar(select(SignInCode))
        mail = db.session.scalar(select(Mail))
        everything = [getattr(row, column.name) for row in (code, mail) for column in row.__table__.columns]
    assert not any(str(value) == digits for value in everything)
    assert digits not in str(mail.payload)


@pytest.mark.parametrize("who", ["unknown", "disabled"])
def test_an_address_nobody_may_enter_with_gets_the_same_answer_and_no_mail(app, browser, world, address, who, outbox):
    known = ask(browser(None), address)
    email = "nobody@erfa.test"
    if who == "disabled":
        with world.acting():
            colleague = db.session.get(Person, world.cast["colleague"])
            colleague.disabled_at, email = core_clock.now(), colleague.email
    unknown = ask(browser(None), email)
    assert unknown.text.replace(email, "X") == known.text.replace(address, "X")
    assert [mail.person_id is None for mail in owed(app)] == [False, True], "as much waits, but for nobody"
    assert [told.to for told in outbox()] == [address]


def test_a_code_is_asked_for_again_days_after_the_first_was_forgotten(app, browser, world, address, clock, outbox):
    """SQLite gives a forgotten request's id to the next one, while the mail about the first is still kept."""
    ask(browser(None), address)
    assert len(outbox()) == 1
    clock.move(days=3)
    with world.acting():
        forget_expired()
        assert db.session.scalar(select(SignInCode)) is None
    ask(browser(None), address)
    assert len(outbox()) == 1


def test_known_and_unknown_addresses_take_the_same_statements(app, browser, address, statements):
    counts = []
    for email in (address, "nobody@erfa.test"):
        visitor = browser(None)
        visitor.get("/login")
        with statements.counted() as asking:
            visitor.submit("Send mig en kode", follow=False, status=302, email=email)
        visitor.get("/login")
        with statements.counted() as trying:
            try_code(visitor, "000000")
        counts.append([[s for s in seen if "mails" not in s and "rate_counters" not in s] for seen in (asking, trying)])
    assert counts[0] == counts[1]


def test_a_code_works_once(browser, address, newest_digits):
    visitor = browser(None)
    ask(visitor, address)
    try_code(visitor, newest_digits(), status=302)
    other = browser(None)
    other.get("/login")
    page = try_code(other, newest_digits(), email=address)
    assert page.errors == [REFUSED]


def test_a_code_can_be_used_in_another_browser_with_its_address(browser, address, newest_digits):
    ask(browser(None), address)
    other = browser(None)
    other.get("/login")
    try_code(other, newest_digits(), email=address, status=302)


def test_a_code_lives_ten_minutes(browser, address, newest_digits, clock):
    visitor = browser(None)
    ask(visitor, address)
    clock.move(minutes=10)
    assert try_code(visitor, newest_digits()).errors == [REFUSED]


def test_the_sixth_try_fails_even_when_right(app, browser, address, newest_digits):
    visitor = browser(None)
    ask(visitor, address)
    wrong = "000000" if newest_digits() != "000000" else "111111"
    for _ in range(5):
        assert try_code(visitor, wrong).errors == [REFUSED]
    assert try_code(visitor, newest_digits()).errors == [REFUSED]


def test_only_the_newest_code_works(browser, address, newest_digits, clock):
    visitor = browser(None)
    ask(visitor, address)
    first = newest_digits()
    clock.move(minutes=1)
    ask(visitor, address)
    assert newest_digits() != first
    assert try_code(visitor, first).errors == [REFUSED]
    try_code(visitor, newest_digits(), status=302)


def test_a_double_click_sends_one_mail(app, browser, address):
    visitor = browser(None)
    ask(visitor, address)
    ask(visitor, address)
    assert len(owed(app)) == 1


@pytest.mark.parametrize("typed", ["１２３４５６", "æøåæøå", "12345", "1234567", "123456; DROP", "²³¹²³¹", "\ud800"])
def test_odd_digits_and_letters_are_a_wrong_code_and_not_an_error(browser, address, typed):
    visitor = browser(None)
    ask(visitor, address)
    assert try_code(visitor, typed.encode("utf-8", "replace").decode()).errors == [REFUSED]


def test_a_code_pasted_with_spaces_works(browser, address, newest_digits):
    visitor = browser(None)
    ask(visitor, address)
    digits = newest_digits()
    try_code(visitor, f" {digits[:3]} {digits[3:]} ", status=302)


def test_somebody_elses_code_does_not_open_my_account(browser, world, address, newest_digits):
    ask(browser(None), address)
    digits = newest_digits()
    visitor = browser(None)
    visitor.get("/login")
    assert try_code(visitor, digits, email="person3@erfa.test").errors == [REFUSED]


def test_an_empty_code_is_explained(browser, address):
    visitor = browser(None)
    ask(visitor, address)
    assert try_code(visitor, "").errors == ["Skriv de seks cifre fra mailen."]


@pytest.mark.parametrize("typed", ["", "mette", "@", "mette@"])
def test_what_is_no_address_is_explained(app, browser, typed):
    visitor = browser(None)
    page = ask(visitor, typed)
    assert len(page.errors) == 1
    assert owed(app) == []
    assert visitor.raw("GET", "/login/code").headers["Location"] == "/login"


def test_five_codes_in_a_quarter_and_then_a_pause(browser, address, clock):
    for _ in range(5):
        ask(browser(None), address)
        clock.move(minutes=1)
    visitor = browser(None)
    visitor.get("/login")
    page = visitor.submit("Send mig en kode", status=429, follow=False, email=address.upper())
    assert int(page.response.headers["Retry-After"]) <= 600
    clock.move(minutes=15)
    ask(browser(None), address)


def test_twenty_codes_from_one_network_address_and_then_a_pause(browser):
    for number in range(20):
        ask(browser(None), f"guess{number}@erfa.test")
    visitor = browser(None)
    visitor.get("/login")
    visitor.submit("Send mig en kode", status=429, follow=False, email="one.more@erfa.test")


def test_guessing_codes_is_limited_over_several_codes(browser, address, clock):
    visitor = browser(None)
    for _ in range(2):
        ask(visitor, address)
        for _ in range(5):
            try_code(visitor, "x")
        clock.move(seconds=40)
    try_code(visitor, "x", status=429)


def test_the_mail_is_not_sent_when_its_code_no_longer_helps(browser, address, outbox, clock):
    ask(browser(None), address)
    clock.move(minutes=1)
    ask(browser(None), address)
    assert len(outbox()) == 1
    assert [reason for _, _, reason in outbox.untold()] == ["a newer code was asked for"]
    clock.move(minutes=1)
    ask(browser(None), address)
    clock.move(minutes=11)
    assert outbox() == []
    assert [reason for _, _, reason in outbox.untold()] == ["the code is used or expired"]
