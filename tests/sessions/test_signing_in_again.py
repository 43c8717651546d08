"""What only its owner may do with an account asks for the sign-in once more when it is some minutes old (ASVS 7.5.1)."""

import re

import pytest
from sqlalchemy import select

from app.accounts.models import Event, EventKind, Person
from app.accounts.passwords import hashed
from app.core.access import is_fresh_only
from app.extensions import db
from app.sessions.models import Means, SignInSession
from app.sessions.sign_in import SECRET

PASSWORD = "korrekt hest batteri hæfte"
AGAIN = "Log ind en gang til"


@pytest.fixture
def stale(browser, world, clock):
    """The member, signed in eleven minutes ago."""
    with world.acting():
        db.session.get(Person, world.cast["member"]).password_hash = hashed(PASSWORD)
    me = browser("member")
    clock.move(minutes=11)
    return me


def secret_of(browser):
    with browser.client.session_transaction(base_url="https://erfa.test") as cookie:
        return cookie.get(SECRET)


def test_what_asks_again(app):
    with app.app_context():
        marked = {name for name in app.view_functions if name.startswith("sessions.") and is_fresh_only(name)}
    assert marked == {
        "sessions.address", "sessions.confirm_address", "sessions.password", "sessions.password_page",
        "sessions.password_removal", "sessions.identity_removal",
    }  # fmt: skip


def test_the_password_leads_back_to_where_one_was_under_a_new_secret(stale):
    before = secret_of(stale)
    page = stale.get(stale.raw("GET", "/account/address").headers["Location"])
    assert page.title == AGAIN
    page = stale.submit("Fortsæt", password=PASSWORD)
    assert (page.url, page.title) == ("/account/address", "Skift mailadresse")
    assert secret_of(stale) != before
    with stale.app.app_context():
        row = db.session.scalars(select(SignInSession)).one()
        assert (row.is_fresh, row.refreshed_by) == (True, Means.PASSWORD)


def test_the_old_secret_is_worth_nothing_afterwards(stale, browser):
    copied = stale.client.get_cookie("__Host-erfa", domain="erfa.test").value
    stale.get("/login/again")
    stale.submit("Fortsæt", password=PASSWORD)
    thief = browser(None)
    thief.client.set_cookie("__Host-erfa", copied, domain="erfa.test", secure=True)
    assert thief.raw("GET", "/account/profile").status_code == 302


def test_a_code_by_mail_does_as_well(stale, outbox):
    stale.get(stale.raw("GET", "/account/address").headers["Location"])
    stale.submit("Send mig en kode")
    (told,) = outbox()
    (digits,) = re.findall(r"^\d{6}$", told.text, re.MULTILINE)
    page = stale.submit("Fortsæt med koden", code="000000" if digits != "000000" else "111111")
    assert page.errors == [
        "Den kode virker ikke. Den kan være tastet forkert, brugt eller ældre end ti minutter. Bed om en ny."
    ]
    page = stale.submit("Fortsæt med koden", code=digits)
    assert page.url == "/account/address"


def test_whoever_has_no_password_is_not_asked_for_one(browser, clock):
    me = browser("colleague")
    clock.move(minutes=11)
    page = me.get("/login/again")
    assert page.tree.css_first("[name=password]") is None
    assert "Send mig en kode" in page.text


def test_a_wrong_password_is_explained_and_written_down(stale, app, world):
    stale.get("/login/again?next=/account/address")
    page = stale.submit("Fortsæt", password="forkert og langt nok")
    assert page.errors == ["Det er ikke din adgangskode. Prøv igen, eller få en kode på mail i stedet."]
    assert page.value("next") == "/account/address"
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.kind == EventKind.SIGN_IN_FAILED)).one()
        assert event.person_id == world.cast["member"]


def test_guessing_is_limited(stale):
    for _ in range(10):
        stale.get("/login/again")
        stale.submit("Fortsæt", password="forkert og langt nok")
    stale.get("/login/again")
    stale.submit("Fortsæt", password=PASSWORD, status=429)


def test_what_was_sent_too_late_is_said_not_to_have_happened(stale, app, world):
    token = stale.get("/account/signing-in").tree.css_first("[name=csrf_token]").attributes["value"]
    answer = stale.raw("POST", "/account/password/removal", data={"csrf_token": token})
    page = stale.get(answer.headers["Location"])
    assert "er ikke udført" in page.text
    with app.app_context():
        assert db.session.get(Person, world.cast["member"]).password_hash
    page = stale.submit("Fortsæt", password=PASSWORD)
    assert page.url == "/account/signing-in"
    page = stale.submit("Fjern adgangskoden")
    assert "Din adgangskode er fjernet" in page.text


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_led_to_another_site(stale, target):
    stale.get(f"/login/again?next={target}")
    page = stale.submit("Fortsæt", password=PASSWORD, follow=False, status=302)
    assert page.response.headers["Location"] == "/account/signing-in"


def test_everything_else_goes_on_without_asking(stale):
    for path in ("/account/profile", "/account/sessions", "/account/log", "/account/signing-in", "/"):
        assert stale.raw("GET", path).status_code == 200
