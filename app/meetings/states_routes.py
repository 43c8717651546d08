"""Pages on which a meeting changes its state: called, postponed, dated, closed; what waits to be told; its history."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.core.errors import DomainError, found, require
from app.extensions import db
from app.meetings import policy, queries
from app.meetings.days import Remark, remarks_on
from app.meetings.forms import DayForm, EmptyForm, MeetingForm, ReasonForm, version_of
from app.meetings.models import Meeting
from app.meetings.operations import scheduling
from app.meetings.operations.scheduling import Facts
from app.meetings.routes import bp, to_change, told_in_words, unread_remarks
from app.meetings.timetable import timetable_of
from app.meetings.words import TURNS
from app.networks.queries import network_for


def _act(meeting: Meeting, act: Callable[[], int | None], done: str) -> ResponseReturnValue:
    """Does it and says so, or says why not; back to the meeting."""
    try:
        told = act()
    except DomainError as error:
        flash(error.sentence, "danger")
    else:
        db.session.commit()
        if told is None or told:
            flash(" ".join([done, told_in_words(told or 0)]).strip(), "success")
    return _to(meeting)


def _to(meeting: Meeting) -> ResponseReturnValue:
    return redirect(url_for(".show", meeting_id=meeting.id))


def _steered(meeting_id: int) -> Meeting:
    """The meeting in whatever state it is, locked when something is about to be written."""
    load = queries.meeting_to_change_for if request.method == "POST" else queries.meeting_for
    meeting = found(load(current_user, meeting_id))
    require(policy.may_steer(current_user, meeting))
    return meeting


@bp.route("/meetings/<int:meeting_id>/call", methods=["GET", "POST"])
def call(meeting_id: int) -> ResponseReturnValue:
    meeting = _steered(meeting_id)
    if not meeting.is_draft:
        return _to(meeting)
    form = EmptyForm()
    if form.validate_on_submit():
        done = _("The meeting is called.")
        return _act(meeting, lambda: scheduling.call_meeting(meeting, by=current_user) or None, done)
    remarks = remarks_on([meeting.day], meeting.network_id, current_user)[meeting.day]
    return render_template(
        "meetings/call.html",
        network=meeting.network,
        meeting=meeting,
        form=form,
        remarks=remarks,
        members=len(queries.guests_of(meeting)),
        timetable=timetable_of(meeting, queries.agenda_of(meeting.id)),
    )


@bp.route("/meetings/<int:meeting_id>/deletion", methods=["GET", "POST"])
def deletion(meeting_id: int) -> ResponseReturnValue:
    meeting = _steered(meeting_id)
    if not meeting.is_draft:
        flash(_("The meeting has been called, so it is cancelled rather than deleted"), "danger")
        return _to(meeting)
    form = EmptyForm()
    if form.validate_on_submit():
        scheduling.discard_draft(meeting)
        db.session.commit()
        flash(_("The draft is deleted."), "success")
        return redirect(url_for(".of_network", network_id=meeting.network_id))
    return render_template("meetings/deletion.html", network=meeting.network, meeting=meeting, form=form)


@bp.route("/meetings/<int:meeting_id>/postponement", methods=["GET", "POST"])
def postponement(meeting_id: int) -> ResponseReturnValue:
    meeting = to_change(meeting_id)
    if meeting.is_off:
        return _to(meeting)
    form = ReasonForm()
    if form.validate_on_submit():
        reason = form.reason.data or ""
        return _act(
            meeting,
            lambda: scheduling.postpone_meeting(meeting, by=current_user, reason=reason) or None,
            _("The meeting is postponed."),
        )
    return render_template(
        "meetings/postponement.html",
        network=meeting.network,
        meeting=meeting,
        form=form,
        turnout=queries.turnout_at(meeting),
    )


@bp.post("/meetings/<int:meeting_id>/postponement/withdrawal")
def postponement_withdrawal(meeting_id: int) -> ResponseReturnValue:
    meeting = to_change(meeting_id)
    done = _("The meeting is held on its old date after all.")
    return _act(meeting, lambda: scheduling.keep_the_date(meeting, by=current_user), done)


@bp.route("/meetings/<int:meeting_id>/date", methods=["GET", "POST"])
def new_date(meeting_id: int) -> ResponseReturnValue:
    """The date that was to follow. All else stays as it is; a conflict can only be about the date."""
    meeting = to_change(meeting_id)
    if not policy.may_set_the_date(current_user, meeting):
        return _to(meeting)
    form = MeetingForm.of(meeting, without=("date",))
    remarks: list[Remark] = []
    if form.validate_on_submit():
        if form.version.data != version_of(meeting):
            flash(_("Someone else has changed the meeting meanwhile"), "warn")
            return _to(meeting)
        if form.moments == (meeting.starts_at, meeting.ends_at):
            form.refuse(DomainError(_("That is the old date. Choose a new one"), field="date"))
        else:
            remarks = unread_remarks(form, meeting.network_id)
        if not (remarks or form.errors):
            try:
                told = _give_date(meeting, form)
            except DomainError as error:
                form.refuse(error)
            else:
                db.session.commit()
                flash(" ".join([_("The meeting has its new date."), told_in_words(told)]).strip(), "success")
                return _to(meeting)
    return render_template("meetings/date.html", network=meeting.network, meeting=meeting, form=form, remarks=remarks)


def _give_date(meeting: Meeting, form: MeetingForm) -> int:
    facts = vars(Facts.of(meeting)) | {"starts_at": form.facts().starts_at, "ends_at": form.facts().ends_at}
    return scheduling.edit_meeting(meeting, Facts(**facts), by=current_user)


@bp.route("/meetings/<int:meeting_id>/closure", methods=["GET", "POST"])
def closure(meeting_id: int) -> ResponseReturnValue:
    meeting = _steered(meeting_id)
    if meeting.is_closed:
        return _to(meeting)
    form = EmptyForm()
    if form.validate_on_submit():
        done = _("The meeting is closed.")
        return _act(meeting, lambda: scheduling.close_meeting(meeting, by=current_user), done)
    if not policy.may_close(current_user, meeting):
        flash(_("Only a meeting that has been held can be closed"), "danger")
        return _to(meeting)
    return render_template("meetings/closure.html", network=meeting.network, meeting=meeting, form=form)


@bp.route("/meetings/<int:meeting_id>/reopening", methods=["GET", "POST"])
def reopening(meeting_id: int) -> ResponseReturnValue:
    meeting = _steered(meeting_id)
    if not meeting.is_closed:
        return _to(meeting)
    form = ReasonForm()
    if form.validate_on_submit():
        reason = form.reason.data or ""
        return _act(
            meeting,
            lambda: scheduling.reopen_meeting(meeting, by=current_user, reason=reason),
            _("The meeting is open again."),
        )
    return render_template("meetings/reopening.html", network=meeting.network, meeting=meeting, form=form)


@bp.post("/meetings/<int:meeting_id>/telling")
def telling(meeting_id: int) -> ResponseReturnValue:
    meeting = to_change(meeting_id)
    told = scheduling.tell_now(meeting, by=current_user)
    db.session.commit()
    flash(told_in_words(told) or _("The members know all of it already."), "success")
    return _to(meeting)


@bp.get("/meetings/<int:meeting_id>/history")
def history(meeting_id: int) -> ResponseReturnValue:
    meeting = _steered(meeting_id)
    return render_template(
        "meetings/history.html",
        network=meeting.network,
        meeting=meeting,
        turns=queries.history_of(meeting.id),
        words=TURNS,
    )


@bp.get("/networks/<int:network_id>/meetings/day")
def day(network_id: int) -> ResponseReturnValue:
    """What speaks against ?date=, as a piece of the form in which it is being chosen; empty where nothing does."""
    found(network_for(current_user, network_id))
    require(policy.may_schedule_in(current_user, network_id))
    chosen = DayForm(formdata=request.args).date.data
    if chosen is None or not 2000 <= chosen.year <= 2100:
        abort(400)
    return render_template("meetings/day.html", remarks=remarks_on([chosen], network_id, current_user)[chosen])
