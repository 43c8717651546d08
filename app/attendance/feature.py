"""Binds the feature to the application."""

from flask import Flask

from app.attendance import parts, routes  # noqa: F401 - routes for its pages
from app.attendance.blueprint import bp
from app.attendance.words import hours_spent


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.jinja_env.filters["hours_spent"] = hours_spent
    parts.provide_parts()
