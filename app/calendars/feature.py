"""Binds the feature to the application."""

from flask import Flask

from app.calendars import models, months, parts, routes  # noqa: F401 - models for its tables
from app.calendars.discretion import keep_secrets
from app.calendars.events import routes as events
from app.calendars.fetching import SessionsButForFeeds
from app.core.parts import provide


def init_app(app: Flask) -> None:
    app.register_blueprint(routes.bp)
    app.register_blueprint(events.bp)
    for function in months.FILTERS:
        app.jinja_env.filters[function.__name__] = function
    provide("meeting.head", parts.head)
    provide("meeting.aside", parts.aside)
    app.session_interface = SessionsButForFeeds()
    keep_secrets()
