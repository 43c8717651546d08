"""The authenticator app: setting it up, and what is taken from it when."""

import pytest
import segno
from cryptography.fernet import Fernet
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.models import Person
from app.extensions import db
from app.factors.authenticators import address_of, drawn, takes
from app.factors.models import Authenticator
from tests.factors.conftest import BELOW, App, is_in

NEW = f"{BELOW}/authenticator"
NOT_THAT = ["Det er ikke den kode, appen viser nu, eller også er den brugt. Vent på den næste."]


def key_on(page):
    return page.tree.css_first(".key code").text()


def kept(app, person_id):
    with app.app_context():
        return db.session.get(Authenticator, person_id)


def test_it_counts_once_a_code_has_confirmed_it(app, browser, cast, outbox):
    me = browser("member")
    phone = App(key_on(me.get(NEW)))
    assert kept(app, cast.id("member")) is None
    page = me.submit("Bekræft appen", code=phone.shows())
    assert page.title == "Reservekoder"
    assert "Godkendelsesappen er tilføjet." in page.text
    (told,) = outbox()
    assert told.subject == "Der er tilføjet en godkendelsesapp til din konto"
    assert "mandag den 23. november 2026 kl. 9.00" in told.text
    assert phone.totp.secret not in told.text + told.html
    assert cast.events() == [("authenticator_added", {})]
    assert "Godkendelsesapp" in me.get(BELOW).text


def test_a_wrong_code_is_explained_and_the_same_key_still_counts(app, browser, cast):
    me = browser("member")
    key = key_on(me.get(NEW))
    page = me.submit("Bekræft appen", code=App(key).does_not_show())
    assert page.errors[0].startswith("Det er ikke den kode, appen viser nu.")
    assert key_on(page) == key
    assert me.submit("Bekræft appen", code="").errors == ["Skriv de seks cifre, som appen viser."]
    assert key_on(me.page) == key
    assert kept(app, cast.id("member")) is None
    me.submit("Bekræft appen", code=f" {App(key).shows()[:3]} {App(key).shows()[3:]} ")
    assert kept(app, cast.id("member")) is not None


def test_each_visit_shows_another_key(browser):
    me = browser("member")
    keys = {key_on(me.get(NEW)) for _time in range(3)}
    assert len(keys) == 3
    assert all(len(key.replace(" ", "")) == 32 for key in keys)  # 160 bits


def test_the_picture_holds_the_address_with_the_key_and_nothing_is_in_any_url(app, browser, cast, world):
    me = browser("member")
    page = me.get(NEW)
    with app.app_context():
        address = address_of(key_on(page).replace(" ", ""), db.session.get(Person, cast.id("member")))
    assert address.startswith("otpauth://totp/ERFA%20Nord:person2%40erfa.test?secret=")
    assert "issuer=ERFA%20Nord" in address
    picture = page.tree.css_first("svg.qr")
    side, path = drawn(address)
    assert picture.css("path")[1].attributes["d"] == path
    assert picture.attributes["viewBox"] == f"0 0 {side} {side}"
    dark = {tuple(map(int, part.removesuffix(".5h1").split())) for part in path.split("M")[1:]}
    rows = [list(row) for row in segno.make(address, error="m", micro=False).matrix_iter(border=4)]
    assert dark == {(x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark}
    assert page.response.headers["Cache-Control"] == "no-store"
    assert not [link for link in page.links().values() if "secret" in link]


def test_a_form_that_lay_open_too_long_gets_a_new_key(app, browser, cast, clock):
    me = browser("member")
    key = key_on(me.get(NEW))
    sealed = me.page.value("sealed")
    clock.move(minutes=15, seconds=1)
    me = browser("member")  # signed in anew meanwhile
    me.get(NEW)
    page = me.submit("Bekræft appen", code=App(key).shows(), sealed=sealed)
    assert page.errors == [
        "Siden havde været åben for længe, så der er en ny nøgle. Scan det nye billede, og skriv koden til den."
    ]
    assert key_on(page) != key
    assert kept(app, cast.id("member")) is None


def test_the_key_of_somebody_elses_form_is_not_taken(app, browser, cast):
    """Who makes a victim's browser send a form with a key of their own must not succeed, CSRF token or not."""
    thief, me = browser("colleague"), browser("member")
    phone = App(key_on(thief.get(NEW)))
    sealed = thief.page.value("sealed")
    me.get(NEW)
    page = me.submit("Bekræft appen", code=phone.shows(), sealed=sealed)
    assert page.errors[0].startswith("Siden havde været åben for længe")
    me.get(NEW)
    assert me.submit("Bekræft appen", code=phone.shows(), sealed="x").errors
    assert kept(app, cast.id("member")) is None


def test_the_secret_is_encrypted_where_it_rests(app, browser, cast):
    me = browser("member")
    key = key_on(me.get(NEW)).replace(" ", "")
    me.submit("Bekræft appen", code=App(key).shows())
    row = kept(app, cast.id("member"))
    assert key not in row.secret
    assert row.secret.startswith("gAAAA")  # Fernet


def test_what_another_installation_encrypted_does_not_count_and_breaks_nothing(world, cast, first_step):
    phone = cast.gets_app()
    with world.acting():
        row = db.session.get(Authenticator, cast.id("member"))
        row.secret = Fernet(Fernet.generate_key()).encrypt(phone.totp.secret.encode()).decode()
    assert first_step().submit("Log ind med appens kode", code=phone.shows()).errors == NOT_THAT


def test_a_new_app_replaces_the_old(app, browser, cast, first_step, clock):
    old = cast.gets_app()
    me = browser("member")
    page = me.get(NEW)
    assert "Den app, du bruger nu, holder op med at virke" in page.text
    new = App(key_on(page))
    me.submit("Bekræft appen", code=new.shows())
    clock.move(seconds=60)
    visitor = first_step()
    assert visitor.submit("Log ind med appens kode", code=old.shows()).errors == NOT_THAT
    visitor.submit("Log ind med appens kode", code=new.shows())
    assert is_in(visitor)


def test_confirming_twice_adds_one_and_tells_once(app, browser, cast, outbox):
    me = browser("member")
    phone = App(key_on(me.get(NEW)))
    sealed = me.page.value("sealed")
    me.submit("Bekræft appen", code=phone.shows())
    me.post(NEW, code=phone.shows(), sealed=sealed)
    assert len(outbox()) == 1


def test_the_code_it_was_confirmed_with_is_used_up(browser, cast, first_step):
    me = browser("member")
    phone = App(key_on(me.get(NEW)))
    me.submit("Bekræft appen", code=phone.shows())
    visitor = first_step()
    assert visitor.submit("Log ind med appens kode", code=phone.shows()).errors == NOT_THAT
    assert not is_in(visitor)


@pytest.mark.parametrize(("steps", "works"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_off_by_one_step(cast, first_step, steps, works):
    phone = cast.gets_app()
    visitor = first_step()
    visitor.submit("Log ind med appens kode", code=phone.shows(steps=steps))
    assert is_in(visitor) is works


def test_a_code_is_taken_once_and_none_before_it_afterwards(cast, first_step, clock):
    phone = cast.gets_app()
    earlier, code = phone.shows(steps=-1), phone.shows()
    first_step().submit("Log ind med appens kode", code=code)
    for used in (code, earlier):
        visitor = first_step()
        assert visitor.submit("Log ind med appens kode", code=used).errors == NOT_THAT
        assert not is_in(visitor)
    clock.move(seconds=30)
    visitor = first_step()
    visitor.submit("Log ind med appens kode", code=phone.shows())
    assert is_in(visitor)


@pytest.mark.parametrize(
    "odd", ["١٢٣٤٥٦", "12345", "1234567", "abcdef", "æøåæøå", "１２３４５６", "-12345", "12345\n6 7"]
)
def test_what_is_no_code_is_refused(cast, first_step, odd):
    cast.gets_app()
    visitor = first_step()
    assert visitor.submit("Log ind med appens kode", code=odd).errors
    assert not is_in(visitor)


def test_removed_it_is_no_longer_asked_for_and_the_owner_is_told(app, browser, cast, first_step, outbox):
    cast.gets_app()
    me = browser("member")
    me.get(BELOW)
    page = me.submit("Fjern appen")
    assert "Godkendelsesappen er fjernet." in page.text
    assert kept(app, cast.id("member")) is None
    (told,) = outbox()
    assert told.subject == "Godkendelsesappen er fjernet fra din konto"
    assert cast.events()[-1] == ("authenticator_removed", {})
    assert is_in(first_step())
    me.post(f"{BELOW}/authenticator/removal")  # twice is once
    assert not [mail for mail in outbox() if mail.kind == "factor_removed"]


def test_guessing_while_setting_it_up_is_limited(browser, cast):
    me = browser("member")
    me.get(NEW)
    for _time in range(5):
        me.submit("Bekræft appen", code="000000")
    page = me.submit("Bekræft appen", code="000000", status=429)
    assert int(page.response.headers["Retry-After"]) > 0


def test_two_at_once_with_the_same_code_let_one_in(app, cast):
    """Both have read the row before either writes: the write itself decides."""
    phone = cast.gets_app()
    with app.app_context():
        assert takes(cast.id("member"), phone.shows())
        db.session.commit()
        row = db.session.get_one(Authenticator, cast.id("member"))
        set_committed_value(row, "last_step", row.last_step - 5)  # what the slower of the two still believes
        assert not takes(cast.id("member"), phone.shows())
