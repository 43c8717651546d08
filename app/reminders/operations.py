"""Planning, sending and dropping reminders. Nothing here commits; a reminder is sent together with the mails it owes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.meetings.models import Meeting
from app.networks.models import Network
from app.notifications.operations import announce
from app.reminders import queries
from app.reminders.models import Anchor, Audience, Reminder, ReminderDefaults, ReminderState, Why
from app.reminders.rules import FURTHEST, Rule, anchor_of, moment_before

AT_ONCE = 50  # meetings in one transaction of the worker


# Planning


def follow_meeting(meeting: Meeting) -> None:
    """Public: brings a meeting's reminders in step with where it stands now. Twice is the same as once."""
    db.session.flush()
    reminders = queries.reminders_to_change(meeting.id)
    why = why_none(meeting)
    if why is not None:
        for reminder in reminders:
            if reminder.is_waiting:
                reminder.drop(why)
        return
    rules = dict.fromkeys(map(Rule.of, reminders)) if reminders else queries.defaults_in(meeting.network_id)
    for rule in rules:
        _plan(meeting, rule, [reminder for reminder in reminders if Rule.of(reminder) == rule])
    db.session.flush()


def why_none(meeting: Meeting) -> Why | None:
    """What speaks against reminding anybody of this meeting at all."""
    reasons = (
        (Why.CANCELLED, meeting.is_cancelled),
        (Why.POSTPONED, meeting.is_postponed),
        (Why.DRAFT, meeting.is_draft),
        (Why.CLOSED, meeting.closed_at is not None),
        (Why.STARTED, meeting.starts_at <= clock.now()),
    )
    return next((why for why, is_so in reasons if is_so), None)


def _plan(meeting: Meeting, rule: Rule, reminders: Sequence[Reminder]) -> None:
    """There is one unsent reminder of a rule at most; it moves with the meeting. What is sent for the day is not sent again."""
    unsent = next((reminder for reminder in reminders if not reminder.is_sent), None)
    if unsent and unsent.why is Why.REMOVED:
        return
    anchor = anchor_of(meeting, rule) or meeting.starts_at
    day = clock.local(anchor).date()
    if any(reminder.is_sent and reminder.for_on == day for reminder in reminders):
        if unsent:
            unsent.drop(Why.MOVED)
        return
    at = moment_before(anchor, rule.days)
    if unsent is None:
        if reminders and at <= clock.now():
            return  # it was sent for another day, and for this one it is too late
        unsent = Reminder(
            meeting_id=meeting.id, audience=rule.audience, anchor=rule.anchor, days=rule.days, for_on=day, at=at
        )
        db.session.add(unsent)
    elif unsent.is_waiting and unsent.at <= clock.now() and at <= clock.now():
        at = unsent.at  # the worker is late; it is still owed
    unsent.for_on = day
    _settle(meeting, unsent, at)


def _settle(meeting: Meeting, reminder: Reminder, at: datetime) -> None:
    is_owed = reminder.is_waiting and reminder.at <= clock.now()
    reminder.at = at
    deadline = meeting.answer_by
    if reminder.anchor is Anchor.DEADLINE and deadline is None:
        reminder.drop(Why.NO_DEADLINE)
    elif reminder.audience is Audience.SILENT and deadline is not None and deadline <= max(at, clock.now()):
        reminder.drop(Why.DEADLINE)
    elif at <= clock.now() and not is_owed:
        reminder.drop(Why.PAST)
    else:
        reminder.wait_until(at)


def plan_what_is_missing() -> None:
    """For the worker: meetings that were called before there were reminders."""
    for meeting in queries.without_reminders(at_most=AT_ONCE):
        follow_meeting(meeting)


# Sending


def tend_to_reminders() -> None:
    """The worker's chore, in one transaction: a reminder is marked as sent together with its mails, or neither is."""
    plan_what_is_missing()
    db.session.flush()
    for meeting_id in queries.due_meeting_ids(at_most=AT_ONCE):
        reminders = queries.due_in(meeting_id)
        if reminders:
            _send(db.session.get_one(Meeting, meeting_id), reminders)


def _send(meeting: Meeting, reminders: Sequence[Reminder]) -> None:
    """Everybody gets one mail, however many of `reminders` reach them."""
    why = why_none(meeting)
    if why is not None:
        for reminder in reminders:
            reminder.drop(why)
        return
    people = queries.people_to_remind(meeting)
    told: dict[int, list[Audience]] = {}
    for reminder in sorted(reminders, key=lambda one: list(Audience).index(one.audience)):
        reached = set() if _is_too_late_to_answer(meeting, reminder) else people[reminder.audience]
        if not reached:
            reminder.drop(Why.NOBODY)
            continue
        reminder.state, reminder.why = ReminderState.SENT, None
        reminder.sent_at, reminder.sent_to = clock.now(), len(reached)
        for person_id in reached:
            told.setdefault(person_id, []).append(reminder.audience)
    _announce(meeting, min([reminder.id for reminder in reminders if reminder.is_sent], default=0), told)


def _is_too_late_to_answer(meeting: Meeting, reminder: Reminder) -> bool:
    deadline = meeting.answer_by
    return reminder.audience is Audience.SILENT and deadline is not None and deadline <= clock.now()


def _announce(meeting: Meeting, number: int, told: dict[int, list[Audience]]) -> None:
    """`number` is a reminder's that goes out once and never again, so the key of the mails is made once."""
    groups: dict[tuple[Audience, ...], list[int]] = {}
    for person_id, audiences in sorted(told.items()):
        groups.setdefault(tuple(dict.fromkeys(audiences)), []).append(person_id)
    for group, person_ids in groups.items():
        payload = {
            "meeting_id": meeting.id,
            "day": meeting.day.isoformat(),
            "audiences": [audience.value for audience in group],
        }
        announce("meeting_reminder", to=person_ids, about=f"meeting-{meeting.id}-reminder-{number}", payload=payload)


# What coordinators decide


def send_now(meeting: Meeting, reminder: Reminder) -> int:
    """Sends one before its time, instead of then; returns to how many."""
    if reminder.is_sent:
        raise DomainError(_("This reminder has been sent already."))
    _refuse_unless_on(meeting)
    _send(meeting, [reminder])
    if reminder.state is not ReminderState.SENT:
        raise DomainError(_("There is nobody to remind of this now."))
    return reminder.sent_to


def remind_at_once(meeting: Meeting, audience: Audience) -> int:
    """A reminder that nobody had planned, sent now: at most one a day of a kind. Returns to how many."""
    _refuse_unless_on(meeting)
    days = min((meeting.day - clock.today()).days, FURTHEST)
    rule = Rule(audience, days)
    reminder = next(
        (
            one
            for one in queries.reminders_to_change(meeting.id)
            if Rule.of(one) == rule and (not one.is_sent or one.for_on == meeting.day)
        ),
        None,
    )
    if reminder is None:
        reminder = Reminder(
            meeting_id=meeting.id, audience=audience, anchor=Anchor.START, days=days, for_on=meeting.day, at=clock.now()
        )
        db.session.add(reminder)
    elif reminder.is_sent:
        raise DomainError(_("They have been reminded today already."), field="when")
    reminder.for_on, reminder.at = meeting.day, clock.now()
    reminder.state = ReminderState.WAITING
    db.session.flush()
    return send_now(meeting, reminder)


def _refuse_unless_on(meeting: Meeting) -> None:
    why = why_none(meeting)
    if why is Why.STARTED:
        raise DomainError(_("The meeting has begun, so nobody needs to be reminded of it."))
    if why is not None:
        raise DomainError(_("The meeting does not take place as it stands, so nobody is reminded of it."))


def add_reminder(meeting: Meeting, rule: Rule) -> Reminder:
    """One more for this meeting."""
    _refuse_unless_on(meeting)
    reminders = [one for one in queries.reminders_to_change(meeting.id) if Rule.of(one) == rule]
    if any(one.is_waiting for one in reminders):
        raise DomainError(_("There is such a reminder already."), field="days")
    for one in reminders:
        if not one.is_sent:
            one.drop(Why.PAST)  # whatever it was dropped for, it is wanted again
    _plan(meeting, rule, reminders)
    db.session.flush()
    made = next(
        (one for one in queries.reminders_to_change(meeting.id) if Rule.of(one) == rule and one.is_waiting), None
    )
    if made is None:
        raise _too_late(rule, reminders)
    return made


def _too_late(rule: Rule, reminders: Iterable[Reminder]) -> DomainError:
    if any(one.is_sent for one in reminders):
        return DomainError(_("This reminder has been sent already."), field="days")
    if rule.anchor is Anchor.DEADLINE:
        return DomainError(_("The meeting has no deadline for answers that is so far away."), field="days")
    return DomainError(
        _("That is too late: the day has passed, or the deadline for answers has. Choose fewer days."), field="days"
    )


def change_days(meeting: Meeting, reminder: Reminder, days: int) -> None:
    """Another day for one that waits."""
    if reminder.is_sent:
        raise DomainError(_("This reminder has been sent already."))
    rule = Rule(reminder.audience, days, reminder.anchor)
    if Rule.of(reminder) == rule:
        return
    add_reminder(meeting, rule)
    reminder.drop(Why.REMOVED)


def remove_reminder(reminder: Reminder) -> None:
    if not reminder.is_sent:
        reminder.drop(Why.REMOVED)


def put_back(meeting: Meeting, reminder: Reminder) -> bool:
    """A removed one is planned again; False where it is too late for that."""
    if reminder.is_sent or reminder.is_waiting:
        return reminder.is_waiting
    _refuse_unless_on(meeting)
    reminder.drop(Why.PAST)
    follow_meeting(meeting)
    return reminder.is_waiting


def _own_defaults(network_id: int) -> ReminderDefaults:
    """The network's row, made of what it has begun with so far."""
    db.session.execute(select(Network.id).where(Network.id == network_id).with_for_update())  # there may be no row yet
    own = db.session.get(ReminderDefaults, network_id, populate_existing=True)
    if own is None:
        own = ReminderDefaults(network_id=network_id, rules=_as_rows(queries.defaults_in(network_id)))
        db.session.add(own)
        db.session.flush()
    return own


def _as_rows(rules: Iterable[Rule]) -> list[tuple[str, str, int]]:
    ordered = sorted(rules, key=lambda rule: rule.order)
    return [(rule.audience.value, rule.anchor.value, rule.days) for rule in ordered]


def add_default(network_id: int, rule: Rule) -> None:
    """The meetings called from now on begin with it too."""
    own = _own_defaults(network_id)
    rules = queries.rules_in(own)
    if rule in rules:
        raise DomainError(_("There is such a reminder already."), field="days")
    own.rules = _as_rows([*rules, rule])


def remove_default(network_id: int, rule: Rule) -> None:
    own = _own_defaults(network_id)
    own.rules = _as_rows(other for other in queries.rules_in(own) if other != rule)


def begin_afresh(network_id: int) -> None:
    """Back to what all networks begin with."""
    own = db.session.get(ReminderDefaults, network_id)
    if own is not None:
        db.session.delete(own)
