"""The blueprint of all pages of the room."""

from flask import Blueprint

bp = Blueprint("attendance", __name__, template_folder="templates")
