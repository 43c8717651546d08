"""Binds the feature to the application."""

from datetime import timedelta

from flask import Flask

from app.core.parts import provide
from app.invitations import glimpses, mails, models, parts, routes  # noqa: F401 - models for its tables, routes for its pages
from app.invitations.blueprint import bp
from app.invitations.operations.inviting import forget_the_old_ones, tend_to_them
from app.notifications import chores, letters


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    letters.register("invitation", mails.compose_invitation)
    letters.register("invitation_declined", mails.compose_invitation_declined)
    letters.register("join_asked", mails.compose_join_asked)
    letters.register("join_approved", mails.compose_join_approved)
    letters.register("join_declined", mails.compose_join_declined)
    glimpses.register()
    chores.register("remind of open invitations", every=timedelta(minutes=15), run=tend_to_them)
    chores.register("forget old invitations", every=timedelta(hours=6), run=forget_the_old_ones)
    provide("networks.open", parts.open_networks)
    provide("network.members", parts.members_lead)
    provide("home.waiting", parts.waiting_at_home)
