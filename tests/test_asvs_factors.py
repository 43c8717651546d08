"""The demands of ASVS 5.0 on factors and the second step, each a test named after its row (security.md, B1)."""

import math
import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core.security import HEADERS
from app.extensions import db
from app.factors import authenticators, challenges, recovery_codes
from app.factors.models import RecoveryCode, RequiredOf, SignInRule
from app.sessions.codes import digits_of
from app.sessions.models import SignInCode, SignInSession
from tests.factors.conftest import BELOW, PASSWORD, App, add_passkey, cast, first_step, is_in, options, sign_in_with
from tests.passkeys import Device

__all__ = ["cast", "first_step"]  # fixtures


def sessions(app):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(SignInSession))


def test_6_3_1_guessing_the_second_step_is_limited_per_account_and_says_when_to_come_back(cast, first_step):
    phone = cast.gets_app()
    for _time in range(5):
        first_step().submit("Log ind med appens kode", code=phone.does_not_show())
    page = first_step().submit("Log ind med appens kode", code=phone.shows(), status=429)
    assert 0 < int(page.response.headers["Retry-After"]) <= 300


def test_6_3_3_a_second_factor_can_be_used_by_everybody_and_required(world, browser, cast, first_step):
    phone = cast.gets_app()
    visitor = first_step()
    assert not is_in(visitor)
    visitor.submit("Log ind med appens kode", code=phone.shows())
    assert is_in(visitor)
    with world.acting():
        db.session.add(SignInRule(required_of=RequiredOf.EVERYBODY))
    assert browser("colleague").get("/networks", status=302).response.headers["Location"] == BELOW


def test_6_3_4_every_way_in_ends_at_the_second_step_but_the_one_that_is_both(app, browser, cast, first_step):
    device = Device()
    add_passkey(browser("member"), device)
    before = sessions(app)
    assert first_step().page.title == "Andet trin"
    visitor = browser(None)
    visitor.get("/login")
    visitor.submit("Send mig en kode", email=cast.email("member"))
    with app.app_context():
        digits = digits_of(db.session.scalars(select(SignInCode)).one())
    assert visitor.submit("Log ind med koden", code=digits).title == "Andet trin"
    assert sessions(app) == before
    visitor = browser(None)
    sign_in_with(visitor, device)
    assert is_in(visitor)


def test_6_3_5_who_comes_past_the_first_step_only_is_told_of(cast, first_step, outbox):
    phone = cast.gets_app()
    visitor = first_step()
    for _time in range(3):
        visitor.submit("Log ind med appens kode", code=phone.does_not_show())
    assert [mail.to for mail in outbox() if mail.kind == "second_step_failed"] == ["person2@erfa.test"]


def test_6_3_7_the_owner_is_told_of_every_change_of_factors(browser, cast, clock, outbox):
    me = browser("member")
    add_passkey(me, Device(), "Telefonen")
    page = me.get(f"{BELOW}/authenticator")
    me.submit("Bekræft appen", code=App(page.tree.css_first(".key code").text()).shows())
    me.get(f"{BELOW}/recovery-codes")
    me.submit("Lav ti nye koder")
    clock.move(minutes=1)
    me.get(BELOW)
    me.submit("Fjern appen")
    me.get(BELOW)
    me.submit("Fjern adgangsnøglen Telefonen")
    kinds = sorted(mail.kind for mail in outbox())
    assert kinds == ["factor_added", "factor_added", "factor_removed", "factor_removed", "recovery_codes_made"]


def test_6_3_8_neither_page_nor_question_tells_who_has_a_factor(browser, cast):
    without = browser(None)
    without.get("/login")
    wrong = without.submit("Log ind med adgangskode", email=cast.email("member"), password="forkert adgangskode")
    cast.gets_app()
    add_passkey(browser("member"), Device())
    having = browser(None)
    having.get("/login")
    same = having.submit("Log ind med adgangskode", email=cast.email("member"), password="forkert adgangskode")
    assert wrong.text == same.text
    assert options(having, "/login/passkey")["allowCredentials"] == []


def test_6_4_1_what_is_handed_out_to_begin_with_expires(browser, cast, clock):
    """The key in the set-up form, and the codes in the form that fetches them: fifteen minutes."""
    me = browser("member")
    page = me.get(f"{BELOW}/authenticator")
    sealed, phone = me.page.value("sealed"), App(page.tree.css_first(".key code").text())
    clock.move(minutes=15, seconds=1)
    me = browser("member")
    me.get(f"{BELOW}/authenticator")
    assert me.submit("Bekræft appen", code=phone.shows(), sealed=sealed).errors


def test_6_4_3_a_forgotten_password_does_not_lead_around_the_second_step(app, browser, cast):
    """The mailed code is our reset: it opens neither the account nor, signed in, what asks for a fresh sign-in."""
    cast.gets_app()
    visitor = browser(None)
    visitor.get("/login")
    visitor.submit("Send mig en kode", email=cast.email("member"))
    with app.app_context():
        digits = digits_of(db.session.scalars(select(SignInCode)).one())
    visitor.submit("Log ind med koden", code=digits)
    assert not is_in(visitor)
    assert visitor.raw("GET", "/account/password").headers["Location"].startswith("/login")


def test_6_4_4_who_has_lost_everything_is_helped_by_an_administrator_and_told(world, cast, first_step, outbox):
    from app.accounts.models import Person
    from app.factors.operations import reset_factors

    cast.gets_app()
    with world.acting():
        boss, member = (db.session.get_one(Person, cast.id(who)) for who in ("administrator", "member"))
        reset_factors(member, by=boss)
    assert is_in(first_step())
    assert [mail.to for mail in outbox() if mail.kind == "factors_reset"] == ["person2@erfa.test"]


def test_6_5_1_codes_of_either_kind_work_once(cast, first_step, clock):
    phone, codes = cast.gets_app(), cast.gets_codes()
    first_step().submit("Log ind med appens kode", code=phone.shows())
    first_step().submit("Log ind med reservekoden", recovery_code=codes[0])
    clock.move(seconds=1)
    again = first_step()
    again.submit("Log ind med appens kode", code=phone.shows())
    again.submit("Log ind med reservekoden", recovery_code=codes[0])
    assert not is_in(again)


def test_6_5_2_recovery_codes_rest_as_slow_salted_hashes(app, cast):
    codes = cast.gets_codes()
    with app.app_context():
        row = db.session.scalars(select(RecoveryCode)).first()
        assert len(bytes.fromhex(row.salt)) == 16
        assert len(bytes.fromhex(row.digest)) == 32
        assert not any(code.replace("-", "") in row.digest for code in codes)
    source = Path(recovery_codes.__file__).read_text()
    assert "memory_cost=19 * 1024" in source and "Type.ID" in source  # argon2id as for passwords


def test_6_5_3_secrets_come_from_the_systems_random_source():
    for module in (authenticators, challenges, recovery_codes):
        assert not re.search(r"^(import|from) random", Path(module.__file__).read_text(), re.M)
    assert len({authenticators.new_secret_key() for _time in range(50)}) == 50


def test_6_5_4_they_are_long_enough(app):
    letters = len(set(recovery_codes._LETTERS))
    assert recovery_codes._LENGTH * math.log2(letters) > 58  # bits; twenty are asked for
    assert len(authenticators.new_secret_key()) * 5 == 160
    with app.test_request_context():
        assert re.match(rb"[0-9a-f]{32}-", challenges.new_challenge("test"))  # 128 bits


@pytest.mark.parametrize(("steps", "works"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_6_5_5_an_apps_code_works_for_its_half_minute_and_the_ones_beside_it(cast, first_step, steps, works):
    phone = cast.gets_app()
    visitor = first_step()
    visitor.submit("Log ind med appens kode", code=phone.shows(steps=steps))
    assert is_in(visitor) is works


def test_6_5_6_what_is_lost_can_be_taken_back(browser, cast):
    device, me = Device(), browser("member")
    add_passkey(me, device, "Telefonen")
    me.get(BELOW)
    me.submit("Fjern adgangsnøglen Telefonen")
    visitor = browser(None)
    sign_in_with(visitor, device)
    assert not is_in(visitor)


def test_6_5_8_the_time_of_a_code_is_ours_and_not_what_the_request_says(cast, first_step, clock):
    phone = cast.gets_app()
    visitor = first_step()
    old = phone.shows()
    clock.move(minutes=3)
    page = visitor.submit("Log ind med appens kode", code=old)
    assert page.errors
    assert not is_in(visitor)


def test_6_7_2_a_challenge_has_more_than_64_bits_lives_shortly_and_is_answered_once(browser, cast, clock):
    device = Device(counts=False)
    add_passkey(browser("member"), device)
    visitor = browser(None)
    visitor.get("/login")
    answer = device.get(options(visitor, "/login/passkey"))
    visitor.submit("Brug adgangsnøgle", credential=answer)
    visitor.get("/networks")
    visitor.submit("Log ud")
    visitor.get("/login")
    visitor.submit("Brug adgangsnøgle", credential=answer)
    assert not is_in(visitor)


@pytest.mark.parametrize(
    "path", [f"{BELOW}/authenticator", f"{BELOW}/passkeys/new", f"{BELOW}/passkeys/options", f"{BELOW}/recovery-codes"]
)
def test_7_5_1_factors_change_only_after_a_fresh_sign_in(browser, clock, path):
    me = browser("member")
    assert me.raw("GET", path).status_code == 200
    clock.move(minutes=11)
    assert me.raw("GET", path).headers["Location"].startswith("/login/again")


def test_7_5_1_and_whoever_has_two_steps_shows_both(browser, cast, clock):
    cast.gets_app()
    me = browser("member")
    clock.move(minutes=11)
    me.get("/login/again?next=/account/second-factor/authenticator")
    assert me.submit("Fortsæt", password=PASSWORD).title == "Andet trin"
    assert me.raw("GET", f"{BELOW}/authenticator").headers["Location"].startswith("/login/again")


def test_13_3_1_and_11_3_secrets_that_are_read_again_rest_encrypted(app, cast):
    from app.factors.models import Authenticator

    phone = cast.gets_app()
    with app.app_context():
        assert phone.totp.secret not in db.session.scalars(select(Authenticator)).one().secret


def test_14_2_1_no_secret_stands_in_an_address(app):
    factor_rules = [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("factors.")]
    assert factor_rules
    assert {name for rule in factor_rules for name in re.findall(r"<(?:\w+:)?(\w+)>", rule)} <= {"passkey_id"}


def test_3_4_browsers_may_use_passkeys_here_and_in_no_frame():
    assert "publickey-credentials-get=(self)" in HEADERS["Permissions-Policy"]
    assert "publickey-credentials-create=(self)" in HEADERS["Permissions-Policy"]
    assert "frame-ancestors 'none'" in HEADERS["Content-Security-Policy"]
