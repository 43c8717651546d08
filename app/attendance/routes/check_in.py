"""Checking in oneself: the code on the wall, scanned or typed."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.attendance import codes, operations, policy, queries
from app.attendance.blueprint import bp
from app.attendance.forms import CodeForm
from app.attendance.routes.keeping import meeting_to_keep
from app.core.errors import DomainError, found, hide, require
from app.extensions import db, limiter
from app.meetings.models import Meeting, Presence
from app.meetings.policy import is_invited
from app.meetings.queries import answer_of, meeting_for, meeting_to_change_for
from app.networks.queries import standing_of
from app.notifications.links import link


@bp.get("/meetings/<int:meeting_id>/attendance/code")
def code(meeting_id: int) -> ResponseReturnValue:
    """For the wall, or a phone that is passed around."""
    meeting = meeting_to_keep(meeting_id)
    address = link("attendance.scanned", token=codes.token_of(meeting))
    side, path = codes.drawn(address)
    digits = codes.digits_of(meeting)
    return render_template(
        "attendance/code.html",
        meeting=meeting,
        network=meeting.network,
        side=side,
        path=path,
        digits=f"{digits[:3]} {digits[3:]}",
        opens_at=meeting.starts_at - policy.EARLIEST,
        is_open=policy.is_open_for_check_in(meeting),
        is_off=meeting.is_off or meeting.is_draft,
    )


def _page(meeting: Meeting, form: CodeForm, *, token: str = "") -> str:
    return render_template(
        "attendance/check_in.html",
        meeting=meeting,
        network=meeting.network,
        form=form,
        token=token,
        own=queries.attendance_of(meeting.id, current_user.id),
        is_open=policy.is_open_for_check_in(meeting),
        opens_at=meeting.starts_at - policy.EARLIEST,
    )


def _form_for(meeting: Meeting) -> CodeForm:
    answer = answer_of(current_user, meeting.id)
    presence = answer.presence if answer and answer.presence else Presence.HERE
    if meeting.online_url and not meeting.place:
        presence = Presence.ONLINE
    return CodeForm(data={"presence": presence.value})


def _scanned_meeting(token: str) -> Meeting | None:
    """None for who is no member of its network. A code that nobody made is 404, and so is a network not entered yet."""
    meeting_id = codes.meeting_id_in(token)
    if meeting_id is None:
        hide()
    load = meeting_to_change_for if request.method == "POST" else meeting_for
    meeting = load(current_user, meeting_id)
    if meeting is None:
        if standing_of(current_user).awaiting:
            hide()  # the gate finds out whether it is this one's agreement that is missing
        return None
    return meeting if is_invited(current_user, meeting) else None


@bp.route("/check-in/<token>", methods=["GET", "POST"])
def scanned(token: str) -> ResponseReturnValue:
    """Opened by the phone's camera. Nothing is written until the button is pressed."""
    meeting = _scanned_meeting(token)
    if meeting is None:
        return render_template("attendance/not_a_member.html"), 403
    if not codes.is_token_of(meeting, token):
        return render_template("attendance/old_code.html", meeting=meeting), 410
    form = _form_for(meeting)
    if request.method == "POST":
        return _check_in(meeting, form)
    return _page(meeting, form, token=token)


def _by_person() -> str:
    return f"check-in:{current_user.get_id()}"


@bp.route("/meetings/<int:meeting_id>/check-in", methods=["GET", "POST"])
@limiter.limit("10 per 5 minutes", key_func=_by_person, methods=["POST"])
def typed(meeting_id: int) -> ResponseReturnValue:
    """For who has no camera at hand: six digits that only stand on the wall."""
    load = meeting_to_change_for if request.method == "POST" else meeting_for
    meeting = found(load(current_user, meeting_id))
    require(is_invited(current_user, meeting))
    form = _form_for(meeting)
    if request.method == "POST" and form.validate():
        if codes.is_typed(meeting, form.code.data or ""):
            return _check_in(meeting, form)
        form.code.errors = [_("That is not the code on the wall. Look once more.")]
    return _page(meeting, form)


def _check_in(meeting: Meeting, form: CodeForm) -> ResponseReturnValue:
    meeting_id, is_online = meeting.id, form.presence.data == Presence.ONLINE.value
    try:
        operations.check_in(
            meeting, by=current_user, presence=Presence.ONLINE if is_online and meeting.online_url else Presence.HERE
        )
    except DomainError as refused:
        flash(refused.sentence, "warn")
    else:
        db.session.commit()
        flash(_("You are on the list. Enjoy the meeting."), "success")
    return redirect(url_for("attendance.typed", meeting_id=meeting_id))


@bp.post("/meetings/<int:meeting_id>/check-out")
def leave(meeting_id: int) -> ResponseReturnValue:
    meeting = found(meeting_to_change_for(current_user, meeting_id))
    require(is_invited(current_user, meeting))
    try:
        operations.check_out(meeting, by=current_user)
    except DomainError as refused:
        flash(refused.sentence, "warn")
    else:
        db.session.commit()
        flash(_("It is noted that you leave now. Thank you for coming."), "success")
    return redirect(url_for("attendance.typed", meeting_id=meeting_id))
