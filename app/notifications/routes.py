"""Pages of notifications."""

from typing import Any

from flask import Blueprint

from app.core.access import public

bp = Blueprint("notifications", __name__, template_folder="templates")


@bp.get("/mailbox")
@public
def mailbox(**_ids: Any) -> str:
    return "stub"


@bp.get("/unsubscribe/<token>")
@public
def unsubscribe(token: str) -> str:
    return token
