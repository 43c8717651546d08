"""Mail that does not arrive: which reports are believed, what they cost an address, and how it is tried again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.models import Event, EventKind, Person
from app.extensions import db
from app.incoming.bounces import read_reports
from app.incoming.models import Fate
from app.incoming.operations import ingest
from app.notifications.bounces import is_suspended, lift, score_of, status_in, weight_of
from app.notifications.models import Bounce, ChosenLevel, Mail, MailState, Weight
from app.notifications.reasons import UNREACHABLE
from app.notifications.worker import Worker
from tests.inbox.conftest import REPORTS

MEMBER = "person2@erfa.test"


@pytest.fixture
def suspended(app):
    def look(address=MEMBER):
        with app.app_context():
            return is_suspended(address)

    return look


@pytest.fixture
def reports(app):
    """What is remembered of reports."""

    def look():
        with app.app_context():
            rows = db.session.scalars(select(Bounce).order_by(Bounce.id)).all()
            return [(row.address, row.weight, row.status) for row in rows]

    return look


@pytest.mark.parametrize("shape", ["postfix", "exchange", "gmail", "qmail"])
def test_an_unknown_address_is_suspended_at_once(mail_to, comes_back, suspended, reports, shape):
    verdict = comes_back(mail_to(), shape)
    assert verdict.fate in {Fate.TAKEN, Fate.REPORT}, verdict
    assert suspended()
    assert reports() == [(MEMBER, Weight.UNKNOWN_ADDRESS, "5.1.1")]


def test_what_the_mail_system_said_is_kept_in_full(app, mail_to, comes_back):
    comes_back(mail_to(), "exchange", status="5.1.10")
    with app.app_context():
        said = db.session.scalars(select(Bounce.diagnostic)).one()
    assert said == "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"


def test_other_failures_count_three_times_within_two_weeks(mail_to, comes_back, suspended, clock):
    for _ in range(2):
        comes_back(mail_to(), status="5.2.2")
        clock.move(days=5)
    assert not suspended()
    comes_back(mail_to(), status="5.2.2")
    assert suspended()


def test_failures_further_apart_do_not_add_up(app, mail_to, comes_back, suspended, clock):
    for _ in range(5):
        comes_back(mail_to(), status="5.2.2")
        clock.move(days=8)
    assert not suspended()
    with app.app_context():
        assert score_of(MEMBER) == 1


def test_a_delay_is_noted_and_costs_nothing(mail_to, comes_back, suspended, reports):
    for _ in range(4):
        comes_back(mail_to(), status="4.4.1", action="delayed")
    assert not suspended()
    assert {weight for _address, weight, _status in reports()} == {Weight.DELAYED}


def test_a_mail_that_is_late_and_then_lost_counts_once(app, mail_to, comes_back):
    mail_id = mail_to()
    comes_back(mail_id, status="4.4.1", action="delayed")
    comes_back(mail_id, status="5.4.7")
    comes_back(mail_id, "gmail", status="5.4.7")  # the next machine on the way says it again
    with app.app_context():
        assert score_of(MEMBER) == 1


def test_the_same_report_twice_is_one(mail_to, comes_back, reports):
    mail_id = mail_to()
    comes_back(mail_id, status="5.2.2")
    assert comes_back(mail_id, status="5.2.2").fate is Fate.PASSED_OVER
    assert len(reports()) == 1


def test_a_report_about_somebody_else_is_not_believed_and_leaves_a_trace(mail_to, comes_back, suspended, reports):
    verdict = comes_back(mail_to(), to="person3@erfa.test")
    assert "somebody else" in verdict.reason
    assert not suspended()
    assert not suspended("person3@erfa.test")
    assert reports() == []


def test_prose_that_does_not_name_the_address_is_not_believed(mail_to, comes_back, suspended):
    comes_back(mail_to(), "qmail", to="person3@erfa.test")
    assert not suspended()
    assert not suspended("person3@erfa.test")


def test_an_automatic_answer_is_no_report(mail_to, comes_back, suspended):
    comes_back(mail_to(), "holiday", sender=MEMBER)
    assert not suspended()


def test_a_mailbox_that_forwards_is_known_by_the_address_we_wrote_to(mail_to, comes_back, reports):
    comes_back(mail_to(), "forwarded", status="5.2.2")
    assert reports() == [(MEMBER, Weight.FAILED, "5.2.2")]


def test_a_report_about_a_mail_that_is_forgotten_changes_nothing(comes_back, suspended):
    assert "gone" in comes_back(4711).reason
    assert not suspended()


def test_a_delivery_and_a_complaint_about_our_own_address_say_nothing_against_theirs(mail_to, comes_back, reports):
    comes_back(mail_to(), status="2.1.5", action="relayed")
    comes_back(mail_to(), status="5.1.8")
    assert reports() == []


# What is not sent any more


def test_nothing_but_codes_goes_to_a_suspended_address(app, world, mail_to, comes_back, outbox, browser):
    outbox()
    comes_back(mail_to())
    mail_to()
    assert (MEMBER, "case_opened", UNREACHABLE) in outbox.untold()
    stranger = browser(None)
    stranger.get("/login")
    stranger.submit("Send mig en kode", email=MEMBER)
    assert [mail.kind for mail in outbox()] == ["sign_in_code"]


def test_the_person_is_told_on_every_page_and_tries_again(app, world, mail_to, comes_back, outbox, browser, suspended):
    mail_id = mail_to()
    outbox()
    assert "Vi kan ikke få mails frem" not in browser("member").get("/").text
    comes_back(mail_id)
    member = browser("member")
    for address in ("/", "/networks", "/cases", "/inbox/unsent"):
        assert f"Vi kan ikke få mails frem til {MEMBER}" in member.get(address).text
    assert "Vi kan ikke få mails frem" not in browser("colleague").get("/").text
    page = member.get("/")
    page = member.submit("Prøv igen")
    assert "Vi kan ikke få mails frem" not in page.text
    assert not suspended()
    (trial,) = outbox()
    assert (trial.to, trial.kind) == (MEMBER, "address_trial")
    with app.app_context():
        assert db.session.scalars(select(Event.kind)).all() == [EventKind.ADDRESS_TRIED_AGAIN]
        assert score_of(MEMBER) == 0


def test_trying_again_where_nothing_is_wrong_sends_nothing(browser, outbox):
    browser("member").post("/inbox/trial", status=303)
    assert outbox() == []


def test_one_does_not_try_again_without_end(browser):
    member = browser("member")
    for _ in range(6):
        member.post("/inbox/trial", status=303)
    member.post("/inbox/trial", status=429)


def test_another_address_is_not_suspended(app, world, mail_to, comes_back, browser):
    comes_back(mail_to())
    with world.acting():
        db.session.get_one(Person, world.cast["member"]).email = "mette@ny.test"
    assert "Vi kan ikke få mails frem" not in browser("member").get("/").text


# What the server next to us says


def test_a_recipient_refused_at_the_door_counts_like_a_report(app, mail_to, smtp, suspended):
    smtp.answers[MEMBER] = "550 5.1.1 No such user here"
    mail_to()
    from_the_worker(app)
    assert suspended()
    mail_to()
    from_the_worker(app)
    with app.app_context():
        states = {mail.state: mail.reason for mail in db.session.scalars(select(Mail).order_by(Mail.id))}
    assert states == {MailState.DEAD: "550 5.1.1 No such user here", MailState.DROPPED: UNREACHABLE}


def test_a_rule_against_us_and_a_mail_refused_after_it_was_read_cost_no_address(app, mail_to, smtp, reports):
    smtp.answers[MEMBER] = "554 5.7.1 Relay access denied"
    mail_to()
    from_the_worker(app)
    del smtp.answers[MEMBER]
    smtp.after_data = lambda _mail: "554 5.6.0 Rejected"
    mail_to()
    from_the_worker(app)
    assert reports() == []


def from_the_worker(app):
    Worker(app).run(once=True)


# Reading


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("550 5.1.1 <x@y.dk>: User unknown", "5.1.1"),
        ("550-5.7.26 This mail is unauthenticated", "5.7.26"),
        ("552 Mailbox full", "5.0.0"),
        ("host 10.1.2.3 said nothing", ""),
        ("X5.1.1Y", ""),
    ],
)
def test_status_codes_are_found_in_what_servers_say(text, status):
    assert status_in(text) == status


@pytest.mark.parametrize(
    ("status", "action", "weight"),
    [
        ("5.1.1", "failed", Weight.UNKNOWN_ADDRESS),
        ("5.1.10", "failed", Weight.UNKNOWN_ADDRESS),
        ("5.1.8", "failed", None),
        ("5.2.2", "failed", Weight.FAILED),
        ("", "failed", Weight.FAILED),
        ("4.4.1", "failed", Weight.DELAYED),
        ("5.1.1", "delayed", Weight.DELAYED),
        ("2.0.0", "relayed", None),
        ("", "", None),
    ],
)
def test_what_a_report_weighs(status, action, weight):
    assert weight_of(status, action) is weight


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_report_however_torn_stops_us(data):
    """Bytes cut out, doubled and replaced anywhere in real reports."""
    shape = data.draw(st.sampled_from(sorted(REPORTS.glob("*.eml"))))
    raw = shape.read_bytes()
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(raw)))
        end = min(len(raw), start + data.draw(st.integers(0, 200)))
        raw = raw[:start] + data.draw(st.one_of(st.binary(max_size=30), st.just(raw[start:end] * 2))) + raw[end:]
    for report in read_reports(raw):
        assert report.recipients


def test_lifting_what_is_not_suspended_says_so(app):
    with app.app_context():
        assert lift("nobody@erfa.test") is False


# Unsubscribing by mail


def test_a_mail_to_the_unsubscribe_address_is_the_same_as_the_link(app, world, mail_to, smtp):
    mail_to()
    from_the_worker(app)
    way = smtp.messages[0].message["List-Unsubscribe"].split(", ")[1].strip("<>").removeprefix("mailto:").split("?")[0]
    with world.acting():
        raw = b"From: a@b.test\r\nSubject: unsubscribe\r\nMessage-ID: <s@b.test>\r\n\r\n"
        assert ingest(raw, way, "a@b.test").fate is Fate.TAKEN
    with app.app_context():
        (muting,) = db.session.scalars(select(ChosenLevel)).all()
        assert (muting.person_id, muting.scope) == (world.cast["member"], "case")
