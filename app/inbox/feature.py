"""Binds the feature to the application."""

from flask import Flask

from app.inbox import mails, parts, routes, unsent_routes  # noqa: F401 - the last for its pages
from app.inbox.routes import bp
from app.notifications import letters


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    letters.register("address_trial", mails.compose_trial)
    parts.provide_parts()
