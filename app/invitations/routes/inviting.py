"""A coordinator invites, sees how it goes, sends again and withdraws."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.core.errors import DomainError, found, require
from app.core.formats import day_month_year
from app.core.paging import Page
from app.extensions import db, limiter
from app.invitations import policy, queries
from app.invitations.blueprint import bp
from app.invitations.forms import InvitationForm, SeveralForm
from app.invitations.models import Invitation
from app.invitations.operations.inviting import invite, send_again, send_expired_again, withdraw
from app.invitations.queries import Plan, Shown
from app.networks.models import Network, Role
from app.networks.queries import network_for

SENDING_LIMIT = "60 per hour"  # single invitations that somebody sends again


def _by_sender() -> str:
    return f"invitations-of:{current_user.get_id()}"


def _network(network_id: int) -> Network:
    network = found(network_for(current_user, network_id))
    require(policy.may_invite(current_user, network_id))
    return network


def _invitation(network_id: int, invitation_id: int) -> Invitation:
    _network(network_id)
    return found(queries.invitation_in(network_id, invitation_id))


@bp.get("/networks/<int:network_id>/invitations")
def of_network(network_id: int) -> ResponseReturnValue:
    network = _network(network_id)
    word = request.args.get("show", "")
    shown = Shown(word) if word in set(Shown) else Shown.OPEN
    counts = queries.counts_of(network_id)
    page = Page.of(counts[shown], asked=request.args.get("page", type=int), size=queries.PER_PAGE)
    return render_template(
        "invitations/of_network.html",
        network=network,
        invitations=queries.page_of(network_id, shown, page),
        shown=shown,
        counts=counts,
        page=page,
        url=lambda number: url_for("invitations.of_network", network_id=network_id, show=shown.value, page=number),
    )


@bp.route("/networks/<int:network_id>/invitations/new", methods=["GET", "POST"])
def new(network_id: int) -> ResponseReturnValue:
    network = _network(network_id)
    form = InvitationForm()
    if request.method == "GET" and request.args.get("role") == Role.COORDINATOR.value:
        form.role.data = Role.COORDINATOR.value
    if form.validate_on_submit():
        try:
            plan = invite(network, form.entries(), by=current_user, **form.letter())
            _refuse_if_in_vain(plan)
        except DomainError as refused:
            db.session.rollback()
            network = _network(network_id)
            form.email.errors = [refused.sentence]
        else:
            db.session.commit()
            flash(_("The invitation is sent to %(address)s.", address=form.email.data), "success")
            return redirect(url_for("invitations.of_network", network_id=network_id))
    return render_template("invitations/new.html", form=form, network=network)


def _refuse_if_in_vain(plan: Plan) -> None:
    if plan.members:
        raise DomainError(_("%(name)s is already a member of the network.", name=plan.members[0].email))
    if plan.invited:
        raise DomainError(
            _(
                "%(address)s is invited already. You can send the invitation again from the list.",
                address=plan.invited[0].email,
            )
        )
    if plan.declined:
        entry, declined_at = plan.declined[0]
        raise DomainError(
            _(
                "%(address)s said no on %(day)s, and was promised that we write no more. They can be invited again after a year.",
                address=entry.email,
                day=day_month_year(declined_at),
            )
        )


@bp.route("/networks/<int:network_id>/invitations/several", methods=["GET", "POST"])
def several(network_id: int) -> ResponseReturnValue:
    """First what will happen with whom, then, confirmed, all of it at once."""
    network = _network(network_id)
    form = SeveralForm()
    if form.validate_on_submit() and form.confirmed.data != "no":
        try:
            return _invite_several(network, form)
        except DomainError as refused:
            db.session.rollback()
            network = _network(network_id)
            form.addresses.errors = [refused.sentence]
    return render_template("invitations/several.html", form=form, network=network)


def _invite_several(network: Network, form: SeveralForm) -> ResponseReturnValue:
    if form.confirmed.data != "yes":
        plan = queries.plan_for(network.id, form.entries())
        if not plan.closed:
            return render_template("invitations/preview.html", form=form, network=network, plan=plan)
    network_id = network.id
    plan = invite(network, form.entries(), by=current_user, **form.letter())
    db.session.commit()
    said = ngettext("%(num)d invitation is sent.", "%(num)d invitations are sent.", plan.total)
    left = len(plan.members) + len(plan.invited)
    if left:
        said += " " + ngettext(
            "%(num)d was a member or invited already.", "%(num)d were members or invited already.", left
        )
    if plan.declined:
        said += " " + ngettext(
            "%(num)d has said no and gets no mail.", "%(num)d have said no and get no mail.", len(plan.declined)
        )
    flash(said, "success")
    return redirect(url_for("invitations.of_network", network_id=network_id))


@bp.post("/networks/<int:network_id>/invitations/<int:invitation_id>/resending")
@limiter.limit(SENDING_LIMIT, key_func=_by_sender)
def resending(network_id: int, invitation_id: int) -> ResponseReturnValue:
    invitation = _invitation(network_id, invitation_id)
    address = invitation.email
    try:
        send_again(invitation, by=current_user)
    except DomainError as refused:
        db.session.rollback()
        flash(refused.sentence, "warn")
    else:
        db.session.commit()
        flash(_("The invitation is sent to %(address)s.", address=address), "success")
    return redirect(url_for("invitations.of_network", network_id=network_id))


@bp.post("/networks/<int:network_id>/invitations/resending")
def renewal(network_id: int) -> ResponseReturnValue:
    """All that have expired, once more."""
    network = _network(network_id)
    try:
        count = send_expired_again(network, by=current_user)
    except DomainError as refused:
        db.session.rollback()
        flash(refused.sentence, "warn")
    else:
        db.session.commit()
        flash(ngettext("%(num)d invitation is sent.", "%(num)d invitations are sent.", count), "success")
    return redirect(url_for("invitations.of_network", network_id=network_id))


@bp.post("/networks/<int:network_id>/invitations/<int:invitation_id>/withdrawal")
def withdrawal(network_id: int, invitation_id: int) -> ResponseReturnValue:
    invitation = _invitation(network_id, invitation_id)
    address = invitation.email
    is_withdrawn = withdraw(invitation, by=current_user)
    db.session.commit()
    if is_withdrawn:
        flash(
            _("The invitation to %(address)s is withdrawn. The link in the mail no longer works.", address=address),
            "success",
        )
    else:
        flash(_("The invitation is answered or withdrawn already."), "warn")
    return redirect(url_for("invitations.of_network", network_id=network_id))
