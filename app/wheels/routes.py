"""Pages of a network's year."""

from datetime import time

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.core.errors import DomainError, found, hide, require
from app.extensions import db
from app.meetings.days import remarks_on
from app.networks.models import Network
from app.networks.queries import network_for
from app.wheels import operations, policy, queries
from app.wheels.forms import DayForm, DraftsForm, MonthForm, RuleForm, WheelForm, month_forms
from app.wheels.plan import Month, plan_from

bp = Blueprint("wheels", __name__, template_folder="templates")
HOURS = (time(9, 30), time(12))


def _network(network_id: int, year: int) -> Network:
    network = found(network_for(current_user, network_id))
    return network if 2000 <= year <= 2100 else hide()


def _to_plan(network_id: int, year: int) -> Network:
    network = _network(network_id, year)
    require(policy.may_plan(current_user, network_id))
    return network


@bp.get("/networks/<int:network_id>/wheel/<int:year>")
def show(network_id: int, year: int) -> str:
    network = _network(network_id, year)
    return render_template(
        "wheels/show.html",
        network=network,
        year=queries.year_for(network_id, year, current_user),
        may_plan=policy.may_plan(current_user, network_id),
    )


@bp.route("/networks/<int:network_id>/wheel/<int:year>/edit", methods=["GET", "POST"])
def edit(network_id: int, year: int) -> ResponseReturnValue:
    network = _to_plan(network_id, year)
    shown = queries.year_for(network_id, year, current_user, is_changing=request.method == "POST")
    plan = plan_from(shown.wheel.plan if shown.wheel else None)
    frame, forms = WheelForm(data={"version": shown.version}), month_forms(plan)
    theirs: dict[int, Month] = {}
    is_stale = False
    if frame.validate_on_submit() and _all_valid(forms):
        written = {number: form.month() for number, form in forms.items()}
        if request.form.get("act") == "hosts":
            written = operations.give_hosts(network_id, written, shown.months)
        try:
            operations.write_plan(network, year, written, seen=frame.seen, by=current_user)
        except operations.StaleError:
            theirs = {number: month for number, month in plan.items() if month != written[number]}
            is_stale = bool(theirs) or frame.seen < 0
            frame.version.data = str(shown.version)
        if not is_stale:
            db.session.commit()
            flash(_("The wheel is saved."), "success")
            to = ".edit" if request.form.get("act") == "hosts" else ".show"
            return redirect(url_for(to, network_id=network_id, year=year))
    page = render_template(
        "wheels/edit.html", network=network, year=shown, frame=frame, forms=forms, theirs=theirs, is_stale=is_stale
    )
    return page, 409 if is_stale else 200


def _all_valid(forms: dict[int, MonthForm]) -> bool:
    """Every month is looked at, so that all mistakes are shown at once."""
    verdicts = [form.validate() for form in forms.values()]
    return all(verdicts)


def _started(network_id: int, year: int, sentence: str) -> ResponseReturnValue:
    db.session.commit()
    flash(sentence, "success")
    return redirect(url_for(".edit", network_id=network_id, year=year))


def _refused(network_id: int, year: int, error: DomainError) -> ResponseReturnValue:
    db.session.rollback()
    flash(error.sentence, "danger")
    return redirect(url_for(".show", network_id=network_id, year=year))


@bp.post("/networks/<int:network_id>/wheel/<int:year>/usual")
def usual(network_id: int, year: int) -> ResponseReturnValue:
    network = _to_plan(network_id, year)
    try:
        operations.start_from_usual(network, year, by=current_user)
    except DomainError as error:
        return _refused(network_id, year, error)
    return _started(network_id, year, _("The usual year is put in. Change what is different with you."))


@bp.post("/networks/<int:network_id>/wheel/<int:year>/copy")
def copy(network_id: int, year: int) -> ResponseReturnValue:
    network = _to_plan(network_id, year)
    try:
        operations.copy_last_year(network, year, by=current_user)
    except DomainError as error:
        return _refused(network_id, year, error)
    return _started(network_id, year, _("Last year is copied. Change what is different this time."))


@bp.route("/networks/<int:network_id>/wheel/<int:year>/drafts", methods=["GET", "POST"])
def drafts(network_id: int, year: int) -> ResponseReturnValue:
    """First the rule, by GET, then the days it gives with what speaks against them, which one may change."""
    network = _to_plan(network_id, year)
    if request.method == "POST":
        operations.lock_plans(network_id)
    shown = queries.year_for(network_id, year, current_user)
    rule = RuleForm(request.args, data={"nth": "3", "day": "3"})
    form = DraftsForm(data={"starts": HOURS[0], "ends": HOURS[1], "standard_agenda": True})
    lines = [(month, DayForm.of(month, rule.day_in(month))) for month in shown.to_make]
    if form.validate_on_submit():
        verdicts = [line.validate() for _month, line in lines if line.is_wanted.data]
        wanted = form.wanted(lines) if all(verdicts) else []
        if wanted:
            made = operations.make_drafts(network, wanted, with_agenda=bool(form.standard_agenda.data), by=current_user)
            db.session.commit()
            flash(_made(len(made)), "success")
            return redirect(url_for(".show", network_id=network_id, year=year))
        if not any(line.is_wanted.data for _month, line in lines):
            flash(_("No month is chosen, so no draft is made."), "danger")
    return render_template(
        "wheels/drafts.html",
        network=network,
        year=shown,
        rule=rule,
        form=form,
        lines=lines,
        remarks=remarks_on([d for _m, line in lines if (d := line.date.data)], network_id, current_user),
    )


def _made(count: int) -> str:
    return ngettext(
        "%(num)d draft is made. Only coordinators see it until you call the meeting.",
        "%(num)d drafts are made. Only coordinators see them until you call the meetings.",
        count,
    )
