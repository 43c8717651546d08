"""Sign-in with the employer's account, against a real OpenID Connect server on loopback."""

import json
import re
import socket
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from sqlalchemy import func, select

import config
from app.accounts.models import Event, EventKind, Person
from app.core import clock as core_clock
from app.extensions import db
from app.factors.authenticators import keep, new_secret_key
from app.sessions.models import Identity, Means, SignInSession
from tests.oidc import Employer, employer

pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning")  # the server's, not ours
MAIL = "person2@erfa.test"
FAILED = "Det lykkedes ikke at logge ind med Hjørring Kommune. Prøv igen, eller få en kode på mail."
UNKNOWN = "Hjørring Kommune kender dig, men vi kender ikke den konto endnu."


@pytest.fixture(scope="module")
def server() -> Iterator[Employer]:
    with employer() as it:
        yield it


@pytest.fixture
def hjoerring(app, server, monkeypatch):
    """The application is set to ask the server."""
    settings = {
        "OIDC_ISSUER": server.issuer,
        "OIDC_CLIENT_ID": "erfa",
        "OIDC_CLIENT_SECRET": "a secret between the two",
        "OIDC_NAME": "Hjørring Kommune",
        "OIDC_TRUSTS_EMAIL": False,
    }
    for name, value in settings.items():
        monkeypatch.setitem(app.config, name, value)
    yield server
    app.extensions.pop("employer", None)


def go_there(visitor, start="/login"):
    """Follows the link on the sign-in page; the address at the employer's."""
    visitor.get(start)
    links = visitor.page.links()
    answer = visitor.raw("GET", links["Log ind med Hjørring Kommune"])
    assert answer.status_code == 302
    return answer.headers["Location"]


def come_back(visitor, path):
    answer = visitor.raw("GET", path)
    assert answer.status_code == 302
    return answer.headers["Location"]


def sign_in(visitor, hjoerring, subject, start="/login"):
    return come_back(visitor, hjoerring.lets_in(go_there(visitor, start), subject))


def test_without_settings_there_is_no_such_way_in(browser):
    visitor = browser(None)
    assert "Kommune" not in " ".join(visitor.get("/login").links())
    visitor.get("/login/employer", status=404)
    visitor.get("/login/employer/answer?code=x&state=y", status=404)


def test_the_verified_address_opens_the_account_and_leads_on(app, browser, world, hjoerring, outbox):
    hjoerring.knows("mette", email=MAIL.upper(), email_verified=True)
    visitor = browser(None)
    assert sign_in(visitor, hjoerring, "mette", "/login?next=/networks") == "/networks"
    assert visitor.get("/account/profile").value("name") == "Mette Medlem"
    with app.app_context():
        row = db.session.scalars(select(SignInSession)).one()
        assert row.means is Means.EMPLOYER
        kinds = list(db.session.scalars(select(Event.kind).order_by(Event.id)))
        assert kinds == [EventKind.IDENTITY_LINKED, EventKind.SIGNED_IN]
    (told,) = outbox()
    assert (told.kind, told.to) == ("identity_linked", MAIL)
    assert "Hjørring Kommune" in told.subject


def test_the_request_carries_pkce_state_and_nonce_and_the_way_back_of_the_settings(browser, hjoerring):
    url = go_there(browser(None))
    asked = hjoerring.asked(url)
    assert urlsplit(url)._replace(query="").geturl() == f"{hjoerring.issuer}/oauth2/authorize"
    assert (asked["response_type"], asked["scope"], asked["code_challenge_method"]) == ("code", "openid email", "S256")
    assert asked["redirect_uri"] == "https://erfa.test/login/employer/answer"
    assert len(asked["state"]) >= 20
    assert len(asked["nonce"]) >= 20
    assert len(asked["code_challenge"]) == 43


def test_the_second_time_the_subject_says_who_it_is_whatever_the_address(app, browser, hjoerring, outbox, world, clock):
    hjoerring.knows("mette2", email=MAIL, email_verified=True)
    sign_in(browser(None), hjoerring, "mette2")
    clock.move(minutes=1)
    hjoerring.knows("mette2", email="nyt.navn@erfa.test", email_verified=False)
    visitor = browser(None)
    assert sign_in(visitor, hjoerring, "mette2") == "/"
    assert visitor.get("/account/profile").value("name") == "Mette Medlem"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Identity)) == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"email": MAIL},
        {"email": MAIL, "email_verified": False},
        {"email": MAIL, "email_verified": "maybe"},
        {"email_verified": True},
        {"email": "fremmed@erfa.test", "email_verified": True},
        {"email": "not an address", "email_verified": True},
        {"preferred_username": MAIL, "upn": MAIL, "email_verified": True},
    ],
    ids=str,
)
def test_what_the_employer_does_not_vouch_for_or_we_do_not_know_opens_nothing(app, browser, hjoerring, claims, world):
    hjoerring.knows("ukendt", **claims)
    visitor = browser(None)
    assert sign_in(visitor, hjoerring, "ukendt") == "/login"
    assert UNKNOWN in visitor.get("/login").text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Identity)) == 0
        assert db.session.scalar(select(func.count()).select_from(Person)) == len(world.cast)
        assert db.session.scalars(select(Event.kind)).one() == EventKind.SIGN_IN_FAILED


def test_entra_id_says_verified_in_a_word_of_its_own(browser, hjoerring):
    hjoerring.knows("entra", email=MAIL, xms_edov=True)
    assert sign_in(browser(None), hjoerring, "entra") == "/"


def test_a_setting_trusts_an_issuer_that_says_nothing_but_not_one_that_says_no(app, browser, hjoerring, monkeypatch):
    monkeypatch.setitem(app.config, "OIDC_TRUSTS_EMAIL", True)
    hjoerring.knows("stille", email=MAIL)
    hjoerring.knows("nej", email=MAIL, email_verified=False)
    assert sign_in(browser(None), hjoerring, "nej") == "/login"
    assert sign_in(browser(None), hjoerring, "stille") == "/"


def test_a_closed_account_stays_closed(browser, world, hjoerring):
    hjoerring.knows("lukket", email=MAIL, email_verified=True)
    sign_in(browser(None), hjoerring, "lukket")
    with world.acting():
        db.session.get(Person, world.cast["member"]).disabled_at = core_clock.now()
    visitor = browser(None)
    assert sign_in(visitor, hjoerring, "lukket") == "/login"
    assert UNKNOWN in visitor.get("/login").text


def test_an_address_that_was_given_to_a_successor_does_not_open_the_account(browser, hjoerring):
    hjoerring.knows("forgænger", email=MAIL, email_verified=True)
    sign_in(browser(None), hjoerring, "forgænger")
    hjoerring.knows("efterfølger", email=MAIL, email_verified=True)
    visitor = browser(None)
    assert sign_in(visitor, hjoerring, "efterfølger") == "/login"
    assert UNKNOWN in visitor.get("/login").text


def test_an_answer_works_once_and_in_the_browser_that_asked(browser, hjoerring):
    hjoerring.knows("en gang", email=MAIL, email_verified=True)
    visitor, thief = browser(None), browser(None)
    way_back = hjoerring.lets_in(go_there(visitor), "en gang")
    thief.get("/login")
    assert come_back(thief, way_back) == "/login"
    assert FAILED in thief.get("/login").text
    assert come_back(visitor, way_back) == "/"
    assert come_back(visitor, way_back) == "/login"


@pytest.mark.parametrize("spoil", ["state", "code"])
def test_a_spoilt_answer_is_refused(browser, hjoerring, spoil):
    hjoerring.knows("spoleret", email=MAIL, email_verified=True)
    visitor = browser(None)
    way_back = hjoerring.lets_in(go_there(visitor), "spoleret")
    assert come_back(visitor, re.sub(rf"{spoil}=[^&]+", f"{spoil}=forkert", way_back)) == "/login"
    assert FAILED in visitor.get("/login").text


def test_a_token_for_another_nonce_is_refused(browser, hjoerring):
    """Somebody who can plant a code has one that was made for another browser's request."""
    hjoerring.knows("plantet", email=MAIL, email_verified=True)
    victim, thief = browser(None), browser(None)
    stolen = parse_qs(urlsplit(hjoerring.lets_in(go_there(thief), "plantet")).query)["code"][0]
    state = hjoerring.asked(go_there(victim))["state"]
    assert come_back(victim, f"/login/employer/answer?code={stolen}&state={state}") == "/login"


def test_saying_no_at_the_employer_is_no_error(browser, hjoerring):
    visitor = browser(None)
    assert come_back(visitor, hjoerring.refuses(go_there(visitor))) == "/login"
    assert FAILED in visitor.get("/login").text


def test_an_answer_without_a_question_is_refused_and_asks_nobody(browser, hjoerring):
    visitor = browser(None)
    for query in ("", "?code=x", "?state=x", "?code=x&state=y", "?error=access_denied", "?code=%00"):
        answer = visitor.raw("GET", f"/login/employer/answer{query}")
        assert answer.status_code in {302, 400}


def test_an_employer_that_does_not_answer_is_explained(app, browser, hjoerring, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setitem(app.config, "OIDC_ISSUER", f"http://localhost:{port}")
    visitor = browser(None)
    assert come_back(visitor, "/login/employer") == "/login"
    assert FAILED in visitor.get("/login").text


def test_an_employer_that_did_not_answer_is_left_alone_for_a_minute(app, browser, hjoerring, monkeypatch, clock):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setitem(app.config, "OIDC_ISSUER", f"http://localhost:{port}")
    asked, connect = [], socket.socket.connect

    def note(self, address):
        asked.append(address)
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", note)
    to_it = lambda: [address for address in asked if isinstance(address, tuple) and address[1] == port]  # noqa: E731
    visitor = browser(None)
    come_back(visitor, "/login/employer")
    tries = len(to_it())
    assert tries
    clock.move(seconds=59)
    assert come_back(visitor, "/login/employer") == "/login"
    assert len(to_it()) == tries
    clock.move(seconds=2)
    come_back(visitor, "/login/employer")
    assert len(to_it()) > tries


def test_asking_an_employer_that_does_not_answer_is_limited(app, browser, hjoerring, monkeypatch):
    monkeypatch.setitem(app.config, "LOGIN_LIMIT", "3 per 5 minutes")
    for _time in range(5):
        go_there(browser(None))  # what goes well does not count: many have one network address
    monkeypatch.setitem(app.config, "OIDC_ISSUER", "http://localhost:9")
    answers = [browser(None).raw("GET", "/login/employer").status_code for _time in range(4)]
    assert answers == [302, 302, 302, 429]


@pytest.mark.parametrize("word", [False, "False", "false", "FALSE", "0", 0, "no", "maybe"])
def test_an_issuer_that_is_trusted_can_still_say_no(app, browser, hjoerring, monkeypatch, word):
    monkeypatch.setitem(app.config, "OIDC_TRUSTS_EMAIL", True)
    hjoerring.knows("nej", email=MAIL, email_verified=word)
    assert sign_in(browser(None), hjoerring, "nej") == "/login"


def test_an_issuer_that_calls_itself_otherwise_is_not_believed(app, browser, hjoerring, monkeypatch):
    monkeypatch.setitem(app.config, "OIDC_ISSUER", hjoerring.issuer.replace("localhost", "127.0.0.1") + "/")
    assert come_back(browser(None), "/login/employer") == "/login"


def test_only_the_issuer_of_the_settings_is_asked(app, browser, hjoerring, monkeypatch):
    """Nothing in a request decides where we connect to."""
    asked, connect = [], socket.socket.connect

    def note(self, address):
        asked.append(address)
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", note)
    hjoerring.knows("ssrf", email=MAIL, email_verified=True)
    asked.clear()
    visitor = browser(None)
    visitor.raw("GET", "/login/employer?issuer=http://127.0.0.1:9/&next=http://127.0.0.1:9/")
    visitor.raw("GET", "/login/employer/answer?iss=http://127.0.0.1:9/&code=x&state=y")
    sign_in(browser(None), hjoerring, "ssrf")
    assert asked
    assert {address[1] for address in asked if isinstance(address, tuple)} == {urlsplit(hjoerring.issuer).port}


def test_it_is_listed_and_unlinked_under_my_account(app, browser, hjoerring, world):
    hjoerring.knows("liste", email=MAIL, email_verified=True)
    me = browser(None)
    sign_in(me, hjoerring, "liste")
    page = me.get("/account/signing-in")
    assert "Hjørring Kommune" in page.text
    assert "Tilknyttet i dag" in page.text
    page = me.submit("Fjern tilknytningen")
    assert "Tilknytningen er fjernet" in page.text
    assert "Fjernet i dag" in page.text
    with app.app_context():
        assert db.session.scalars(select(Identity.unlinked_at)).one() is not None
        assert EventKind.IDENTITY_UNLINKED in db.session.scalars(select(Event.kind)).all()


def test_unlinked_it_opens_nothing_until_its_owner_allows_it_again(browser, hjoerring, outbox, clock):
    hjoerring.knows("igen", email=MAIL, email_verified=True)
    me, elsewhere, by_mail = browser(None), browser(None), browser("member")
    sign_in(elsewhere, hjoerring, "igen")
    sign_in(me, hjoerring, "igen")
    outbox()
    me.get("/account/signing-in")
    me.submit("Fjern tilknytningen")
    assert [told.kind for told in outbox()] == ["identity_unlinked"]
    assert me.raw("GET", "/networks").status_code == 200
    assert by_mail.raw("GET", "/networks").status_code == 200
    assert elsewhere.raw("GET", "/networks").status_code == 302
    assert sign_in(elsewhere, hjoerring, "igen") == "/login"
    hjoerring.knows("en anden", email=MAIL, email_verified=True)
    assert sign_in(elsewhere, hjoerring, "en anden") == "/login"
    me.get("/account/signing-in")
    page = me.submit("Tillad igen Hjørring Kommune")
    assert "Ikke tilknyttet endnu" in page.text
    clock.move(minutes=1)
    assert sign_in(elsewhere, hjoerring, "igen") == "/"


def test_it_is_linked_only_when_the_second_step_is_done(app, browser, hjoerring, world):
    secret = new_secret_key()
    with world.acting():
        keep(world.cast["member"], secret, 0)
    hjoerring.knows("halvt", email=MAIL, email_verified=True)
    visitor = browser(None)
    assert sign_in(visitor, hjoerring, "halvt") == "/login/second"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Identity)) == 0
    visitor.get("/login/second")
    shown = pyotp.TOTP(secret).generate_otp(int(core_clock.now().timestamp()) // 30)
    visitor.submit("Log ind med appens kode", code=shown)
    with app.app_context():
        assert db.session.scalars(select(Identity.subject)).one() == "halvt"


def test_nothing_of_it_is_logged_or_kept(app, browser, hjoerring, caplog):
    caplog.set_level("INFO")
    hjoerring.knows("tavs", email=MAIL, email_verified=True)
    sign_in(browser(None), hjoerring, "tavs")
    assert MAIL not in "".join(record.getMessage() for record in caplog.records if record.name.startswith("app"))
    with app.app_context():
        facts = json.dumps(list(db.session.scalars(select(Event.facts))))
        assert MAIL not in facts


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"OIDC_ISSUER": "https://sts.test"}, "OIDC_CLIENT_ID is missing"),
        ({"OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"}, "OIDC_ISSUER is missing"),
        ({"OIDC_ISSUER": "https://sts.test", "OIDC_CLIENT_ID": "a"}, "OIDC_CLIENT_SECRET is missing"),
        (
            {"OIDC_ISSUER": "http://sts.test", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"},
            "OIDC_ISSUER must begin",
        ),
        ({"OIDC_ISSUER": "sts.test", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"}, "OIDC_ISSUER must begin"),
    ],
)
def test_half_set_settings_are_refused_by_name_at_start(tmp_path, values, said):
    with pytest.raises(config.ConfigurationError, match=said):
        config.load(config.Settings({"DATA_DIR": str(tmp_path), **values}))


def test_settings_that_fit_are_taken_and_the_name_has_a_default(tmp_path):
    values = {"OIDC_ISSUER": "https://sts.test/a/v2.0", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"}
    loaded = config.load(config.Settings({"DATA_DIR": str(tmp_path), **values}))
    assert (loaded["OIDC_NAME"], loaded["OIDC_TRUSTS_EMAIL"]) == ("sts.test", False)


def test_whoever_has_a_second_step_is_asked_for_it_here_too(app, browser, world, hjoerring):
    key = new_secret_key()
    with world.acting():
        keep(world.cast["member"], key, 0)
    hjoerring.knows("mette", email=MAIL, email_verified=True)
    visitor = browser(None)
    assert sign_in(visitor, hjoerring, "mette", "/login?next=/networks") == "/login/second"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SignInSession)) == 0
    visitor.get("/login/second")
    now = int(core_clock.now().timestamp()) // 30
    visitor.submit("Log ind med appens kode", code=pyotp.TOTP(key).generate_otp(now))
    assert visitor.page.url == "/networks"
    with app.app_context():
        assert db.session.scalars(select(SignInSession)).one().means is Means.EMPLOYER


def test_a_token_made_for_another_application_opens_nothing(app, browser, world, hjoerring, monkeypatch):
    """Whoever runs another application at the same issuer holds tokens about the same people (OIDC Core 3.1.3.7)."""
    hjoerring.knows("mette", email=MAIL, email_verified=True)
    visitor = browser(None)
    path = hjoerring.lets_in(go_there(visitor), "mette")
    monkeypatch.setitem(app.config, "OIDC_CLIENT_ID", "somebody else")
    come_back(visitor, path)
    assert FAILED in visitor.get("/login").text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Identity)) == 0
