"""What the inbox says: every kind of announcement has its line, and it says no more than its reader may still know."""

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.extensions import db
from app.networks.models import Network
from app.notifications import glimpses, letters
from app.notifications.models import Mail, Notice
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
