"""Binds the feature to the application."""

from flask import Flask

from app.factors.rules import coordinators_are
from app.networks import gate, glimpses, leaving, leaving_routes, mails, models, routes, statistics_routes  # noqa: F401 - models for its tables
from app.networks.agreements import mails as agreement_mails
from app.networks.agreements import routes as agreements
from app.networks.queries import coordinates_a_network
from app.networks.words import in_words, level_name
from app.notifications import letters


def init_app(app: Flask) -> None:
    coordinators_are(coordinates_a_network)
    app.register_blueprint(routes.bp)
    app.register_blueprint(agreements.bp)
    app.jinja_env.filters["level_name"] = level_name
    app.jinja_env.filters["level_in_words"] = in_words
    letters.register("network_joined", mails.compose_joined)
    letters.register("agreement_published", agreement_mails.compose_published)
    gate.init_app(app)
    glimpses.register()
    letters.register("role_given", mails.compose_role_given)
    letters.register("handed_over", mails.compose_handed_over)
    leaving.register_coordination()
