"""Somebody finds an open network and asks to be let in; a coordinator answers."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.core.errors import DomainError, found, require
from app.core.forms import written
from app.extensions import db, limiter
from app.invitations import policy, queries
from app.invitations.blueprint import bp
from app.invitations.forms import RefusalForm, RequestForm
from app.invitations.models import JoinRequest
from app.invitations.operations.joining import (
    DecidedError,
    approve,
    ask_to_join,
    decline_request,
    withdraw_request,
)
from app.networks.models import Network
from app.networks.queries import network_for

ASKING_LIMIT = "20 per day"


def _by_asker() -> str:
    return f"asks-to-join:{current_user.get_id()}"


def _open_network(network_id: int) -> Network:
    """A closed one does not exist for those who are not in it."""
    return found(queries.open_network(network_id))


@bp.route("/networks/<int:network_id>/joining", methods=["GET", "POST"])
@limiter.limit(ASKING_LIMIT, key_func=_by_asker, methods=["POST"])
def joining(network_id: int) -> ResponseReturnValue:
    if policy.is_member(current_user, network_id):
        return redirect(url_for("networks.show", network_id=network_id))
    network = _open_network(network_id)
    form = RequestForm()
    refusal = ""
    if form.validate_on_submit():
        try:
            ask_to_join(network, current_user, word=written(form.word))
        except DomainError as refused:
            refusal = refused.sentence
        else:
            db.session.commit()
            flash(_("Your request is sent. The coordinators get a mail, and you get one with their answer."), "success")
            return redirect(url_for("invitations.joining", network_id=network_id))
    return render_template(
        "invitations/joining.html",
        network=network,
        form=form,
        refusal=refusal,
        request_=queries.last_request_of(current_user, network_id),
        municipalities=queries.municipalities_in(network_id),
        coordinators=queries.coordinators_of(network_id),
    )


@bp.post("/networks/<int:network_id>/joining/withdrawal")
def joining_withdrawal(network_id: int) -> ResponseReturnValue:
    """One's own request; whoever is let in meanwhile is led in."""
    if not policy.is_member(current_user, network_id):
        _open_network(network_id)
    request = queries.last_request_of(current_user, network_id)
    if request is not None and request.is_undecided:
        withdraw_request(request)
        db.session.commit()
        flash(_("Your request is withdrawn."), "success")
    return redirect(url_for("invitations.joining", network_id=network_id))


def _request(network_id: int, request_id: int) -> JoinRequest:
    found(network_for(current_user, network_id))
    require(policy.may_answer_requests(current_user, network_id))
    return found(queries.request_in(network_id, request_id))


def _request_page(request: JoinRequest, form: RefusalForm) -> str:
    return render_template(
        "invitations/request.html", request_=request, network=request.network, person=request.person, form=form
    )


@bp.get("/networks/<int:network_id>/requests/<int:request_id>")
def request(network_id: int, request_id: int) -> ResponseReturnValue:
    return _request_page(_request(network_id, request_id), RefusalForm(formdata=None))


@bp.post("/networks/<int:network_id>/requests/<int:request_id>/approval")
def approval(network_id: int, request_id: int) -> ResponseReturnValue:
    asked = _request(network_id, request_id)
    name = asked.person.name
    try:
        approve(asked, by=current_user)
    except DecidedError:
        return _decided(network_id)
    except DomainError as refused:
        db.session.rollback()
        flash(refused.sentence, "warn")
    else:
        db.session.commit()
        flash(_("%(name)s is now a member and gets a mail about it.", name=name), "success")
    return redirect(url_for("networks.members", network_id=network_id))


@bp.get("/networks/<int:network_id>/requests/<int:request_id>/refusal")
def request_refusal_page(network_id: int, request_id: int) -> ResponseReturnValue:
    """Someone reloads after an error: back to the page with the form."""
    return redirect(url_for("invitations.request", network_id=network_id, request_id=request_id))


@bp.post("/networks/<int:network_id>/requests/<int:request_id>/refusal")
def request_refusal(network_id: int, request_id: int) -> ResponseReturnValue:
    asked = _request(network_id, request_id)
    name = asked.person.name
    form = RefusalForm()
    if not form.validate_on_submit():
        return _request_page(asked, form)
    try:
        decline_request(asked, by=current_user, reason=written(form.reason))
    except DecidedError:
        return _decided(network_id)
    db.session.commit()
    flash(_("%(name)s gets a mail with your reason.", name=name), "success")
    return redirect(url_for("networks.members", network_id=network_id))


def _decided(network_id: int) -> ResponseReturnValue:
    db.session.rollback()
    flash(_("The request is answered or withdrawn already."), "warn")
    return redirect(url_for("networks.members", network_id=network_id))
