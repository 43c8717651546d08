"""Passkeys: adding, naming, using and removing them, and what is refused."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.accounts.models import Person
from app.core import clock as core_clock
from app.extensions import db
from app.factors.challenges import forget_spent
from app.factors.models import Passkey, SpentChallenge
from tests.factors.conftest import BELOW, add_passkey, is_in, options, sign_in_with
from tests.passkeys import Device, to_bytes, to_text

REFUSED = "Adgangsnøglen blev ikke godkendt. Prøv igen, eller log ind på en anden måde."
NOT_MADE = ["Browseren lavede ikke en adgangsnøgle, vi kan bruge. Prøv igen, eller brug en anden browser eller enhed."]


def passkeys(app):
    with app.app_context():
        return list(db.session.scalars(select(Passkey).order_by(Passkey.id)))


def test_it_is_added_listed_told_by_mail_and_written_in_the_log(app, browser, cast, outbox):
    me = browser("member")
    page = add_passkey(me, Device(), "Min  telefon ")
    assert page.title == "Reservekoder"  # the next thing one needs
    assert "Adgangsnøglen er tilføjet." in page.text
    listed = me.get(BELOW).text
    assert "Min telefon" in listed
    assert "Tilføjet den 23. november 2026" in listed
    assert "ikke brugt endnu" in listed
    (told,) = outbox()
    assert (told.to, told.subject) == ("person2@erfa.test", "Der er tilføjet en adgangsnøgle til din konto")
    assert "»Min telefon« blev tilføjet mandag den 23. november 2026 kl. 9.00" in told.text
    assert "https://erfa.test/account/second-factor" in told.html
    assert told.message["List-Unsubscribe"] is None
    assert cast.events() == [("passkey_added", {"name": "Min telefon"})]
    (row,) = passkeys(app)
    assert row.transports == ["internal", "hybrid"]


def test_a_second_one_leads_back_to_the_list_when_there_are_recovery_codes(browser, cast, clock):
    cast.gets_codes()
    me = browser("member")
    page = add_passkey(me, Device())
    assert page.title == "Totrinsbekræftelse"


def test_it_needs_a_name_and_keeps_what_was_typed(browser, app):
    me = browser("member")
    assert add_passkey(me, Device(), " ").errors == ["Giv den et navn, du kan kende igen."]
    page = add_passkey(me, Device(), "x" * 81)
    assert page.errors == ["Brug højst 80 tegn."]
    assert page.value("name") == "x" * 81
    assert not passkeys(app)


def test_the_browser_is_asked_for_one_that_needs_no_user_name_and_verifies_its_user(browser, world):
    me = browser("member")
    me.get(f"{BELOW}/passkeys/new")
    asked = options(me, f"{BELOW}/passkeys/options")
    assert asked["rp"] == {"id": "erfa.test", "name": "ERFA Nord"}
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["attestation"] == "none"
    assert asked["excludeCredentials"] == []
    handle = to_bytes(asked["user"]["id"])
    assert len(handle) == 32  # tells nothing of the person, and is the same for all of someone's passkeys
    add_passkey(me, Device())
    again = options(me, f"{BELOW}/passkeys/options")
    assert to_bytes(again["user"]["id"]) == handle
    assert again["challenge"] != asked["challenge"]
    assert len(again["excludeCredentials"]) == 1


def test_the_site_is_known_by_base_url_whatever_the_request_says(browser):
    me = browser("member")
    answer = me.client.get(
        f"{BELOW}/passkeys/options",
        base_url="https://erfa.test",
        headers={"Host": "evil.test", "X-Forwarded-Host": "evil.test"},
    )
    if answer.status_code == 200:
        assert json.loads(answer.data)["rp"]["id"] == "erfa.test"
    visitor = browser(None)
    answer = visitor.client.get("/login/passkey", base_url="https://evil.test")
    assert json.loads(answer.data)["rpId"] == "erfa.test"


@pytest.mark.parametrize(
    "device",
    [
        Device(origin="https://evil.test"),
        Device(origin="http://erfa.test"),
        Device(origin="https://sub.erfa.test"),
        Device(rp_id="evil.test"),
        Device(verifies=False),
    ],
    ids=lambda device: f"{device.origin} {device.rp_id} {device.verifies}",
)
def test_one_made_elsewhere_or_without_its_user_is_refused(app, browser, device):
    assert add_passkey(browser("member"), device).errors == NOT_MADE
    assert not passkeys(app)


@pytest.mark.parametrize(
    "lie",
    [{"origin": "https://evil.test"}, {"rp_id": "evil.test"}, {"verifies": False}],
    ids=lambda lie: next(iter(lie)),
)
def test_an_answer_from_elsewhere_or_without_its_user_signs_nobody_in(browser, cast, lie):
    device = Device()
    add_passkey(browser("member"), device)
    for name, value in lie.items():
        setattr(device, name, value)
    visitor = browser(None)
    assert REFUSED in sign_in_with(visitor, device).text
    assert not is_in(visitor)


def test_it_signs_in_past_both_steps_and_leads_on(app, browser, world, cast, clock, outbox):
    device = Device()
    add_passkey(browser("member"), device)
    cast.gets_app()
    clock.move(days=2)
    visitor = browser(None)
    sign_in_with(visitor, device, target=f"/networks/{world.network_id}")
    assert visitor.page.url.endswith(f"/networks/{world.network_id}")
    assert is_in(visitor)
    (row,) = passkeys(app)
    assert (row.sign_count, row.last_used_at) == (1, core_clock.now())
    assert cast.events()[-1][0].startswith("signed_in")
    assert cast.events()[-1][1]["means"] == "passkey"
    assert "sidst brugt lige nu" in visitor.get(BELOW).text


def test_a_strange_next_leads_home(browser, cast):
    device = Device()
    add_passkey(browser("member"), device)
    visitor = browser(None)
    visitor.get("/login")
    answer = device.get(options(visitor, "/login/passkey"))
    page = visitor.submit("Brug adgangsnøgle", credential=answer, next="https://evil.test/", follow=False, status=302)
    assert page.response.headers["Location"] == "/"


def test_the_question_names_nobody(browser, cast):
    """Asked without an account, with one, or after a wrong password: the same (ASVS 6.3.8)."""
    add_passkey(browser("member"), Device())
    asked = options(browser(None), "/login/passkey")
    assert asked["allowCredentials"] == []
    assert asked["userVerification"] == "required"
    assert set(asked) == {"challenge", "timeout", "rpId", "allowCredentials", "userVerification"}


def test_each_challenge_is_answered_once_even_by_the_right_one(browser, cast):
    device = Device(counts=False)  # so that it is not the count that gives it away
    add_passkey(browser("member"), device)
    visitor = browser(None)
    visitor.get("/login")
    answer = device.get(options(visitor, "/login/passkey"))
    cookie = visitor.client.get_cookie("__Host-erfa", domain="erfa.test").value
    visitor.submit("Brug adgangsnøgle", credential=answer)
    assert is_in(visitor)
    thief = browser(None)  # has the cookie from before, and the answer
    thief.client.set_cookie("__Host-erfa", cookie, domain="erfa.test", secure=True)
    thief.get("/login")
    assert REFUSED in thief.submit("Brug adgangsnøgle", credential=answer).text
    assert not is_in(thief)


def test_a_challenge_lives_five_minutes(browser, cast, clock):
    device = Device()
    add_passkey(browser("member"), device)
    visitor = browser(None)
    for minutes, works in ((5, False), (4.9, True)):
        visitor.get("/login")
        answer = device.get(options(visitor, "/login/passkey"))
        clock.move(minutes=minutes)
        visitor.submit("Brug adgangsnøgle", credential=answer)
        assert is_in(visitor) is works


def test_a_challenge_belongs_to_its_browser_and_its_purpose(browser, cast):
    device = Device()
    me = browser("member")
    add_passkey(me, device)
    one, other = browser(None), browser(None)
    one.get("/login")
    other.get("/login")
    answer = device.get(options(one, "/login/passkey"))
    assert REFUSED in other.submit("Brug adgangsnøgle", credential=answer).text
    asked = options(me, f"{BELOW}/passkeys/options")
    one.get("/login")
    stray = device.get({"rpId": "erfa.test", "challenge": asked["challenge"]})
    assert REFUSED in one.submit("Brug adgangsnøgle", credential=stray).text
    made_up = device.get({"rpId": "erfa.test", "challenge": to_text(b"0123456789abcdef0123456789abcdef")})
    one.get("/login")
    assert REFUSED in one.submit("Brug adgangsnøgle", credential=made_up).text
    assert not is_in(one)


def test_a_challenge_made_for_one_person_adds_none_for_another(app, browser, cast):
    me, colleague = browser("member"), browser("colleague")
    me.get(f"{BELOW}/passkeys/new")
    made = Device().create(options(me, f"{BELOW}/passkeys/options"))
    colleague.get(f"{BELOW}/passkeys/new")
    assert colleague.submit("Lav adgangsnøglen", name="Min", credential=made).errors == NOT_MADE
    assert not passkeys(app)


def test_the_same_answer_sent_twice_adds_one(app, browser, cast):
    me = browser("member")
    me.get(f"{BELOW}/passkeys/new")
    made = Device().create(options(me, f"{BELOW}/passkeys/options"))
    me.submit("Lav adgangsnøglen", name="Min", credential=made)
    me.get(f"{BELOW}/passkeys/new")
    assert me.submit("Lav adgangsnøglen", name="Min", credential=made).errors == NOT_MADE
    assert len(passkeys(app)) == 1


def test_a_copy_whose_count_stands_still_is_refused(browser, cast):
    device = Device()
    add_passkey(browser("member"), device)
    sign_in_with(browser(None), device)
    sign_in_with(browser(None), device)
    device.kept[0].count = 1  # what a copy made in between would say next is 2
    visitor = browser(None)
    assert REFUSED in sign_in_with(visitor, device).text
    assert not is_in(visitor)
    assert cast.events()[-1] == ("sign_in_failed", {"means": "passkey", "device": ""})


def test_a_synchronised_one_that_does_not_count_keeps_working(browser, cast, clock):
    device = Device(counts=False)
    add_passkey(browser("member"), device)
    for _time in range(2):
        clock.move(minutes=1)
        visitor = browser(None)
        sign_in_with(visitor, device)
        assert is_in(visitor)


def test_whoever_is_disabled_is_not_let_in(browser, world, cast):
    device = Device()
    add_passkey(browser("member"), device)
    with world.acting():
        db.session.get(Person, cast.id("member")).disabled_at = core_clock.now()
    visitor = browser(None)
    assert REFUSED in sign_in_with(visitor, device).text
    assert not is_in(visitor)


def test_it_can_be_renamed(browser, cast):
    me = browser("member")
    add_passkey(me, Device(), "Telefonen")
    me.get(BELOW)
    me.follow("Telefonen")
    assert me.submit("Gem navnet", name="").errors == ["Giv den et navn, du kan kende igen."]
    page = me.submit("Gem navnet", name="Arbejdstelefonen")
    assert "Det nye navn er gemt." in page.text
    assert "Arbejdstelefonen" in page.text


def test_a_name_is_only_text(browser, cast):
    me = browser("member")
    add_passkey(me, Device(), "<img src=x> {{ 7*7 }}")
    page = me.get(BELOW)
    assert "<img src=x> {{ 7*7 }}" in page.text
    assert page.tree.css_first("main img") is None


def test_removed_it_signs_in_no_longer_and_the_owner_is_told(app, browser, cast, clock, outbox):
    device = Device()
    me = browser("member")
    add_passkey(me, device, "Telefonen")
    outbox()
    clock.move(minutes=5)
    me.get(BELOW)
    page = me.submit("Fjern adgangsnøglen Telefonen")
    assert "Adgangsnøglen er fjernet." in page.text
    assert not passkeys(app)
    (told,) = outbox()
    assert told.subject == "En adgangsnøgle er fjernet fra din konto"
    assert cast.events()[-1] == ("passkey_removed", {"name": "Telefonen"})
    visitor = browser(None)
    assert REFUSED in sign_in_with(visitor, device).text


def test_removing_it_twice_finds_nothing(browser, cast):
    me = browser("member")
    add_passkey(me, Device(), "Telefonen")
    url = me.get(BELOW).tree.css_first("form[action*=removal]").attributes["action"]
    me.post(url, status=302)
    me.post(url, status=404)


def test_somebody_elses_is_not_there(app, browser, cast):
    add_passkey(browser("colleague"), Device())
    (row,) = passkeys(app)
    me = browser("member")
    me.get(f"{BELOW}/passkeys/{row.id}", status=404)
    me.post(f"{BELOW}/passkeys/{row.id}", name="Min", status=404)
    me.post(f"{BELOW}/passkeys/{row.id}/removal", status=404)
    assert passkeys(app)[0].name == "Telefonen"


def test_asking_writes_nothing_and_what_was_answered_is_forgotten_when_it_would_have_expired(app, browser, cast, clock):
    visitor = browser(None)
    device = Device()
    add_passkey(browser("member"), device)

    def spent():
        with app.app_context():
            return db.session.scalar(select(func.count()).select_from(SpentChallenge))

    assert spent() == 1
    options(visitor, "/login/passkey")
    assert spent() == 1
    sign_in_with(visitor, device)
    assert spent() == 2
    clock.move(minutes=6)
    with app.app_context():
        forget_spent()
        db.session.commit()
    assert spent() == 0


def test_trying_is_limited_by_network_address(browser, cast):
    visitor = browser(None)
    visitor.get("/login")
    for _time in range(10):
        visitor.submit("Brug adgangsnøgle", credential="{}")
    page = visitor.submit("Brug adgangsnøgle", credential="{}", status=429)
    assert int(page.response.headers["Retry-After"]) > 0


@pytest.fixture
def real_answer(app, browser, cast, monkeypatch):
    monkeypatch.setitem(app.config, "LOGIN_LIMIT", "100000 per minute")
    device = Device()
    add_passkey(browser("member"), device)
    visitor = browser(None)
    visitor.get("/login")
    return visitor, json.loads(device.get(options(visitor, "/login/passkey")))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(field=st.sampled_from(["id", "rawId", "type", "response", "clientDataJSON", "authenticatorData", "signature", "userHandle"]), value=JSON)  # fmt: skip
def test_whatever_is_sent_instead_of_a_part_nobody_comes_in_and_nothing_breaks(real_answer, field, value):
    visitor, answer = real_answer
    changed = json.loads(json.dumps(answer))
    (changed if field in changed else changed["response"])[field] = value
    visitor.get("/login")
    if field != "userHandle":  # which says whose it is; we know that from the passkey
        assert REFUSED in visitor.submit("Brug adgangsnøgle", credential=json.dumps(changed)).text


@pytest.mark.parametrize("rubbish", ["", "nothing", "[]", "null", "{}", '"', "9" * 30_000, '{"response": {"clientDataJSON": "%%%"}}', "[" * 5000])  # fmt: skip
def test_rubbish_is_refused(browser, cast, rubbish):
    visitor = browser(None)
    visitor.get("/login")
    assert REFUSED in visitor.submit("Brug adgangsnøgle", credential=rubbish).text
    me = browser("member")
    me.get(f"{BELOW}/passkeys/new")
    assert me.submit("Lav adgangsnøglen", name="Min", credential=rubbish).errors == NOT_MADE


def test_the_list_costs_the_same_for_two_as_for_forty(browser, world, cast, statements):
    counts = []
    for many in (2, 38):
        with world.acting():
            for number in range(many):
                db.session.add(Passkey(person_id=cast.id("member"), credential_id=bytes([many, number]), public_key=b"", name=f"Nr. {number}"))  # fmt: skip
        me = browser("member")
        with statements.counted() as seen:
            me.get(BELOW)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8
