"""A new mail address: both mailboxes have to agree, and nobody learns whose an address is."""

import re

import pytest
from sqlalchemy import func, select

from app.accounts.models import Event, EventKind, Person
from app.extensions import db
from app.sessions.models import AddressChange, SignInCode, SignInSession

OLD, NEW, TAKEN = "person2@erfa.test", "mette@ny-kommune.test", "person3@erfa.test"
WRONG = "Den kode virker ikke. Den kan være tastet forkert eller ældre end en time."


@pytest.fixture
def asked(browser, outbox):
    """The member has asked for the new address; the digits that came to each mailbox."""
    me = browser("member")
    me.get("/account/address")
    me.submit("Send koderne", email=f" {NEW.upper()} ")
    return me, {told.to: re.findall(r"^ *(\d{6})$", told.text, re.MULTILINE)[0] for told in outbox()}


def address_of(app, world, who="member"):
    with app.app_context():
        return db.session.get(Person, world.cast[who]).email


def other(digits):
    return "000000" if digits != "000000" else "111111"


def kinds(app, person_id):
    with app.app_context():
        return list(db.session.scalars(select(Event.kind).where(Event.person_id == person_id).order_by(Event.id)))


def test_the_address_changes_when_both_mailboxes_have_given_their_code(app, world, browser, asked, outbox):
    me, digits = asked
    elsewhere = browser("member")
    page = me.submit("Bekræft", new_code=f" {digits[NEW][:3]} {digits[NEW][3:]}", old_code=digits[OLD])
    assert "Din mailadresse er ændret" in page.text
    assert address_of(app, world) == NEW
    assert elsewhere.raw("GET", "/account/profile").status_code == 302
    assert me.raw("GET", "/account/profile").status_code == 200
    told = outbox()
    assert [(mail.kind, mail.to) for mail in told] == [("address_changed", NEW), ("address_changed", OLD)]
    assert NEW in told[1].text
    assert kinds(app, world.cast["member"]) == [EventKind.ADDRESS_CHANGE_ASKED, EventKind.ADDRESS_CHANGED]


def test_one_code_may_come_before_the_other(app, world, asked):
    me, digits = asked
    page = me.submit("Bekræft", new_code=digits[NEW])
    assert f"{NEW} er bekræftet" in page.text
    assert page.errors == ["Skriv de seks cifre fra mailen."]
    assert address_of(app, world) == OLD
    page = me.submit("Bekræft", old_code=other(digits[OLD]))
    assert page.errors == [WRONG]
    me.submit("Bekræft", old_code=digits[OLD])
    assert address_of(app, world) == NEW


def test_the_two_codes_are_not_the_same_and_not_exchangeable(app, world, asked):
    me, digits = asked
    assert digits[OLD] != digits[NEW]
    page = me.submit("Bekræft", new_code=digits[OLD], old_code=digits[NEW])
    assert page.errors == [WRONG, WRONG]
    assert address_of(app, world) == OLD


def test_the_codes_live_one_hour(app, world, asked, clock):
    me, digits = asked
    clock.move(minutes=9)
    me.get("/account/address")
    with world.acting():
        db.session.scalars(select(SignInSession)).one().refreshed_at = clock.move(minutes=51)
    page = me.submit("Bekræft", new_code=digits[NEW], old_code=digits[OLD])
    assert "Den ændring er udløbet" in page.text
    assert address_of(app, world) == OLD


def test_ten_wrong_tries_end_it(app, world, asked, clock):
    me, digits = asked
    for number in range(10):
        if number == 8:
            clock.move(minutes=6)  # past the limit of tries in five minutes, and still fresh
        me.get("/account/address")
        me.submit("Bekræft", new_code=other(digits[NEW]))
    me.get("/account/address")
    assert "Skriv koderne" not in me.page.text
    assert address_of(app, world) == OLD


def test_asking_again_makes_the_earlier_codes_void(app, world, asked, outbox):
    me, digits = asked
    me.get("/account/address")
    me.submit("Send koderne", email=NEW)
    page = me.submit("Bekræft", new_code=digits[NEW], old_code=digits[OLD])
    assert page.errors == [WRONG, WRONG]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(AddressChange)) == 1


def test_keeping_the_old_one_is_possible_until_then(app, world, asked):
    me, _ = asked
    page = me.submit(f"Behold {OLD}")
    assert "Din mailadresse er den samme som før." in page.text
    assert kinds(app, world.cast["member"])[-1] == EventKind.ADDRESS_CHANGE_STOPPED
    me.get("/account/address")
    assert "Skriv koderne" not in me.page.text


@pytest.mark.parametrize("typed", ["", "mette", "@", "mette@", "Mette <m@x.test>", "m@x.test, n@x.test", "a@b..dk"])
def test_what_is_no_address_is_explained_and_kept(app, browser, typed):
    me = browser("member")
    me.get("/account/address")
    page = me.submit("Send koderne", email=typed)
    assert len(page.errors) == 1
    assert page.value("email") == typed
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(AddressChange)) == 0


def test_ones_own_address_is_no_change(browser):
    me = browser("member")
    me.get("/account/address")
    assert me.submit("Send koderne", email=OLD).errors == ["Det er den adresse, du har i forvejen."]


def test_a_taken_address_answers_exactly_like_a_free_one(app, browser, world, statements, outbox):
    pages, counts = [], []
    for who, address in (("member", TAKEN), ("outsider", "nobody@erfa.test")):
        me = browser(who)
        me.get("/account/address")
        with statements.counted() as seen:
            page = me.submit("Send koderne", email=address)
        counts.append([statement.split()[:3] for statement in seen])
        words = page.text.replace(address, "ADDRESS").replace(address_of(app, world, who), "OLD")
        pages.append(words)
    assert pages[0] == pages[1]
    assert counts[0] == counts[1]
    told = outbox()
    assert sorted(mail.to for mail in told) == sorted([OLD, TAKEN, "person4@erfa.test", "nobody@erfa.test"])
    (to_owner,) = [mail for mail in told if mail.to == TAKEN]
    assert to_owner.subject == "Nogen har forsøgt at bruge din mailadresse"
    assert not re.search(r"\b\d{6}\b", to_owner.text)
    assert "Mette" not in to_owner.raw.decode()  # whose it would have become is not told


def test_a_taken_address_is_not_got_even_with_the_right_digits(app, browser, world, outbox, monkeypatch):
    """The digits are not mailed; were they guessed, it would be a wrong code all the same."""
    me = browser("member")
    me.get("/account/address")
    me.submit("Send koderne", email=NEW)
    digits = {told.to: re.findall(r"^ *(\d{6})$", told.text, re.MULTILINE)[0] for told in outbox()}
    with world.acting():
        db.session.get(Person, world.cast["colleague"]).email = NEW
    page = me.submit("Bekræft", new_code=digits[NEW], old_code=digits[OLD])
    assert page.errors == [WRONG]
    assert address_of(app, world) == OLD


def test_somebody_who_gets_the_address_in_between_keeps_it(app, browser, world, asked):
    me, digits = asked
    me.submit("Bekræft", new_code=digits[NEW])
    with world.acting():
        db.session.get(Person, world.cast["colleague"]).email = NEW
    page = me.submit("Bekræft", old_code=digits[OLD])
    assert page.status == 200
    assert address_of(app, world) == OLD


def test_who_reads_the_old_mailbox_stops_it_without_signing_in(app, world, browser, outbox):
    thief = browser("member")
    thief.get("/account/address")
    thief.submit("Send koderne", email=NEW)
    (told,) = [mail for mail in outbox() if mail.to == OLD]
    path = re.search(r"https://erfa\.test(/address-changes/\S+)", told.text)[1]
    owner = browser(None)
    assert owner.get(path).title == "Vil du stoppe ændringen af din mailadresse?"
    assert address_of(app, world) == OLD
    page = owner.submit("Stop det, og log alle ud")
    assert "Ændringen er stoppet" in page.text
    assert thief.raw("GET", "/account/profile").status_code == 302
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(AddressChange)) == 0
    assert kinds(app, world.cast["member"])[-2:] == [
        EventKind.ADDRESS_CHANGE_STOPPED,
        EventKind.OTHER_SESSIONS_ENDED,
    ]
    assert owner.get(path).title == "Her er ikke noget, der venter"


def test_a_link_from_an_old_mail_does_not_stop_a_later_change(app, world, browser, outbox, asked):
    me, _ = asked
    me.submit(f"Behold {OLD}")
    me.get("/account/address")
    me.submit("Send koderne", email=NEW)
    with app.app_context():
        mark = db.session.scalars(select(AddressChange)).one().mark
    assert mark
    stranger = browser(None)
    stranger.get("/address-changes/1-0123456789abcdef-aaaaaaaaaaaaaaaa", status=404)
    stranger.get("/address-changes/x", status=404)


def test_codes_for_the_old_mailbox_no_longer_open_the_account(app, world, browser, asked):
    me, digits = asked
    visitor = browser(None)
    visitor.get("/login")
    visitor.submit("Send mig en kode", email=OLD)
    me.get("/account/address")
    me.submit("Bekræft", new_code=digits[NEW], old_code=digits[OLD])
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SignInCode)) == 0


def test_how_often_one_may_ask_is_limited_and_mistakes_do_not_count(browser):
    me = browser("member")
    for number in range(5):
        me.get("/account/address")
        me.submit("Send koderne", email="ikke en adresse")
        me.get("/account/address")
        me.submit("Send koderne", email=f"ny{number}@erfa.test")
    me.get("/account/address")
    me.submit("Send koderne", email="ny6@erfa.test", status=429)
