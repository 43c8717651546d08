"""Pages of networks."""

from typing import Any

from flask import Blueprint

bp = Blueprint("networks", __name__, template_folder="templates")


@bp.get("/networks")
def index(**_ids: Any) -> str:
    return "stub"


@bp.get("/networks/<int:network_id>")
def show(**_ids: Any) -> str:
    return "stub"


@bp.get("/networks/<int:network_id>/members")
def members(**_ids: Any) -> str:
    return "stub"
