"""Pages of meetings."""

from typing import Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.core.access import local_path
from app.core.errors import DomainError, found, require
from app.core.formats import clock_time
from app.extensions import db
from app.meetings import policy, queries
from app.meetings.days import Remark, remarks_on
from app.meetings.forms import (
    ANSWERS,
    KINDS,
    AgendaChoice,
    AgendaForm,
    AnswerForm,
    CancellationForm,
    MeetingForm,
    NewMeetingForm,
    PointForm,
    one_line,
    version_of,
    version_of_agenda,
)
from app.meetings.models import AgendaItem, AnswerWord, Meeting
from app.meetings.operations import agenda as agenda_operations
from app.meetings.operations.answers import answer_meeting
from app.meetings.operations.copying import Pattern, copy_agenda
from app.meetings.operations.scheduling import cancel_meeting, edit_meeting, restore_meeting, schedule_meeting
from app.meetings.timetable import timetable_of
from app.meetings.words import news_in_words
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
    last = queries.last_meeting_in(network_id, current_user)
    source = _asked_source(network_id, last)
    form = NewMeetingForm.like(Pattern.of(source)) if source else NewMeetingForm(has_last=last is not None)
    is_draft = request.form.get("act") == "draft"
    remarks: list[Remark] = []
    if form.validate_on_submit():
        remarks = [] if is_draft else unread_remarks(form, network_id)
        if not remarks:
            try:
                meeting, told = schedule_meeting(network, form.facts(), by=current_user, is_draft=is_draft)
            except DomainError as error:
                form.refuse(error)
            else:
                _begin_agenda(meeting, form.agenda.data, source or last)
                db.session.commit()
                flash(_drafted() if is_draft else _("The meeting is scheduled.") + " " + told_in_words(told), "success")
                return redirect(url_for(".show", meeting_id=meeting.id))
    return render_template("meetings/new.html", network=network, form=form, last=last, source=source, remarks=remarks)


def _asked_source(network_id: int, last: Meeting | None) -> Meeting | None:
    """The meeting that ?from= names, by number or as the last; 404 for one of another network."""
    asked = request.args.get("from", "")
    if asked == "last":
        return last
    if not asked:
        return None
    meeting = found(queries.meeting_for(current_user, int(asked)) if asked.isdecimal() and len(asked) < 10 else None)
    return found(meeting if meeting.network_id == network_id else None)


def _begin_agenda(meeting: Meeting, choice: str | None, last: Meeting | None) -> None:
    if choice == AgendaChoice.STANDARD:
        agenda_operations.add_standard_agenda(meeting)
    elif choice == AgendaChoice.LAST and last is not None:
        copy_agenda(meeting, last)


def _drafted() -> str:
    return _("The draft is saved. Only coordinators see it, until you call the meeting.")


def unread_remarks(form: MeetingForm, network_id: int) -> list[Remark]:
    """What speaks against the chosen day, unless it has been read; from here on it has. Nothing is forbidden by it."""
    day = form.date.data
    if day is None or form.seen.data == day.isoformat():
        return []
    form.seen.data = day.isoformat()
    return remarks_on([day], network_id, current_user)[day]


def _later(meeting: Meeting) -> str:
    return _("The members are told at %(time)s.", time=clock_time(meeting.tell_at)) if meeting.tell_at else ""


def told_in_words(count: int) -> str:
    return ngettext("We are mailing %(num)d member now.", "We are mailing %(num)d members now.", count) if count else ""


@bp.get("/meetings/<int:meeting_id>")
def show(meeting_id: int) -> ResponseReturnValue:
    meeting = found(queries.meeting_with_agenda_for(current_user, meeting_id))
    return _shown(meeting)


def _shown(meeting: Meeting, form: AnswerForm | None = None) -> str:
    turnout = queries.turnout_at(meeting)
    guest = next((guest for guest in turnout.guests if guest.person.id == current_user.id), None)
    own = guest.answer if guest else None
    word, code = (guest.word, guest.code) if guest else (None, None)
    earlier = queries.earlier_answers_to(meeting)
    may_steer = policy.may_steer(current_user, meeting)
    return render_template(
        "meetings/show.html",
        meeting=meeting,
        network=meeting.network,
        timetable=timetable_of(meeting, meeting.agenda),
        turnout=turnout,
        own=own,
        form=form or AnswerForm.of(own, preselected=request.args.get("answer")),
        kinds=KINDS,
        answers=ANSWERS,
        is_invited=policy.is_invited(current_user, meeting),
        may_answer=policy.may_answer(current_user, meeting),
        may_edit=policy.may_edit(current_user, meeting),
        may_steer=may_steer,
        may_call=policy.may_call(current_user, meeting),
        may_cancel=policy.may_cancel(current_user, meeting),
        may_postpone=policy.may_postpone(current_user, meeting),
        may_set_the_date=policy.may_set_the_date(current_user, meeting),
        may_keep_the_date=policy.may_keep_the_date(current_user, meeting),
        may_restore=policy.may_restore(current_user, meeting),
        may_close=policy.may_close(current_user, meeting),
        may_reopen=policy.may_reopen(current_user, meeting),
        may_join=policy.may_join_online(current_user, meeting, word=word, code=code),
        takes_part=policy.takes_part(meeting, word=word, code=code),
        news=news_in_words(meeting) if may_steer and not (meeting.is_off or meeting.is_over) else None,
        earlier=earlier,
        own_earlier=next((answer for answer in earlier if answer.person_id == current_user.id), None),
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


def to_change(meeting_id: int) -> Meeting:
    """The meeting, locked when something is about to be written."""
    load = queries.meeting_to_change_for if request.method == "POST" else queries.meeting_for
    meeting = found(load(current_user, meeting_id))
    require(policy.may_steer(current_user, meeting))
    if meeting.is_closed:
        flash(_("The meeting is closed. Open it again before you change it"), "warn")
        abort(redirect(url_for(".show", meeting_id=meeting.id)))
    return meeting


@bp.route("/meetings/<int:meeting_id>/edit", methods=["GET", "POST"])
def edit(meeting_id: int) -> ResponseReturnValue:
    meeting = to_change(meeting_id)
    form = MeetingForm.of(meeting)
    theirs: MeetingForm | None = None
    remarks: list[Remark] = []
    if form.validate_on_submit():
        if form.version.data != version_of(meeting):
            theirs = MeetingForm.of(meeting, is_fresh=True)
            form.version.data = version_of(meeting)
        else:
            remarks = unread_remarks(form, meeting.network_id) if form.date.data != meeting.day else []
            if not remarks:
                try:
                    told = edit_meeting(meeting, form.facts(), by=current_user)
                except DomainError as error:
                    form.refuse(error)
                else:
                    db.session.commit()
                    flash(
                        " ".join([_("The meeting is saved."), told_in_words(told) or _later(meeting)]).strip(),
                        "success",
                    )
                    return redirect(url_for(".show", meeting_id=meeting.id))
    page = render_template(
        "meetings/edit.html", network=meeting.network, meeting=meeting, form=form, theirs=theirs, remarks=remarks
    )
    return page, 409 if theirs else 200


@bp.route("/meetings/<int:meeting_id>/cancellation", methods=["GET", "POST"])
def cancellation(meeting_id: int) -> ResponseReturnValue:
    meeting = to_change(meeting_id)
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
            flash(" ".join([_("The meeting is cancelled."), told_in_words(told)]).strip(), "success")
        return redirect(url_for(".show", meeting_id=meeting.id))
    turnout = queries.turnout_at(meeting)
    return render_template(
        "meetings/cancellation.html", network=meeting.network, meeting=meeting, form=form, turnout=turnout
    )


@bp.post("/meetings/<int:meeting_id>/cancellation/withdrawal")
def withdrawal(meeting_id: int) -> ResponseReturnValue:
    meeting = to_change(meeting_id)
    try:
        told = restore_meeting(meeting, by=current_user)
    except DomainError as error:
        flash(error.sentence, "danger")
    else:
        db.session.commit()
        if told:
            flash(_("The meeting is on again.") + " " + told_in_words(told), "success")
    return redirect(url_for(".show", meeting_id=meeting.id))


@bp.route("/meetings/<int:meeting_id>/agenda", methods=["GET", "POST"])
def agenda(meeting_id: int) -> ResponseReturnValue:
    """One form for the whole agenda: whichever button is pressed, all that is typed is saved, then the act is done."""
    meeting = to_change(meeting_id)
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
