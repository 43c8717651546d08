"""What is sent: invitations, changes and cancellations, to those who want them in their calendar by mail."""

from datetime import timedelta

from flask import Flask

from app.core.parts import provide
from app.itip.outgoing import mails, models, parts, routes  # noqa: F401 - models for their tables
from app.itip.outgoing.operations import tend_to_calendars
from app.notifications import chores


def bind(app: Flask) -> None:
    app.register_blueprint(routes.bp)
    mails.register()
    provide("calendars.settings", parts.way_to_the_calendar)
    chores.register("tell calendars by mail what they do not know", every=timedelta(minutes=1), run=tend_to_calendars)
