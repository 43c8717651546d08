"""The demands of OWASP ASVS 5.0 on signing in and on sessions, chapters 6 and 7, each under its number."""

import re
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from app.accounts import passwords
from app.accounts.models import Event, Person
from app.accounts.passwords import LONGEST, SHORTEST, hashed, matches, strength_of, weakness_of
from app.core import clock as core_clock
from app.core.tokens import new_secret
from app.extensions import db
from app.notifications.models import Mail
from app.sessions.codes import digits_of
from app.sessions.models import Means, SignInCode, SignInSession
from app.sessions.sign_in import SECRET
from tests.browser import Browser

PASSWORD, OTHER = "korrekt hest batteri hæfte", "cykelsti giraf rugbrød lampe"
STRANGER = "nobody@erfa.test"
REFUSED = "Mailadresse og adgangskode passer ikke sammen. Prøv igen, eller få en kode på mail i stedet."


@pytest.fixture
def email(world):
    """The member's address; she has a password now."""
    with world.acting():
        person = db.session.get(Person, world.cast["member"])
        person.password_hash = hashed(PASSWORD)
        return person.email


@pytest.fixture
def hashings(monkeypatch):
    """How often the slow hash was computed: it is what an answer's time is made of."""
    done = []

    class Counting(PasswordHasher):
        def verify(self, stored, password):
            done.append(stored)
            return super().verify(stored, password)

    monkeypatch.setattr(passwords, "hasher", Counting(time_cost=2, memory_cost=19 * 1024, parallelism=1))
    return done


def sign_in(browser: Browser, email: str, password: str = PASSWORD, *, status: int = 302):
    browser.get("/login")
    return browser.submit("Log ind med adgangskode", follow=False, status=status, email=email, password=password)


def change(browser: Browser, password: str, current: str = PASSWORD):
    browser.get("/account/password")
    return browser.submit("Skift adgangskode", current=current, password=password)


def secret_of(browser: Browser) -> str | None:
    with browser.client.session_transaction(base_url="https://erfa.test") as cookie:
        return cookie.get(SECRET)


def steps(statements: list[str]) -> list[list[str]]:
    """What was read and written, in its order; how often somebody has tried is counted for every address alike."""
    return [statement.split()[:3] for statement in statements if "rate_counters" not in statement]


def is_in(browser: Browser) -> bool:
    return browser.raw("GET", "/account/profile").status_code == 200


# 6.2 Passwords


def test_asvs_6_2_1_a_password_has_twelve_characters_at_least(app):
    with app.test_request_context():
        assert weakness_of("x7#Kq9!mZ2$"[: SHORTEST - 1], known=[])
        assert weakness_of("x7#Kq9!mZ2$p", known=[]) is None
    assert SHORTEST == 12


def test_asvs_6_2_2_one_can_change_ones_password(app, world, browser, email):
    change(browser("member"), OTHER)
    with app.app_context():
        assert matches(OTHER, db.session.get(Person, world.cast["member"]).password_hash)


def test_asvs_6_2_3_the_change_asks_for_the_present_password(app, world, browser, email):
    page = change(browser("member"), OTHER, current="forkert og langt nok")
    assert page.errors == ["Det er ikke din nuværende adgangskode."]
    with app.app_context():
        assert matches(PASSWORD, db.session.get(Person, world.cast["member"]).password_hash)


@pytest.mark.parametrize("common", ["correcthorsebatterystaple", "1qaz2wsx3edc", "QWERTY123456", "trustno1trustno1"])
def test_asvs_6_2_4_common_passwords_are_refused(browser, email, common):
    assert len(change(browser("member"), common).errors) == 1


@pytest.mark.parametrize(
    "plain", ["helt uden store bogstaver", "HELT UDEN SMÅ BOGSTAVER", "kun mellemrum og ord", "49 27 80 63 15 94"]
)
def test_asvs_6_2_5_no_kind_of_character_is_demanded(app, plain):
    with app.test_request_context():
        assert weakness_of(plain, known=[]) is None


def test_asvs_6_2_6_password_fields_hide_what_is_typed(browser, email):
    me = browser("member")
    fields = [me.get(path).tree.css("input[name=password], input[name=current]") for path in ("/account/password",)]
    fields.append(browser(None).get("/login").tree.css("input[name=password]"))
    assert all(field.attributes["type"] == "password" for found in fields for field in found)
    assert all(fields)


def test_asvs_6_2_7_pasting_and_password_managers_work(browser, email):
    (field,) = browser(None).get("/login").tree.css("input[name=password]")
    assert field.attributes["autocomplete"] == "current-password"
    (field,) = browser("member").get("/account/password").tree.css("input[name=password]")
    assert field.attributes["autocomplete"] == "new-password"
    assert not {"onpaste", "readonly", "maxlength"} & set(field.attributes)


def test_asvs_6_2_8_a_password_is_compared_as_it_was_typed(email, world, browser):
    for almost in (PASSWORD.upper(), PASSWORD[:-1], PASSWORD + "x"):
        sign_in(browser(None), email, almost, status=200)
    sign_in(browser(None), email)


def test_asvs_6_2_9_long_passwords_are_allowed(app):
    with app.test_request_context():
        assert weakness_of("en meget lang sætning om en giraf " * 3, known=[]) is None
    assert LONGEST >= 64


def test_asvs_6_2_10_a_password_lives_until_it_is_changed(browser, email, clock):
    clock.move(days=2000)
    sign_in(browser(None), email)


@pytest.mark.parametrize(
    "weak",
    [
        "sommer2026!!!",
        "ErfaNordErfa2026",
        "hjørringkommune1",
        "MetteMedlem2026",
        "tovholder-tovholder",
        "person2person2",
    ],
)
def test_asvs_6_2_11_context_words_are_refused(browser, email, weak):
    page = change(browser("member"), weak)
    assert len(page.errors) == 1
    assert "nem at gætte" in page.errors[0]


def test_asvs_6_2_12_leaked_passwords_are_refused(browser, email):
    """From lists of what was really leaked, kept here: no password is asked about elsewhere."""
    page = change(browser("member"), "1qaz2wsx3edc4rfv")
    assert page.errors == ["Den står på lister over lækkede adgangskoder, og dem prøver man først. Vælg en anden."]


# 6.3 Signing in


def test_asvs_6_3_1_guessing_is_stopped_and_the_owner_gets_in_another_way(browser, email, clock, outbox):
    for _ in range(10):
        sign_in(browser(None), email, "forkert og langt nok", status=200)
    page = sign_in(browser(None), email, status=429)
    assert int(page.response.headers["Retry-After"]) > 0
    visitor = browser(None)
    visitor.get("/login")
    visitor.submit("Send mig en kode", email=email)
    (digits,) = re.findall(r"^\d{6}$", outbox()[0].text, re.MULTILINE)
    visitor.client.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    clock.move(minutes=6)
    visitor.submit("Log ind med koden", code=digits, follow=False, status=302)


def test_asvs_6_3_5_a_sign_in_on_a_new_device_is_told(browser, email, outbox):
    sign_in(browser(None), email)
    sign_in(browser(None), email)
    assert [told.kind for told in outbox()] == ["new_device"]


def test_asvs_6_3_7_a_change_of_how_one_signs_in_is_told(browser, email, outbox):
    me = browser("member")
    change(me, OTHER)
    me.get("/account/signing-in")
    me.submit("Fjern adgangskoden")
    assert [told.kind for told in outbox()] == ["password_changed", "password_removed"]


def _password_answer(browser: Callable[[None], Browser], address: str) -> str:
    visitor = browser(None)
    page = sign_in(visitor, address, "forkert og langt nok", status=200)
    assert page.errors == [REFUSED]
    return page.text.replace(address, "ADDRESS")


def test_asvs_6_3_8_a_wrong_password_does_not_tell_whether_there_is_an_account(browser, email, hashings, statements):
    with statements.counted() as seen:
        known = _password_answer(browser, email)
    hashed_for_known, asked_for_known = len(hashings), steps(seen)
    with statements.counted() as seen:
        unknown = _password_answer(browser, STRANGER)
    assert known == unknown
    assert hashed_for_known == len(hashings) - hashed_for_known == 1
    assert asked_for_known == steps(seen)


def test_asvs_6_3_8_asking_for_a_code_does_not_tell_whether_there_is_an_account(browser, email, statements):
    answers = []
    for address in (email, STRANGER):
        visitor = browser(None)
        visitor.get("/login")
        page = visitor.submit("Send mig en kode", email=address)
        asked = page.text.replace(address, "ADDRESS")
        with statements.counted() as seen:
            page = visitor.submit("Log ind med koden", code="000000")
        answers.append((asked, page.text.replace(address, "ADDRESS"), steps(seen)))
    assert answers[0] == answers[1]


# 6.4 and 6.6: one-time codes


def test_asvs_6_4_1_a_code_is_short_lived_and_works_once(app, browser, email, clock):
    visitor = browser(None)
    visitor.get("/login")
    visitor.submit("Send mig en kode", email=email)
    with app.app_context():
        digits = digits_of(db.session.scalars(select(SignInCode)).one())
    clock.move(minutes=10)
    visitor.submit("Log ind med koden", code=digits, status=200, follow=False)
    assert SignInCode.TRIES == 5


def test_asvs_6_6_3_guessing_a_code_is_limited(app, browser, email):
    visitor = browser(None)
    visitor.get("/login")
    visitor.submit("Send mig en kode", email=email)
    with app.app_context():
        digits = digits_of(db.session.scalars(select(SignInCode)).one())
    for _ in range(5):
        visitor.submit("Log ind med koden", code="x", follow=False)
    visitor.submit("Log ind med koden", code=digits, status=200, follow=False)


def test_asvs_14_2_1_neither_codes_nor_addresses_stand_in_a_url(browser, email):
    visitor = browser(None)
    visitor.get("/login")
    visitor.submit("Send mig en kode", email=email)
    assert email not in visitor.page.url
    forms = list(visitor.page.tree.css("main form"))
    assert {form.attributes.get("method") for form in forms} == {"post"}


# 7 Sessions


def test_asvs_7_2_3_a_session_has_256_bits_and_no_two_are_alike():
    secrets = {new_secret() for _ in range(1000)}
    assert len(secrets) == 1000
    assert all(len(secret) == 43 for secret in secrets)


def test_asvs_7_2_4_a_sign_in_makes_a_new_secret_and_ends_the_one_before(browser, email, clock):
    me = browser(None)
    sign_in(me, email)
    first = secret_of(me)
    clock.move(minutes=11)
    me.get("/login/again")
    me.submit("Fortsæt", password=PASSWORD)
    second = secret_of(me)
    assert second != first
    with me.client.session_transaction(base_url="https://erfa.test") as cookie:
        cookie[SECRET] = first
    assert not is_in(me)


def test_asvs_7_3_1_an_administrator_who_is_idle_for_an_hour_is_out(browser, clock):
    me = browser("administrator")
    clock.move(minutes=59)
    assert is_in(me)
    clock.move(minutes=60)
    assert not is_in(me)


@pytest.mark.parametrize(("who", "hours"), [("administrator", 12), ("member", 30 * 24)])
def test_asvs_7_3_2_no_session_lasts_for_ever(app, browser, clock, who, hours):
    me = browser(who)
    end = core_clock.now().timestamp() + hours * 3600
    while core_clock.now().timestamp() < end - 1800:
        clock.move(minutes=30)
        if who == "administrator" or core_clock.now().hour == 0:
            assert is_in(me)
    clock.move(minutes=30)
    assert not is_in(me)


def test_asvs_7_4_1_signing_out_ends_the_session_on_the_server(app, browser, email):
    me = browser(None)
    sign_in(me, email)
    copied = me.client.get_cookie("__Host-erfa", domain="erfa.test").value
    me.get("/")
    me.submit("Log ud")
    thief = browser(None)
    thief.client.set_cookie("__Host-erfa", copied, domain="erfa.test", secure=True)
    assert not is_in(thief)


def test_asvs_7_4_2_a_closed_account_is_out_everywhere_at_once(world, browser):
    browsers = [browser("member"), browser("member")]
    with world.acting():
        db.session.get(Person, world.cast["member"]).disabled_at = core_clock.now()
    assert not any(map(is_in, browsers))


def test_asvs_7_4_3_a_changed_password_ends_every_other_session(browser, email):
    elsewhere, me = browser("member"), browser("member")
    change(me, OTHER)
    assert (is_in(elsewhere), is_in(me)) == (False, True)


def test_asvs_7_4_4_every_page_has_the_way_out(browser):
    for path in ("/", "/account/profile", "/account/log", "/networks"):
        assert browser("member").get(path).tree.css_first("form[action='/logout']") is not None


def test_asvs_7_5_1_address_and_password_ask_for_the_sign_in_again(browser, email, clock):
    me = browser("member")
    clock.move(minutes=11)
    for path in ("/account/address", "/account/password"):
        assert me.raw("GET", path).headers["Location"] == f"/login/again?next={path}"


def test_asvs_7_5_2_one_sees_ones_sessions_and_ends_each(app, browser):
    elsewhere, me = browser("member"), browser("member")
    me.get("/account/sessions")
    me.submit("Log ud Ukendt browser")
    assert (is_in(elsewhere), is_in(me)) == (False, True)


# 11, 16: how it is kept, and that it is written down


def test_asvs_11_4_2_passwords_are_kept_as_argon2id():
    assert hashed("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_asvs_16_2_5_no_secret_stands_in_the_log_or_the_outbox(app, browser, email, caplog):
    caplog.set_level("DEBUG")
    me = browser(None)
    sign_in(me, email, "forkert og langt nok", status=200)
    sign_in(me, email)
    token = me.get("/account/password").tree.css_first("[name=csrf_token]").attributes["value"]
    me.raw("POST", "/account/password/strength", data={"csrf_token": token, "password": OTHER})
    with app.app_context():
        kept = str(list(db.session.scalars(select(Event.facts)))) + str(list(db.session.scalars(select(Mail.payload))))
    for secret in ("forkert og langt nok", PASSWORD, OTHER, secret_of(me)):
        assert secret not in caplog.text + kept


def test_asvs_16_3_1_sign_ins_and_failures_are_written_down(app, browser, email):
    sign_in(browser(None), email, "forkert og langt nok", status=200)
    sign_in(browser(None), email)
    with app.app_context():
        rows = db.session.scalars(select(Event).order_by(Event.id)).all()
        assert [(row.kind.value, row.facts["means"]) for row in rows] == [
            ("sign_in_failed", "password"), ("signed_in", "password"),
        ]  # fmt: skip
        assert db.session.scalars(select(SignInSession.means)).one() is Means.PASSWORD


# The meter, which helps with 6.2


@pytest.mark.parametrize(
    ("typed", "step", "says"),
    [
        ("kort", "weak", "Brug mindst 12 tegn"),
        ("sommer2026!!!", "weak", "nem at gætte"),
        ("x7#Kq9!mZ2$p", "fair", "Den er god nok"),
        (OTHER, "strong", "Den er stærk"),
        ("", "weak", "Brug mindst 12 tegn"),
    ],
)
def test_the_meter_says_in_words_what_the_form_will_say(browser, typed, step, says):
    me = browser("member")
    token = me.get("/account/password").tree.css_first("[name=csrf_token]").attributes["value"]
    answer = me.raw("POST", "/account/password/strength", data={"csrf_token": token, "password": typed})
    assert answer.json["step"] == step
    assert says in answer.json["says"]
    if typed:
        assert typed not in answer.get_data(as_text=True)


def test_the_meter_does_not_help_to_guess_without_end(app, browser, monkeypatch):
    monkeypatch.setitem(app.config, "STRENGTH_LIMIT", "2 per minute")
    me = browser("member")
    token = me.get("/account/password").tree.css_first("[name=csrf_token]").attributes["value"]
    answers = [me.raw("POST", "/account/password/strength", data={"csrf_token": token}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_the_meter_and_the_form_agree(app):
    with app.test_request_context():
        for plain in (PASSWORD, OTHER, "kort", "correcthorsebatterystaple", "x7#Kq9!mZ2$p"):
            step, sentence = strength_of(plain, known=[])
            weakness = weakness_of(plain, known=[])
            assert (step.value == "weak") == (weakness is not None)
            assert weakness in {None, sentence}
