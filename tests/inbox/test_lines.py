"""What the inbox says: every kind of announcement has its line, and it says no more than its reader may still know."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.extensions import db
from app.meetings.models import Meeting
from app.networks.models import Network, Role
from app.networks.queries import current_membership
from app.notifications import glimpses, letters
from app.notifications.models import Mail, Notice
from app.notifications.operations import announce
from tests.test_discretion import HAPPENINGS, Happening

# For the mailbox alone: codes and what stops a change, and the word at both addresses that the log of the account says too;
# what tells again what has its own line (a digest its cases, a calendar its meetings); and the answer to a mail that was not
# taken, which goes where that mail came from and leaves nothing here to be opened.
NO_LINE = {
    "sign_in_code",
    "address_change_new",
    "address_change_old",
    "address_changed_by_another",
    "address_trial",
    "digest",
    "mail_refused",
    "meeting_in_calendar",
}


def test_every_kind_of_letter_has_a_line_or_is_for_the_mailbox_alone(app):
    assert set(letters._composers) - set(glimpses.kinds()) == NO_LINE
    assert set(glimpses.kinds()) <= set(letters._composers)


@pytest.fixture
def happen(world):
    """Brings a kind of announcement about; returns whom it reached, by inbox."""
    meeting_id = world.meeting(agenda=1)
    for item_id in world.minutes(meeting_id, "Vi talte."):
        world.decision(item_id)
    world.agreement(accepted_by=["coordinator", "member", "colleague"])

    def do(kind):
        with world.acting():
            people = {
                who: db.session.get_one(Person, world.cast[who]) for who in ("coordinator", "colleague", "outsider")
            }
            network = db.session.get_one(Network, world.network_id)
            HAPPENINGS[kind](Happening(network, meeting_id=meeting_id, **people))
            db.session.flush()
            return list(db.session.execute(select(Notice.person_id, Notice.id).where(Notice.kind == kind)))

    return do


@pytest.mark.parametrize("kind", sorted(set(HAPPENINGS) - NO_LINE - {"invitation"}))
def test_each_kind_reads_well_and_leads_somewhere(app, world, browser, happen, kind):
    reached = happen(kind)
    assert reached
    names = {id_: who for who, id_ in world.cast.items()}
    for person_id, notice_id in reached:
        if person_id not in names:
            continue
        visitor = browser(names[person_id])
        page = visitor.get("/inbox")
        line = page.tree.css_first(f"#line-{notice_id}")
        assert line.css_first(".inbox__open"), page.text
        opened = visitor.post(f"/inbox/{notice_id}/opening", status=303)
        visitor.get(opened.response.headers["Location"])
    with app.app_context():
        assert db.session.get_one(Notice, reached[0][1]).key.startswith(f"{kind}:")


def test_a_line_whose_facts_are_of_an_older_version_costs_nobody_the_page(world, browser):
    with world.acting():
        for kind in glimpses.kinds():
            db.session.add(Notice(key=kind, kind=kind, person_id=world.cast["member"], payload={}))
        db.session.add(Notice(key="x", kind="of_a_room_that_is_gone", person_id=world.cast["member"], payload={}))
    browser("member").get("/inbox")
    browser("member").get("/inbox?page=2")


def test_a_mail_and_its_line_share_their_key(app, happen):
    happen("meeting_called")
    with app.app_context():
        assert set(db.session.scalars(select(Mail.key))) == set(db.session.scalars(select(Notice.key)))


def line_of(browser, who, notice_id):
    line = browser(who).get("/inbox").tree.css_first(f"#line-{notice_id}")
    return " ".join(line.text().split()) if line else ""


def test_another_time_that_was_declined_says_so_only_as_long_as_the_meeting_stands(app, world, browser, happen):
    ((_, notice_id),) = happen("time_declined")
    assert "Du foreslog tirsdag den 1. december kl. 9.00, men tidspunktet står fast" in line_of(
        browser, "colleague", notice_id
    )
    with world.acting():
        meeting = db.session.scalars(select(Meeting)).one()
        meeting.starts_at += timedelta(days=1)
        meeting.ends_at += timedelta(days=1)
    assert "tidspunktet står fast" not in line_of(browser, "colleague", notice_id)


@pytest.mark.parametrize(("kind", "words"), [("remark_made", "Mail om mødet"), ("time_proposed", "et andet tidspunkt")])
def test_who_coordinates_no_longer_does_not_see_what_came_for_coordinators(world, browser, happen, kind, words):
    ((person_id, notice_id),) = happen(kind)
    assert person_id == world.cast["coordinator"]
    assert words in line_of(browser, "coordinator", notice_id)
    with world.acting():
        membership = current_membership(person_id, world.network_id)
        membership.role = Role.MEMBER
    assert words not in line_of(browser, "coordinator", notice_id)


def test_a_reply_by_mail_leads_to_itself_and_says_which_files_to_send_again(world, browser):
    case_id = world.case(posts=1, title="Hvem ringer?")
    facts = {"case_id": case_id, "post_id": 1, "number": 1, "left_out": [["a.exe", "Ikke en fil, vi tager"]]}
    with world.acting():
        announce("case_by_mail", to=[world.cast["member"]], about=f"case-{case_id}-from-mail-1", payload=facts)
        notice_id = db.session.scalars(select(Notice.id).where(Notice.kind == "case_by_mail")).one()
    line = line_of(browser, "member", notice_id)
    assert "Dit svar pr. mail står i sagen: Hvem ringer?" in line
    assert "Ikke alle dine filer er gemt" in line
    answer = browser("member").post(f"/inbox/{notice_id}/opening", status=303)
    assert answer.response.headers["Location"].endswith(f"/cases/{case_id}?page=1#post-1")
