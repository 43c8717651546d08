"""Binds the feature to the application."""

from flask import Flask

from app.people import models, routes  # noqa: F401 - models for its tables


def init_app(app: Flask) -> None:
    app.register_blueprint(routes.bp)
