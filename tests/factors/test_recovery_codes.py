"""Recovery codes: made, shown once, kept as hashes, used once each."""

import re

from sqlalchemy import select

from app.extensions import db
from app.factors.models import RecoveryCode
from tests.factors.conftest import BELOW, is_in

CODES = f"{BELOW}/recovery-codes"
NOT_ONE = ["Det er ikke en af dine reservekoder, eller også er den brugt."]


def make(me):
    me.get(CODES)
    page = me.submit("Lav ti nye koder")
    return [node.text() for node in page.tree.css(".codes code")]


def use(visitor, code, **more):
    return visitor.submit("Log ind med reservekoden", recovery_code=code, **more)


def test_ten_codes_are_shown_once_and_only_their_hashes_kept(app, browser, cast, outbox):
    cast.gets_app()
    me = browser("member")
    codes = make(me)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", code) for code in codes)
    assert me.page.response.headers["Cache-Control"] == "no-store"
    assert not any(code in me.get(CODES).html + me.get(BELOW).html for code in codes)
    with app.app_context():
        rows = list(db.session.scalars(select(RecoveryCode)))
    assert len({row.digest for row in rows}) == 10
    everything = " ".join(f"{row.digest} {row.salt}" for row in rows)
    assert not any(code.replace("-", "") in everything for code in codes)
    (told,) = outbox()
    assert told.subject == "Du har fået nye reservekoder"
    assert not any(code in told.text + told.html for code in codes)
    assert cast.events() == [("recovery_codes_made", {})]


def test_they_can_be_fetched_as_a_text_file_right_after(browser, cast, clock):
    me = browser("member")
    codes = make(me)
    shown = me.page
    file = me.submit("Hent som tekstfil")
    assert file.response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert file.response.headers["Content-Disposition"] == "attachment; filename=reservekoder-erfa-nord.txt"
    assert file.response.headers["Cache-Control"] == "no-store"
    assert all(code in file.html for code in codes)
    assert "person2@erfa.test" in file.html
    assert "\r\n" in file.html
    me.page = shown
    clock.move(minutes=15, seconds=1)
    page = me.submit("Hent som tekstfil")
    assert "Koderne kan ikke længere hentes." in page.text


def test_nobody_else_can_open_the_form_they_travel_in(browser, cast):
    me, colleague = browser("member"), browser("colleague")
    make(me)
    sealed = me.page.value("sealed")
    assert not any(code in sealed for code in make(browser("outsider")))
    colleague.get(BELOW)
    page = colleague.post(f"{CODES}/file", sealed=sealed)
    assert page.response.headers["Location"] == BELOW


def test_each_works_once_written_in_any_way(app, browser, cast, first_step, clock, outbox):
    cast.gets_app()
    codes = cast.gets_codes()
    visitor = first_step(target="/networks")
    page = use(visitor, f"  {codes[3].upper().replace('-', ' ')} ")
    assert is_in(visitor)
    assert visitor.page.url == "/networks"
    assert "Du har 9 reservekoder tilbage." in page.text
    told = next(mail for mail in outbox() if mail.kind == "recovery_code_used")
    assert told.subject == "En reservekode blev brugt til at logge ind"
    assert "Du har 9 reservekoder tilbage." in told.text
    assert ("recovery_code_used", {"left": 9}) in cast.events()
    clock.move(minutes=1)
    again = first_step()
    assert use(again, codes[3]).errors == NOT_ONE
    assert not is_in(again)
    use(again, codes[4])
    assert is_in(again)


def test_a_new_set_replaces_the_old(browser, cast, first_step):
    cast.gets_app()
    old = cast.gets_codes()
    new = make(browser("member"))
    visitor = first_step()
    assert use(visitor, old[0]).errors == NOT_ONE
    use(visitor, new[0])
    assert is_in(visitor)


def test_those_of_somebody_else_do_not_work(cast, first_step):
    cast.gets_app()
    cast.gets_codes()
    theirs = cast.gets_codes("colleague")
    visitor = first_step()
    assert use(visitor, theirs[0]).errors == NOT_ONE
    assert not is_in(visitor)


def test_what_is_no_code_is_refused(cast, first_step):
    cast.gets_app()
    cast.gets_codes()
    visitor = first_step()
    for odd in ("æøå", "----", "0" * 12, "' OR 1=1"):
        assert use(visitor, odd).errors == NOT_ONE
    assert not is_in(visitor)


def test_one_is_warned_when_few_are_left(browser, cast, first_step, clock):
    cast.gets_app()
    codes = cast.gets_codes()
    me = browser("member")
    assert "10 koder tilbage" in me.get(BELOW).text
    for number, code in enumerate(codes):
        clock.move(minutes=10)
        page = use(first_step(), code)
        left = 9 - number
        assert ("Lav nye under Min konto." in page.text) is (left <= 3)
    me = browser("member")
    page = me.get(BELOW)
    assert "Du har ingen reservekoder" in page.text
    assert first_step().page.tree.css_first("[name=recovery_code]") is None


def test_without_a_factor_they_are_not_asked_for(browser, cast, first_step):
    """They are for the day one has lost the others, and no second step of their own."""
    cast.gets_codes()
    assert is_in(first_step())
    page = browser("member").get(BELOW)
    assert "Dem kan du lave, når du har en adgangsnøgle eller en app." in page.text


def test_looking_at_the_page_makes_none(app, browser, cast):
    browser("member").get(CODES)
    with app.app_context():
        assert db.session.scalar(select(RecoveryCode)) is None
