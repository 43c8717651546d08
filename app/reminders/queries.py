"""Which reminders a meeting has, what a network's meetings begin with, and whom a reminder would reach."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.hosting.queries import host_people
from app.meetings.models import AgendaItem, Answer, AnswerWord, Meeting
from app.meetings.queries import is_on
from app.networks.models import Membership, Role
from app.reminders.models import Anchor, Audience, Reminder, ReminderDefaults, ReminderState
from app.reminders.rules import BUILT_IN, Rule


def reminders_of(meeting_id: int) -> list[Reminder]:
    """In the order in which they go out."""
    query = select(Reminder).where(Reminder.meeting_id == meeting_id).order_by(Reminder.at, Reminder.id)
    return list(db.session.scalars(query))


def reminders_to_change(meeting_id: int) -> list[Reminder]:
    """As they are now, locked until commit: whoever sends at the same moment has sent, or waits."""
    return list(
        db.session.scalars(
            select(Reminder)
            .where(Reminder.meeting_id == meeting_id)
            .order_by(Reminder.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def reminder_in(meeting_id: int, reminder_id: int) -> Reminder | None:
    return db.session.scalar(
        select(Reminder)
        .where(Reminder.id == reminder_id, Reminder.meeting_id == meeting_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def defaults_in(network_id: int) -> list[Rule]:
    """What a meeting of the network begins with: its own habits, or those that all networks begin with."""
    own = db.session.get(ReminderDefaults, network_id)
    return rules_in(own) if own else sorted(BUILT_IN, key=lambda rule: rule.order)


def rules_in(own: ReminderDefaults) -> list[Rule]:
    rules = [Rule(Audience(audience), days, Anchor(anchor)) for audience, anchor, days in own.rules]
    return sorted(rules, key=lambda rule: rule.order)


def due_meeting_ids(*, at_most: int) -> Sequence[int]:
    """Meetings with a reminder whose moment has come, the longest overdue first."""
    return db.session.scalars(
        select(Reminder.meeting_id)
        .where(Reminder.state == ReminderState.WAITING, Reminder.at <= clock.now())
        .group_by(Reminder.meeting_id)
        .order_by(func.min(Reminder.at), Reminder.meeting_id)
        .limit(at_most)
    ).all()


def due_in(meeting_id: int) -> list[Reminder]:
    """What is due of one meeting; what another worker or a coordinator is at just now is left to them."""
    return list(
        db.session.scalars(
            select(Reminder)
            .where(
                Reminder.meeting_id == meeting_id, Reminder.state == ReminderState.WAITING, Reminder.at <= clock.now()
            )
            .order_by(Reminder.id)
            .with_for_update(skip_locked=True)
        )
    )


def without_reminders(*, at_most: int) -> list[Meeting]:
    """Meetings ahead that nobody has planned reminders for: called before there were any. Locked; busy ones are left out."""
    return list(
        db.session.scalars(
            select(Meeting)
            .where(is_on(), Meeting.closed_at.is_(None), Meeting.starts_at > clock.now())
            .where(~exists().where(Reminder.meeting_id == Meeting.id))
            .order_by(Meeting.starts_at)
            .limit(at_most)
            .with_for_update(skip_locked=True, of=Meeting)
        )
    )


def people_to_remind(meeting: Meeting) -> dict[Audience, set[int]]:
    """Whom each reminder would reach now. Only members whose account is open are reminded of anything.

    Who waits for a seat has answered and does not come yet, so nothing is asked of them.
    """
    presents = exists().where(
        AgendaItem.meeting_id == meeting.id,
        AgendaItem.presenter_id == Membership.person_id,
        AgendaItem.removed_at.is_(None),
    )
    rows: Sequence[Any] = db.session.execute(
        select(Membership.person_id, Membership.role, Answer.answer, presents.label("presents"))
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(Answer, and_(Answer.meeting_id == meeting.id, Answer.person_id == Membership.person_id))
        .where(_is_current(meeting.network_id))
    ).all()
    people: dict[Audience, set[int]] = {audience: set() for audience in Audience}
    for person_id, role, answer, row_presents in rows:
        if answer is None:
            people[Audience.SILENT].add(person_id)
        if answer in {AnswerWord.YES, AnswerWord.MAYBE}:
            people[Audience.COMING].add(person_id)
        if role is Role.COORDINATOR:
            people[Audience.COORDINATORS].add(person_id)
        if row_presents:
            people[Audience.PRESENTERS].add(person_id)
    members = {row.person_id for row in rows}
    people[Audience.HOST] = members & set(host_people(meeting))
    return people


def _is_current(network_id: int) -> ColumnElement[bool]:
    return and_(Membership.network_id == network_id, Membership.left_at.is_(None), Person.disabled_at.is_(None))


def has_own_defaults(network_id: int) -> bool:
    return db.session.get(ReminderDefaults, network_id) is not None
