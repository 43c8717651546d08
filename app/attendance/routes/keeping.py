"""The coordinator's list: one tap per person, and corrections."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.accounts.models import Person
from app.attendance import operations, policy, queries
from app.attendance.blueprint import bp
from app.attendance.forms import GuestForm, LineForm
from app.attendance.models import Attendance
from app.attendance.operations import Stay
from app.core.errors import DomainError, found, require
from app.core.forms import written
from app.extensions import db
from app.meetings.models import Meeting, Presence
from app.meetings.queries import meeting_for, meeting_to_change_for


def meeting_to_keep(meeting_id: int) -> Meeting:
    """The meeting, locked when something is about to be written."""
    load = meeting_to_change_for if request.method == "POST" else meeting_for
    meeting = found(load(current_user, meeting_id))
    require(policy.may_keep(current_user, meeting))
    return meeting


def back_to_list(meeting_id: int, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("attendance.show", meeting_id=meeting_id, _anchor=anchor))


def refuse_too_early(meeting: Meeting) -> ResponseReturnValue | None:
    """Back to the list when nobody can have been there yet."""
    if policy.has_a_list(meeting):
        return None
    flash(_("The list can be kept from the day of the meeting, when the meeting is called and on."), "warn")
    return back_to_list(meeting.id)


def refused_in(form: LineForm | GuestForm, error: DomainError) -> None:
    field = form[error.field] if error.field and error.field in form else form.reason
    field.errors = [error.sentence]


@bp.get("/meetings/<int:meeting_id>/attendance")
def show(meeting_id: int) -> ResponseReturnValue:
    meeting = meeting_to_keep(meeting_id)
    scans = queries.scans_of(meeting_id)
    return render_template(
        "attendance/show.html",
        meeting=meeting,
        network=meeting.network,
        roll=queries.roll_of(meeting),
        scans=scans,
        is_locked=bool(scans),
        corrections=queries.corrections_of(meeting_id),
        has_a_list=policy.has_a_list(meeting),
        time_at=queries.time_at,
    )


def _line_of(meeting: Meeting, person_id: int) -> tuple[Person, Attendance | None]:
    """Somebody who was called, or is on the list already; anybody else is not found."""
    kept = queries.attendance_of(meeting.id, person_id)
    return found(
        queries.is_called_to(meeting, person_id) or (db.session.get(Person, person_id) if kept else None)
    ), kept


@bp.post("/meetings/<int:meeting_id>/attendance/people/<int:person_id>")
def tap(meeting_id: int, person_id: int) -> ResponseReturnValue:
    """One tap: was here, was online, was not. A second tap in the same place changes nothing."""
    meeting = meeting_to_keep(meeting_id)
    person, kept = _line_of(meeting, person_id)
    early = refuse_too_early(meeting)
    if early:
        return early
    said = request.form.get("said", "")
    try:
        if said in {Presence.HERE.value, Presence.ONLINE.value}:
            stay = Stay(Presence(said), kept.came_at, kept.left_at) if kept else Stay(Presence(said))
            operations.put_on_list(meeting, person, stay, by=current_user)
        elif said == "away" and kept:
            operations.take_off_list(meeting, kept, person.name, by=current_user)
    except DomainError:
        return redirect(url_for("attendance.edit", meeting_id=meeting_id, person_id=person_id))
    db.session.commit()
    return back_to_list(meeting_id, f"person-{person_id}")


@bp.post("/meetings/<int:meeting_id>/attendance/expected")
def expected(meeting_id: int) -> ResponseReturnValue:
    meeting = meeting_to_keep(meeting_id)
    early = refuse_too_early(meeting)
    if early:
        return early
    try:
        count = operations.put_expected_on_list(meeting, by=current_user)
    except DomainError as refused:
        flash(refused.sentence, "warn")
        return back_to_list(meeting_id)
    db.session.commit()
    said = ngettext("%(num)d more is on the list.", "%(num)d more are on the list.", count)
    flash(said if count else _("Everybody who said yes is on the list already."), "success")
    return back_to_list(meeting_id)


@bp.route("/meetings/<int:meeting_id>/attendance/people/<int:person_id>/edit", methods=["GET", "POST"])
def edit(meeting_id: int, person_id: int) -> ResponseReturnValue:
    meeting = meeting_to_keep(meeting_id)
    person, kept = _line_of(meeting, person_id)
    early = refuse_too_early(meeting)
    if early:
        return early
    form = LineForm.of(meeting, kept)
    if request.method == "POST" and form.validate():
        try:
            _change_line(meeting, person, kept, form)
        except DomainError as error:
            refused_in(form, error)
        else:
            db.session.commit()
            flash(_("The list is saved."), "success")
            return back_to_list(meeting_id, f"person-{person_id}")
    return _line_page(meeting, form, person.name)


def _change_line(meeting: Meeting, person: Person, kept: Attendance | None, form: LineForm) -> None:
    reason = written(form.reason)
    if form.was_there:
        operations.put_on_list(meeting, person, form.stay, by=current_user, reason=reason)
    elif kept:
        operations.take_off_list(meeting, kept, person.name, by=current_user, reason=reason)


def _line_page(meeting: Meeting, form: LineForm | GuestForm, name: str, guest: Attendance | None = None) -> str:
    return render_template(
        "attendance/line.html",
        meeting=meeting,
        network=meeting.network,
        form=form,
        name=name,
        guest=guest,
        is_locked=queries.is_locked(meeting.id),
    )


@bp.route("/meetings/<int:meeting_id>/attendance/guests/new", methods=["GET", "POST"])
def new_guest(meeting_id: int) -> ResponseReturnValue:
    meeting = meeting_to_keep(meeting_id)
    early = refuse_too_early(meeting)
    if early:
        return early
    form = GuestForm.of(meeting)
    if request.method == "POST" and form.validate():
        try:
            guest = operations.put_guest_on_list(
                meeting, form.visitor, form.stay, by=current_user, reason=written(form.reason)
            )
        except DomainError as error:
            refused_in(form, error)
        else:
            name, anchor = guest.guest_name, f"guest-{guest.id}"
            db.session.commit()
            flash(_("%(name)s is on the list.", name=name), "success")
            return back_to_list(meeting_id, anchor)
    return _line_page(meeting, form, _("A guest"))


def _guest_to_keep(attendance_id: int) -> tuple[Meeting, Attendance]:
    guest = found(queries.attendance_for(current_user, attendance_id))
    meeting = meeting_to_keep(guest.meeting_id)
    found(guest if guest.person_id is None else None)
    return meeting, guest


@bp.route("/attendances/<int:attendance_id>/edit", methods=["GET", "POST"])
def edit_guest(attendance_id: int) -> ResponseReturnValue:
    meeting, guest = _guest_to_keep(attendance_id)
    form = GuestForm.of(meeting, guest)
    if request.method == "POST" and form.validate():
        try:
            operations.edit_guest(meeting, guest, form.visitor, form.stay, by=current_user, reason=written(form.reason))
        except DomainError as error:
            refused_in(form, error)
        else:
            db.session.commit()
            flash(_("The list is saved."), "success")
            return back_to_list(meeting.id, f"guest-{attendance_id}")
    return _line_page(meeting, form, guest.guest_name, guest)


@bp.post("/attendances/<int:attendance_id>/removal")
def guest_removal(attendance_id: int) -> ResponseReturnValue:
    meeting, guest = _guest_to_keep(attendance_id)
    name, reason = guest.guest_name, " ".join(request.form.get("reason", "").split())
    try:
        operations.take_off_list(meeting, guest, name, by=current_user, reason=reason)
    except DomainError as error:
        form = GuestForm.of(meeting, guest)
        refused_in(form, error)
        return _line_page(meeting, form, name, guest)
    meeting_id = meeting.id
    db.session.commit()
    flash(_("%(name)s is no longer on the list.", name=name), "success")
    return back_to_list(meeting_id)
