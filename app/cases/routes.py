"""Pages of cases."""

from typing import Any

from flask import Blueprint

bp = Blueprint("cases", __name__, template_folder="templates")


@bp.get("/cases")
def index(**_ids: Any) -> str:
    return "stub"


@bp.get("/networks/<int:network_id>/cases")
def of_network(**_ids: Any) -> str:
    return "stub"


@bp.get("/cases/<int:case_id>")
def show(**_ids: Any) -> str:
    return "stub"
