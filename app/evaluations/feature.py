"""Binds the feature to the application."""

from datetime import timedelta

from flask import Flask

from app.evaluations import glimpses, mails, parts, routes
from app.evaluations.operations import tend_to_evaluations
from app.notifications import chores, letters


def init_app(app: Flask) -> None:
    app.register_blueprint(routes.bp)
    letters.register("evaluation_asked", mails.compose_asked)
    glimpses.register()
    chores.register("ask how meetings were", every=timedelta(minutes=5), run=tend_to_evaluations)
    parts.provide_parts()
