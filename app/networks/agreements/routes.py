"""Pages of a network's agreement: reading, accepting, writing, and who has accepted."""

from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.events import record
from app.accounts.models import EventKind
from app.core import clock
from app.core.access import local_path
from app.core.differences import differences, excerpt
from app.core.errors import found, require
from app.core.formats import language
from app.core.forms import written
from app.extensions import db
from app.networks import policy
from app.networks.agreements import files, queries
from app.networks.agreements.forms import AgreementForm
from app.networks.agreements.operations import accept, publish
from app.networks.models import Network
from app.networks.operations import StaleError
from app.networks.queries import network_for, standing_of

bp = Blueprint("agreements", __name__, template_folder="../templates")
OFFERED: Final = {
    name: (Path(__file__).resolve().parent / f"offered.{name}.md").read_text(encoding="utf-8") for name in ("da", "en")
}


@bp.get("/agreements")
def index() -> str:
    return render_template(
        "agreements/index.html",
        promises=queries.promises_of(current_user),
        awaiting=standing_of(current_user).awaiting,
    )


def _network_of(network_id: int) -> Network:
    return found(queries.network_to_agree_on(current_user, network_id))


def _way_back(network_id: int) -> str:
    return local_path(request.values.get("next"), url_for("networks.show", network_id=network_id))


@bp.get("/agreements/<int:network_id>")
def show(network_id: int) -> str:
    """The version in force, what is new in it since the reader's own, and the button that accepts it."""
    network = _network_of(network_id)
    versions = queries.versions_of(network_id)
    newest = versions[0] if versions else None
    accepted = queries.acceptances_by(current_user, network_id)
    mine = max(accepted, default=0)
    before = next((one for one in versions if one.version == mine and newest and mine < newest.version), None)
    return render_template(
        "agreements/show.html",
        network=network,
        agreement=newest,
        older=versions[1:],
        accepted=accepted,
        before=before,
        pieces=excerpt(differences(before.text, newest.text)) if before and newest else [],
        is_member=standing_of(current_user).belongs_to(network_id),
        may_enter=policy.may_enter(current_user, network_id),
        may_edit=policy.may_coordinate(current_user, network_id),
        way_back=_way_back(network_id),
    )


@bp.post("/agreements/<int:network_id>/acceptance")
def acceptance(network_id: int) -> ResponseReturnValue:
    """400 for who names no version, 409 for one that is not in force any more."""
    network = _network_of(network_id)
    require(standing_of(current_user).belongs_to(network_id))
    version = request.form.get("version", type=int)
    if version is None:
        abort(400)
    name = network.name
    try:
        accept(network, version=version, by=current_user)
    except StaleError:
        abort(409)
    db.session.commit()
    flash(_("Thank you. You have accepted the agreement of %(network)s.", network=name), "success")
    return redirect(_way_back(network_id), 303)


@bp.get("/agreements/<int:network_id>/versions/<int:version>")
def version(network_id: int, version: int) -> str:
    network = _network_of(network_id)
    shown = found(queries.agreement_of(network_id, version))
    before = queries.agreement_of(network_id, version - 1)
    return render_template(
        "agreements/version.html",
        network=network,
        agreement=shown,
        accepted_at=queries.acceptances_by(current_user, network_id).get(version),
        pieces=excerpt(differences(before.text, shown.text)) if before else [],
    )


def _network_to_write_for(network_id: int) -> Network:
    network = found(network_for(current_user, network_id))
    require(policy.may_coordinate(current_user, network_id))
    return network


@bp.route("/agreements/<int:network_id>/edit", methods=["GET", "POST"])
def edit(network_id: int) -> ResponseReturnValue:
    """Written, looked at beside the version in force, published: the button says which."""
    network = _network_to_write_for(network_id)
    current = queries.agreement_of(network_id, network.agreement_version)
    form = AgreementForm()
    if request.method == "GET":
        form.text.data = current.text if current else OFFERED[language()]
        form.seen.data = network.agreement_version
    elif form.validate_on_submit() and _has_news(form, current.text if current else ""):
        return _look(network, form) if request.form.get("act") != "publish" else _publish(network, form)
    return _writing(network, form, is_offered=current is None)


def _has_news(form: AgreementForm, current: str) -> bool:
    if written(form.text) != current:
        return True
    form.text.errors = [_("This is the agreement as it stands. Change it before you publish it.")]
    return False


def _writing(network: Network, form: AgreementForm, **more: Any) -> ResponseReturnValue:
    shown = {"is_stale": False, "is_offered": False, "pieces": None, "members": 0, **more}
    page = render_template("agreements/edit.html", network=network, form=form, **shown)
    return page, 409 if shown["is_stale"] else 200


def _look(network: Network, form: AgreementForm) -> ResponseReturnValue:
    """What the new text changes, before everybody is asked."""
    current = queries.agreement_of(network.id, network.agreement_version)
    pieces = differences(current.text if current else "", written(form.text))
    return _writing(network, form, pieces=pieces, members=len(queries.signatures_in(network)))


def _publish(network: Network, form: AgreementForm) -> ResponseReturnValue:
    network_id = network.id
    seen = int(form.seen.data or 0)
    try:
        publish(network, text=written(form.text), change=written(form.change), seen=seen, by=current_user)
    except StaleError:
        form.seen.raw_data, form.seen.data = None, network.agreement_version  # else the field says what was sent
        current = queries.agreement_of(network_id, network.agreement_version)
        pieces = differences(current.text if current else "", written(form.text))
        return _writing(network, form, pieces=pieces, is_stale=True)
    db.session.commit()
    flash(_("The agreement is published. Every member is asked to accept it, and you have accepted it."), "success")
    return redirect(url_for(".show", network_id=network_id), 303)


@bp.get("/agreements/<int:network_id>/acceptances")
def acceptances(network_id: int) -> str:
    network = _network_to_write_for(network_id)
    signatures = queries.signatures_in(network)
    return render_template(
        "agreements/acceptances.html",
        network=network,
        agreement=queries.agreement_of(network_id, network.agreement_version),
        missing=[one for one in signatures if not one.has_accepted],
        accepted=[one for one in signatures if one.has_accepted],
    )


@bp.post("/agreements/<int:network_id>/acceptances.csv")
def acceptances_file(network_id: int) -> Response:
    """A POST, because it is noted in the log that names and addresses were fetched."""
    network = _network_to_write_for(network_id)
    response = Response(files.acceptances(network, queries.signatures_in(network)), content_type=files.MEDIA_TYPE)
    record(EventKind.LIST_EXPORTED, current_user, network_id=network_id, network=network.name)
    db.session.commit()
    response.headers.set("Content-Disposition", "attachment", filename=f"spilleregler-{clock.today()}.csv")
    return response
