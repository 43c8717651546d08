"""The room's blueprint, in a module of its own for the routes to share."""

from flask import Blueprint

bp = Blueprint("invitations", __name__, template_folder="templates")
