"""Binds the feature to the application."""

from flask import Flask

from app.factors.rules import coordinators_are
from app.networks import mails, models, routes  # noqa: F401 - models for its tables
from app.networks.queries import coordinates_a_network
from app.notifications import letters


def init_app(app: Flask) -> None:
    coordinators_are(coordinates_a_network)
    app.register_blueprint(routes.bp)
    letters.register("network_joined", mails.compose_joined)
