"""The three groups of pages of this room, and who may enter the first."""

from flask import Blueprint
from flask_login import current_user

from app.core.errors import refuse_unless_administrator

administration = Blueprint("administration", __name__, template_folder="templates", url_prefix="/administration")
organisations = Blueprint("organisations", __name__, url_prefix="/organisations")
affiliations = Blueprint("affiliations", __name__)


@administration.before_request
def _administrators_only() -> None:
    """Asked anew with every request, so that who is no longer one is out with the next click."""
    refuse_unless_administrator(current_user.is_administrator)
