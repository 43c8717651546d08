"""What a session is worth, how it ends, and that nobody can plant or replay one."""

import pytest
from sqlalchemy import func, select

from app.accounts.models import Person
from app.accounts.passwords import hashed
from app.core import clock as core_clock
from app.core.tokens import fingerprint
from app.extensions import db
from app.sessions.models import SignInCode, SignInSession
from app.sessions.operations import forget_expired
from app.sessions.sign_in import SECRET

PASSWORD = "korrekt hest batteri hæfte"
AT = {"base_url": "https://erfa.test"}


@pytest.fixture
def people(world):
    with world.acting():
        addresses = {}
        for name, person_id in world.cast.items():
            person = db.session.get(Person, person_id)
            person.password_hash = hashed(PASSWORD) if name in {"member", "administrator"} else None
            addresses[name] = person.email
        return addresses


def sign_in(browser, email):
    browser.get("/login")
    return browser.submit("Log ind med adgangskode", follow=False, status=302, email=email, password=PASSWORD)


def is_signed_in(browser):
    return browser.raw("GET", "/account/profile").status_code == 200


def secret_of(browser):
    with browser.client.session_transaction(**AT) as cookie:
        return cookie.get(SECRET)


def test_the_cookie_holds_the_secret_and_the_row_only_its_fingerprint(app, browser, people):
    visitor = browser(None)
    page = sign_in(visitor, people["member"])
    cookies = page.response.headers.getlist("Set-Cookie")
    (cookie,) = [cookie for cookie in cookies if cookie.startswith("__Host-erfa=")]
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookie
    secret = secret_of(visitor)
    assert len(secret) >= 43  # 256 bits
    with app.app_context():
        row = db.session.scalar(select(SignInSession))
        assert row.token_hash == fingerprint(secret) != secret


def test_every_sign_in_makes_a_new_secret_and_ends_the_one_before(app, browser, people):
    visitor = browser(None)
    sign_in(visitor, people["member"])
    first = secret_of(visitor)
    visitor.client.delete_cookie("__Host-erfa", domain="erfa.test")
    sign_in(visitor, people["member"])
    assert secret_of(visitor) != first


def test_a_planted_cookie_is_thrown_away_at_sign_in(app, browser, people):
    visitor = browser(None)
    with visitor.client.session_transaction(**AT) as cookie:
        cookie[SECRET] = "planted by somebody else"
        cookie["other"] = "planted too"
        cookie["language"] = "en"
    visitor.get("/login")
    visitor.submit("Sign in with password", follow=False, status=302, email=people["member"], password=PASSWORD)
    with visitor.client.session_transaction(**AT) as cookie:
        assert cookie[SECRET] != "planted by somebody else"
        assert "other" not in cookie
        assert cookie["language"] == "en"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SignInSession)) == 1


def test_signing_out_deletes_the_row_so_that_a_copied_cookie_is_worth_nothing(app, browser, people):
    visitor = browser(None)
    sign_in(visitor, people["member"])
    copied = visitor.client.get_cookie("__Host-erfa", domain="erfa.test").value
    visitor.get("/account/profile")
    page = visitor.submit("Log ud", follow=False, status=302)
    assert page.response.headers["Clear-Site-Data"] == '"cache"'
    assert not is_signed_in(visitor)
    thief = browser(None)
    thief.client.set_cookie("__Host-erfa", copied, domain="erfa.test", secure=True)
    assert not is_signed_in(thief)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SignInSession)) == 0


def test_signing_out_twice_is_fine_and_signing_out_by_get_is_not(browser, people):
    visitor = browser(None)
    sign_in(visitor, people["member"])
    assert visitor.raw("GET", "/logout").status_code == 405
    visitor.get("/account/profile")
    visitor.submit("Log ud")
    visitor.get("/login")
    token = visitor.page.tree.css_first("[name=csrf_token]").attributes["value"]
    assert visitor.raw("POST", "/logout", data={"csrf_token": token}).status_code == 302


def test_a_sign_out_without_the_token_is_refused(browser, people):
    visitor = browser(None)
    sign_in(visitor, people["member"])
    assert visitor.raw("POST", "/logout").status_code == 400
    assert is_signed_in(visitor)


def test_a_session_lasts_thirty_days(browser, people, clock):
    visitor = browser(None)
    sign_in(visitor, people["member"])
    clock.move(days=29, hours=23)
    assert is_signed_in(visitor)
    clock.move(hours=1)
    assert not is_signed_in(visitor)


def test_an_administrators_session_lasts_twelve_hours(browser, people, clock):
    visitor = browser(None)
    sign_in(visitor, people["administrator"])
    for _ in range(23):
        clock.move(minutes=30)
        assert is_signed_in(visitor)
    clock.move(minutes=29)
    assert is_signed_in(visitor)
    clock.move(minutes=1)
    assert not is_signed_in(visitor)


def test_an_administrator_who_does_nothing_for_an_hour_is_out_and_a_member_is_not(browser, people, clock):
    visitor, member = browser(None), browser(None)
    sign_in(visitor, people["administrator"])
    sign_in(member, people["member"])
    clock.move(minutes=59)
    assert is_signed_in(visitor)
    clock.move(minutes=60)
    assert not is_signed_in(visitor)
    assert is_signed_in(member)


def test_what_is_only_sent_counts_as_use_too(browser, people, clock):
    """Somebody who writes minutes for hours sends and sends, and opens no page."""
    visitor = browser(None)
    sign_in(visitor, people["administrator"])
    visitor.get("/account/profile")
    token = visitor.page.tree.css_first("[name=csrf_token]").attributes["value"]
    for _ in range(3):
        clock.move(minutes=40)
        answer = visitor.raw("POST", "/account/password/strength", data={"csrf_token": token, "password": "x"})
        assert answer.status_code == 200


def test_who_becomes_administrator_has_an_administrators_session_at_once(browser, world, people, clock):
    visitor = browser(None)
    sign_in(visitor, people["member"])
    clock.move(hours=2)
    with world.acting():
        db.session.get(Person, world.cast["member"]).administrator_since = core_clock.now()
    assert not is_signed_in(visitor)


def test_when_one_was_last_seen_is_written_every_few_minutes_and_not_more_often(
    app, browser, people, clock, statements
):
    visitor = browser(None)
    sign_in(visitor, people["member"])
    clock.move(minutes=4)
    with statements.counted() as seen:
        visitor.get("/account/profile")
    assert not [statement for statement in seen if statement.startswith("UPDATE")]
    clock.move(minutes=1)
    with statements.counted() as seen:
        visitor.get("/account/profile")
        visitor.get("/account/profile")
    assert len([statement for statement in seen if statement.startswith("UPDATE")]) == 1
    with app.app_context():
        assert db.session.scalar(select(SignInSession.seen_at)) == core_clock.now()


def test_a_disabled_person_is_out_at_the_next_click(browser, world, people):
    visitor = browser(None)
    sign_in(visitor, people["member"])
    with world.acting():
        db.session.get(Person, world.cast["member"]).disabled_at = core_clock.now()
    assert not is_signed_in(visitor)


def test_expired_rows_are_forgotten_and_living_ones_kept(app, browser, people, clock):
    sign_in(browser(None), people["administrator"])
    visitor = browser(None)
    visitor.get("/login")
    visitor.submit("Send mig en kode", email=people["member"])
    sign_in(browser(None), people["member"])
    clock.move(hours=25)
    with app.app_context():
        forget_expired()
        db.session.commit()
        assert db.session.scalar(select(func.count()).select_from(SignInSession)) == 1
        assert db.session.scalar(select(func.count()).select_from(SignInCode)) == 0


def test_after_a_post_without_a_session_one_is_asked_to_sign_in(browser):
    visitor = browser(None)
    visitor.get("/login")
    token = visitor.page.tree.css_first("[name=csrf_token]").attributes["value"]
    answer = visitor.raw("POST", "/account/profile", data={"csrf_token": token})
    assert answer.headers["Location"] == "/login"


def test_a_page_with_a_signed_in_reader_costs_one_query_for_the_session(browser, statements):
    reader = browser("member")
    with statements.counted() as seen:
        reader.get("/account/profile")
    assert len(seen) == 1  # the session with its person
