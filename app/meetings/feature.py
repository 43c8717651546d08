"""Binds the feature to the application."""

from flask import Flask

from app.meetings import attachment_routes, mails, parts, routes  # noqa: F401 - attachment_routes for its pages
from app.meetings.duties import MEETINGS
from app.networks.duties import register


def init_app(app: Flask) -> None:
    register("meetings", MEETINGS)
    app.register_blueprint(routes.bp)
    mails.register()
    parts.provide_parts()
