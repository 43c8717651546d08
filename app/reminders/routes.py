"""A meeting's reminders, and what a network's meetings begin with."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.core.errors import DomainError, found, require
from app.extensions import db
from app.meetings.models import Meeting
from app.meetings.queries import meeting_for, meeting_to_change_for
from app.networks.models import Network
from app.networks.queries import network_for
from app.reminders import operations, policy, queries
from app.reminders.forms import AUDIENCES, WHYS, DayForm, ReminderForm, in_words
from app.reminders.models import Reminder
from app.reminders.operations import why_none
from app.reminders.rules import moment_before

bp = Blueprint("reminders", __name__, template_folder="templates")


def _meeting(meeting_id: int, *, is_to_change: bool = False) -> Meeting:
    load = meeting_to_change_for if is_to_change else meeting_for
    meeting = found(load(current_user, meeting_id))
    require(policy.may_plan(current_user, meeting))
    return meeting


def _both(meeting_id: int, reminder_id: int) -> tuple[Meeting, Reminder]:
    meeting = _meeting(meeting_id, is_to_change=True)
    return meeting, found(queries.reminder_in(meeting_id, reminder_id))


def _shown(meeting: Meeting, form: ReminderForm) -> str:
    reminders = queries.reminders_of(meeting.id)
    return render_template(
        "reminders/of_meeting.html",
        meeting=meeting,
        network=meeting.network,
        waiting=[one for one in reminders if one.is_waiting],
        sent=[one for one in reminders if one.is_sent],
        dropped=[one for one in reminders if not (one.is_waiting or one.is_sent)],
        reach={audience: len(people) for audience, people in queries.people_to_remind(meeting).items()},
        habits=queries.defaults_in(meeting.network_id) if meeting.is_draft else [],
        is_on=why_none(meeting) is None,
        why=why_none(meeting),
        form=form,
        day_form=lambda one: DayForm(formdata=None, anchor=one.anchor, data={"days": str(one.days)}),
        audiences=AUDIENCES,
        whys=WHYS,
        in_words=in_words,
        moment_before=moment_before,
    )


def _sent(count: int) -> str:
    return ngettext("The reminder goes to %(num)d person now.", "The reminder goes to %(num)d people now.", count)


@bp.route("/meetings/<int:meeting_id>/reminders", methods=["GET"])
def of_meeting(meeting_id: int) -> ResponseReturnValue:
    return _shown(_meeting(meeting_id), ReminderForm(offers_now=True))


@bp.post("/meetings/<int:meeting_id>/reminders")
def add(meeting_id: int) -> ResponseReturnValue:
    meeting = _meeting(meeting_id, is_to_change=True)
    form = ReminderForm(offers_now=True)
    if form.validate():
        try:
            if form.is_now:
                said = _sent(operations.remind_at_once(meeting, form.asked))
            else:
                operations.add_reminder(meeting, form.rule)
                said = _("The reminder is planned.")
        except DomainError as refused:
            db.session.rollback()
            meeting = _meeting(meeting_id)
            form.days.errors = [refused.sentence]
        else:
            db.session.commit()
            flash(said, "success")
            return redirect(url_for(".of_meeting", meeting_id=meeting_id))
    return _shown(meeting, form)


def _back(meeting_id: int) -> ResponseReturnValue:
    return redirect(url_for(".of_meeting", meeting_id=meeting_id))


@bp.post("/meetings/<int:meeting_id>/reminders/<int:reminder_id>/day")
def day(meeting_id: int, reminder_id: int) -> ResponseReturnValue:
    meeting, reminder = _both(meeting_id, reminder_id)
    form = DayForm(anchor=reminder.anchor)
    if not form.validate():
        flash(_("Choose one of the days in the list."), "danger")
        return _back(meeting_id)
    try:
        operations.change_days(meeting, reminder, int(form.days.data))
    except DomainError as refused:
        db.session.rollback()
        flash(refused.sentence, "danger")
    else:
        db.session.commit()
        flash(_("The reminder is moved."), "success")
    return _back(meeting_id)


@bp.post("/meetings/<int:meeting_id>/reminders/<int:reminder_id>/sending")
def sending(meeting_id: int, reminder_id: int) -> ResponseReturnValue:
    meeting, reminder = _both(meeting_id, reminder_id)
    try:
        said = _sent(operations.send_now(meeting, reminder))
    except DomainError as refused:
        db.session.rollback()
        flash(refused.sentence, "danger")
    else:
        db.session.commit()
        flash(said, "success")
    return _back(meeting_id)


@bp.post("/meetings/<int:meeting_id>/reminders/<int:reminder_id>/removal")
def removal(meeting_id: int, reminder_id: int) -> ResponseReturnValue:
    _unused, reminder = _both(meeting_id, reminder_id)
    if reminder.is_sent:
        flash(_("This reminder has been sent already."), "warn")
    else:
        operations.remove_reminder(reminder)
        db.session.commit()
        flash(_("The reminder is removed. It stands below, should you want it back."), "success")
    return _back(meeting_id)


@bp.post("/meetings/<int:meeting_id>/reminders/<int:reminder_id>/return")
def return_(meeting_id: int, reminder_id: int) -> ResponseReturnValue:
    meeting, reminder = _both(meeting_id, reminder_id)
    try:
        is_back = operations.put_back(meeting, reminder)
    except DomainError as refused:
        db.session.rollback()
        flash(refused.sentence, "danger")
    else:
        db.session.commit()
        flash(
            _("The reminder is planned.") if is_back else _("It is too late for this reminder."),
            "success" if is_back else "warn",
        )
    return _back(meeting_id)


def _network(network_id: int) -> Network:
    network = found(network_for(current_user, network_id))
    require(policy.may_decide_in(current_user, network_id))
    return network


@bp.route("/networks/<int:network_id>/reminders", methods=["GET", "POST"])
def of_network(network_id: int) -> ResponseReturnValue:
    network = _network(network_id)
    form = ReminderForm()
    if form.validate_on_submit():
        try:
            operations.add_default(network_id, form.rule)
        except DomainError as refused:
            db.session.rollback()
            network = _network(network_id)
            form.days.errors = [refused.sentence]
        else:
            db.session.commit()
            flash(_("Meetings that are called from now on begin with it."), "success")
            return redirect(url_for(".of_network", network_id=network_id))
    return render_template(
        "reminders/of_network.html",
        network=network,
        rules=queries.defaults_in(network_id),
        is_own=queries.has_own_defaults(network_id),
        form=form,
        audiences=AUDIENCES,
        in_words=in_words,
    )


@bp.post("/networks/<int:network_id>/reminders/removal")
def removal_in_network(network_id: int) -> ResponseReturnValue:
    _network(network_id)
    form = ReminderForm()
    if form.validate():
        operations.remove_default(network_id, form.rule)
        db.session.commit()
        flash(_("Meetings that are called from now on begin without it."), "success")
    return redirect(url_for(".of_network", network_id=network_id))


@bp.post("/networks/<int:network_id>/reminders/beginning")
def beginning(network_id: int) -> ResponseReturnValue:
    _network(network_id)
    operations.begin_afresh(network_id)
    db.session.commit()
    flash(_("The network begins with what all networks begin with."), "success")
    return redirect(url_for(".of_network", network_id=network_id))
