"""The rule who must have a second step, and how whoever lacks one is led to it."""

import pytest
from sqlalchemy import select

from app.accounts.models import Event, EventKind, Person
from app.core import clock as core_clock
from app.extensions import db
from app.factors.models import RequiredOf, SignInRule
from app.factors.operations import reset_factors
from app.factors.rules import required_of
from app.networks.models import Membership
from tests.factors.conftest import BELOW, App, add_passkey
from tests.passkeys import Device

RULES = "/administration/sign-in"


@pytest.fixture
def rule(world):
    def apply(to):
        with world.acting():
            db.session.merge(SignInRule(id=1, required_of=to))

    return apply


def is_led(reader, path="/networks"):
    """Whether every page but the few leads to setting up a second step."""
    answer = reader.raw("GET", path)
    return answer.status_code == 302 and answer.headers["Location"] == BELOW


def test_an_administrator_chooses_and_it_stands_in_the_log(app, browser, cast):
    cast.gets_app("administrator")
    boss = browser("administrator")
    page = boss.get(RULES)
    assert page.tree.css_first("input[checked]").attributes["value"] == "nobody"
    page = boss.submit("Gem reglen", required_of="coordinators")
    assert "Reglen er gemt og gælder fra næste klik." in page.text
    assert page.tree.css_first("input[checked]").attributes["value"] == "coordinators"
    boss.submit("Gem reglen")  # the same again changes nothing
    with app.app_context():
        assert required_of() is RequiredOf.COORDINATORS
        (event,) = db.session.scalars(select(Event).where(Event.kind == EventKind.SIGN_IN_RULES_CHANGED))
        assert (event.by_id, event.facts) == (
            cast.id("administrator"),
            {"required_of": "coordinators", "before": "nobody"},
        )


@pytest.mark.parametrize("who", ["member", "coordinator", "outsider"])
def test_nobody_else_may_look_or_choose(app, browser, who):
    reader = browser(who)
    reader.get(RULES, status=403)
    reader.post(RULES, required_of="nobody", status=403)


def test_a_rule_that_is_none_is_refused(app, browser):
    boss = browser("administrator")
    boss.get(RULES)
    assert boss.submit("Gem reglen", required_of="sometimes").errors
    with app.app_context():
        assert required_of() is RequiredOf.NOBODY


def test_the_page_says_how_many_it_is_about_and_how_many_have_none(browser, cast):
    cast.gets_app("member")
    add_passkey(browser("coordinator"), Device())
    text = browser("administrator").get(RULES).text
    assert "Administratorer 1 person, 1 endnu uden totrinsbekræftelse" in text
    assert "Tovholdere og administratorer 2 personer, 1 endnu uden totrinsbekræftelse" in text
    assert "Alle 5 personer, 3 endnu uden totrinsbekræftelse" in text
    assert "Der er ingen frist" in text


@pytest.mark.parametrize(
    ("to", "led"),
    [
        (RequiredOf.NOBODY, set()),
        (RequiredOf.ADMINISTRATORS, {"administrator"}),
        (RequiredOf.COORDINATORS, {"administrator", "coordinator"}),
        (RequiredOf.EVERYBODY, {"administrator", "coordinator", "member", "outsider"}),
    ],
)
def test_whom_it_is_about_is_led_to_set_one_up(browser, rule, to, led):
    rule(to)
    assert {who for who in ("administrator", "coordinator", "member", "outsider") if is_led(browser(who))} == led


def test_it_applies_at_the_next_click_to_who_is_signed_in_already(browser, rule):
    me = browser("member")
    assert not is_led(me)
    rule(RequiredOf.EVERYBODY)
    assert is_led(me)
    assert is_led(me, "/")
    assert me.post("/calendar/messages").response.headers["Location"] == BELOW


def test_open_stay_the_account_the_language_the_way_out_and_what_anybody_may_see(browser, rule):
    rule(RequiredOf.EVERYBODY)
    me = browser("member")
    for path in (
        BELOW,
        f"{BELOW}/authenticator",
        f"{BELOW}/passkeys/new",
        "/account/sessions",
        "/account/signing-in",
        "/account/log",
        "/help",
        "/privacy",
        "/healthz",
    ):
        assert me.raw("GET", path).status_code == 200, path
    me.post("/language", language="en")
    me.get(BELOW)
    me.submit("Sign out")
    assert not is_led(me, "/")


def test_an_administrator_without_one_cannot_even_take_the_rule_back(browser, rule):
    rule(RequiredOf.ADMINISTRATORS)
    assert is_led(browser("administrator"), RULES)


def test_the_page_says_who_asks_and_what_to_do(browser, rule):
    rule(RequiredOf.COORDINATORS)
    page = browser("coordinator").get(BELOW)
    assert "Sæt totrinsbekræftelse op for at komme videre" in page.text
    assert "ERFA Nord beder tovholdere og administratorer om at bruge totrinsbekræftelse." in page.text
    assert "Sæt totrinsbekræftelse op for at komme videre" not in browser("member").get(BELOW).text


@pytest.mark.parametrize("way", ["passkey", "app"])
def test_having_set_one_up_one_goes_on(browser, rule, way):
    rule(RequiredOf.EVERYBODY)
    me = browser("member")
    if way == "passkey":
        add_passkey(me, Device())
    else:
        page = me.get(f"{BELOW}/authenticator")
        me.submit("Bekræft appen", code=App(page.tree.css_first(".key code").text()).shows())
    assert not is_led(me)


def test_recovery_codes_alone_are_no_second_step(browser, cast, rule):
    cast.gets_codes()
    rule(RequiredOf.EVERYBODY)
    assert is_led(browser("member"))


def test_removing_the_last_one_leads_back(browser, cast, rule):
    cast.gets_app()
    rule(RequiredOf.EVERYBODY)
    me = browser("member")
    assert not is_led(me)
    me.get(BELOW)
    me.submit("Fjern appen")
    assert is_led(me)


def test_who_no_longer_coordinates_is_no_longer_meant(world, browser, rule):
    rule(RequiredOf.COORDINATORS)
    me = browser("coordinator")
    assert is_led(me)
    with world.acting():
        db.session.scalars(
            select(Membership).filter_by(person_id=world.cast["coordinator"])
        ).one().left_at = core_clock.now()
    assert not is_led(me)


def test_calendar_programs_go_on_fetching(world, browser, rule):
    """A feed's address is its own proof; nobody can set up a second step in a calendar program."""
    me = browser("member")
    me.get("/calendar/feeds")
    me.submit("Vis adressen", name="Outlook")
    url = me.page.tree.css_first("input[readonly]").attributes["value"]
    rule(RequiredOf.EVERYBODY)
    assert browser(None).raw("GET", url.removeprefix("https://erfa.test")).status_code == 200


def test_asking_costs_no_query_of_its_own(browser, rule, statements):
    counts = []
    for to in (RequiredOf.NOBODY, RequiredOf.COORDINATORS):
        rule(to)
        me = browser("member")
        with statements.counted() as seen:
            me.get("/account/sessions")
        counts.append(len(seen))
    assert counts == [2, 2]  # the session with its person, and the list


def test_a_reset_takes_everything_and_tells_who_did_it(world, app, browser, cast, first_step, outbox):
    cast.gets_app()
    cast.gets_codes()
    add_passkey(browser("member"), Device())
    outbox()
    with world.acting():
        people = [db.session.get_one(Person, cast.id(who)) for who in ("member", "administrator")]
        reset_factors(people[0], by=people[1])
    assert first_step().page.title != "Andet trin"
    (told,) = [mail for mail in outbox() if mail.kind == "factors_reset"]
    assert told.to == "person2@erfa.test"
    assert "Agnes Admin fjernede dine adgangsnøgler" in told.text
    assert ("factors_reset", {}) in cast.events()
    page = browser("member").get(BELOW)
    assert "Ingen endnu" in page.text


def test_the_command_line_resets_too(app, cast, first_step, outbox):
    cast.gets_app("administrator")
    result = app.test_cli_runner().invoke(args=["factors", "reset", cast.email("administrator")])
    assert result.exit_code == 0, result.output
    assert first_step("administrator").page.title != "Andet trin"
    (told,) = [mail for mail in outbox() if mail.kind == "factors_reset"]
    assert "Dine adgangsnøgler, din godkendelsesapp og dine reservekoder blev fjernet" in told.text
    result = app.test_cli_runner().invoke(args=["factors", "reset", "nobody@erfa.test"])
    assert result.exit_code != 0
    assert "There is no account" in result.output
