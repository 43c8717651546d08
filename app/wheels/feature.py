"""Binds the feature to the application."""

from flask import Flask

from app.core.parts import provide
from app.wheels import models, parts, routes  # noqa: F401 - models for its table
from app.wheels.plan import breakable


def init_app(app: Flask) -> None:
    app.register_blueprint(routes.bp)
    app.jinja_env.filters["breakable"] = breakable
    provide("network.lead", parts.strip, order=1)
