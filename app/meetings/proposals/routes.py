"""Pages of proposals: what is asked for at a meeting, and a network's backlog."""

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.core.errors import DomainError, found, require
from app.core.forms import written
from app.extensions import db
from app.meetings import queries as meeting_queries
from app.meetings.forms import KINDS
from app.meetings.models import Meeting
from app.meetings.proposals import operations, policy, queries
from app.meetings.proposals.forms import HERE, AnswerToProposalForm, MeetingChoiceForm, ProposalForm
from app.meetings.proposals.models import Proposal
from app.networks.models import Network
from app.networks.queries import network_for

bp = Blueprint("proposals", __name__, template_folder="../templates")
STEPS: Final = {"up": -1, "down": 1}


@bp.route("/meetings/<int:meeting_id>/proposals", methods=["GET", "POST"])
def of_meeting(meeting_id: int) -> ResponseReturnValue:
    """A member proposes an item and sees what becomes of it; a coordinator decides."""
    load = meeting_queries.meeting_to_change_for if request.method == "POST" else meeting_queries.meeting_for
    meeting = found(load(current_user, meeting_id))
    form = ProposalForm()
    if request.method == "POST":
        require(policy.may_propose_in(current_user, meeting.network_id))
    if form.validate_on_submit():
        here = meeting if form.when.data == HERE else None
        try:
            operations.propose(
                meeting.network_id, here, form.point(current_user), by=current_user, why=written(form.why)
            )
        except DomainError as error:
            form.when.errors = [error.sentence]
        else:
            db.session.commit()
            flash(
                _("Your proposal is sent. You hear from the coordinators.") if here else _("It is in the backlog."),
                "success",
            )
            if here:
                return redirect(url_for(".of_meeting", meeting_id=meeting.id))
            return redirect(url_for(".backlog", network_id=meeting.network_id))
    return _meeting_page(meeting, form)


def _meeting_page(meeting: Meeting, form: ProposalForm) -> str:
    return render_template(
        "proposals/of_meeting.html",
        meeting=meeting,
        network=meeting.network,
        form=form,
        proposals=queries.asked_at(meeting, current_user),
        may_decide=policy.may_decide(current_user, meeting.network_id),
        may_propose=policy.may_propose_at(current_user, meeting),
        kinds=KINDS,
    )


@bp.route("/networks/<int:network_id>/backlog", methods=["GET", "POST"])
def backlog(network_id: int) -> ResponseReturnValue:
    network = found(network_for(current_user, network_id))
    form = ProposalForm()
    del form.when
    if request.method == "POST":
        require(policy.may_propose_in(current_user, network_id))
    if form.validate_on_submit():
        operations.propose(network_id, None, form.point(current_user), by=current_user, why=written(form.why))
        db.session.commit()
        flash(_("It is in the backlog."), "success")
        return redirect(url_for(".backlog", network_id=network_id))
    return _backlog_page(network, form)


def _backlog_page(network: Network, form: ProposalForm) -> str:
    may_decide = policy.may_decide(current_user, network.id)
    proposals = queries.backlog_of(network.id, current_user)
    choice = MeetingChoiceForm(formdata=None)
    choice.offer(queries.meetings_to_take_into(network.id, current_user) if may_decide else [])
    return render_template(
        "proposals/backlog.html",
        network=network,
        form=form,
        proposals=proposals,
        origins=queries.origins_of(proposals, current_user),
        decided=queries.own_decided_in(network.id, current_user),
        choices=choice.meeting.choices,
        may_decide=may_decide,
        may_propose=policy.may_propose_in(current_user, network.id),
        kinds=KINDS,
    )


def _to_decide(proposal_id: int) -> Proposal:
    proposal = found(queries.proposal_for(current_user, proposal_id))
    require(policy.may_decide(current_user, proposal.network_id))
    return proposal


def _back(network_id: int, meeting_id: int | None) -> ResponseReturnValue:
    if meeting_id is None:
        return redirect(url_for(".backlog", network_id=network_id))
    return redirect(url_for(".of_meeting", meeting_id=meeting_id))


@bp.post("/proposals/<int:proposal_id>/acceptance")
def acceptance(proposal_id: int) -> ResponseReturnValue:
    """Onto the agenda of the meeting it was asked for at, or of the one that is chosen in the backlog."""
    proposal = _to_decide(proposal_id)
    back = _back(proposal.network_id, proposal.meeting_id)
    wished = proposal.meeting_id if proposal.is_waiting else request.form.get("meeting", type=int)
    meeting = meeting_queries.meeting_to_change_for(current_user, wished) if wished else None
    if meeting is None:
        flash(_("Choose a meeting that is still to come"), "danger")
        return back
    try:
        item = operations.take(proposal, meeting, by=current_user)
    except DomainError as error:
        db.session.rollback()
        flash(error.sentence, "danger")
        return back
    db.session.commit()
    flash(_("»%(title)s« is on the agenda.", title=item.title), "success")
    return redirect(url_for("meetings.agenda", meeting_id=meeting.id, _anchor="agenda"))


@bp.post("/proposals/<int:proposal_id>/parking")
def parking(proposal_id: int) -> ResponseReturnValue:
    proposal = _to_decide(proposal_id)
    back = _back(proposal.network_id, proposal.meeting_id)
    try:
        operations.park(proposal, by=current_user)
    except DomainError as error:
        db.session.rollback()
        flash(error.sentence, "danger")
    else:
        db.session.commit()
        flash(_("»%(title)s« is in the backlog.", title=proposal.title), "success")
    return back


@bp.route("/proposals/<int:proposal_id>/refusal", methods=["GET", "POST"])
def refusal(proposal_id: int) -> ResponseReturnValue:
    proposal = _to_decide(proposal_id)
    back = _back(proposal.network_id, proposal.meeting_id)
    if not proposal.is_open:
        return back
    form = AnswerToProposalForm()
    if not form.validate_on_submit():
        return render_template("proposals/refusal.html", proposal=proposal, network=proposal.network, form=form)
    try:
        operations.decline(proposal, by=current_user, answer=written(form.answer))
    except DomainError as error:
        db.session.rollback()
        flash(error.sentence, "danger")
    else:
        db.session.commit()
        flash(_("»%(title)s« is declined.", title=proposal.title), "success")
    return back


@bp.post("/proposals/<int:proposal_id>/withdrawal")
def withdrawal(proposal_id: int) -> ResponseReturnValue:
    """One's own only; coordinators decline."""
    proposal = found(queries.proposal_for(current_user, proposal_id))
    require(policy.is_own(current_user, proposal))
    back = _back(proposal.network_id, proposal.meeting_id)
    try:
        operations.withdraw(proposal, by=current_user)
    except DomainError as error:
        db.session.rollback()
        flash(error.sentence, "danger")
    else:
        db.session.commit()
        flash(_("Your proposal is withdrawn."), "success")
    return back


@bp.post("/proposals/<int:proposal_id>/place")
def place(proposal_id: int) -> ResponseReturnValue:
    """Up or down in the backlog."""
    proposal = _to_decide(proposal_id)
    network_id = proposal.network_id
    try:
        operations.shift(proposal, STEPS.get(request.form.get("to", ""), 0))
    except DomainError as error:
        db.session.rollback()
        flash(error.sentence, "danger")
    else:
        db.session.commit()
    return redirect(url_for(".backlog", network_id=network_id, _anchor=f"proposal-{proposal_id}"))
