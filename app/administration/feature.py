"""Binds the feature to the application."""

from flask import Flask

from app.administration import cli, glimpses, mails, routes  # noqa: F401 - its commands and pages
from app.administration.blueprints import administration, affiliations, organisations
from app.administration.parts import provide_parts
from app.notifications import letters


def init_app(app: Flask) -> None:
    for blueprint in (administration, organisations, affiliations):
        app.register_blueprint(blueprint)
    for kind, compose in mails.COMPOSERS.items():
        letters.register(kind, compose)
    glimpses.register()
    provide_parts()
