"""Binds the feature to the application."""

from flask import Flask

from app.networks import leaving, leaving_routes, mails, models, routes, statistics_routes  # noqa: F401 - models for its tables
from app.notifications import letters


def init_app(app: Flask) -> None:
    app.register_blueprint(routes.bp)
    letters.register("network_joined", mails.compose_joined)
    letters.register("handed_over", mails.compose_handed_over)
    leaving.register_coordination()
