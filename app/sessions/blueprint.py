"""The blueprint that the pages of this room share, and how often one may try."""

from typing import Any

from flask import Blueprint, current_app
from flask_login import current_user

bp = Blueprint("sessions", __name__, template_folder="templates")


def setting(name: str) -> Any:
    """A limit that is read anew for every request, so that a test or a load run can set it."""
    return lambda: current_app.config[name]


def by_own_account() -> str:
    return f"person:{current_user.get_id()}"
