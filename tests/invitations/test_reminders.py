"""What the worker does about invitations by itself."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Person
from app.core import clock as core_clock
from app.extensions import db
from app.invitations.models import Invitation, State
from app.invitations.operations.inviting import forget_the_old_ones, tend_to_them
from app.networks.models import Membership
from app.notifications.models import Mail
from tests.invitations.conftest import link_in


@pytest.fixture
def work(world):
    """The chore, as the worker runs it."""

    def run():
        with world.acting():
            tend_to_them()

    return run


def test_an_open_invitation_is_reminded_of_twice_and_no_more(invite, link_to, outbox, clock, work, kept):
    number = invite(word="Kom nu.")
    told = []
    for day in range(35):
        work()
        work()
        told += [(day, mail) for mail in outbox()]
        clock.move(days=1)
    assert [day for day, _mail in told] == [7, 27]
    for _day, mail in told:
        assert mail.subject == "Påmindelse: Karen Tovholder inviterer dig til ERFA Prøvenet"
        assert link_in(mail.text) == link_to(number)
        assert "> Kom nu." in mail.text
    assert kept().sent_count == 3


def test_the_worker_itself_does_it(invite, outbox, clock):
    invite()
    clock.move(days=7)
    assert [told.kind for told in outbox()] == ["invitation"]
    assert outbox() == []


@pytest.mark.parametrize(("days", "count"), [(6.9, 0), (20, 1), (28, 1), (29.9, 1), (30, 0), (60, 0)])
def test_a_late_worker_sends_one_mail_or_none(invite, outbox, clock, work, days, count, kept):
    invite()
    clock.move(days=days)
    work()
    assert len(outbox()) == count
    clock.move(hours=1)
    work()
    assert outbox() == []
    assert kept().sent_count == 1 + count  # who is too late is not even owed one


@pytest.mark.parametrize("answer", ["accepted_at", "declined_at", "withdrawn_at"])
def test_who_has_answered_is_left_in_peace(invite, outbox, clock, work, answer):
    invite(**{answer: core_clock.now()})
    for days in (8, 20):
        clock.move(days=days)
        work()
    assert outbox() == []


def test_a_reminder_that_waits_in_the_outbox_is_dropped_after_a_no(world, invite, outbox, clock, work, kept):
    number = invite()
    clock.move(days=7)
    work()
    with world.acting():
        db.session.get(Invitation, number).declined_at = core_clock.now()
    assert outbox() == []


def test_sending_again_by_hand_starts_the_last_warning_anew(browser, world, invite, outbox, clock, work):
    invite()
    clock.move(days=28)
    work()
    assert len(outbox()) == 1
    coordinator = browser("coordinator")
    coordinator.get(f"/networks/{world.network_id}/invitations")
    coordinator.submit("Send igen")
    outbox()
    days = []
    for day in range(31):
        work()
        days += [day] * len(outbox())
        clock.move(days=1)
    assert days == [27]


def test_who_has_become_a_member_in_another_way_is_not_asked_any_more(app, world, invite, outbox, clock, work, kept):
    invite("person4@erfa.test")
    clock.move(days=8)
    with world.acting():
        world._add(Membership(network_id=world.network_id, person_id=world.cast["outsider"]))
    work()
    assert outbox() == []
    row = kept("person4@erfa.test")
    assert (row.state, row.accepted_by_id) == (State.ACCEPTED, world.cast["outsider"])


def test_a_closed_account_is_not_reminded(world, invite, outbox, clock, work):
    invite("person4@erfa.test")
    with world.acting():
        db.session.get(Person, world.cast["outsider"]).disabled_at = core_clock.now()
    clock.move(days=7)
    work()
    assert outbox() == []
    assert [reason for _to, _kind, reason in outbox.untold()] == ["the account is closed"]


def test_two_workers_at_once_remind_once(app, invite, clock, at_once):
    invite()
    clock.move(days=7)
    assert at_once(tend_to_them, tend_to_them) == []
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Mail)) == 1


def test_a_round_costs_the_same_for_one_and_for_forty(app, invite, clock, statements, outbox):
    """But for one insert a mail."""
    counts = []
    for start, count in ((0, 1), (1, 40)):
        for number in range(start, start + count):
            invite(f"person{number}@x.dk")
        clock.move(days=7)
        with app.test_request_context(method="POST"), statements.counted() as seen:
            tend_to_them()
            db.session.commit()
        counts.append(len([statement for statement in seen if not statement.startswith(("INSERT", "UPDATE"))]))
    assert counts[0] == counts[1] <= 8


def test_old_invitations_are_forgotten_and_open_ones_kept(app, world, invite):
    long_ago = core_clock.now() - timedelta(days=366)
    invite("a@x.dk", expires_at=long_ago)
    invite("b@x.dk", expires_at=long_ago, withdrawn_at=core_clock.now())
    invite("c@x.dk", accepted_at=long_ago)
    invite("d@x.dk")
    with world.acting():
        forget_the_old_ones()
    with app.app_context():
        assert set(db.session.scalars(select(Invitation.email))) == {"b@x.dk", "d@x.dk"}
