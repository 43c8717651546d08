"""Binds the feature to the application."""

from datetime import timedelta

from flask import Flask

from app.notifications import chores, letters
from app.rosters import glimpses, mails, models, parts, routes  # noqa: F401 - models for its tables
from app.rosters.operations import forget_old_lists


def init_app(app: Flask) -> None:
    app.register_blueprint(routes.bp)
    letters.register("network_listed", mails.compose_listed)
    glimpses.register()
    chores.register("forget lists that nobody took", every=timedelta(hours=1), run=forget_old_lists)
    parts.provide_parts()
