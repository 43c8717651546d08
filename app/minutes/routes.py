"""Pages of minutes."""

from typing import Any

from flask import Blueprint

bp = Blueprint("minutes", __name__, template_folder="templates")


@bp.get("/networks/<int:network_id>/minutes")
def of_network(**_ids: Any) -> str:
    return "stub"


@bp.get("/meetings/<int:meeting_id>/minutes")
def show(**_ids: Any) -> str:
    return "stub"


@bp.get("/actions")
def actions(**_ids: Any) -> str:
    return "stub"
