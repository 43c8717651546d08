"""Binds the feature to the application."""

from datetime import timedelta

from flask import Flask

from app.meetings import mails, parts, routes, states_routes  # noqa: F401 - the latter for its pages
from app.meetings.duties import MEETINGS
from app.meetings.operations.telling import tell_due
from app.networks.duties import register
from app.notifications import chores


def init_app(app: Flask) -> None:
    register("meetings", MEETINGS)
    app.register_blueprint(routes.bp)
    mails.register()
    chores.register("tell what has changed in meetings", every=timedelta(minutes=1), run=tell_due)
    parts.provide_parts()
