"""Noting decisions under an item, putting them right, taking them out."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.core.errors import DomainError, found, require
from app.extensions import db
from app.minutes import policy
from app.minutes.blueprint import bp
from app.minutes.forms import DecisionForm
from app.minutes.operations import decide as note_decision
from app.minutes.operations import edit_decision as change_decision
from app.minutes.operations import put_back, take_out, version_of
from app.minutes.queries import DecisionAt, decision_for, item_for, meeting_and_minutes_for
from app.minutes.routes.writing import Adding, show_writing


def _back(at: DecisionAt) -> ResponseReturnValue:
    return redirect(url_for(".edit", meeting_id=at.meeting.id, _anchor=f"item-{at.item.id}"))


def _writable(decision_id: int) -> DecisionAt:
    at = found(decision_for(current_user, decision_id))
    require(policy.may_write(current_user, at.meeting))
    return at


@bp.post("/agenda-items/<int:item_id>/decisions")
def decide(item_id: int) -> ResponseReturnValue:
    at = found(item_for(current_user, item_id))
    require(policy.may_write(current_user, at.meeting))
    form = DecisionForm()
    if not form.validate_on_submit():
        meeting, minutes = found(meeting_and_minutes_for(current_user, at.meeting.id))
        return show_writing(meeting, minutes, adding=Adding("decision", item_id, form))
    note_decision(at.item, at.meeting, text=form.text.data or "", by=current_user)
    db.session.commit()
    return redirect(url_for(".edit", meeting_id=at.meeting.id, _anchor=f"item-{item_id}"))


@bp.route("/decisions/<int:decision_id>/edit", methods=["GET", "POST"])
def edit_decision(decision_id: int) -> ResponseReturnValue:
    at = _writable(decision_id)
    found(at.decision if at.decision.removed_at is None else None)
    form = DecisionForm.of(at.decision)
    status = 200
    if form.validate_on_submit():
        try:
            change_decision(at.decision, text=form.text.data or "", base=form.base.data or "", by=current_user)
        except DomainError as refusal:
            form.text.errors = [refusal.sentence]
            form.base.data = version_of(at.decision)
            status = 409
        else:
            db.session.commit()
            return _back(at)
    return render_template(
        "minutes/decision.html", form=form, decision=at.decision, meeting=at.meeting, item=at.item
    ), status


@bp.post("/decisions/<int:decision_id>/removal")
def remove_decision(decision_id: int) -> ResponseReturnValue:
    at = _writable(decision_id)
    take_out(at.decision, by=current_user)
    db.session.commit()
    flash(
        _("Decision %(number)s is taken out. You can put it back below the item.", number=at.decision.name), "success"
    )
    return _back(at)


@bp.post("/decisions/<int:decision_id>/restoration")
def restore_decision(decision_id: int) -> ResponseReturnValue:
    at = _writable(decision_id)
    put_back(at.decision, by=current_user)
    db.session.commit()
    return _back(at)
