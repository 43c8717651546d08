"""Pages of meetings."""

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
from app.meetings.attached import lines_of, removed_from
from app.meetings.days import Remark, remarks_on
from app.meetings.forms import (
    KINDS,
    SAID,
    AgendaChoice,
    AnswerForm,
    CancellationForm,
    MeetingForm,
    NewMeetingForm,
    started_with,
    version_of,
)
from app.meetings.models import AnswerWord, Meeting
from app.meetings.operations import agenda as agenda_operations
from app.meetings.operations.answers import answer_meeting
from app.meetings.operations.copying import Pattern, copy_agenda
from app.meetings.operations.scheduling import cancel_meeting, edit_meeting, restore_meeting, schedule_meeting
from app.meetings.proposals import policy as proposal_policy
from app.meetings.proposals.queries import surroundings_of
from app.meetings.timetable import timetable_of
from app.meetings.words import news_in_words
from app.networks.queries import network_for
from app.notifications.notices import read_thread

bp = Blueprint("meetings", __name__, template_folder="templates")


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
    form = NewMeetingForm.like(Pattern.of(source)) if source else _fresh(last)
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


def _fresh(last: Meeting | None) -> NewMeetingForm:
    """From nothing, but for what the link here fills in."""
    return NewMeetingForm(has_last=last is not None, data=started_with(request.args))


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
    me = next((guest for guest in turnout.guests if guest.person.id == current_user.id), None)
    own, seating = me.answer if me else None, queries.seating_at(meeting, turnout)
    word, code = (me.word, me.code) if me else (None, None)
    earlier = queries.earlier_answers_to(meeting)
    may_steer = policy.may_steer(current_user, meeting)
    timetable = timetable_of(meeting, meeting.agenda)
    return render_template(
        "meetings/show.html",
        meeting=meeting,
        network=meeting.network,
        timetable=timetable,
        attached=lines_of(meeting, current_user, timetable.rows),
        removed=removed_from(meeting, current_user),
        may_attach=policy.may_attach(current_user, meeting),
        surroundings=surroundings_of(meeting, current_user),
        may_propose=proposal_policy.may_propose_at(current_user, meeting),
        turnout=turnout,
        own=own,
        form=form or AnswerForm.of(own, preselected=request.args.get("answer")),
        kinds=KINDS,
        answers=SAID,
        me=me,
        seating=seating,
        number=turnout.number_of(current_user.id),
        has_room=seating is None or bool(own and own.is_yes) or seating.may_sit(me.code if me else None),
        places={delegation.place.code: delegation.place.name for delegation in turnout.delegations if delegation.place},
        is_invited=policy.is_invited(current_user, meeting),
        may_send_another=policy.may_send_another(current_user, meeting),
        may_see_answers=policy.may_see_answers(current_user, meeting),
        may_read_host_notes=policy.may_read_host_notes(current_user, meeting, me.code if me else None),
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
        given = answer_meeting(
            meeting,
            AnswerWord(form.answer.data),
            by=current_user,
            presence=form.said_presence,
            note=form.said_note,
            host_note=form.said_host_note,
        )
    except DomainError as error:
        flash(error.sentence, "danger")
    else:
        read_thread(current_user.id, f"meeting-{meeting.id}")
        db.session.commit()
        if given.is_waiting:
            flash(
                _("All seats are taken, so you stand on the waiting list. You get a mail when there is a seat."),
                "success",
            )
        else:
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
