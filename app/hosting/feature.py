"""Binds the feature to the application."""

from datetime import timedelta

from flask import Flask

from app.core.parts import provide
from app.hosting import glimpses, mails, models, parts, routes
from app.hosting.operations.asking import follow_meeting, remind_the_silent
from app.meetings.followers import follow
from app.meetings.queries import bring_along
from app.notifications import chores


def init_app(app: Flask) -> None:
    app.register_blueprint(routes.bp)
    mails.register()
    glimpses.register()
    follow("hosting", follow_meeting)
    bring_along(models.asks_of_meeting)
    chores.register("remind of hosts asked", every=timedelta(hours=1), run=remind_the_silent)
    provide("meeting.aside", parts.at_meeting)
