"""The room's blueprint, in a module of its own for routes and parts to share."""

from flask import Blueprint

bp = Blueprint("series", __name__, template_folder="templates")
