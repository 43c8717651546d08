"""Binds the feature to the application."""

from flask import Flask

from app.core.parts import provide
from app.meetings.heads import head_with
from app.minutes import glimpses, mails, models, parts, routes  # noqa: F401 - models for its tables, routes for its pages
from app.minutes.blueprint import bp
from app.minutes.duties import MINUTES
from app.networks.duties import register
from app.notifications import letters


def init_app(app: Flask) -> None:
    register("minutes", MINUTES)
    app.register_blueprint(bp)
    head_with("minutes", parts.lines_at_the_head)
    letters.register("minutes_shared", mails.compose_shared)
    glimpses.register()
    provide("meeting.lead", parts.meeting_lead)
    provide("meeting.agenda_head", parts.agenda_head)
    provide("meeting.tools", parts.meeting_tools)
    provide("network.main", parts.network_main)
