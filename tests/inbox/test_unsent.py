"""Mails that were not sent or came back: each with its reason, for the person and for administrators, and tried again."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import select

from app.accounts.models import Event, EventKind
from app.core import clock as core_clock
from app.extensions import db
from app.notifications.models import Mail, MailState, SuspendedAddress
from app.notifications.reasons import SENTENCES, UNREACHABLE, Why, because_of, why_of, why_of_words
from tests.counting import A_PAGE

APP = Path(__file__).parents[2] / "app"


@pytest.fixture
def left_out(world):
    """A mail of the member's that was not sent, or was; returns its number."""
    numbers = iter(range(1000))

    def add(reason="already read", *, state=MailState.DROPPED, who="member", kind="case_opened", **facts):
        case_id = world.case(author="coordinator", title="Hvem ringer?")
        with world.acting():
            row = Mail(
                key=f"{kind}:{next(numbers)}",
                kind=kind,
                person_id=world.cast[who] if who else None,
                payload={"case_id": case_id},
                state=state,
                reason=reason,
                created_at=core_clock.now(),
                **facts,
            )
            db.session.add(row)
            db.session.flush()
            return row.id

    return add


def lines(page):
    return [" ".join(node.text().split()) for node in page.tree.css("main .rows__main")]


# The reasons


def reasons_in_the_house():
    """All that is given to NotSent in the code: as it stands, or with a word where something differs."""
    for module in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "NotSent":
                given = node.args[0]
                for one in (given.body, given.orelse) if isinstance(given, ast.IfExp) else (given,):
                    if isinstance(one, ast.Constant):
                        yield one.value
                    elif isinstance(one, ast.JoinedStr):
                        parts = (part.value if isinstance(part, ast.Constant) else "something" for part in one.values)
                        yield "".join(parts)


def test_every_reason_that_a_room_gives_is_a_sentence_for_people():
    found = set(reasons_in_the_house())
    assert len(found) > 50
    unknown = {reason for reason in found if why_of_words(reason) is Why.OTHER}
    assert not unknown, f"add them to app/notifications/reasons.py: {unknown}"
    assert set(SENTENCES) == set(Why)


def test_what_is_asked_of_the_database_is_what_is_shown(app, world, left_out):
    for reason in {*reasons_in_the_house(), "something new", "the meeting is over", "the meeting is on", UNREACHABLE}:
        left_out(reason)
    for reason in (
        "550 5.1.1 No such user",
        "ComposingError at mails.py:3",
        "the connection broke: OSError",
        "5 things",
    ):
        left_out(reason, state=MailState.DEAD)
    with app.app_context():
        for why in Why:
            asked = set(db.session.scalars(select(Mail.id).where(because_of(why))))
            shown = {mail.id for mail in db.session.scalars(select(Mail)) if why_of(mail) is why}
            assert asked == shown, why


# The person's page


def test_a_person_sees_what_was_not_sent_and_why(browser, left_out):
    left_out("already read")
    left_out("network 1 is muted")
    left_out("", state=MailState.SENT)
    left_out("", state=MailState.READY)
    left_out("already read", who="colleague")
    member = browser("member")
    member.get("/inbox")
    page = member.follow("Mails, vi ikke sendte, og hvorfor")
    assert lines(page) == [
        "Ny sag: Hvem ringer? Mails om det her er slået fra.",
        "Ny sag: Hvem ringer? Det var allerede læst her, før mailen skulle sendes.",
    ]


def test_of_a_network_one_has_left_only_the_kind_is_said(app, world, browser, left_out):
    left_out("no longer a member of the network", who="outsider")
    assert lines(browser("outsider").get("/inbox/unsent")) == [
        "Sager Modtageren var ikke længere med i netværket eller ikke længere tovholder, da mailen skulle sendes."
    ]


def test_codes_are_named_as_such(browser, left_out):
    left_out("a newer code was asked for", kind="sign_in_code")
    assert lines(browser("member").get("/inbox/unsent")) == [
        "En kode eller en anden mail om login Koden var brugt, for gammel eller afløst af en nyere, før mailen skulle sendes."
    ]


def test_a_mail_without_a_line_is_named_after_what_it_is_about(browser, left_out):
    left_out("nothing in the digest is news any more", kind="digest")
    left_out("the calendar says so already", kind="meeting_in_calendar")
    left_out("550 Full", kind="mail_refused", state=MailState.DEAD)
    titles = [line.split(" ")[0] for line in lines(browser("member").get("/inbox/unsent"))]
    assert titles == ["Mails,", "Møder", "Samlemails"]


def test_after_thirty_days_it_is_gone(browser, left_out, clock):
    left_out()
    clock.move(days=31)
    assert "Vi har sendt alt de seneste 30 dage" in browser("member").get("/inbox/unsent").text


def test_a_mail_that_came_back_is_among_them(browser, mail_to, comes_back, outbox):
    mail_id = mail_to()
    outbox()
    comes_back(mail_id, "exchange", status="5.2.2")
    page = browser("member").get("/inbox/unsent")
    assert lines(page)[0] == "Ny sag: Hvem skal ringe først? Modtagerens mailsystem ville ikke tage imod mailen."
    assert "En mail kom retur" in page.text
    assert "5.2.2" in page.text


# The administrators' page


def test_administrators_see_everybodys_and_narrow_them(browser, left_out):
    left_out("already read")
    left_out("already read", who="colleague")
    left_out("has answered", who="colleague", kind="meeting_called")  # its facts are of another version
    left_out("550 5.2.2 Full", state=MailState.DEAD)
    admin = browser("administrator")
    admin.get("/administration/log")
    admin.follow("Mails")
    assert len(lines(admin.page)) == 4
    for query, count in {
        "why=read": 2, "why=refused": 1, "why=muted": 0, "why=nonsense": 4,
        "person=ole": 2, "person=PERSON2%40": 2, "person=%25": 0, "area=M%C3%B8der": 1, "area=x": 4,
    }.items():  # fmt: skip
        assert len(lines(admin.get(f"/administration/mails?{query}"))) == count, query


@pytest.mark.parametrize("who", ["member", "coordinator", "outsider"])
def test_nobody_else_does(browser, left_out, who):
    mail_id = left_out("550 5.2.2 Full", state=MailState.DEAD)
    browser(who).get("/administration/mails", status=403)
    browser(who).post(f"/administration/mails/{mail_id}/retry", status=403)
    browser(who).post("/administration/addresses/trial", status=403, address="person2@erfa.test")


def test_a_mail_that_was_given_up_is_sent_again_and_the_log_says_so(app, browser, left_out, outbox):
    mail_id = left_out("550 5.2.2 Full", state=MailState.DEAD, attempts=8)
    admin = browser("administrator")
    admin.get("/administration/mails?why=refused")
    page = admin.submit(f"Send igen: {mail_id}")
    assert page.url.endswith("/administration/mails?why=refused")
    assert "Mailen bliver forsøgt igen" in page.text
    assert [mail.to for mail in outbox()] == ["person2@erfa.test"]
    with app.app_context():
        (event,) = db.session.scalars(select(Event)).all()
        assert (event.kind, event.facts) == (EventKind.MAIL_RETRIED, {"mail": mail_id})
    assert "En opgivet mail bliver forsøgt igen" in admin.get("/administration/log").text


def test_what_was_left_out_on_purpose_stays_out(app, browser, left_out):
    mail_id = left_out("already read")
    admin = browser("administrator")
    assert "Send igen" not in admin.get("/administration/mails").text
    admin.post(f"/administration/mails/{mail_id}/retry", status=303)
    with app.app_context():
        assert db.session.get_one(Mail, mail_id).state is MailState.DROPPED


def test_twice_is_once_and_what_is_under_way_is_not_found(browser, left_out):
    mail_id = left_out("gave out", state=MailState.DEAD)
    admin = browser("administrator")
    admin.post(f"/administration/mails/{mail_id}/retry", status=303)
    admin.post(f"/administration/mails/{mail_id}/retry", status=404)
    admin.post("/administration/mails/4711/retry", status=404)


def test_administrators_see_addresses_that_mail_does_not_reach_and_try_again(browser, mail_to, comes_back, outbox, app):
    mail_id = mail_to()
    outbox()
    comes_back(mail_id)
    admin = browser("administrator")
    page = admin.get("/administration/mails")
    assert "Mette Medlem person2@erfa.test · 1 melding · siden" in page.text
    page = admin.submit("Prøv igen: person2@erfa.test")
    assert "Ingen. Alle mailsystemer tager imod vores mails." in page.text
    assert [mail.kind for mail in outbox()] == ["address_trial"]
    with app.app_context():
        assert db.session.scalars(select(SuspendedAddress)).all() == []
    page = admin.post("/administration/addresses/trial", status=303, address="person2@erfa.test")
    assert "ikke sat på pause" in admin.get("/administration/mails").text


def test_a_full_page_costs_no_more_than_one_line(browser, left_out, statements):
    def cost(who, address):
        visitor = browser(who)
        visitor.get(address)
        with statements.counted() as seen:
            visitor.get(address)
        return len(seen)

    left_out()
    few = cost("member", "/inbox/unsent"), cost("administrator", "/administration/mails")
    for number in range(12):
        left_out(who="colleague" if number % 2 else "member")
        left_out("550 Full", state=MailState.DEAD)
    assert (cost("member", "/inbox/unsent"), cost("administrator", "/administration/mails")) == few
    assert max(few) <= A_PAGE
