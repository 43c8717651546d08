"""Signing up, as coordinators see to it; sending somebody in one's place; and the words to the host."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.accounts.models import Person
from app.core.downloads import attached
from app.core.errors import DomainError, found, require
from app.extensions import db, limiter
from app.meetings import policy, queries
from app.meetings.forms import SAID
from app.meetings.models import AnswerWord, Meeting
from app.meetings.operations import substitutes
from app.meetings.operations.answers import answer_meeting, remind_the_silent
from app.meetings.operations.limits import set_limits
from app.meetings.participants import MEDIA_TYPE, participants_as_csv
from app.meetings.routes import bp
from app.meetings.sign_up_forms import PutInForm, SubstituteForm, limits_form, meeting_limits, version_of


def _meeting_to_see_to(meeting_id: int) -> Meeting:
    meeting = found(queries.meeting_for(current_user, meeting_id))
    require(policy.may_see_answers(current_user, meeting))
    return meeting


@bp.get("/meetings/<int:meeting_id>/sign-up")
def sign_up(meeting_id: int) -> ResponseReturnValue:
    return _signed_up(_meeting_to_see_to(meeting_id))


def _signed_up(meeting: Meeting, form: PutInForm | None = None) -> str:
    turnout = queries.turnout_at(meeting)
    people = [guest.person for guest in turnout.guests]
    return render_template(
        "meetings/sign_up.html",
        meeting=meeting,
        network=meeting.network,
        turnout=turnout,
        seating=queries.seating_at(meeting, turnout),
        places={delegation.place.code: delegation.place.name for delegation in turnout.delegations if delegation.place},
        form=form or PutInForm.of(people, chosen=request.args.get("person", type=int)),
        said=SAID,
    )


@bp.post("/meetings/<int:meeting_id>/sign-up/answers")
def put_in(meeting_id: int) -> ResponseReturnValue:
    """An answer that somebody has given a coordinator by word of mouth."""
    meeting = _meeting_to_see_to(meeting_id)
    people = {guest.person.id: guest.person for guest in queries.turnout_at(meeting).guests}
    form = PutInForm.of(list(people.values()))
    if not form.validate():
        return _signed_up(meeting, form)
    person = people[form.person.data]
    try:
        answer = answer_meeting(
            meeting,
            AnswerWord(form.answer.data),
            by=person,
            presence=form.said_presence,
            host_note=form.said_host_note,
            said_by=current_user,
        )
    except DomainError as error:
        flash(error.sentence, "danger")
    else:
        db.session.commit()
        flash(_("Put in for %(name)s: %(answer)s.", name=person.name, answer=SAID[answer.answer]), "success")
    return redirect(url_for(".sign_up", meeting_id=meeting_id))


@bp.post("/meetings/<int:meeting_id>/sign-up/reminder")
def reminder(meeting_id: int) -> ResponseReturnValue:
    meeting = _meeting_to_see_to(meeting_id)
    try:
        told = remind_the_silent(meeting, by=current_user)
    except DomainError as error:
        flash(error.sentence, "danger")
    else:
        db.session.commit()
        flash(
            ngettext("We are reminding %(num)d member now.", "We are reminding %(num)d members now.", told), "success"
        )
    return redirect(url_for(".sign_up", meeting_id=meeting_id))


@bp.route("/meetings/<int:meeting_id>/sign-up/limits", methods=["GET", "POST"])
def limits(meeting_id: int) -> ResponseReturnValue:
    meeting = _meeting_to_see_to(meeting_id)
    now = meeting_limits(meeting, queries.reserved_seats_of(meeting))
    form = limits_form(now)
    is_stale = False
    if form.validate_on_submit():
        is_stale = form.seen != version_of(now)
        if is_stale:
            form.version.data = version_of(now)
        else:
            try:
                moved_up = set_limits(meeting, form.limits())
            except DomainError as error:
                form.refuse(error.field or "capacity", error.sentence)
            else:
                db.session.commit()
                flash(" ".join([_("Saved."), _moved_up(moved_up)]).strip(), "success")
                return redirect(url_for(".sign_up", meeting_id=meeting_id))
    turnout = queries.turnout_at(meeting)
    page = render_template(
        "meetings/limits.html",
        meeting=meeting,
        network=meeting.network,
        form=form,
        kept=form.kept(),
        taken=len(turnout.seated_codes),
        theirs=limits_form(now) if is_stale else None,
        now=now,
    )
    return page, 409 if is_stale else 200


def _moved_up(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(num)d on the waiting list has a seat now, and gets a mail.",
        "%(num)d on the waiting list have a seat now, and get a mail.",
        count,
    )


@bp.get("/meetings/<int:meeting_id>/host-notes")
def host_notes(meeting_id: int) -> ResponseReturnValue:
    """What the host has to know, to be printed; for the host's people and the coordinators."""
    meeting = found(queries.meeting_for(current_user, meeting_id))
    turnout = queries.turnout_at(meeting)
    code = next((guest.code for guest in turnout.guests if guest.person.id == current_user.id), None)
    require(policy.may_read_host_notes(current_user, meeting, code))
    return render_template(
        "meetings/host_notes.html", meeting=meeting, network=meeting.network, turnout=turnout, said=SAID
    )


@bp.get("/meetings/<int:meeting_id>/participants.csv")
def participants_file(meeting_id: int) -> ResponseReturnValue:
    meeting = _meeting_to_see_to(meeting_id)
    name = _("participants-%(day)s.csv", day=f"{meeting.day}")
    return attached(participants_as_csv(meeting, queries.turnout_at(meeting)), name=name, content_type=MEDIA_TYPE)


# Somebody in one's place


def _meeting_to_come_to(meeting_id: int) -> Meeting:
    meeting = found(queries.meeting_for(current_user, meeting_id))
    require(policy.is_invited(current_user, meeting))
    return meeting


def _by_person() -> str:
    return f"substitutes:{current_user.get_id()}"


@bp.route("/meetings/<int:meeting_id>/substitute", methods=["GET", "POST"])
@limiter.limit("20 per hour", key_func=_by_person, methods=["POST"])  # each writes to somebody
def substitute(meeting_id: int) -> ResponseReturnValue:
    meeting = _meeting_to_come_to(meeting_id)
    colleagues = queries.colleagues_to_send(current_user, meeting)
    form = SubstituteForm.of(colleagues)
    back = url_for(".show", meeting_id=meeting_id, _anchor="answer")
    if not policy.may_send_another(current_user, meeting):
        flash(_("Nobody can be sent to this meeting any more."), "danger")
        return redirect(back)
    if form.validate_on_submit():
        try:
            words = _send(meeting, form, {str(person.id): person for person in colleagues})
        except DomainError as error:
            name = error.field or "who"
            form[name].errors = [*form[name].errors, error.sentence]
        else:
            db.session.commit()
            flash(words, "success")
            return redirect(back)
    return render_template(
        "meetings/substitute.html",
        meeting=meeting,
        network=meeting.network,
        form=form,
        has_colleagues=bool(colleagues),
        is_seat_kept=meeting.has_seats,
    )


def _send(meeting: Meeting, form: SubstituteForm, colleagues: dict[str, Person]) -> str:
    """Does it, and says what happens next."""
    if form.is_somebody_new:
        sent = substitutes.propose_somebody_new(
            meeting, current_user, name=form.name.data or "", email=form.email.data or ""
        )
        if sent.person_id is None:
            return _("A coordinator has to say yes first, and gets a mail now. You are told what they say.")
        colleague = db.session.get_one(Person, sent.person_id)
    else:
        colleague = colleagues[form.who.data]
        substitutes.send_a_colleague(meeting, current_user, colleague)
    return _("%(name)s comes in your place, and gets a mail now.", name=colleague.name)


@bp.post("/meetings/<int:meeting_id>/substitute/withdrawal")
def substitute_withdrawal(meeting_id: int) -> ResponseReturnValue:
    meeting = _meeting_to_come_to(meeting_id)
    try:
        is_done = substitutes.withdraw_substitute(meeting, current_user)
    except DomainError as error:
        flash(error.sentence, "danger")
    else:
        db.session.commit()
        if is_done:
            flash(_("Nobody comes in your place any more. Look at your answer below."), "success")
    return redirect(url_for(".show", meeting_id=meeting_id, _anchor="answer"))


@bp.post("/meetings/<int:meeting_id>/substitutes/<int:substitution_id>/decision")
def substitute_decision(meeting_id: int, substitution_id: int) -> ResponseReturnValue:
    meeting = _meeting_to_see_to(meeting_id)
    substitution = found(queries.substitution_at(meeting, substitution_id))
    act = request.form.get("act")
    if act not in {"approve", "refuse"}:
        abort(400)
    try:
        if act == "approve":
            substitutes.approve(substitution, meeting, meeting.network, by=current_user)
        else:
            substitutes.refuse(substitution, meeting)
    except DomainError as error:
        flash(error.sentence, "danger")
    else:
        db.session.commit()
        flash(
            _("%(name)s is invited, and the seat is kept.", name=substitution.name)
            if act == "approve"
            else _("You have said no. %(name)s is told.", name=substitution.absent.name),
            "success",
        )
    return redirect(url_for(".sign_up", meeting_id=meeting_id))
