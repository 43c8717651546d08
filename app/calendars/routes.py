"""Pages of calendars."""

from typing import Any

from flask import Blueprint

bp = Blueprint("calendars", __name__, template_folder="templates")


@bp.get("/calendar")
def index(**_ids: Any) -> str:
    return "stub"


@bp.get("/calendar/feeds")
def feeds(**_ids: Any) -> str:
    return "stub"
