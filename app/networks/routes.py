"""Pages of networks and their members."""

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.events import record
from app.accounts.models import EventKind
from app.core.errors import DomainError, found, require
from app.core.forms import written
from app.extensions import db
from app.networks import policy
from app.networks.forms import MemberForm, NetworkForm
from app.networks.models import Membership, Network, Role
from app.networks.operations import StaleError, add_member, edit_network, found_network, give_role
from app.networks.queries import (
    accepted_at_by,
    by_municipality,
    coordinators_in,
    members_of,
    membership_for,
    network_for,
    network_with_members_for,
    networks_listed_for,
    only_coordinator_in,
    standing_of,
)
from app.organisations.models import Organisation
from app.organisations.operations import add_organisation, organisation_named
from app.organisations.queries import municipalities, organisations

bp = Blueprint("networks", __name__, template_folder="templates")


@bp.get("/networks")
def index() -> str:
    return render_template(
        "networks/index.html",
        listed=networks_listed_for(current_user),
        awaiting=[] if current_user.is_administrator else standing_of(current_user).awaiting,
        may_found=policy.may_found_networks(current_user),
    )


@bp.route("/networks/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    require(policy.may_found_networks(current_user))
    form = NetworkForm()
    if form.validate_on_submit():
        network = found_network(**form.values(), by=current_user)
        db.session.commit()
        flash(_("The network is made. Now add its coordinator."), "success")
        return redirect(url_for("networks.new_member", network_id=network.id, role=Role.COORDINATOR.value))
    return render_template("networks/edit.html", form=form, network=None, is_stale=False)


@bp.get("/networks/<int:network_id>")
def show(network_id: int) -> str:
    visible, memberships = network_with_members_for(current_user, network_id)
    network = found(visible)
    return render_template(
        "networks/show.html",
        network=network,
        places=by_municipality(memberships),
        total=len(memberships),
        viewer=current_user,
        may_edit=policy.may_edit(current_user, network),
        only_coordinator=only_coordinator_in(memberships),
        accepted_at=accepted_at_by(current_user, network_id),
    )


def _opened_at(form: NetworkForm) -> datetime:
    try:
        opened_at = datetime.fromisoformat(written(form.opened_at))
    except ValueError:
        abort(400)
    if opened_at.tzinfo is None:
        abort(400)
    return opened_at


@bp.route("/networks/<int:network_id>/edit", methods=["GET", "POST"])
def edit(network_id: int) -> ResponseReturnValue:
    network = found(network_for(current_user, network_id))
    require(policy.may_edit(current_user, network))
    form = NetworkForm(obj=network)
    status = 200
    if form.validate_on_submit():
        try:
            edit_network(network, **form.values(), opened_at=_opened_at(form), by=current_user)
        except StaleError:
            status = 409
        else:
            db.session.commit()
            flash(_("The network is saved."), "success")
            return redirect(url_for("networks.show", network_id=network_id))
    if request.method != "POST" or status == 409:
        form.opened_at.data = network.updated_at.isoformat()
    return render_template("networks/edit.html", form=form, network=network, is_stale=status == 409), status


@bp.get("/networks/<int:network_id>/members")
def members(network_id: int) -> str:
    network = found(network_for(current_user, network_id))
    memberships = members_of(network_id)
    return render_template(
        "networks/members.html",
        network=network,
        memberships=memberships,
        places=len([place for place in by_municipality(memberships) if place.municipality]),
        coordinators=coordinators_in(memberships),
        may_coordinate=policy.may_coordinate(current_user, network_id),
        own=next((one for one in memberships if one.person_id == current_user.id), None),
    )


def _organisation_of(form: MemberForm) -> Organisation:
    if form.is_another:
        name, kind, municipality_code = form.new_organisation()
        is_new = organisation_named(name) is None
        organisation = add_organisation(name, kind=kind, municipality_code=municipality_code)
        if is_new:
            record(EventKind.ORGANISATION_MADE, by=current_user, organisation=organisation.name)
        return organisation
    return found(db.session.get(Organisation, int(form.organisation.data)))


@bp.route("/networks/<int:network_id>/members/new", methods=["GET", "POST"])
def new_member(network_id: int) -> ResponseReturnValue:
    network = found(network_for(current_user, network_id))
    require(policy.may_coordinate(current_user, network_id))
    form = MemberForm()
    form.offer(organisations(), municipalities())
    if request.method == "GET" and request.args.get("role") == Role.COORDINATOR.value:
        form.role.data = Role.COORDINATOR.value
    if form.validate_on_submit():
        try:
            membership = _add(network, form)
        except DomainError as refused:
            db.session.rollback()
            network = found(network_for(current_user, network_id))
            form[refused.field or "email"].errors = [refused.sentence]
        else:
            name = membership.person.name
            db.session.commit()
            flash(_("%(name)s is added and gets a mail about it.", name=name), "success")
            return redirect(url_for("networks.members", network_id=network_id))
    return render_template("networks/new_member.html", form=form, network=network)


def _add(network: Network, form: MemberForm) -> Membership:
    return add_member(
        network,
        by=current_user,
        email=written(form.email),
        name=written(form.name),
        title=written(form.title),
        organisation=_organisation_of(form),
        role=Role(form.role.data),
    )


@bp.post("/memberships/<int:membership_id>/role")
def role(membership_id: int) -> ResponseReturnValue:
    membership = found(membership_for(current_user, membership_id))
    require(policy.may_coordinate(current_user, membership.network_id))
    try:
        asked = Role(request.form.get("role", ""))
    except ValueError:
        abort(400)
    network_id, name = membership.network_id, membership.person.name
    try:
        give_role(membership, asked, by=current_user)
    except StaleError:
        abort(409)
    except DomainError as refused:
        db.session.rollback()
        flash(refused.sentence, "warn")
    else:
        db.session.commit()
        is_coordinator = asked is Role.COORDINATOR
        said = (
            _("%(name)s is now a coordinator.", name=name)
            if is_coordinator
            else _("%(name)s is now a member.", name=name)
        )
        flash(said, "success")
    still_here = standing_of(current_user).may_enter(network_id)
    return redirect(url_for("networks.members", network_id=network_id) if still_here else url_for("networks.index"))
