"""People: finding them, and everything an administrator does with an account."""

import re
import threading

import pytest
from sqlalchemy import func, select

from app.accounts.models import Affiliation, Event, EventKind, Person
from app.administration.operations.people import dismiss_administrator, end_all_sessions
from app.calendars.models import Feed
from app.core import clock as core_clock
from app.core.errors import DomainError
from app.core.tokens import fingerprint
from app.extensions import db
from app.factors.models import Passkey
from app.networks.models import Membership, Role
from app.notifications.operations import announce
from app.sessions.codes import ask_for_code, person_with_code
from app.sessions.models import AddressChange, Identity, Means, PendingSignIn, SignInSession
from app.sessions.operations import disable_person

PEOPLE = "/administration/people"


def person(world, who):
    with world.app.app_context():
        return db.session.get_one(Person, world.cast[who])


def url_of(world, who="member", act=""):
    return f"{PEOPLE}/{world.cast[who]}{act}"


def names_on(page):
    return [node.text() for node in page.tree.css(".people .rows__title")]


def change(world, who, **values):
    with world.acting():
        for name, value in values.items():
            setattr(db.session.get_one(Person, world.cast[who]), name, value)


# Finding people


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=mette", ["Mette Medlem"]),
        ("q=MEDLEM+met", ["Mette Medlem"]),
        ("q=person4%40", ["Ulla Udenfor"]),
        ("q=%25", []),
        ("q=_", []),
        ("role=administrator", ["Agnes Admin"]),
        ("role=coordinator", ["Karen Tovholder"]),
        ("role=member", ["Mette Medlem", "Ole Kollega"]),
        ("role=none", ["Agnes Admin", "Ulla Udenfor"]),
        ("state=disabled", ["Ole Kollega"]),
        ("state=without-organisation", ["Mette Medlem"]),
        ("municipality=0810", ["Agnes Admin"]),
        ("organisation=2", ["Karen Tovholder"]),
        ("organisation=999", []),
        ("role=nonsense&q=ulla", ["Ulla Udenfor"]),
    ],
)
def test_people_are_found(browser, world, query, found):
    with world.acting():
        db.session.query(Membership).filter_by(person_id=world.cast["outsider"]).one().left_at = core_clock.now()
        db.session.query(Affiliation).filter_by(person_id=world.cast["member"]).delete()
    change(world, "colleague", disabled_at=core_clock.now())
    change(world, "member", organisation_id=None)
    assert names_on(browser("administrator").get(f"{PEOPLE}?{query}")) == found


def test_danish_letters_are_found_however_they_are_written(browser, world):
    with world.acting():
        for name in ("Åse Ærø", "Aase Øre", "Bo Ås"):
            world.person(name)
    administrator = browser("administrator")
    assert names_on(administrator.get(f"{PEOPLE}?q=ÅSE")) == ["Åse Ærø", "Aase Øre"]
    assert names_on(administrator.get(f"{PEOPLE}?q=aas")) == ["Bo Ås", "Åse Ærø", "Aase Øre"]
    assert names_on(administrator.get(f"{PEOPLE}?q=æRØ")) == ["Åse Ærø"]


def test_who_has_never_signed_in(browser, world):
    administrator = browser("administrator")
    browser("member")
    with world.acting():
        db.session.add(Event(kind=EventKind.SIGNED_IN, person_id=world.cast["outsider"]))
    page = administrator.get(f"{PEOPLE}?state=never-signed-in")
    assert names_on(page) == ["Karen Tovholder", "Ole Kollega"]


def test_the_list_is_paged_and_costs_the_same_for_few_as_for_many(browser, world, statements):
    administrator = browser("administrator")
    urls = [PEOPLE, f"{PEOPLE}?q=e&municipality=0787&role=member&state=open&organisation=1"]
    counts = []
    for more in (0, 60):
        with world.acting():
            for number in range(more):
                world.person(f"Person {number:02}", network=world.network_id)
        for url in urls:
            with statements.counted() as seen:
                administrator.get(url)
            counts.append(len(seen))
    assert counts[:2] == counts[2:] and max(counts) <= 8
    administrator.get(PEOPLE)
    assert names_on(administrator.follow("Side 2"))[-1] == "Ulla Udenfor"


# The page of a person


def test_the_page_shows_what_is_known_and_costs_little(browser, world, statements):
    administrator = browser("administrator")
    browser("coordinator")
    with world.acting():
        for number in range(30):
            db.session.add(Event(kind=EventKind.SIGNED_IN, person_id=world.cast["coordinator"], facts={"n": number}))
    with statements.counted() as seen:
        page = administrator.get(url_of(world, "coordinator"))
    assert len(seen) <= 9
    for words in ("person1@erfa.test", "i 1 browser", "tovholder siden", "Organisation 1", "Logget ind"):
        assert words in page.text


def test_who_is_not_there_is_not_found(browser, world):
    browser("administrator").get(f"{PEOPLE}/999", status=404)
    browser("administrator").post(f"{PEOPLE}/{world.cast['member']}/memberships/999/role", status=404)
    browser("administrator").post(f"{PEOPLE}/{world.cast['member']}/memberships/1/role", status=404, role="member")


def test_an_administrator_makes_an_account_and_the_person_is_told(browser, world, organisation, outbox, events):
    place = organisation()
    administrator = browser("administrator")
    administrator.get(PEOPLE)
    administrator.follow("Opret en konto")
    facts = {"name": "Lone Lund", "email": " Lone.Lund@Thisted.DK ", "organisation": str(place)}
    page = administrator.submit("Opret kontoen", **facts)
    assert page.title == "Lone Lund" and "Jobcenter Thisted" in page.text
    (mail,) = outbox()
    assert (mail.to, mail.subject) == ("lone.lund@thisted.dk", "Du har fået en konto på ERFA Nord")
    assert "Agnes Admin har oprettet en konto til dig" in mail.text
    assert [event[0] for event in events()] == ["registered"]
    administrator.get(f"{PEOPLE}/new")
    assert administrator.submit("Opret kontoen", **facts).errors == ["Lone Lund har en konto med den adresse."]
    page = administrator.submit("Opret kontoen", name="", email="lone", organisation="")
    assert len(page.errors) == 3 and page.value("email") == "lone"
    assert outbox() == []


def test_a_new_address_is_told_at_both_and_old_codes_do_not_work(browser, world, outbox, events):
    with world.acting():
        ask_for_code("person2@erfa.test")
    (mail,) = outbox()
    code = re.search(r"\b[0-9]{3} ?[0-9]{3}\b", mail.text)[0]
    with world.acting():
        db.session.add(AddressChange(person_id=world.cast["member"], address="andre@erfa.test", nonce="n"))
    administrator = browser("administrator")
    administrator.get(url_of(world))
    administrator.follow("Ændr navn eller mail")
    page = administrator.submit("Gem", name="Mette Ny", email="Mette@Ny.dk", title="Leder")
    assert page.title == "Mette Ny"
    told = outbox()
    assert sorted(mail.to for mail in told) == ["mette@ny.dk", "person2@erfa.test"]
    assert all("mette@ny.dk" in mail.text and "Agnes Admin" in mail.text for mail in told)
    assert [event[0] for event in events()] == ["profile_changed", "address_changed"]
    with world.acting():
        assert person_with_code("person2@erfa.test", code) is None
        assert db.session.query(AddressChange).count() == 0
    administrator.get(url_of(world, act="/edit"))
    administrator.submit("Gem")
    assert outbox() == [] and [event[0] for event in events()].count("address_changed") == 1


def test_a_new_address_closes_whatever_the_old_one_opened(browser, world):
    with world.acting():
        person_id = world.cast["member"]
        db.session.add(Identity(person_id=person_id, issuer="https://sts.test", subject="mette"))
        db.session.add(PendingSignIn(person_id=person_id, token_hash="p", means=Means.CODE))
    member, administrator = browser("member"), browser("administrator")
    administrator.get(url_of(world, act="/edit"))
    administrator.submit("Gem", email="mette@ny.dk")
    member.get("/networks", status=302)
    with world.acting():
        assert [db.session.query(table).count() for table in (Identity, PendingSignIn)] == [0, 0]
    administrator.get("/networks")


@pytest.mark.parametrize(
    "act", [lambda person, by: end_all_sessions(person, by=by), lambda person, by: disable_person(person, by=by)]
)
def test_who_is_between_the_two_steps_is_signed_out_too(world, act):
    with world.acting():
        person, by = (db.session.get_one(Person, world.cast[who]) for who in ("member", "administrator"))
        db.session.add(PendingSignIn(person_id=person.id, token_hash="p", means=Means.CODE))
        db.session.flush()
        act(person, by)
        assert db.session.query(PendingSignIn).count() == 0


def test_made_administrator_from_the_command_line_one_is_told_and_signs_in_anew(browser, world, outbox):
    member = browser("member")
    assert run(world, "make-admin", "person2@erfa.test").exit_code == 0
    member.get("/networks", status=302)
    (told,) = outbox()
    assert (told.kind, told.to) == ("administrator_changed", "person2@erfa.test")
    assert "Dine rettigheder er ændret." in told.text
    run(world, "make-admin", "person2@erfa.test")
    assert outbox() == []


def test_an_address_of_somebody_else_is_refused_and_nothing_changes(browser, world, outbox):
    administrator = browser("administrator")
    administrator.get(url_of(world, act="/edit"))
    page = administrator.submit("Gem", name="Anden", email="person3@erfa.test")
    assert page.errors == ["En anden konto har den adresse."]
    assert page.value("name") == "Anden" and page.value("email") == "person3@erfa.test"
    assert person(world, "member").email == "person2@erfa.test" and person(world, "member").name == "Mette Medlem"
    assert outbox() == []


# Networks and roles


def test_somebody_is_added_to_a_network_and_gets_another_role(browser, world, outbox):
    administrator = browser("administrator")
    administrator.get(url_of(world))
    page = administrator.submit("Føj til netværket", network=str(world.other_network_id), role="coordinator")
    assert "Mette Medlem er føjet til ERFA Hemmeligt" in page.text
    assert [mail.kind for mail in outbox()] == ["network_joined"]
    with world.app.app_context():
        membership = db.session.scalars(
            select(Membership).filter_by(person_id=world.cast["member"], network_id=world.other_network_id)
        ).one()
        assert membership.role is Role.COORDINATOR
    page = administrator.submit("Gør til medlem")
    assert "ERFA Hemmelig" in page.text and "eneste tovholder" in page.text
    page = administrator.submit("Føj til netværket", network="")
    assert page.errors == ["Vælg netværket."]


def test_who_works_nowhere_must_work_somewhere_first(browser, world):
    change(world, "outsider", organisation_id=None)
    administrator = browser("administrator")
    administrator.get(url_of(world, "outsider"))
    page = administrator.submit("Føj til netværket", network=str(world.network_id))
    assert page.errors == ["Angiv først, hvor Ulla Udenfor arbejder."]


# Administrators


def test_somebody_becomes_administrator_after_a_page_that_says_so(browser, world, outbox, events):
    member, administrator = browser("member"), browser("administrator")
    administrator.get(url_of(world))
    page = administrator.follow("Gør til administrator")
    assert "ser alle netværk" in page.text and not person(world, "member").is_administrator
    administrator.submit("Gør til administrator")
    administrator.post(url_of(world, act="/administrator"))
    member.get("/networks", status=302)  # signed out: an administrator's session lasts shorter
    browser("member").get("/administration")
    (mail,) = outbox()
    assert (mail.to, mail.subject) == ("person2@erfa.test", "Du er nu administrator på ERFA Nord")
    assert events() == [("made_administrator", world.cast["member"], world.cast["administrator"])]


def test_who_is_no_longer_administrator_is_out_with_the_next_click(browser, world, outbox):
    change(world, "member", administrator_since=core_clock.now())
    member, administrator = browser("member"), browser("administrator")
    member.get("/administration")
    administrator.get(url_of(world))
    administrator.follow("Ikke længere administrator")
    administrator.submit("Ikke længere administrator")
    member.get("/administration", status=403)
    member.get(f"/networks/{world.other_network_id}", status=404)
    assert [mail.subject for mail in outbox()] == ["Du er ikke længere administrator på ERFA Nord"]


def test_the_last_administrator_stays(browser, world, events):
    change(world, "member", administrator_since=core_clock.now(), disabled_at=core_clock.now())  # does not count
    administrator = browser("administrator")
    administrator.get(url_of(world, "administrator", "/administrator/removal"))
    assert "eneste administrator" in administrator.submit("Ikke længere administrator").text
    administrator.get("/administration")
    assert events() == []
    change(world, "member", disabled_at=None)
    administrator.get(url_of(world, "administrator", "/administrator/removal"))
    administrator.submit("Ikke længere administrator")
    administrator.get("/administration", status=403)


def test_two_who_dismiss_each_other_at_once_leave_one(world):
    change(world, "member", administrator_since=core_clock.now())
    start, refused = threading.Barrier(2), []

    def dismiss(one, other):
        with world.app.app_context():
            start.wait()
            try:
                dismiss_administrator(
                    db.session.get_one(Person, world.cast[other]), by=db.session.get_one(Person, world.cast[one])
                )
                db.session.commit()
            except DomainError:
                refused.append(one)
                db.session.rollback()

    threads = [
        threading.Thread(target=dismiss, args=pair)
        for pair in (("member", "administrator"), ("administrator", "member"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with world.app.app_context():
        left = db.session.scalar(select(func.count()).where(Person.administrator_since.is_not(None)))
    assert left == 1 and len(refused) == 1


# Closing


def test_closing_ends_sessions_feeds_and_mail_at_once(app, browser, world, outbox, events):
    member, administrator = browser("member"), browser("administrator")
    with world.acting():
        db.session.add(Feed(person_id=world.cast["member"], name="Outlook", token_hash=fingerprint("a-feed")))
    world.meeting()
    anybody = browser(None)
    assert "håndværksmestre" in anybody.raw("GET", "/feeds/a-feed.ics").text
    member.get("/networks")
    with world.acting():  # a mail that waits already
        announce(
            "password_changed", to=[world.cast["member"]], about="at-1", payload={"at": core_clock.now().isoformat()}
        )
    administrator.get(url_of(world))
    page = administrator.follow("Luk kontoen")
    assert "bliver logget ud med det samme i 1 browser" in page.text
    assert person(world, "member").disabled_at is None
    page = administrator.submit("Luk kontoen")
    assert "Kontoen har været lukket siden" in page.text
    member.get("/networks", status=302)
    assert "håndværksmestre" not in anybody.raw("GET", "/feeds/a-feed.ics").text
    with world.acting():
        ask_for_code("person2@erfa.test")
    assert outbox() == []
    assert events() == [("disabled", world.cast["member"], world.cast["administrator"])]
    administrator.submit("Åbn kontoen igen")
    administrator.post(url_of(world, act="/opening"))
    member.get("/networks", status=302)  # signs in anew
    assert [event[0] for event in events()] == ["disabled", "enabled"]


def test_nobody_closes_their_own_account_or_the_last_administrators(browser, world):
    administrator = browser("administrator")
    page = administrator.post(url_of(world, "administrator", "/closing"), status=200)
    assert "Du kan ikke lukke din egen konto her." in page.text
    change(world, "member", administrator_since=core_clock.now())
    change(world, "administrator", administrator_since=None)
    browser("member").post(url_of(world, "member", "/closing"), status=200)
    assert person(world, "member").disabled_at is None


def test_the_page_names_networks_that_would_be_left_alone(browser, world):
    page = browser("administrator").get(url_of(world, "coordinator", "/closing"))
    assert "eneste tovholder i dette netværk" in page.text and "ERFA Prøvenet" in page.text
    page = browser("administrator").get(url_of(world, "member", "/closing"))
    assert "eneste tovholder" not in page.text


def test_an_account_is_closed_only_when_nothing_is_left_to_nobody(browser, world):
    url = url_of(world, "coordinator", "/closing")
    administrator = browser("administrator")
    page = administrator.get(url)
    assert "ERFA Prøvenet" in page.text and page.tree.css_first("main form button.button--danger") is None
    page = administrator.post(url, status=200)
    assert "Overdrag først det, der er åbent og hører til Karen" in page.text
    assert person(world, "coordinator").disabled_at is None
    with world.acting():
        world.person("Jonas Medtovholder", network=world.network_id, role=Role.COORDINATOR)
    administrator.follow("Overdrag opgaver")
    administrator.submit("Overdrag og forlad alle netværk")
    administrator.get(url)
    administrator.submit("Luk kontoen")
    assert person(world, "coordinator").disabled_at is not None


def test_things_that_are_open_keep_an_account_open(browser, world):
    (item, *_rest) = world.minutes(world.meeting(), "Tekst")
    world.action(item, owner="member")
    browser("administrator").post(url_of(world, act="/closing"), status=200)
    assert person(world, "member").disabled_at is None


def test_who_is_alone_in_a_network_may_be_closed(browser, world):
    with world.acting():
        for one in db.session.scalars(select(Membership).where(Membership.network_id == world.network_id)):
            if one.person_id != world.cast["coordinator"]:
                one.left_at = core_clock.now()
    administrator = browser("administrator")
    page = administrator.get(url_of(world, "coordinator", "/closing"))
    assert "eneste tovholder" not in page.text
    administrator.submit("Luk kontoen")
    assert person(world, "coordinator").disabled_at is not None


# Sessions and codes


def test_all_sessions_are_ended(browser, world, events):
    members = [browser("member"), browser("member")]
    administrator = browser("administrator")
    administrator.get(url_of(world))
    administrator.submit("Log ud af alle browsere")
    for member in members:
        member.get("/networks", status=302)
    administrator.get("/administration")
    with world.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SignInSession)) == 1
    assert events() == [("sessions_ended", world.cast["member"], world.cast["administrator"])]


def test_a_sign_in_code_is_sent_but_not_to_a_closed_account(browser, world, outbox):
    administrator = browser("administrator")
    administrator.get(url_of(world))
    administrator.submit("Send en engangskode")
    (mail,) = outbox()
    assert (mail.to, mail.kind) == ("person2@erfa.test", "sign_in_code")
    change(world, "member", disabled_at=core_clock.now())
    administrator.post(url_of(world, act="/code"))
    assert "Åbn den først" in administrator.get(url_of(world)).text
    assert outbox() == []


def test_a_lost_second_step_is_reset_after_a_page_that_warns(browser, world, outbox, events):
    with world.acting():
        db.session.add(Passkey(person_id=world.cast["member"], credential_id=b"a", public_key=b"b", name="Telefon"))
    administrator = browser("administrator")
    administrator.get(url_of(world))
    page = administrator.follow("Nulstil totrinsbekræftelse")
    assert "Ring tilbage på et nummer, du kender" in page.text and events() == []
    page = administrator.submit("Nulstil totrinsbekræftelse")
    assert "Totrinsbekræftelse ingen" in page.text
    assert [mail.kind for mail in outbox()] == ["factors_reset"]
    assert events() == [("factors_reset", world.cast["member"], world.cast["administrator"])]


def test_what_is_open_is_named_before_an_account_is_closed(browser, world):
    (item, *_rest) = world.minutes(world.meeting(), "Tekst")
    world.action(item, owner="member")
    administrator = browser("administrator")
    page = administrator.get(url_of(world, act="/closing"))
    assert "1 ting er åben og hører til Mette" in page.text
    assert "Mette Medlem" in administrator.follow("Overdrag opgaver").title


@pytest.mark.parametrize("act", ["edit", "closing", "administrator", "administrator/removal", "factors/reset"])
def test_dangerous_acts_ask_for_the_sign_in_once_more(browser, world, clock, events, act):
    administrator = browser("administrator")
    clock.move(minutes=11)
    administrator.get(url_of(world))
    url = url_of(world, act=f"/{act}")
    asked = administrator.get(url, status=302).response.headers["Location"]
    assert asked.startswith("/login/again") and act.split("/", maxsplit=1)[0] in asked
    administrator.post(url)
    assert events() == [] and person(world, "member").disabled_at is None


# The command line


def run(world, *arguments):
    return world.app.test_cli_runner().invoke(args=["account", *arguments])


def test_commands_list_make_close_and_open(browser, world, events):
    assert "person0@erfa.test\tAgnes Admin\tsince 2026-11-23" in run(world, "administrators").output
    assert run(world, "make-admin", "PERSON2@erfa.test").exit_code == 0
    assert person(world, "member").is_administrator
    member = browser("member")
    assert run(world, "disable", "person2@erfa.test").exit_code == 0
    member.get("/networks", status=302)
    assert "(closed)" in run(world, "administrators").output
    assert run(world, "make-admin", "person2@erfa.test").exit_code == 1
    result = run(world, "disable", "person0@erfa.test")
    assert result.exit_code == 1 and "only administrator" in result.output
    assert run(world, "enable", "person2@erfa.test").exit_code == 0
    assert run(world, "enable", "nobody@erfa.test").exit_code == 1
    assert [event[0] for event in events()] == ["made_administrator", "disabled", "enabled"]


@pytest.mark.once
def test_at_fifty_thousand_people_a_search_stays_within_the_budget(browser, world, statements):
    """Rows only as large as they must be; what is measured is the number of statements and that it ends soon."""
    now = core_clock.now()
    with world.acting():
        db.session.execute(
            Person.__table__.insert(),
            [
                {
                    "email": f"p{number}@erfa.test", "name": f"Person {number}", "sort_key": f"person {number}",
                    "title": "", "phone": "", "organisation_id": 1, "locale": "da", "created_at": now,
                }
                for number in range(50_000)
            ],
        )  # fmt: skip
    administrator = browser("administrator")
    for query in ("q=person+4999", "state=never-signed-in", "role=none&municipality=0810&page=900"):
        with statements.counted() as seen:
            administrator.get(f"{PEOPLE}?{query}")
        assert len(seen) <= 8, query
