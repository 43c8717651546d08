"""A sign-in on a new device is told by mail, and what happens to an account is written down for its owner."""

import pytest
from sqlalchemy import func, select

from app.accounts.events import record
from app.accounts.models import Event, EventKind, Person
from app.accounts.passwords import hashed
from app.core.tokens import fingerprint
from app.extensions import db
from app.sessions.models import KnownDevice
from app.sessions.operations import forget_expired

PASSWORD = "korrekt hest batteri hæfte"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
COOKIE = "__Host-erfa-device"


@pytest.fixture
def addresses(world):
    """The member and the colleague, who both have a password now."""
    with world.acting():
        people = [db.session.get(Person, world.cast[who]) for who in ("member", "colleague")]
        for person in people:
            person.password_hash = hashed(PASSWORD)
        return [person.email for person in people]


def sign_in(browser, email, password=PASSWORD, *, status=302):
    browser.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    browser.get("/login")
    return browser.submit("Log ind med adgangskode", follow=False, status=status, email=email, password=password)


def device_of(browser):
    cookie = browser.client.get_cookie(COOKIE, domain="erfa.test")
    return cookie and cookie.value


def kinds(app):
    with app.app_context():
        return list(db.session.scalars(select(Event.kind).order_by(Event.id)))


def test_the_first_browser_ever_is_no_news(app, browser, addresses, outbox):
    sign_in(browser(None), addresses[0])
    assert outbox() == []
    assert kinds(app) == [EventKind.SIGNED_IN]


def test_another_browser_is_told_by_mail_and_written_down(app, browser, addresses, outbox):
    sign_in(browser(None), addresses[0])
    sign_in(browser(None), addresses[0])
    (told,) = outbox()
    assert (told.kind, told.to, told.subject) == ("new_device", addresses[0], "Du er logget ind på en ny enhed")
    assert "med Firefox, Windows mandag den 23. november 2026 kl. 9.00" in told.text
    assert "https://erfa.test/account/sessions" in told.text
    assert "erfa.test" not in told.text.replace("https://erfa.test/account/sessions", "")
    assert told.message["List-Unsubscribe"] is None
    assert kinds(app) == [EventKind.SIGNED_IN, EventKind.SIGNED_IN_ON_A_NEW_DEVICE]


def test_the_same_browser_is_known_the_next_time_even_after_signing_out(app, browser, addresses, outbox):
    sign_in(browser(None), addresses[0])
    visitor = browser(None)
    sign_in(visitor, addresses[0])
    assert len(outbox()) == 1
    visitor.get("/")
    visitor.submit("Log ud")
    sign_in(visitor, addresses[0])
    assert outbox() == []


def test_two_people_may_share_a_browser(app, browser, addresses, outbox):
    for email in addresses:
        sign_in(browser(None), email)
    shared = browser(None)
    sign_in(shared, addresses[0])
    secret = device_of(shared)
    shared.get("/")
    shared.submit("Log ud")
    sign_in(shared, addresses[1])
    assert device_of(shared) == secret
    assert [told.to for told in outbox()] == addresses
    shared.get("/")
    shared.submit("Log ud")
    sign_in(shared, addresses[0])
    assert outbox() == []


def test_the_cookie_holds_a_secret_of_ours_and_the_row_its_fingerprint(app, browser, addresses):
    visitor = browser(None)
    page = sign_in(visitor, addresses[0])
    (cookie,) = [c for c in page.response.headers.getlist("Set-Cookie") if c.startswith(COOKIE)]
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=34560000"))
    assert "Domain" not in cookie
    with app.app_context():
        assert db.session.scalar(select(KnownDevice.token_hash)) == fingerprint(device_of(visitor))


def test_a_planted_device_is_not_taken_over(browser, addresses):
    visitor = browser(None)
    visitor.client.set_cookie(COOKIE, "planted", domain="erfa.test", secure=True)
    sign_in(visitor, addresses[0])
    assert device_of(visitor) != "planted"


def test_a_failed_sign_in_is_written_down_with_and_without_an_account(app, browser, addresses, world):
    sign_in(browser(None), addresses[0], "forkert og langt nok", status=200)
    sign_in(browser(None), "nobody@erfa.test", "forkert og langt nok", status=200)
    with app.app_context():
        rows = db.session.scalars(select(Event).order_by(Event.id)).all()
        assert [(row.kind, row.person_id) for row in rows] == [
            (EventKind.SIGN_IN_FAILED, world.cast["member"]), (EventKind.SIGN_IN_FAILED, None),
        ]  # fmt: skip
        assert all(row.facts == {"means": "password", "device": "Firefox, Windows"} for row in rows)


def test_every_act_is_in_the_log_of_its_owner_in_words(app, browser, addresses):
    other = browser(None)
    sign_in(other, addresses[0])
    me = browser(None)
    sign_in(me, addresses[0])
    me.get("/account/sessions")
    me.submit("Log ud Firefox, Windows")
    me.submit("Log ud")
    sign_in(me, addresses[0], "forkert og langt nok", status=200)
    sign_in(me, addresses[0])
    me.get("/account/password")
    me.submit("Skift adgangskode", current=PASSWORD, password="cykelsti giraf rugbrød lampe")
    me.submit("Fjern adgangskoden")
    browser("member")
    me.get("/account/sessions")
    me.submit("Log ud alle andre steder")
    said = [node.text().strip() for node in me.get("/account/log").tree.css(".rows__title")]
    assert said[::-1] == [
        "Logget ind", "Logget ind på en enhed, der ikke er brugt før", "En browser blev logget ud", "Logget ud",
        "Et forsøg på at logge ind mislykkedes", "Logget ind", "Adgangskoden blev valgt", "Adgangskoden blev fjernet",
        "Alle andre browsere blev logget ud",
    ]  # fmt: skip
    assert "med adgangskode · Firefox, Windows" in me.page.text


def test_the_log_is_ones_own_and_says_who_else_did_it(app, browser, world):
    with world.acting():
        record(EventKind.DISABLED, world.cast["member"], by=world.cast["administrator"])
        record(EventKind.MADE_ADMINISTRATOR, world.cast["colleague"], by=world.cast["member"])
    page = browser("member").get("/account/log")
    assert "Kontoen blev lukket af Agnes Admin" in page.text.replace(" · ", " ")
    assert "Blev administrator" not in page.text


def test_a_long_log_has_pages_and_costs_the_same_however_long(app, browser, world, statements):
    costs = []
    me = browser("member")
    for number in (2, 70):
        with world.acting():
            for step in range(number):
                by = list(world.cast.values())[step % 5]
                record(EventKind.PROFILE_CHANGED, world.cast["member"], by=by)
        with statements.counted() as seen:
            page = me.get("/account/log")
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 8
    assert len(page.tree.css(".rows > li")) == 30
    page = me.get("/account/log?page=3")
    assert len(page.tree.css(".rows > li")) == 12
    assert me.get("/account/log?page=99").tree.css_first("[aria-current=page] .visually-hidden") is not None
    me.get("/account/log?page=x")
    me.get("/account/log?page=-1")


def test_an_empty_log_says_what_comes(browser):
    assert "Intet endnu" in browser("member").get("/account/log").text


def test_who_came_and_went_is_forgotten_after_half_a_year_and_changes_are_kept(app, browser, world, addresses, clock):
    sign_in(browser(None), addresses[0])
    with world.acting():
        record(EventKind.PASSWORD_SET, world.cast["member"])
    clock.move(days=184)
    with app.app_context():
        forget_expired()
        db.session.commit()
        assert list(db.session.scalars(select(Event.kind))) == [EventKind.PASSWORD_SET]
        assert db.session.scalar(select(func.count()).select_from(KnownDevice)) == 1
    clock.move(days=217)
    with app.app_context():
        forget_expired()
        db.session.commit()
        assert db.session.scalar(select(func.count()).select_from(KnownDevice)) == 0


def test_the_list_of_sessions_costs_the_same_however_many(browser, statements):
    costs = []
    for number in (1, 20):
        for _ in range(number):
            me = browser("member")
        with statements.counted() as seen:
            me.get("/account/sessions")
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 8


def test_a_session_is_shown_with_browser_means_and_when_it_was_last_seen(browser, addresses, clock):
    other = browser(None)
    sign_in(other, addresses[0])
    clock.move(hours=2)
    other.get("/account/profile")
    clock.move(hours=3)
    me = browser("member")
    text = me.get("/account/sessions").text
    assert "Firefox, Windows Logget ind i dag kl. 9.00 med adgangskode · sidst set for 3 timer siden" in text
    assert "Denne browser" in text
