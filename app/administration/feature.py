"""Binds the feature to the application."""

from flask import Flask

from app.administration import cli, mails, routes  # noqa: F401 - its commands and pages
from app.administration.blueprints import administration, affiliations, organisations
from app.notifications import letters


def init_app(app: Flask) -> None:
    for blueprint in (administration, organisations, affiliations):
        app.register_blueprint(blueprint)
    for kind, compose in mails.COMPOSERS.items():
        letters.register(kind, compose)
