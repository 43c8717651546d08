"""One's own account: the password, and where one is signed in."""

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.passwords import hashed, matches
from app.extensions import db
from app.sessions.codes import digits_of
from app.sessions.models import SignInCode, SignInSession
from app.sessions.user_agents import browser_of

OLD, NEW = "gammel nøgle under måtten", "cykelsti giraf rugbrød lampe"


@pytest.fixture
def member(world):
    """Reads the member's row."""

    def read():
        with world.app.app_context():
            return db.session.get(Person, world.cast["member"])

    return read


@pytest.fixture
def has_password(world):
    with world.acting():
        db.session.get(Person, world.cast["member"]).password_hash = hashed(OLD)


def test_a_first_password_needs_no_old_one(app, browser, member, clock):
    me = browser("member")
    me.get("/account/password")
    page = me.submit("Lav adgangskode", password=NEW)
    assert "Din adgangskode er ændret" in page.text
    assert matches(NEW, member().password_hash)


def test_the_old_password_is_asked_for(browser, member, has_password):
    me = browser("member")
    me.get("/account/password")
    page = me.submit("Skift adgangskode", current="forkert", password=NEW)
    assert page.errors == ["Det er ikke din nuværende adgangskode."]
    assert matches(OLD, member().password_hash)
    me.submit("Skift adgangskode", current=OLD, password=NEW)
    assert matches(NEW, member().password_hash)


def test_whoever_has_just_signed_in_with_a_code_needs_no_old_password(app, browser, member, has_password, clock):
    me = browser(None)
    me.get("/login")
    me.submit("Send mig en kode", email=member().email)
    with app.app_context():
        digits = digits_of(db.session.scalar(select(SignInCode)))
    me.submit("Log ind med koden", code=digits)
    form = me.get("/account/password")
    assert form.tree.css_first("[name=current]") is None
    clock.move(minutes=11)
    page = me.submit("Skift adgangskode", password=NEW)  # the old form does not help
    assert page.title == "Log ind en gang til"
    assert "er ikke udført" in page.text
    me.submit("Fortsæt", password=OLD)
    assert me.page.tree.css_first("[name=current]") is not None  # a password proves less than the mailbox
    me.submit("Skift adgangskode", password=NEW)
    assert matches(OLD, member().password_hash)
    me.submit("Skift adgangskode", current=OLD, password=NEW)
    assert matches(NEW, member().password_hash)


@pytest.mark.parametrize(
    "weak",
    ["kort", "sommer2026", "Sommer2026!!!", "aalborgkommune2026", "ErfaNord2026!", "MetteMedlem1234", "jammerbugt12345",
     "aaaaaaaaaaaaaaaa", "123456789012", "correcthorsebatterystaple", "1qaz2wsx3edc4rfv", "adgangskode1234", "vesthimmerlands!"],
)  # fmt: skip
def test_what_people_here_would_guess_first_is_refused(browser, member, weak):
    me = browser("member")
    me.get("/account/password")
    page = me.submit("Lav adgangskode", password=weak)
    assert len(page.errors) == 1
    assert weak not in page.html
    assert member().password_hash is None


@pytest.mark.parametrize(
    "strong", ["korrekt hest batteri", "x7#Kq9!mZ2$pW4", "min hund hedder ikke fido", "å" * 4 + "blåbærgrød med is"]
)
def test_long_and_odd_ones_are_taken(browser, member, strong):
    me = browser("member")
    me.get("/account/password")
    me.submit("Lav adgangskode", password=strong)
    assert matches(strong, member().password_hash)


def test_a_changed_password_is_told_by_mail_and_ends_every_other_session(browser, has_password, outbox):
    elsewhere, me = browser("member"), browser("member")
    me.get("/account/password")
    me.submit("Skift adgangskode", current=OLD, password=NEW)
    assert me.raw("GET", "/account/profile").status_code == 200
    assert elsewhere.raw("GET", "/account/profile").status_code == 302
    (told,) = outbox()
    assert (told.kind, told.to, told.subject) == (
        "password_changed", "person2@erfa.test", "Din adgangskode til ERFA Nord er ændret",
    )  # fmt: skip
    assert "mandag den 23. november 2026 kl. 9.00" in told.text
    assert "https://erfa.test/login" in told.html
    assert NEW not in told.text + told.html
    assert told.message["List-Unsubscribe"] is None


def test_guessing_the_old_password_is_limited(browser, has_password):
    me = browser("member")
    for _ in range(10):
        me.get("/account/password")
        me.submit("Skift adgangskode", current="guess", password=NEW)
    me.get("/account/password")
    me.submit("Skift adgangskode", current=OLD, password=NEW, status=429)


def test_one_sees_where_one_is_signed_in_and_can_end_it(browser, world):
    phone, me = browser("member"), browser("member")
    with world.acting():
        first = db.session.scalar(select(SignInSession).order_by(SignInSession.id))
        first.user_agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"
    page = me.get("/account/sessions")
    assert "Safari, iPhone" in page.text
    assert "Denne browser" in page.text
    me.submit("Log ud Safari, iPhone")
    assert phone.raw("GET", "/account/profile").status_code == 302
    assert me.raw("GET", "/account/profile").status_code == 200


def test_signing_out_everywhere_else(browser):
    one, two, me = browser("member"), browser("member"), browser("member")
    me.get("/account/sessions")
    me.submit("Log ud alle andre steder")
    assert [b.raw("GET", "/account/profile").status_code for b in (one, two, me)] == [302, 302, 200]


def test_somebody_elses_session_is_not_there(app, browser, world):
    browser("colleague")
    me = browser("member")
    with app.app_context():
        theirs = db.session.scalar(select(SignInSession.id).where(SignInSession.person_id == world.cast["colleague"]))
    me.get("/account/sessions")
    token = me.page.tree.css_first("[name=csrf_token]").attributes["value"]
    answer = me.raw("POST", f"/account/sessions/{theirs}/end", data={"csrf_token": token})
    assert answer.status_code == 404


def test_browsers_are_named_as_people_know_them():
    edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0"
    assert browser_of(edge) == "Edge, Windows"
    assert browser_of("curl/8") == ""
