"""Pages for lists of members."""

from typing import Final

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from app.core.downloads import attached
from app.core.errors import DomainError, found, require
from app.core.formats import whole
from app.core.sizes import takes_up_to
from app.extensions import db, limiter
from app.networks import policy
from app.networks.models import Network
from app.networks.queries import members_of, network_for
from app.organisations.queries import municipalities
from app.rosters import writing
from app.rosters.checking import Outlook, look_through
from app.rosters.columns import WORDS, Column, guessed, lacking
from app.rosters.files import MOST_BYTES, MOST_ROWS
from app.rosters.forms import ListForm, TakeForm, columns_chosen
from app.rosters.models import ReceivedList
from app.rosters.operations import note_export, receive_list, take_list
from app.rosters.queries import received_list_for

bp = Blueprint("rosters", __name__, template_folder="templates")
SHOWN: Final = 50  # lines of each sort on the page; the rest is counted
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _network_of_mine(network_id: int) -> Network:
    network = found(network_for(current_user, network_id))
    require(policy.may_coordinate(current_user, network_id))
    return network


def _by_person() -> str:
    return f"list:{current_user.get_id()}"


@bp.route("/networks/<int:network_id>/members/list", methods=["GET", "POST"])
@takes_up_to(2 * MOST_BYTES)
@limiter.limit("60 per hour", key_func=_by_person, methods=["POST"])
def send(network_id: int) -> ResponseReturnValue:
    network = _network_of_mine(network_id)
    form = ListForm()
    if form.validate_on_submit():
        received = receive_list(network, form.rows, file_name=form.file_name, by=current_user)
        db.session.commit()
        return redirect(url_for("rosters.show", network_id=network_id, list_id=received.id))
    return render_template("rosters/send.html", network=network, form=form, most=whole(MOST_ROWS))


@bp.get("/networks/<int:network_id>/members/list/example.xlsx")
def example(network_id: int) -> Response:
    _network_of_mine(network_id)
    return attached(writing.example(), name=_("members") + ".xlsx", content_type=XLSX)


def _chosen(received: ReceivedList, values: MultiDict[str, str]) -> dict[int, Column]:
    headers = received.table[0].cells
    return columns_chosen(values, headers, guessed(headers))


def _outlook(received: ReceivedList, chosen: dict[int, Column]) -> Outlook:
    return look_through(received.network_id, received.table[1:], chosen, municipalities())


def _list_of_mine(network_id: int, list_id: int) -> ReceivedList:
    _network_of_mine(network_id)
    return found(received_list_for(current_user, network_id, list_id))


@bp.get("/networks/<int:network_id>/members/list/<int:list_id>")
def show(network_id: int, list_id: int) -> ResponseReturnValue:
    """What would happen; columns that were guessed wrong are put right in the address, and nothing is written."""
    received = _list_of_mine(network_id, list_id)
    if received.taken_at is not None:
        return render_template("rosters/taken.html", received=received, network=received.network)
    return _page(received, _chosen(received, request.args))


def _page(received: ReceivedList, chosen: dict[int, Column], refusal: str = "") -> str:
    lacks = lacking(chosen)
    table = received.table
    return render_template(
        "rosters/show.html",
        received=received,
        network=received.network,
        headers=table[0].cells,
        examples=table[1].cells,
        chosen=chosen,
        words=WORDS,
        lacks=[WORDS[column] for column in lacks],
        outlook=None if lacks else _outlook(received, chosen),
        places={place.code: place.name for place in municipalities()},
        form=TakeForm(formdata=None),
        shown=SHOWN,
        refusal=refusal,
    )


@bp.post("/networks/<int:network_id>/members/list/<int:list_id>")
def take(network_id: int, list_id: int) -> ResponseReturnValue:
    """All of them or nobody. A second time it only shows that it is done."""
    received = _list_of_mine(network_id, list_id)
    here = url_for("rosters.show", network_id=network_id, list_id=list_id)
    if received.taken_at is not None:
        return redirect(here)
    form = TakeForm()
    chosen = _chosen(received, request.form)
    if not form.validate() or lacking(chosen):
        return _page(received, chosen)
    try:
        added = take_list(received, _outlook(received, chosen), by=current_user, is_told=bool(form.is_told.data))
    except DomainError as refused:
        db.session.rollback()
        return _page(_list_of_mine(network_id, list_id), chosen, refused.sentence)
    db.session.commit()
    flash(
        ngettext("%(num)d person has been added.", "%(num)d people have been added.", added)
        if added
        else _("They were all members already. Nothing has been changed."),
        "success",
    )
    return redirect(url_for("networks.members", network_id=network_id))


@bp.post("/networks/<int:network_id>/members/file")
@limiter.limit("60 per hour", key_func=_by_person)
def fetch(network_id: int) -> ResponseReturnValue:
    """The members as a file. A POST, because it is noted in the log that they were fetched."""
    network = _network_of_mine(network_id)
    kind = request.form.get("kind", "")
    if kind not in {"xlsx", "csv"}:
        abort(400)
    rows = writing.table_of(members_of(network_id))
    content = writing.as_csv(rows) if kind == "csv" else writing.as_xlsx(rows, title=network.name)
    name = f"{network.name}.{kind}"
    note_export(network, by=current_user)
    db.session.commit()
    return attached(content, name=name, content_type="text/csv; charset=utf-8" if kind == "csv" else XLSX)
