"""Binds the feature to the application."""

from flask import Flask

from app.core.parts import provide
from app.meetings.queries import bring_along
from app.series import glimpses, mails, models, parts, routes  # noqa: F401 - routes for its pages
from app.series.blueprint import bp


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    bring_along(models.entry_of_meeting)
    mails.register()
    glimpses.register()
    provide("meeting.aside", parts.place_in_series)
    provide("meeting.tools", parts.tools)
    provide("meeting.edit", parts.while_editing)
    provide("meetings.acts", parts.acts)
    provide("meetings.series", parts.in_network)
