"""Binds the feature to the application."""

from datetime import timedelta

from flask import Flask

from app.imports import models, parts, routes  # noqa: F401 - models for its tables
from app.imports.operations import forget_old_calendars
from app.notifications import chores


def init_app(app: Flask) -> None:
    app.register_blueprint(routes.bp)
    chores.register("forget calendars that nobody took", every=timedelta(hours=1), run=forget_old_calendars)
    parts.provide_parts()
