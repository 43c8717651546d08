"""People and hours of a network in a period, on the page and as a file."""

from datetime import timedelta

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.events import record
from app.accounts.models import EventKind
from app.attendance import policy, queries, writing
from app.attendance.blueprint import bp
from app.core.downloads import attached
from app.core.errors import found, require
from app.extensions import db, limiter
from app.networks.models import Network
from app.networks.queries import network_for
from app.networks.statistics_routes import days_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _by_person() -> str:
    return f"hours:{current_user.get_id()}"


def _network_to_count(network_id: int) -> Network:
    network = found(network_for(current_user, network_id))
    require(policy.may_count(current_user, network_id))
    return network


@bp.get("/networks/<int:network_id>/attendance")
def of_network(network_id: int) -> ResponseReturnValue:
    network = _network_to_count(network_id)
    days = days_in(request.args)
    held = queries.held_between(network_id, days.since, days.on, current_user)
    return render_template(
        "attendance/of_network.html",
        network=network,
        days=days,
        asked=request.args,
        held=held,
        people=queries.hours_in(held),
        total=sum((one.hours for one in held), timedelta(0)),
    )


@bp.post("/networks/<int:network_id>/attendance/file")
@limiter.limit("60 per hour", key_func=_by_person)
def fetch(network_id: int) -> Response:
    """A POST, because it is noted in the log that the list was fetched."""
    network = _network_to_count(network_id)
    kind = request.form.get("kind", "")
    if kind not in {"xlsx", "csv"}:
        abort(400)
    days = days_in(request.form)
    held = queries.held_between(network_id, days.since, days.on, current_user)
    lines = writing.table_of_lines(held, network.confidentiality)
    name = f"{_('Attendance')} {days.since.isoformat()} {days.on.isoformat()}.{kind}"
    if kind == "csv":
        body, content_type = writing.as_csv(lines), "text/csv; charset=utf-8"
    else:
        people = writing.table_of_people(queries.hours_in(held))
        body, content_type = writing.as_xlsx({_("People and hours"): people, _("Attendance"): lines}), XLSX
    record(EventKind.ATTENDANCE_EXPORTED, current_user, network_id=network.id, network=network.name)
    db.session.commit()
    return attached(body, name=name, content_type=content_type)
