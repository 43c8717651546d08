"""Between the first and the second step: what one may do there, for how long, and that nothing leads around it."""

import pytest
from sqlalchemy import delete, func, select

from app.accounts.models import Person
from app.core import clock as core_clock
from app.extensions import db
from app.factors import authenticators
from app.factors.models import Authenticator
from app.factors.operations import reset_factors
from app.sessions.codes import digits_of
from app.sessions.models import PendingSignIn, SignInCode, SignInSession
from app.sessions.operations import change_password, end_other_sessions
from app.sessions.second_step import forget_pending
from app.sessions.sign_in import SECRET
from tests.factors.conftest import BELOW, PASSWORD, App, add_passkey, is_in, options
from tests.passkeys import Device


def count(app, table):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table))


def test_without_a_factor_one_is_in_after_the_first_step(app, first_step):
    assert is_in(first_step())
    assert count(app, PendingSignIn) == 0


def test_after_the_password_one_is_asked_for_the_second_step_and_led_on_afterwards(app, world, cast, first_step):
    phone = cast.gets_app()
    visitor = first_step(target=f"/networks/{world.network_id}")
    assert visitor.page.title == "Andet trin"
    assert not is_in(visitor)
    assert count(app, SignInSession) == 0
    visitor.submit("Log ind med appens kode", code=phone.shows())
    assert visitor.page.url == f"/networks/{world.network_id}"
    assert is_in(visitor)
    assert count(app, PendingSignIn) == 0


def test_the_mailed_code_does_not_lead_around_it(app, browser, cast):
    phone = cast.gets_app()
    visitor = browser(None)
    visitor.get("/login?next=/networks")
    visitor.submit("Send mig en kode", email=cast.email("member"))
    with app.app_context():
        digits = digits_of(db.session.scalars(select(SignInCode)).one())
    page = visitor.submit("Log ind med koden", code=digits)
    assert page.title == "Andet trin"
    assert not is_in(visitor)
    assert visitor.submit("Log ind med appens kode", code=digits).errors
    visitor.submit("Log ind med appens kode", code=phone.shows())
    assert visitor.page.url == "/networks"


def test_between_the_steps_every_page_asks_for_a_sign_in(cast, first_step):
    cast.gets_app()
    visitor = first_step()
    for path in ("/account", "/networks", BELOW, f"{BELOW}/authenticator", "/login/again", "/calendar"):
        answer = visitor.raw("GET", path)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/login")


def test_the_first_step_lasts_ten_minutes(app, cast, first_step, clock):
    phone = cast.gets_app()
    visitor = first_step()
    clock.move(minutes=10)
    page = visitor.submit("Log ind med appens kode", code=phone.shows())
    assert page.title == "Log ind"
    assert "Det tog for lang tid" in page.text
    assert not is_in(visitor)
    first_step(on=visitor)
    clock.move(minutes=9, seconds=59)
    visitor.submit("Log ind med appens kode", code=phone.shows())
    assert is_in(visitor)


def test_what_nobody_finished_is_forgotten(app, cast, first_step, clock):
    cast.gets_app()
    first_step()
    clock.move(minutes=11)
    with app.app_context():
        forget_pending()
        db.session.commit()
    assert count(app, PendingSignIn) == 0


def test_done_it_cannot_be_done_again_with_a_copied_cookie(browser, cast, first_step, clock):
    phone = cast.gets_app()
    visitor = first_step()
    copied = visitor.client.get_cookie("__Host-erfa", domain="erfa.test").value
    visitor.submit("Log ind med appens kode", code=phone.shows())
    clock.move(seconds=30)
    thief = browser(None)
    thief.client.set_cookie("__Host-erfa", copied, domain="erfa.test", secure=True)
    assert thief.get("/login/second", status=302).response.headers["Location"] == "/login"


def test_the_cookie_between_the_steps_is_no_session(browser, cast, first_step):
    cast.gets_app()
    visitor = first_step()
    with visitor.client.session_transaction(base_url="https://erfa.test") as cookie:
        assert SECRET not in cookie
        cookie[SECRET] = cookie["second_step"]
    assert not is_in(visitor)


def test_whoever_is_disabled_meanwhile_gets_no_further(app, world, cast, first_step):
    phone = cast.gets_app()
    visitor = first_step()
    with world.acting():
        db.session.get(Person, cast.id("member")).disabled_at = core_clock.now()
    assert visitor.submit("Log ind med appens kode", code=phone.shows()).title == "Log ind"
    assert count(app, SignInSession) == 0
    assert not is_in(visitor)


def test_who_was_signed_in_here_before_is_signed_out_by_the_first_step(app, browser, cast, first_step):
    cast.gets_app("colleague")
    me = browser("member")
    me.client.get("/login", base_url="https://erfa.test")
    token = me.get("/help").tree.css_first("[name=csrf_token]").attributes["value"]
    me.raw("POST", "/login", data={"csrf_token": token, "email": cast.email("colleague"), "password": PASSWORD})
    assert not is_in(me)
    assert count(app, SignInSession) == 0


def test_a_passkey_does_for_the_second_step(browser, cast, clock, world):
    device = Device()
    add_passkey(browser("member"), device)
    clock.move(minutes=1)
    visitor = browser(None)
    visitor.get("/login?next=/networks")
    visitor.submit("Log ind med adgangskode", email=cast.email("member"), password=PASSWORD)
    asked = options(visitor, "/login/second/passkey")
    assert len(asked["allowCredentials"]) == 1
    visitor.submit("Brug adgangsnøgle", credential=device.get(asked))
    assert visitor.page.url == "/networks"
    assert is_in(visitor)


def test_somebody_elses_passkey_does_not(browser, cast, first_step):
    mine, theirs = Device(), Device()
    add_passkey(browser("member"), mine)
    add_passkey(browser("colleague"), theirs)
    visitor = first_step()
    answer = theirs.get(options(visitor, "/login/second/passkey"))
    page = visitor.submit("Brug adgangsnøgle", credential=answer)
    assert "Adgangsnøglen blev ikke godkendt. Prøv igen, eller brug en anden måde." in page.text
    assert not is_in(visitor)
    assert cast.events()[-1] == ("second_step_failed", {"factor": "passkey"})


def test_only_what_one_has_is_offered(browser, cast, first_step):
    cast.gets_app()
    page = first_step().page
    assert page.tree.css_first("[name=code]")
    assert not page.tree.css_first("[name=credential]")
    assert not page.tree.css_first("[name=recovery_code]")
    cast.gets_codes()
    assert first_step().page.tree.css_first("[name=recovery_code]")


def test_without_a_first_step_there_is_no_second(browser, cast):
    cast.gets_app()
    visitor = browser(None)
    assert visitor.get("/login/second", status=302).response.headers["Location"] == "/login"
    visitor.get("/login/second/passkey", status=404)
    for path in ("/login/second", "/login/second/recovery", "/login/second/passkey"):
        assert visitor.post(path, code="123456").response.headers["Location"] == "/login"


def test_failures_stand_in_the_log_and_the_third_is_told(cast, first_step, outbox):
    phone = cast.gets_app()
    cast.gets_codes()
    visitor = first_step()
    visitor.submit("Log ind med appens kode", code=phone.does_not_show())
    visitor.submit("Log ind med reservekoden", recovery_code="nope")
    assert not [mail for mail in outbox() if mail.kind == "second_step_failed"]
    visitor.submit("Log ind med appens kode", code=phone.does_not_show())
    visitor.submit("Log ind med appens kode", code=phone.does_not_show())
    failed = [facts["factor"] for kind, facts in cast.events() if kind == "second_step_failed"]
    assert failed == ["authenticator", "recovery_code", "authenticator", "authenticator"]
    (told,) = [mail for mail in outbox() if mail.kind == "second_step_failed"]
    assert told.subject == "Nogen kunne ikke gennemføre et login på din konto"
    assert "kom igennem første trin" in told.text


def test_guessing_is_limited_for_the_account_from_whichever_browser(cast, first_step, clock):
    phone = cast.gets_app()
    for _time in range(5):
        first_step().submit("Log ind med appens kode", code=phone.does_not_show())
    visitor = first_step()
    page = visitor.submit("Log ind med appens kode", code=phone.shows(), status=429)
    assert 0 < int(page.response.headers["Retry-After"]) <= 300
    visitor.get("/login/second")
    clock.move(minutes=5)
    visitor.submit("Log ind med appens kode", code=phone.shows())
    assert is_in(visitor)


def test_and_over_the_hour(app, cast, first_step, clock, monkeypatch):
    monkeypatch.setitem(app.config, "LOGIN_LIMIT", "1000 per minute")
    phone = cast.gets_app()
    for _round in range(4):
        for _time in range(5):
            first_step().submit("Log ind med appens kode", code=phone.does_not_show())
        clock.move(minutes=5, seconds=1)
    first_step().submit("Log ind med appens kode", code=phone.shows(), status=429)


def test_right_codes_do_not_use_up_the_tries(cast, first_step, clock):
    phone = cast.gets_app()
    for _time in range(8):
        clock.move(seconds=30)
        visitor = first_step()
        visitor.submit("Log ind med appens kode", code=phone.shows())
        assert is_in(visitor)


def test_recovery_codes_count_against_the_same_limit(cast, first_step):
    phone = cast.gets_app()
    codes = cast.gets_codes()
    visitor = first_step()
    for _time in range(5):
        visitor.submit("Log ind med appens kode", code=phone.does_not_show())
    visitor.submit("Log ind med reservekoden", recovery_code=codes[0], status=429)


def test_a_passkey_still_opens_while_others_guess(browser, cast, first_step):
    """So that whoever knows the password cannot shut the owner out."""
    device = Device()
    add_passkey(browser("member"), device)
    phone = cast.gets_app()
    for _time in range(5):
        first_step().submit("Log ind med appens kode", code=phone.does_not_show())
    visitor = first_step()
    visitor.submit("Brug adgangsnøgle", credential=device.get(options(visitor, "/login/second/passkey")))
    assert is_in(visitor)


class TestOnceMore:
    """Before an act that asks for a fresh sign-in, whoever has a second step shows both."""

    @pytest.fixture
    def stale(self, browser, cast, clock):
        cast.phone = cast.gets_app()
        me = browser("member")
        clock.move(minutes=11)
        page = me.get(f"{BELOW}/authenticator", status=302)
        me.get(page.response.headers["Location"])
        return me

    def test_the_password_alone_is_not_enough(self, stale, cast):
        page = stale.submit("Fortsæt", password=PASSWORD)
        assert page.title == "Andet trin"
        assert stale.raw("GET", f"{BELOW}/authenticator").status_code == 302
        assert is_in(stale)
        stale.submit("Log ind med appens kode", code=cast.phone.shows())
        assert stale.page.title == "Sæt en godkendelsesapp op"

    def test_nor_is_a_code_by_mail(self, stale, app, cast):
        stale.submit("Send mig en kode")
        with app.app_context():
            digits = digits_of(db.session.scalars(select(SignInCode)).one())
        assert stale.submit("Fortsæt med koden", code=digits).title == "Andet trin"

    def test_what_was_begun_in_one_session_freshens_no_other(self, stale, browser, cast):
        stale.submit("Fortsæt", password=PASSWORD)
        with stale.client.session_transaction(base_url="https://erfa.test") as cookie:
            pending = cookie["second_step"]
        other = browser("member")
        with other.client.session_transaction(base_url="https://erfa.test") as cookie:
            cookie["second_step"] = pending
        other.get("/login/second")
        other.submit("Log ind med appens kode", code=cast.phone.shows(), status=403)

    def test_a_passkey_is(self, browser, cast, clock):
        device = Device()
        me = browser("member")
        add_passkey(me, device)
        clock.move(minutes=11)
        me.get(me.get(f"{BELOW}/authenticator", status=302).response.headers["Location"])
        asked = options(me, "/login/again/passkey")
        assert len(asked["allowCredentials"]) == 1
        me.submit("Brug adgangsnøgle", credential=device.get(asked))
        assert me.page.title == "Sæt en godkendelsesapp op"

    def test_but_not_somebody_elses(self, browser, cast, clock):
        mine, theirs = Device(), Device()
        me = browser("member")
        add_passkey(me, mine)
        add_passkey(browser("colleague"), theirs)
        clock.move(minutes=11)
        me.get(me.get(f"{BELOW}/authenticator", status=302).response.headers["Location"])
        page = me.submit("Brug adgangsnøgle", credential=theirs.get(options(me, "/login/again/passkey")))
        assert "Adgangsnøglen blev ikke godkendt" in page.text
        assert me.raw("GET", f"{BELOW}/authenticator").status_code == 302


def adds_app(me):
    key = me.get(f"{BELOW}/authenticator").tree.css_first(".key code").text()
    me.submit("Bekræft appen", code=App(key).shows())


def test_the_first_factor_ends_what_was_begun_without_it(cast, first_step):
    stolen, mine = first_step(), first_step()
    other = first_step("colleague")
    adds_app(mine)
    assert is_in(mine)
    assert not is_in(stolen)
    assert is_in(other)
    first_step(on=stolen)
    assert stolen.page.title == "Andet trin"


def test_the_first_passkey_ends_what_was_begun_without_it(cast, first_step):
    stolen, mine = first_step(), first_step()
    add_passkey(mine, Device())
    assert is_in(mine)
    assert not is_in(stolen)


def test_a_further_factor_ends_no_session(cast, browser):
    here = browser("member")
    add_passkey(here, Device())
    there = browser("member")
    adds_app(here)
    assert is_in(here)
    assert is_in(there)


def test_a_session_that_showed_no_factor_is_none_for_who_has_one(app, cast, first_step):
    stolen = first_step()
    cast.gets_app()  # as in the moment between the first step and the session
    assert stolen.raw("GET", f"{BELOW}/authenticator").headers["Location"].startswith("/login?")
    token = stolen.get("/login").tree.css_first("[name=csrf_token]").attributes["value"]
    stolen.raw("POST", f"{BELOW}/authenticator/removal", data={"csrf_token": token})
    with app.app_context():
        assert db.session.get(Authenticator, cast.id("member")) is not None


def test_a_reset_signs_out_everywhere(app, cast, browser):
    me = browser("member")
    add_passkey(me, Device())
    with cast.world.acting():
        reset_factors(db.session.get_one(Person, cast.id("member")), by=None)
    assert not is_in(me)


@pytest.mark.parametrize("act", ["password", "others"])
def test_a_sign_in_between_the_steps_ends_with_the_other_sessions(app, browser, cast, first_step, act):
    phone = cast.gets_app()
    thief, me = first_step(), browser("member")
    with app.app_context():
        person, here = db.session.get_one(Person, cast.id("member")), 0
        if act == "password":
            change_password(person, "new", here=here)
        else:
            end_other_sessions(person, but=here)
        db.session.commit()
    assert count(app, PendingSignIn) == 0
    thief.submit("Log ind med appens kode", code=phone.shows())
    assert not is_in(thief)
    assert not is_in(me)


@pytest.mark.parametrize("is_right", [True, False])
def test_of_two_tabs_at_the_second_step_one_signs_in_and_the_other_is_led_on(
    app, cast, first_step, monkeypatch, is_right
):
    """The other tab is done between the moment this one read what is waiting and the moment it is done itself."""
    cast.gets_app()
    visitor = first_step()

    def another_is_quicker(_person_id, _typed):
        db.session.execute(delete(PendingSignIn).execution_options(synchronize_session=False))
        return is_right

    monkeypatch.setattr(authenticators, "takes", another_is_quicker)
    token = visitor.page.tree.css_first("[name=csrf_token]").attributes["value"]
    answer = visitor.raw("POST", "/login/second", data={"csrf_token": token, "code": "123456"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login")
    assert "Set-Cookie" not in answer.headers
    assert count(app, SignInSession) == 0
