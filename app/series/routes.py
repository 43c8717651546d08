"""Pages of series: planning one, looking at it, changing several meetings at once, ending it and taking that back."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.exc import IntegrityError

from app.core.errors import DomainError, found, require
from app.extensions import db
from app.meetings.forms import version_of
from app.meetings.models import Meeting
from app.meetings.queries import last_meeting_in
from app.networks.models import Network
from app.networks.queries import network_for
from app.series import policy, queries
from app.series.blueprint import bp
from app.series.forms import LAST_AGENDA, STANDARD_AGENDA, ChangeForm, EndForm, PlanForm
from app.series.models import Series
from app.series.operations.changing import Change, Effect, Scope, change_series, effects_of, fingerprint_of, own_aspects
from app.series.operations.ending import end_series, restore_series, to_end, to_restore
from app.series.operations.planning import Agenda, call_series, plan_series
from app.series.plan import Plan, plan_for
from app.series.queries import Row
from app.series.rules import in_full


@bp.route("/networks/<int:network_id>/series/new", methods=["GET", "POST"])
def new(network_id: int) -> ResponseReturnValue:
    """The rule, then its days with all that speaks against them; written is only what was looked at."""
    network = found(network_for(current_user, network_id))
    require(policy.may_plan_in(current_user, network_id))
    last = last_meeting_in(network_id, current_user)
    points = queries.last_agenda_in(network_id, current_user)
    form = PlanForm.after(last, has_agenda=bool(points))
    plan: Plan | None = None
    notice = ""
    if form.validate_on_submit():
        planned = queries.planned_by(form.key.data or "", network_id)
        if planned is not None:
            return redirect(url_for(".show", series_id=planned.id))
        plan = plan_for(form, network_id, current_user)
        act = request.form.get("act")
        if act in {"call", "draft"}:
            if not plan.is_sound:
                notice = _("Nothing is saved yet: look at the days that are marked.")
            elif form.shown.data != plan.shown:
                notice = _("Nothing is saved yet: the days have changed since you saw them. Look once more.")
            else:
                agenda = Agenda(
                    is_standard=form.agenda.data == STANDARD_AGENDA,
                    points=points if form.agenda.data == LAST_AGENDA else (),
                )
                return _plan(network, form, plan, agenda, is_draft=act == "draft")
    typed = [(name, text) for name, text in request.form.items(multi=True) if name.startswith("day-")]
    return render_template(
        "series/new.html",
        network=network,
        form=form,
        plan=plan,
        notice=notice,
        typed=[] if plan else typed,
        words=form.in_words() if plan else "",
    )


def _plan(network: Network, form: PlanForm, plan: Plan, agenda: Agenda, *, is_draft: bool) -> ResponseReturnValue:
    network_id, key = network.id, form.key.data or ""
    days = [(line.date, line.host_code) for line in plan.held]
    if form.rule is None:
        raise ValueError("the form has not been validated")
    try:
        series, told = plan_series(
            network, form.rule, form.common(), days, key=key, agenda=agenda, is_draft=is_draft, by=current_user
        )
        db.session.commit()
    except IntegrityError:  # the form was sent twice in the same moment
        db.session.rollback()
        return redirect(url_for(".show", series_id=found(queries.planned_by(key, network_id)).id))
    if is_draft:
        said = ngettext("%(num)d draft is saved.", "%(num)d drafts are saved.", len(days))
        said += " " + _("Only coordinators see them until you call the meetings.")
    else:
        said = ngettext("%(num)d meeting is called.", "%(num)d meetings are called.", len(days))
    flash(" ".join([said, _told(told)]).strip(), "success")
    return redirect(url_for(".show", series_id=series.id))


def _told(count: int) -> str:
    return ngettext("We are mailing %(num)d member now.", "We are mailing %(num)d members now.", count) if count else ""


@bp.get("/series/<int:series_id>")
def show(series_id: int) -> ResponseReturnValue:
    series = found(queries.series_for(current_user, series_id))
    rows = queries.meetings_of(series_id, current_user)
    may_change = policy.may_change(current_user, series)
    ahead = [row for row in rows if row.is_ahead]
    return render_template(
        "series/show.html",
        series=series,
        network=series.network,
        rows=rows,
        words=in_full(series.rule, series.starts, series.ends, len(rows)),
        own={row.meeting.id: own_aspects(row) & {"day", "hours"} for row in rows},
        first=ahead[0].meeting if ahead else None,
        drafts=sum(row.meeting.is_draft for row in ahead),
        to_restore=len(to_restore(rows)) if may_change else 0,
        may_change=may_change,
    )


def _to_change(series_id: int) -> tuple[Series, list[Row]]:
    """The series with its meetings, locked when something is about to be written."""
    writes = request.method == "POST"
    load = queries.series_to_change_for if writes else queries.series_for
    series = found(load(current_user, series_id))
    require(policy.may_change(current_user, series))
    return series, queries.meetings_of(series_id, current_user, to_change=writes)


def _meeting_among(rows: list[Row], meeting_id: int) -> Meeting:
    return found(next((row.meeting for row in rows if row.meeting.id == meeting_id), None))


@bp.post("/series/<int:series_id>/call")
def call(series_id: int) -> ResponseReturnValue:
    series, rows = _to_change(series_id)
    drafts = sum(row.meeting.is_draft and row.is_ahead for row in rows)
    told = call_series(series, rows, by=current_user)
    db.session.commit()
    if drafts:
        said = ngettext("%(num)d meeting is called.", "%(num)d meetings are called.", drafts)
        flash(" ".join([said, _told(told)]).strip(), "success")
    return redirect(url_for(".show", series_id=series_id))


@bp.route("/series/<int:series_id>/meetings/<int:meeting_id>/edit", methods=["GET", "POST"])
def edit(series_id: int, meeting_id: int) -> ResponseReturnValue:
    """What is to be different, then what that does to each meeting; done is only what was looked at."""
    series, rows = _to_change(series_id)
    meeting = _meeting_among(rows, meeting_id)
    row = next(row for row in rows if row.meeting.id == meeting_id)
    form = ChangeForm.of(meeting)
    effects, notice, status = None, "", 200
    if not row.is_ahead:
        flash(_("That meeting is over or cancelled. Choose one that is ahead."), "warn")
        return redirect(url_for(".show", series_id=series_id))
    if form.validate_on_submit() and request.form.get("act") != "back":
        change = Change.between(meeting, form.common(), form.weekday.data, hosts_off=bool(form.hosts_off.data))
        scope = Scope(form.scope.data)
        effects = effects_of(change, rows, meeting, scope, request.form.getlist("include", type=int))
        fingerprint = fingerprint_of(effects)
        if form.version.data != version_of(meeting):
            notice, status = (
                _("Someone else has changed the meeting meanwhile. Look at what would be different now."),
                409,
            )
        elif request.form.get("act") == "save" and form.shown.data != fingerprint:
            notice, status = _("Nothing is saved yet: this is what would change now. Look once more."), 409
        elif request.form.get("act") == "save" and not any(effect.error for effect in effects):
            return _change(series, change, effects, scope)
        form.shown.data, form.version.data = fingerprint, version_of(meeting)
    return render_template(
        "series/edit.html",
        series=series,
        network=series.network,
        meeting=meeting,
        number=row.number,
        total=len(rows),
        form=form,
        effects=effects,
        changed=[effect for effect in effects or [] if effect.is_changed],
        notice=notice,
    ), status


def _change(series: Series, change: Change, effects: Sequence[Effect], scope: Scope) -> ResponseReturnValue:
    changed, told = change_series(series, change, effects, scope, by=current_user)
    db.session.commit()
    said = ngettext("%(num)d meeting is changed.", "%(num)d meetings are changed.", changed)
    flash(" ".join([said, _told(told)]).strip(), "success")
    return redirect(url_for(".show", series_id=series.id))


@bp.route("/series/<int:series_id>/meetings/<int:meeting_id>/cancellation", methods=["GET", "POST"])
def cancellation(series_id: int, meeting_id: int) -> ResponseReturnValue:
    """This meeting and those that follow."""
    series, rows = _to_change(series_id)
    meeting = _meeting_among(rows, meeting_id)
    ended = to_end(rows, meeting)
    form = EndForm()
    if not ended:
        return redirect(url_for(".show", series_id=series_id))
    if form.validate_on_submit():
        drafts = sum(row.meeting.is_draft for row in ended)
        _number, told = end_series(series, rows, meeting, by=current_user, reason=form.reason.data or "")
        db.session.commit()
        flash(_ended(len(ended) - drafts, drafts, told), "success")
        if len(rows) == drafts:  # nothing of it is left
            return redirect(url_for("meetings.of_network", network_id=series.network_id))
        return redirect(url_for(".show", series_id=series_id))
    return render_template(
        "series/cancellation.html",
        series=series,
        network=series.network,
        ended=ended,
        drafts=sum(row.meeting.is_draft for row in ended),
        form=form,
    )


def _ended(cancelled: int, drafts: int, told: int) -> str:
    said = []
    if cancelled:
        said += [ngettext("%(num)d meeting is cancelled.", "%(num)d meetings are cancelled.", cancelled), _told(told)]
        said.append(_("You can restore them all below."))
    if drafts:
        said.append(ngettext("%(num)d draft is deleted.", "%(num)d drafts are deleted.", drafts))
    return " ".join(filter(None, said))


@bp.post("/series/<int:series_id>/cancellation/withdrawal")
def withdrawal(series_id: int) -> ResponseReturnValue:
    series, rows = _to_change(series_id)
    try:
        number, told = restore_series(series, rows, by=current_user)
    except DomainError as error:
        flash(error.sentence, "warn")
    else:
        db.session.commit()
        said = ngettext("%(num)d meeting is on again.", "%(num)d meetings are on again.", number)
        flash(" ".join([said, _told(told)]).strip(), "success")
    return redirect(url_for(".show", series_id=series_id))
