"""Pages of meetings."""

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.core.access import local_path
from app.core.errors import DomainError, found, require
from app.extensions import db
from app.meetings import policy, queries
from app.meetings.attached import lines_of, removed_from
from app.meetings.forms import (
    ANSWERS,
    KINDS,
    AgendaForm,
    AnswerForm,
    CancellationForm,
    MeetingForm,
    PointForm,
    one_line,
    version_of,
    version_of_agenda,
)
from app.meetings.models import AgendaItem, AnswerWord, Meeting
from app.meetings.operations import agenda as agenda_operations
from app.meetings.operations.answers import answer_meeting
from app.meetings.operations.scheduling import cancel_meeting, edit_meeting, restore_meeting, schedule_meeting
from app.meetings.timetable import timetable_of
from app.networks.queries import network_for

bp = Blueprint("meetings", __name__, template_folder="templates")
STEPS: Final = {"up": -1, "down": 1}


@bp.get("/networks/<int:network_id>/meetings")
def of_network(network_id: int) -> ResponseReturnValue:
    network = found(network_for(current_user, network_id))
    page, held = queries.held_in(network_id, current_user, asked=request.args.get("page", type=int))
    return render_template(
        "meetings/of_network.html",
        network=network,
        upcoming=queries.upcoming_in(network_id, current_user),
        held=held,
        page=page,
        page_url=lambda number: url_for(".of_network", network_id=network_id, page=number),
        may_schedule=policy.may_schedule_in(current_user, network_id),
        is_member=policy.is_member(current_user, network_id),
    )


@bp.route("/networks/<int:network_id>/meetings/new", methods=["GET", "POST"])
def new(network_id: int) -> ResponseReturnValue:
    network = found(network_for(current_user, network_id))
    require(policy.may_schedule_in(current_user, network_id))
    form = MeetingForm(data={"standard_agenda": True})
    if form.validate_on_submit():
        try:
            meeting, told = schedule_meeting(network, form.facts(), by=current_user)
        except DomainError as error:
            form.refuse(error)
        else:
            if form.standard_agenda.data:
                agenda_operations.add_standard_agenda(meeting)
            db.session.commit()
            flash(_("The meeting is scheduled.") + " " + _told(told), "success")
            return redirect(url_for(".show", meeting_id=meeting.id))
    return render_template("meetings/new.html", network=network, form=form)


def _told(count: int) -> str:
    return ngettext("We are mailing %(num)d member now.", "We are mailing %(num)d members now.", count) if count else ""


@bp.get("/meetings/<int:meeting_id>")
def show(meeting_id: int) -> ResponseReturnValue:
    meeting = found(queries.meeting_with_agenda_for(current_user, meeting_id))
    return _shown(meeting)


def _shown(meeting: Meeting, form: AnswerForm | None = None) -> str:
    turnout = queries.turnout_at(meeting)
    own = next((guest.answer for guest in turnout.guests if guest.person.id == current_user.id), None)
    timetable = timetable_of(meeting, meeting.agenda)
    return render_template(
        "meetings/show.html",
        meeting=meeting,
        network=meeting.network,
        timetable=timetable,
        attached=lines_of(meeting, current_user, timetable.rows),
        removed=removed_from(meeting, current_user),
        may_attach=policy.may_attach(current_user, meeting),
        turnout=turnout,
        own=own,
        form=form or AnswerForm.of(own, preselected=request.args.get("answer")),
        kinds=KINDS,
        answers=ANSWERS,
        is_invited=policy.is_invited(current_user, meeting),
        may_answer=policy.may_answer(current_user, meeting),
        may_edit=policy.may_edit(current_user, meeting),
        may_cancel=policy.may_cancel(current_user, meeting),
        may_restore=policy.may_restore(current_user, meeting),
    )


@bp.post("/meetings/<int:meeting_id>/answer")
def answer(meeting_id: int) -> ResponseReturnValue:
    meeting = found(queries.meeting_with_agenda_for(current_user, meeting_id))
    require(policy.is_invited(current_user, meeting))
    form = AnswerForm()
    back = url_for(".show", meeting_id=meeting.id, _anchor="answer")
    if not form.validate():
        return _shown(meeting, form)
    try:
        answer_meeting(
            meeting, AnswerWord(form.answer.data), by=current_user, presence=form.said_presence, note=form.said_note
        )
    except DomainError as error:
        flash(error.sentence, "danger")
    else:
        db.session.commit()
        flash(_("Your answer is saved."), "success")
    return redirect(local_path(form.next.data, back))


def _to_change(meeting_id: int) -> Meeting:
    """The meeting, locked when something is about to be written."""
    load = queries.meeting_to_change_for if request.method == "POST" else queries.meeting_for
    meeting = found(load(current_user, meeting_id))
    require(policy.may_edit(current_user, meeting))
    return meeting


@bp.route("/meetings/<int:meeting_id>/edit", methods=["GET", "POST"])
def edit(meeting_id: int) -> ResponseReturnValue:
    meeting = _to_change(meeting_id)
    form = MeetingForm.of(meeting)
    theirs: MeetingForm | None = None
    if form.validate_on_submit():
        if form.version.data != version_of(meeting):
            theirs = MeetingForm.of(meeting, is_fresh=True)
            form.version.data = version_of(meeting)
        else:
            try:
                told = edit_meeting(meeting, form.facts(), by=current_user)
            except DomainError as error:
                form.refuse(error)
            else:
                db.session.commit()
                flash(" ".join([_("The meeting is saved."), _told(told)]).strip(), "success")
                return redirect(url_for(".show", meeting_id=meeting.id))
    page = render_template("meetings/edit.html", network=meeting.network, meeting=meeting, form=form, theirs=theirs)
    return page, 409 if theirs else 200


@bp.route("/meetings/<int:meeting_id>/cancellation", methods=["GET", "POST"])
def cancellation(meeting_id: int) -> ResponseReturnValue:
    meeting = _to_change(meeting_id)
    form = CancellationForm()
    if meeting.is_cancelled:
        return redirect(url_for(".show", meeting_id=meeting.id))
    if form.validate_on_submit():
        try:
            told = cancel_meeting(meeting, by=current_user, reason=form.reason.data or "")
        except DomainError as error:
            flash(error.sentence, "danger")
        else:
            db.session.commit()
            flash(" ".join([_("The meeting is cancelled."), _told(told)]).strip(), "success")
        return redirect(url_for(".show", meeting_id=meeting.id))
    turnout = queries.turnout_at(meeting)
    return render_template(
        "meetings/cancellation.html", network=meeting.network, meeting=meeting, form=form, turnout=turnout
    )


@bp.post("/meetings/<int:meeting_id>/cancellation/withdrawal")
def withdrawal(meeting_id: int) -> ResponseReturnValue:
    meeting = _to_change(meeting_id)
    try:
        told = restore_meeting(meeting, by=current_user)
    except DomainError as error:
        flash(error.sentence, "danger")
    else:
        db.session.commit()
        if told:
            flash(_("The meeting is on again.") + " " + _told(told), "success")
    return redirect(url_for(".show", meeting_id=meeting.id))


@bp.route("/meetings/<int:meeting_id>/agenda", methods=["GET", "POST"])
def agenda(meeting_id: int) -> ResponseReturnValue:
    """One form for the whole agenda: whichever button is pressed, all that is typed is saved, then the act is done."""
    meeting = _to_change(meeting_id)
    items = queries.agenda_of(meeting_id)
    frame, lines = AgendaForm(), [(item, PointForm.of(item)) for item in items]
    blank = PointForm(prefix="new-")
    is_stale = False
    if frame.validate_on_submit():
        act, _colon, which = request.form.get("act", "save").partition(":")
        wants_new = act == "add" or bool(blank.title.data)
        is_stale = frame.version.data != version_of_agenda(items)
        forms = [line for _item, line in lines if not is_stale or line.is_sent] + ([blank] if wants_new else [])
        if _all_valid(forms) and not is_stale:
            anchor = _write_agenda(meeting, lines, blank if wants_new else None, act, which)
            db.session.commit()
            flash(_("The agenda is saved."), "success")
            return redirect(url_for(".agenda", meeting_id=meeting.id, _anchor=anchor))
    frame.version.data = version_of_agenda(items)
    page = render_template(
        "meetings/agenda.html",
        network=meeting.network,
        meeting=meeting,
        frame=frame,
        lines=lines,
        blank=blank,
        is_stale=is_stale,
        orphans=_orphans(items) if is_stale else [],
        faulty=[form for form in [*(line for _item, line in lines), blank] if form.errors],
        timetable=timetable_of(meeting, items),
        kinds=KINDS,
    )
    return page, 409 if is_stale else 200


def _all_valid(forms: list[PointForm]) -> bool:
    """Every form is looked at, so that all mistakes are shown at once."""
    verdicts = [form.validate() for form in forms]
    return all(verdicts)


def _orphans(items: list[AgendaItem]) -> list[str]:
    """What was typed into lines that somebody else has removed meanwhile."""
    there = {f"item-{item.id}-title" for item in items}
    return [
        one_line(text)
        for name, text in request.form.items()
        if name.startswith("item-") and name.endswith("-title") and name not in there
    ]


def _write_agenda(
    meeting: Meeting, lines: list[tuple[AgendaItem, PointForm]], new_line: PointForm | None, act: str, which: str
) -> str:
    """Saves every line and does what the pressed button asks; returns the anchor to come back to."""
    for item, line in lines:
        agenda_operations.edit_item(meeting, item, line.point)
    anchor = "agenda"
    if new_line:
        agenda_operations.add_item(meeting, new_line.point)
        anchor = "new"
    chosen = next((item for item, _line in lines if str(item.id) == which), None)
    if chosen and act == "remove":
        agenda_operations.remove_item(meeting, chosen)
    elif chosen and act in STEPS:
        agenda_operations.move_item(meeting, chosen, STEPS[act])
        anchor = f"item-{chosen.id}"
    return anchor
