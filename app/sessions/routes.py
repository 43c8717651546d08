"""Pages of sessions."""

from typing import Any

from flask import Blueprint

from app.core.access import public

bp = Blueprint("sessions", __name__, template_folder="templates")


@bp.get("/login")
@public
def login(**_ids: Any) -> str:
    return "stub"


@bp.post("/logout")
def logout(**_ids: Any) -> str:
    return "stub"


@bp.get("/account")
def account(**_ids: Any) -> str:
    return "stub"
