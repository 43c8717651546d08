"""Pages of meetings."""

from typing import Any

from flask import Blueprint

bp = Blueprint("meetings", __name__, template_folder="templates")


@bp.get("/networks/<int:network_id>/meetings")
def of_network(**_ids: Any) -> str:
    return "stub"


@bp.get("/meetings/<int:meeting_id>")
def show(**_ids: Any) -> str:
    return "stub"
