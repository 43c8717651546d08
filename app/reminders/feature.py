"""Binds the feature to the application."""

from datetime import timedelta

from flask import Flask

from app.meetings import followers
from app.meetings.queries import bring_along
from app.notifications import chores, letters
from app.reminders import glimpses, mails, models, parts, routes
from app.reminders.operations import follow_meeting, tend_to_reminders


def init_app(app: Flask) -> None:
    app.register_blueprint(routes.bp)
    bring_along(models.reminders_of_meeting)
    followers.follow("reminders", follow_meeting)
    letters.register("meeting_reminder", mails.compose_reminder)
    glimpses.register()
    chores.register("send reminders", every=timedelta(minutes=1), run=tend_to_reminders)
    parts.provide_parts()
