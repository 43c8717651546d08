"""Binds the feature to the application."""

from datetime import timedelta

from flask import Flask

from app.meetings import (  # noqa: F401 - five of them for their pages
    agenda_routes,
    answer_link_routes,
    attachment_routes,
    glimpses,
    mails,
    parts,
    printing,
    publishing_routes,
    routes,
    sign_up_mails,
    sign_up_routes,
    states_routes,
)
from app.meetings.duties import MEETINGS
from app.meetings.followers import follow
from app.meetings.operations import seats, substitutes
from app.meetings.operations.telling import tell_due
from app.meetings.proposals import mails as proposal_mails
from app.meetings.proposals import routes as proposals
from app.meetings.proposals.operations import follow_meeting
from app.networks.duties import register
from app.networks.newcomers import on_joining
from app.notifications import chores, letters


def init_app(app: Flask) -> None:
    register("meetings", MEETINGS)
    app.register_blueprint(routes.bp)
    app.register_blueprint(proposals.bp)
    app.register_blueprint(printing.bp)
    letters.register("proposal_made", proposal_mails.compose_made)
    letters.register("proposal_decided", proposal_mails.compose_decided)
    mails.register()
    glimpses.register()
    chores.register("tell what has changed in meetings", every=timedelta(minutes=1), run=tell_due)
    sign_up_mails.register()
    follow("proposals", follow_meeting)
    follow("seats", seats.follow_the_meeting)
    on_joining("substitutes", substitutes.welcome)
    chores.register("give the seats that were freed", every=timedelta(minutes=5), run=seats.settle_all)
    chores.register(
        "end what no substitute follows", every=timedelta(minutes=15), run=substitutes.end_what_nobody_follows
    )
    parts.provide_parts()
