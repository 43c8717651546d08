"""Binds the feature to the application."""

from datetime import timedelta

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l

from app.incoming import answering, bounces, destinations, routes
from app.incoming.cli import mail
from app.incoming.mailbox import name_of
from app.incoming.operations import forget_old_mails
from app.incoming.queries import seconds_since_poll
from app.incoming.stopping import SCOPES, stopper_of
from app.notifications import chores, glimpses, health, letters
from app.notifications.addresses import BOUNCE, STOP


def init_app(app: Flask) -> None:
    app.register_blueprint(routes.bp)
    app.cli.add_command(mail)
    letters.register(answering.KIND, answering.compose_refused)
    glimpses.for_the_mailbox_alone(answering.KIND, _l("Mails that come in"))
    destinations.register(BOUNCE, "", bounces.receive, takes_strangers=True)
    for scope in SCOPES:
        destinations.register(STOP, scope, stopper_of(scope), takes_strangers=True)
    chores.register("forget old mails that came in", every=timedelta(hours=6), run=forget_old_mails)
    if app.config["IMAP_HOST"]:
        health.add("mailbox_polled_seconds", lambda: seconds_since_poll(name_of(current_app)))
