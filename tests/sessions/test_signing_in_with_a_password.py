"""Mail address and password: who gets in, what the others are told, and how often one may try."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from app.accounts import passwords
from app.accounts.models import Person
from app.core import clock as core_clock
from app.core.limits import counters
from app.extensions import db
from app.sessions import operations
from app.sessions.models import SignInSession

PASSWORD = "korrekt hest batteri hæfte"
BUTTON = "Log ind med adgangskode"
REFUSED = "Mailadresse og adgangskode passer ikke sammen. Prøv igen, eller få en kode på mail i stedet."


@pytest.fixture
def member(world):
    """The member of the cast, who now has a password; returns the address."""
    with world.acting():
        person = db.session.get(Person, world.cast["member"])
        person.password_hash = passwords.hashed(PASSWORD)
        return person.email


@pytest.fixture
def hashings(monkeypatch):
    """Counts how often the slow hash is computed."""
    done = []

    class Counting(PasswordHasher):
        def verify(self, stored, password):
            done.append(stored)
            return super().verify(stored, password)

    counting = Counting(time_cost=2, memory_cost=19 * 1024, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", counting)
    return done


def sign_in(browser, email, password=PASSWORD, *, follow=False, status=302):
    browser.get("/login")
    return browser.submit(BUTTON, follow=follow, status=status, email=email, password=password)


def test_the_right_password_signs_in(browser, member):
    visitor = browser(None)
    page = sign_in(visitor, member)
    assert page.response.headers["Location"] == "/"
    assert "Mette" in visitor.get("/").html


def test_a_script_that_knows_only_forms_signs_in(app, browser, member):
    """It reads the hidden fields of the page and posts `email` and `password` to the same address."""
    visitor = browser(None)
    hidden = {
        node.attributes["name"]: node.attributes["value"] or ""
        for node in visitor.get("/login").tree.css("input[type=hidden]")
    }
    answer = visitor.raw("POST", "/login", data={**hidden, "email": member, "password": PASSWORD})
    assert answer.status_code == 302
    assert visitor.get("/account/profile").title == "Min konto"


def test_capitals_and_spaces_around_the_address_do_not_matter(browser, member):
    sign_in(browser(None), f"  {member.upper()} ")


def test_letters_written_as_two_code_points_are_the_same_letters(browser, member):
    sign_in(browser(None), member, PASSWORD.replace("å", "a\u030a"))


@pytest.mark.parametrize("case", ["wrong password", "unknown address", "no password set", "disabled"])
def test_every_refusal_has_the_same_words_and_costs_one_hash(case, browser, world, member, hashings):
    email, password = member, PASSWORD
    if case == "wrong password":
        password = "something else entirely"
    elif case == "unknown address":
        email = "nobody@erfa.test"
    else:
        with world.acting():
            who = "member" if case == "disabled" else "colleague"
            person = db.session.get(Person, world.cast[who])
            email = person.email
            if case == "disabled":
                person.disabled_at = core_clock.now()
    page = sign_in(browser(None), email, password, status=200)
    assert page.errors == [REFUSED]
    assert page.value("email") == ""  # the form for a code; the other one keeps the address:
    assert page.tree.css_first("#password-email").attributes["value"] == email
    assert page.tree.css_first("details").attributes.get("open", "closed") != "closed"
    assert password not in page.html
    assert len(hashings) == 1


def test_the_right_password_costs_one_hash_too(browser, member, hashings):
    sign_in(browser(None), member)
    assert len(hashings) == 1


def test_a_password_of_1024_characters_works_and_a_longer_one_never_does(browser, world, member):
    with world.acting():
        db.session.get(Person, world.cast["member"]).password_hash = passwords.hashed("ab" * 512)
    sign_in(browser(None), member, "ab" * 512)
    sign_in(browser(None), member, "ab" * 512 + "c", status=200)


def test_the_parameters_of_the_hash_are_the_ones_we_promise():
    assert passwords.hashed("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_hash_with_older_parameters_is_renewed_at_sign_in(browser, world, member):
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    with world.acting():
        db.session.get(Person, world.cast["member"]).password_hash = old
    sign_in(browser(None), member)
    with world.acting():
        renewed = db.session.get(Person, world.cast["member"]).password_hash
    assert renewed != old
    assert not passwords.is_outdated(renewed)
    sign_in(browser(None), member)


def test_nothing_is_locked_while_the_password_is_hashed(app, browser, member, monkeypatch):
    """On SQLite a request that writes holds the only write lock."""
    open_while_hashing = []

    def look(*_: object) -> bool:
        open_while_hashing.append(db.session().in_transaction())
        return False

    monkeypatch.setattr(operations, "matches", look)
    sign_in(browser(None), member, status=200)
    assert open_while_hashing == [False]


def test_a_form_without_its_token_is_refused(app, browser, member):
    answer = browser(None).raw("POST", "/login", data={"email": member, "password": PASSWORD})
    assert answer.status_code == 400


def test_empty_fields_are_explained(browser):
    page = sign_in(browser(None), "", "", status=200)
    assert page.errors == ["Skriv din mailadresse.", "Skriv din adgangskode."]


def test_the_eleventh_failure_waits_even_with_the_right_password(app, browser, member, clock):
    for _ in range(10):
        sign_in(browser(None), member, "wrong every time", status=200)
    visitor = browser(None)
    visitor.get("/login")
    page = visitor.submit(BUTTON, status=429, follow=False, email=member, password=PASSWORD)
    assert "Lidt for hurtigt" in page.title
    assert 1 <= int(page.response.headers["Retry-After"]) <= 300
    clock.move(minutes=6)
    sign_in(browser(None), member)


def test_the_tries_are_counted_in_the_database_without_the_address(app, browser, member):
    sign_in(browser(None), member, "wrong", status=200)
    with app.app_context():
        rows = db.session.execute(select(counters.c.key, counters.c.hits)).all()
    assert len(rows) == 2
    assert all(row.hits == 1 and member not in row.key for row in rows)


def test_tries_count_per_account_whatever_network_address_they_come_from(app, browser, member):
    for number in range(10):
        visitor = browser(None)
        visitor.get("/login")
        visitor.client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        visitor.submit(BUTTON, email=member, password="wrong every time")
    visitor.client.environ_base["REMOTE_ADDR"] = "203.0.113.1"
    visitor.get("/login")
    visitor.submit(BUTTON, status=429, follow=False, email=member, password=PASSWORD)


def test_tries_count_per_network_address_whatever_account_they_aim_at(browser, member):
    for number in range(10):
        sign_in(browser(None), f"guess{number}@erfa.test", status=200)
    visitor = browser(None)
    visitor.get("/login")
    visitor.submit(BUTTON, status=429, follow=False, email=member, password=PASSWORD)


def test_a_whole_meeting_may_sign_in_from_one_network_address(browser, member):
    """Only failures use up the tries."""
    for _ in range(12):
        sign_in(browser(None), member)


def test_the_limit_is_a_setting(app, browser, member, monkeypatch):
    monkeypatch.setitem(app.config, "LOGIN_LIMIT", "1 per minute")
    sign_in(browser(None), member, "wrong", status=200)
    sign_in(browser(None), member, "wrong", status=429)


def test_one_comes_back_to_where_one_wanted_to_go(browser, world, member):
    visitor = browser(None)
    to_login = visitor.raw("GET", f"/networks/{world.network_id}/members?sort=name")
    assert to_login.status_code == 302
    visitor.get(to_login.headers["Location"])
    page = visitor.submit(BUTTON, follow=False, status=302, email=member, password=PASSWORD)
    assert page.response.headers["Location"] == f"/networks/{world.network_id}/members?sort=name"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_to_another_site(browser, member, target):
    visitor = browser(None)
    visitor.get(f"/login?next={target}")
    page = visitor.submit(BUTTON, follow=False, status=302, email=member, password=PASSWORD)
    assert page.response.headers["Location"] == "/"
    again = visitor.raw("GET", f"/login?next={target}")  # signed in already
    assert again.headers["Location"] == "/"


def test_the_password_is_never_logged(browser, member, caplog):
    caplog.set_level("DEBUG")
    sign_in(browser(None), member, "a secret nobody must read", status=200)
    sign_in(browser(None), member)
    assert "a secret nobody" not in caplog.text
    assert PASSWORD not in caplog.text


def test_looking_at_the_page_writes_nothing(app, browser):
    browser(None).get("/login")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SignInSession)) == 0
        assert db.session.scalar(select(func.count()).select_from(counters)) == 0


def test_the_demo_shows_its_accounts_and_production_does_not(app, browser, monkeypatch):
    assert "tovholder@erfa.example" in browser(None).get("/login").text
    monkeypatch.setitem(app.config, "DEMO", False)
    monkeypatch.setitem(app.jinja_env.globals, "is_demo", False)
    page = browser(None).get("/login")
    assert "erfa.example" not in page.text
    assert "open" not in page.tree.css_first("details").attributes
