"""A year of meetings that are called, moved, cancelled and restored, with workers that die and are away for days.

The oracle knows nothing of how reminders are kept: from the rule, the meeting and the answers as they are at the moment it says
what has to wait, whom a due reminder has to reach, and whether a mail that goes out is true.
"""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import delete, select

from app.accounts.models import Person
from app.core import clock as core_clock
from app.extensions import db
from app.meetings.models import AgendaItem, Answer, AnswerWord, Meeting
from app.meetings.operations.scheduling import Facts, cancel_meeting, edit_meeting, restore_meeting, schedule_meeting
from app.networks.models import Membership, Network
from app.notifications import outbox as mails_owed
from app.notifications.letters import NotSent, composer_of
from app.notifications.models import Mail, MailState
from app.reminders.models import Anchor, Audience, Reminder, ReminderState
from app.reminders.operations import tend_to_reminders
from app.reminders.rules import BUILT_IN, moment_before

BEGINNING = datetime(2026, 12, 1, 7, 13, tzinfo=UTC)
PEOPLE = ("coordinator", "member", "colleague")


class Year:
    """The story and its oracle. Every act is a transaction of its own; `kill` is a worker that dies at a chosen point."""

    def __init__(self, world, clock, seed):
        self.world, self.clock = world, clock
        self.random = random.Random(seed)  # noqa: S311 - chance, not secrets
        self.sent: Counter[tuple[int, int, str, str]] = Counter()  # person, meeting, day, audience
        self.said = Counter()
        self.told_while_dead = 0
        clock.set(BEGINNING)

    # What people do

    def act(self, do):
        with self.world.app.test_request_context(method="POST"):
            do(db.session.get_one(Person, self.world.cast["coordinator"]))
            db.session.commit()
            self.everything_is_planned()

    def ahead(self):
        return list(db.session.scalars(select(Meeting).where(Meeting.ends_at > core_clock.now()).order_by(Meeting.id)))

    def at(self, days):
        day = core_clock.today() + timedelta(days=days)
        hour, minute = self.random.choice([(7, 15), (9, 30), (13, 0), (16, 45)])
        return core_clock.from_wall(datetime.combine(day, time(hour, minute)))

    def call(self, by):
        start = self.at(self.random.choice([1, 2, 3, 6, 10, 16, 30, 45]))
        network = db.session.get_one(Network, self.world.network_id)
        facts = Facts("Møde", start, start + timedelta(hours=2), host_code=self.random.choice(["0860", "0849", None]))
        meeting, _told = schedule_meeting(network, facts, by=by)
        if self.random.random() < 0.6:
            db.session.add(
                AgendaItem(
                    meeting_id=meeting.id, position=1, title="Oplæg", kind="discussion",
                    presenter_id=self.world.cast[self.random.choice(PEOPLE)],
                )
            )  # fmt: skip

    def move(self, by):
        meeting = self._one(lambda one: not one.is_cancelled and one.starts_at > core_clock.now())
        if meeting:
            start = self.random.choice(
                [
                    self.at(self.random.randint(1, 50)),
                    meeting.starts_at + timedelta(minutes=self.random.choice([-30, 45])),
                ]
            )
            if start > core_clock.now():
                edit_meeting(
                    meeting, replace(Facts.of(meeting), starts_at=start, ends_at=start + timedelta(hours=2)), by=by
                )

    def cancel(self, by):
        meeting = self._one(lambda one: not one.is_cancelled)
        if meeting:
            cancel_meeting(meeting, by=by)

    def restore(self, by):
        meeting = self._one(lambda one: one.is_cancelled)
        if meeting:
            restore_meeting(meeting, by=by)

    def answer(self, _by):
        meeting = self._one(lambda one: not one.is_cancelled)
        if meeting:
            person_id = self.world.cast[self.random.choice(PEOPLE)]
            db.session.execute(delete(Answer).filter_by(meeting_id=meeting.id, person_id=person_id))
            db.session.add(
                Answer(
                    meeting_id=meeting.id,
                    person_id=person_id,
                    answer=self.random.choice([AnswerWord.YES, AnswerWord.MAYBE, AnswerWord.NO]),
                )
            )

    def come_or_go(self, _by):
        membership = db.session.scalars(select(Membership).filter_by(person_id=self.world.cast["colleague"])).one()
        membership.left_at = None if membership.left_at else core_clock.now()

    def _one(self, fits):
        meetings = [meeting for meeting in self.ahead() if fits(meeting)]
        return self.random.choice(meetings) if meetings else None

    # What has to be so

    def everything_is_planned(self):
        for meeting in self.ahead():
            rows = db.session.scalars(select(Reminder).filter_by(meeting_id=meeting.id)).all()
            waiting = [row for row in rows if row.is_waiting]
            if meeting.is_off or meeting.starts_at <= core_clock.now():
                assert not meeting.is_off or not waiting
                continue
            for rule in BUILT_IN:
                if rule.anchor is Anchor.DEADLINE:
                    continue
                of_rule = [
                    row
                    for row in rows
                    if (row.audience, row.days, row.anchor) == (rule.audience, rule.days, rule.anchor)
                ]
                is_sent = any(row.is_sent and row.for_on == meeting.day for row in of_rule)
                at = moment_before(meeting.starts_at, rule.days)
                due = [row for row in of_rule if row.is_waiting]
                if is_sent:
                    assert not due
                elif at > core_clock.now() and not any(
                    row.why == "nobody" and row.for_on == meeting.day for row in of_rule
                ):
                    assert [row.at for row in due] == [at] or [row.at <= core_clock.now() for row in due] == [True]
                assert len(due) <= 1

    def people_for(self, meeting, audience):
        """The oracle's own eyes, one person at a time."""
        here, of_meeting = {"network_id": meeting.network_id, "left_at": None}, {"meeting_id": meeting.id}
        answers = {one.person_id: one.answer for one in db.session.scalars(select(Answer).filter_by(**of_meeting))}
        items = {one.presenter_id for one in db.session.scalars(select(AgendaItem).filter_by(**of_meeting))}
        codes = {"coordinator": "0813", "member": "0860", "colleague": "0849"}
        hosts = {self.world.cast[name] for name, code in codes.items() if code == meeting.host_code}
        reached = set()
        for membership in db.session.scalars(select(Membership).filter_by(**here)):
            person_id = membership.person_id
            is_so = {
                Audience.SILENT: person_id not in answers,
                Audience.COMING: answers.get(person_id) in {AnswerWord.YES, AnswerWord.MAYBE},
                Audience.PRESENTERS: person_id in items,
                Audience.HOST: person_id in hosts,
                Audience.COORDINATORS: membership.role.value == "coordinator",
            }
            if is_so[audience]:
                reached.add(person_id)
        return reached

    # What the worker does

    def owed_now(self):
        """Meeting → whom the due reminders have to reach, each once."""
        owed = {}
        due = select(Reminder).where(Reminder.state == ReminderState.WAITING, Reminder.at <= core_clock.now())
        for row in db.session.scalars(due):
            meeting = db.session.get_one(Meeting, row.meeting_id)
            if not meeting.is_off and meeting.starts_at > core_clock.now():
                owed.setdefault(meeting.id, set()).update(self.people_for(meeting, row.audience))
        return {meeting_id: people for meeting_id, people in owed.items() if people}

    def chore(self, *, dies):
        with self.world.app.app_context():
            owed = self.owed_now()
            newest = db.session.scalar(select(Mail.id).order_by(Mail.id.desc()).limit(1)) or 0
            tend_to_reminders()
            if dies:
                db.session.rollback()
                return
            db.session.commit()
            made = db.session.scalars(select(Mail).where(Mail.id > newest)).all()
            told = {}
            for mail in made:
                told.setdefault(mail.payload["meeting_id"], []).append(mail.person_id)
            assert {meeting_id: sorted(people) for meeting_id, people in told.items()} == {
                meeting_id: sorted(people) for meeting_id, people in owed.items()
            }
            late = select(Reminder).where(Reminder.state == ReminderState.WAITING, Reminder.at <= core_clock.now())
            assert db.session.scalars(late).all() == []

    def send(self, *, at_most, dies):
        """As the worker sends: claimed, composed, finished, each in a transaction of its own."""
        name = "here/1"
        with self.world.app.app_context():
            mails_owed.show_life(name)
            batch = mails_owed.claim(name, at_most=at_most)
            db.session.commit()
        for mail in batch:
            if dies and self.random.random() < 0.4:
                self.told_while_dead += 1
                break
            with self.world.app.app_context(), self.world.app.test_request_context(base_url="https://erfa.test"):
                row = db.session.get_one(Mail, mail.id)
                if row.kind != "meeting_reminder":
                    mails_owed.finish(name, mail)
                    db.session.commit()
                    continue
                person = db.session.get_one(Person, row.person_id)
                letter = composer_of(row.kind)(person, row.payload)
                if isinstance(letter, NotSent):
                    self.said[letter.reason] += 1
                    self.it_was_right_to_be_silent(row)
                    mails_owed.drop(name, mail, letter.reason)
                else:
                    self.it_is_true(row, letter)
                    mails_owed.finish(name, mail)
                db.session.commit()
        with self.world.app.app_context():
            mails_owed.bury(name)
            db.session.commit()

    def it_is_true(self, row, letter):
        meeting = db.session.get_one(Meeting, row.payload["meeting_id"])
        assert not meeting.is_off
        assert meeting.starts_at > core_clock.now()
        assert letter.context["still"]
        assert letter.context["meeting"].starts_at == meeting.starts_at
        assert meeting.day.isoformat() == row.payload["day"]
        if (meeting.day - core_clock.today()).days != 1:
            assert "morgen" not in letter.subject
        for audience in letter.context["still"]:
            assert row.person_id in self.people_for(meeting, audience)
            self.sent[row.person_id, meeting.id, row.payload["day"], audience.value] += 1

    def it_was_right_to_be_silent(self, row):
        meeting = db.session.get_one(Meeting, row.payload["meeting_id"])
        is_still_so = any(
            row.person_id in self.people_for(meeting, Audience(word)) for word in row.payload["audiences"]
        )
        is_same_day = meeting.day.isoformat() == row.payload["day"]
        assert meeting.is_off or meeting.starts_at <= core_clock.now() or not is_same_day or not is_still_so

    def go_on(self):
        self.clock.move(minutes=self.random.choice([20, 240, 900, 1440, 1440]))
        for do, how_often in (
            (self.call, 0.12), (self.move, 0.12), (self.cancel, 0.05), (self.restore, 0.06), (self.answer, 0.4),
            (self.come_or_go, 0.03),
        ):  # fmt: skip
            if self.random.random() < how_often:
                self.act(do)
        if self.random.random() < 0.04:
            self.clock.move(days=self.random.randint(1, 4))  # nobody has started the worker again
        if self.random.random() < 0.75:
            self.chore(dies=self.random.random() < 0.2)
            self.send(at_most=self.random.choice([3, 50]), dies=self.random.random() < 0.2)


@pytest.mark.parametrize("seed", range(2))
def test_each_reminder_that_is_still_true_is_sent_once_none_twice_none_untrue(world, clock, seed):
    year = Year(world, clock, seed)
    while core_clock.now() < BEGINNING + timedelta(days=365):
        year.go_on()
    for _round in range(10):
        year.chore(dies=False)
        year.send(at_most=50, dies=False)
    with world.app.app_context():
        rows = db.session.scalars(select(Reminder)).all()
        planned = Counter((row.meeting_id, row.for_on.isoformat(), row.audience.value) for row in rows if row.is_sent)
        for (_person, meeting_id, day, audience), count in year.sent.items():
            assert count <= planned[meeting_id, day, audience]
        left = db.session.scalars(select(Mail).where(Mail.state.in_([MailState.READY, MailState.LEASED]))).all()
        assert left == []
    assert sum(year.sent.values()) > 100
    assert year.told_while_dead
    assert len(year.said) >= 2, year.said
