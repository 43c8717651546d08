"""Binds the feature to the application."""

from datetime import timedelta

from flask import Flask

from app.meetings.followers import follow
from app.meetings.queries import bring_along
from app.networks.duties import register
from app.notifications import chores
from app.polls import glimpses, mails, models, parts, routes
from app.polls.duties import POLLS
from app.polls.operations import look_after_polls, votes_become_answers


def init_app(app: Flask) -> None:
    app.register_blueprint(routes.bp)
    bring_along(models.polls_of_meeting)
    mails.register()
    glimpses.register()
    parts.provide_parts()
    register("polls", POLLS)
    follow("polls", votes_become_answers)
    chores.register("look after date polls", every=timedelta(minutes=15), run=look_after_polls)
