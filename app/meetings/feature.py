"""Binds the feature to the application."""

from datetime import timedelta

from flask import Flask

from app.meetings import agenda_routes, mails, parts, printing, routes, states_routes  # noqa: F401 - for their pages
from app.meetings.duties import MEETINGS
from app.meetings.followers import follow
from app.meetings.operations.telling import tell_due
from app.meetings.proposals import mails as proposal_mails
from app.meetings.proposals import routes as proposals
from app.meetings.proposals.operations import follow_meeting
from app.networks.duties import register
from app.notifications import chores, letters


def init_app(app: Flask) -> None:
    register("meetings", MEETINGS)
    app.register_blueprint(routes.bp)
    app.register_blueprint(proposals.bp)
    app.register_blueprint(printing.bp)
    letters.register("proposal_made", proposal_mails.compose_made)
    letters.register("proposal_decided", proposal_mails.compose_decided)
    follow("proposals", follow_meeting)
    mails.register()
    chores.register("tell what has changed in meetings", every=timedelta(minutes=1), run=tell_due)
    parts.provide_parts()
