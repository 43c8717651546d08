"""What has come by mail about a meeting, and a coordinator's answer to another time that is proposed."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.core import clock
from app.core.errors import DomainError, found, require
from app.core.formats import clock_time, span
from app.extensions import db
from app.itip.answers import policy, queries
from app.itip.answers.counters import SettledError, accept_time, decline_time, withdraw_time
from app.itip.answers.forms import AcceptanceForm, RefusalForm
from app.itip.answers.models import CounterProposal
from app.itip.answers.taking import WORDS
from app.meetings.days import remarks_on
from app.meetings.forms import SAID, version_of
from app.meetings.models import Meeting
from app.meetings.queries import meeting_for, meeting_to_change_for, turnout_at

bp = Blueprint("counters", __name__, template_folder="../templates")


@bp.get("/meetings/<int:meeting_id>/mail")
def of_meeting(meeting_id: int) -> ResponseReturnValue:
    """For the coordinators: times that are proposed, words that were no answer, and whose calendar has answered."""
    meeting = found(meeting_for(current_user, meeting_id))
    require(policy.may_read_what_came(current_user, meeting))
    return render_template(
        "counters/of_meeting.html",
        meeting=meeting,
        network=meeting.network,
        proposals=queries.counters_to(meeting.id),
        remarks=queries.remarks_about(meeting.id),
        replies=queries.replies_to(meeting.id),
        said={status: SAID[word] for status, word in WORDS.items()},
        may_decide=policy.may_decide(current_user, meeting) and not (meeting.is_cancelled or meeting.is_over),
    )


def _to_answer(counter_id: int) -> tuple[CounterProposal, Meeting]:
    """The proposal and its meeting, which is locked when something is about to be written."""
    proposal = found(queries.counter_for(current_user, counter_id))
    require(policy.may_decide(current_user, proposal.meeting))
    if request.method == "POST":
        return proposal, found(meeting_to_change_for(current_user, proposal.meeting_id))
    return proposal, proposal.meeting


def _back(meeting: Meeting) -> ResponseReturnValue:
    return redirect(url_for(".of_meeting", meeting_id=meeting.id))


def _refused(error: DomainError, meeting_id: int) -> ResponseReturnValue:
    db.session.rollback()
    flash(error.sentence, "warn" if isinstance(error, SettledError) else "danger")
    return redirect(url_for(".of_meeting", meeting_id=meeting_id))


@bp.route("/counter-proposals/<int:counter_id>/acceptance", methods=["GET", "POST"])
def acceptance(counter_id: int) -> ResponseReturnValue:
    """What the move means is shown first."""
    proposal, meeting = _to_answer(counter_id)
    form = AcceptanceForm.of(meeting)
    is_stale = False
    if form.validate_on_submit():
        is_stale = not form.is_of(meeting)
        if is_stale and not proposal.is_open:
            is_stale = False  # somebody was first: that is what there is to say
        if is_stale:
            form.version.data = version_of(meeting)
        else:
            try:
                told = accept_time(proposal, meeting, by=current_user)
            except DomainError as error:
                return _refused(error, proposal.meeting_id)
            db.session.commit()
            flash(
                " ".join([_("The meeting is moved to %(time)s.", time=_time(proposal)), _told(told, meeting)]),
                "success",
            )
            return redirect(url_for("meetings.show", meeting_id=meeting.id))
    elif not proposal.is_open:
        return _back(meeting)
    day = _day(proposal)
    page = render_template(
        "counters/acceptance.html",
        proposal=proposal,
        meeting=meeting,
        network=meeting.network,
        form=form,
        is_stale=is_stale,
        remarks=remarks_on([day], meeting.network_id, current_user)[day] if day != meeting.day else [],
        turnout=turnout_at(meeting),
    )
    return page, 409 if is_stale else 200


def _day(proposal: CounterProposal) -> date:
    return clock.local(proposal.starts_at).date()


def _time(proposal: CounterProposal) -> str:
    return span(proposal.starts_at, proposal.ends_at)


def _told(count: int, meeting: Meeting) -> str:
    if count:
        return ngettext("We are mailing %(num)d member now.", "We are mailing %(num)d members now.", count)
    return _("The members are told at %(time)s.", time=clock_time(meeting.tell_at)) if meeting.tell_at else ""


@bp.route("/counter-proposals/<int:counter_id>/refusal", methods=["GET", "POST"])
def refusal(counter_id: int) -> ResponseReturnValue:
    proposal, meeting = _to_answer(counter_id)
    form = RefusalForm()
    if form.validate_on_submit():
        name = proposal.person.name
        try:
            decline_time(proposal, meeting, by=current_user, answer=form.answer.data or "")
        except DomainError as error:
            return _refused(error, proposal.meeting_id)
        db.session.commit()
        flash(_("The meeting stays where it is. %(name)s gets a mail.", name=name), "success")
        return _back(meeting)
    if not proposal.is_open:
        return _back(meeting)
    return render_template(
        "counters/refusal.html", proposal=proposal, meeting=meeting, network=meeting.network, form=form
    )


@bp.post("/counter-proposals/<int:counter_id>/withdrawal")
def withdrawal(counter_id: int) -> ResponseReturnValue:
    proposal = found(queries.counter_for(current_user, counter_id))
    require(policy.may_withdraw(current_user, proposal))
    meeting = found(meeting_to_change_for(current_user, proposal.meeting_id))
    try:
        withdraw_time(proposal, meeting, by=current_user)
    except SettledError as error:
        db.session.rollback()
        flash(error.sentence, "warn")
    else:
        db.session.commit()
        flash(_("The time is no longer proposed."), "success")
    return redirect(url_for("meetings.show", meeting_id=meeting.id))
