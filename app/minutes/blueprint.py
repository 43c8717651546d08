"""Where the pages of minutes are registered."""

from flask import Blueprint

bp = Blueprint("minutes", __name__, template_folder="templates")
