"""Saying how a meeting was, reading what everybody said, and how it goes from meeting to meeting."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.core.errors import DomainError, found, require
from app.evaluations import operations, policy, queries
from app.evaluations.forms import EvaluationForm, HabitForm
from app.evaluations.queries import Look
from app.evaluations.trend import chart_of
from app.extensions import db
from app.meetings.models import Meeting
from app.meetings.queries import meeting_for
from app.networks.queries import network_for

bp = Blueprint("evaluations", __name__, template_folder="templates")


def _meeting(meeting_id: int) -> tuple[Meeting, Look]:
    meeting = found(meeting_for(current_user, meeting_id))
    return meeting, found(queries.look_at(meeting, current_user))


def _shown(meeting: Meeting, look: Look, form: EvaluationForm) -> str:
    outcome = look.outcome
    may_read_words = policy.may_read_words(current_user, outcome)
    return render_template(
        "evaluations/show.html",
        meeting=meeting,
        network=meeting.network,
        look=look,
        outcome=outcome,
        form=form,
        together=queries.TOGETHER,
        spread=queries.spread_of(meeting.id) if outcome.is_there else {},
        words=queries.words_about(meeting.id) if may_read_words else [],
        may_read_words=may_read_words,
        may_close=policy.may_close(current_user, meeting) and look.is_open,
    )


@bp.get("/meetings/<int:meeting_id>/evaluation")
def show(meeting_id: int) -> ResponseReturnValue:
    meeting, look = _meeting(meeting_id)
    return _shown(meeting, look, EvaluationForm())


@bp.post("/meetings/<int:meeting_id>/evaluation")
def answer(meeting_id: int) -> ResponseReturnValue:
    meeting, look = _meeting(meeting_id)
    require(look.was_there)
    if not look.may_answer:
        flash(_("You have answered already.") if look.has_answered else _("The evaluation is not open."), "warn")
        return redirect(url_for(".show", meeting_id=meeting_id))
    form = EvaluationForm()
    if not form.validate():
        return _shown(meeting, look, form)
    try:
        operations.say(meeting, form.said(), by=current_user)
    except DomainError as refused:
        db.session.rollback()
        flash(refused.sentence, "warn")
    else:
        db.session.commit()
        flash(_("Thank you. Your answer is mixed with the others'."), "success")
    return redirect(url_for(".show", meeting_id=meeting_id))


@bp.post("/meetings/<int:meeting_id>/evaluation/closing")
def closing(meeting_id: int) -> ResponseReturnValue:
    meeting, look = _meeting(meeting_id)
    require(policy.may_close(current_user, meeting))
    if look.is_open:
        operations.close(operations.evaluation_of(meeting))
        db.session.commit()
        flash(_("The evaluation is closed, and who had answered is forgotten."), "success")
    return redirect(url_for(".show", meeting_id=meeting_id))


@bp.route("/networks/<int:network_id>/evaluations", methods=["GET"])
def of_network(network_id: int) -> ResponseReturnValue:
    network = found(network_for(current_user, network_id))
    outcomes = queries.trend_in(network_id, current_user)
    habit = queries.habit_of(network_id)
    may_decide = policy.may_decide_in(current_user, network_id)
    form = HabitForm(formdata=None, data={"is_asked": "yes" if habit.is_asked else "no", "days": str(habit.days)})
    return render_template(
        "evaluations/of_network.html",
        network=network,
        outcomes=outcomes,
        chart=chart_of(outcomes),
        form=form if may_decide else None,
        together=queries.TOGETHER,
    )


@bp.post("/networks/<int:network_id>/evaluations")
def decide(network_id: int) -> ResponseReturnValue:
    found(network_for(current_user, network_id))
    require(policy.may_decide_in(current_user, network_id))
    form = HabitForm()
    if form.validate():
        operations.decide(network_id, is_asked=form.is_asked.data == "yes", days=int(form.days.data))
        db.session.commit()
        flash(_("It is saved, and holds for the meetings to come."), "success")
    else:
        flash(_("Choose one of those in the list."), "danger")
    return redirect(url_for(".of_network", network_id=network_id))
