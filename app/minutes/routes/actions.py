"""What people have taken on: noting it, putting it right, ticking it off; and one's own list across networks."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.core.access import local_path
from app.core.errors import DomainError, found, require
from app.extensions import db
from app.minutes import policy
from app.minutes.blueprint import bp
from app.minutes.forms import ActionForm
from app.minutes.operations import assign as note_action
from app.minutes.operations import complete as tick_off
from app.minutes.operations import edit_action as change_action
from app.minutes.operations import put_back, take_out, version_of
from app.minutes.operations import reopen as untick
from app.minutes.queries import (
    ActionAt,
    action_for,
    actions_for,
    done_actions_of,
    item_for,
    meeting_and_minutes_for,
    open_actions_of,
)
from app.minutes.routes.writing import Adding, show_writing
from app.networks.queries import members_of

AT_ONCE = 200  # how many can be ticked off together


def _back(at: ActionAt) -> ResponseReturnValue:
    return redirect(url_for(".edit", meeting_id=at.meeting.id, _anchor=f"item-{at.action.agenda_item_id}"))


def _onwards() -> ResponseReturnValue:
    return redirect(local_path(request.form.get("next"), url_for(".actions")))


def _writable(action_id: int, *, even_removed: bool = False) -> ActionAt:
    at = found(action_for(current_user, action_id, even_removed=even_removed))
    require(policy.may_write(current_user, at.meeting))
    return at


@bp.get("/actions")
def actions() -> ResponseReturnValue:
    return render_template(
        "minutes/actions.html", open_actions=open_actions_of(current_user), done_actions=done_actions_of(current_user)
    )


@bp.post("/agenda-items/<int:item_id>/actions")
def assign(item_id: int) -> ResponseReturnValue:
    at = found(item_for(current_user, item_id))
    require(policy.may_write(current_user, at.meeting))
    form = ActionForm.among(members_of(at.meeting.network_id))
    if not form.validate_on_submit():
        meeting, minutes = found(meeting_and_minutes_for(current_user, at.meeting.id))
        return show_writing(meeting, minutes, adding=Adding("action", item_id, form))
    note_action(
        at.item,
        at.meeting,
        text=form.text.data or "",
        owner_id=form.owner.data,
        due_on=form.due_on.data,
        by=current_user,
    )
    db.session.commit()
    return redirect(url_for(".edit", meeting_id=at.meeting.id, _anchor=f"item-{item_id}"))


@bp.route("/actions/<int:action_id>/edit", methods=["GET", "POST"])
def edit_action(action_id: int) -> ResponseReturnValue:
    at = _writable(action_id)
    form = ActionForm.among(members_of(at.meeting.network_id), at.action)
    status = 200
    if form.validate_on_submit():
        values: dict[str, Any] = {"owner_id": form.owner.data, "due_on": form.due_on.data}
        try:
            change_action(at.action, text=form.text.data or "", base=form.base.data or "", by=current_user, **values)
        except DomainError as refusal:
            form.text.errors = [refusal.sentence]
            form.base.data = version_of(at.action)
            status = 409
        else:
            db.session.commit()
            return _back(at)
    return render_template("minutes/action.html", form=form, action=at.action, meeting=at.meeting), status


@bp.post("/actions/<int:action_id>/removal")
def remove_action(action_id: int) -> ResponseReturnValue:
    at = _writable(action_id, even_removed=True)
    take_out(at.action, by=current_user)
    db.session.commit()
    flash(_("The action is taken out. You can put it back below the item."), "success")
    return _back(at)


@bp.post("/actions/<int:action_id>/restoration")
def restore_action(action_id: int) -> ResponseReturnValue:
    at = _writable(action_id, even_removed=True)
    put_back(at.action, by=current_user)
    db.session.commit()
    return _back(at)


@bp.post("/actions/<int:action_id>/completion")
def complete(action_id: int) -> ResponseReturnValue:
    at = found(action_for(current_user, action_id))
    require(policy.may_complete(current_user, at.action, at.meeting.network_id))
    if tick_off(at.action, by=current_user):
        db.session.commit()
        flash(_("Marked as done."), "success")
    return _onwards()


@bp.post("/actions/<int:action_id>/reopening")
def reopen(action_id: int) -> ResponseReturnValue:
    at = found(action_for(current_user, action_id))
    require(policy.may_complete(current_user, at.action, at.meeting.network_id))
    untick(at.action)
    db.session.commit()
    return _onwards()


@bp.post("/actions/completions")
def complete_several() -> ResponseReturnValue:
    """All of them or none: one that is not there for the viewer is 404, one that is not theirs 403."""
    wanted = {
        int(value)
        for value in request.form.getlist("ids[]")[:AT_ONCE]
        if value.isascii() and value.isdigit() and len(value) < 10
    }
    there = actions_for(current_user, wanted)
    found(there if len(there) == len(wanted) else None)
    require(all(policy.may_complete(current_user, at.action, at.meeting.network_id) for at in there))
    if not wanted:
        flash(_("Tick the actions that are done first."), "warn")
        return _onwards()
    done = [at for at in there if tick_off(at.action, by=current_user)]
    db.session.commit()
    if done:
        flash(ngettext("%(num)d action is done.", "%(num)d actions are done.", len(done)), "success")
    return _onwards()
