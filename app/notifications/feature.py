"""Binds the feature to the application."""

from datetime import timedelta

from flask import Flask

from app.notifications import chores, lengths, letters, outbox, routes
from app.notifications.bounces import purge_bounces
from app.notifications.cli import worker
from app.notifications.composing import silenced
from app.notifications.glance import glance
from app.notifications.links import link
from app.notifications.notices import purge_notices


def init_app(app: Flask) -> None:
    app.register_blueprint(routes.bp)
    app.cli.add_command(worker)
    app.jinja_env.globals["link"] = link
    for function in lengths.FILTERS:
        app.jinja_env.filters[function.__name__] = function
    letters.add_gate("silenced", silenced)
    app.jinja_env.globals["glance"] = glance
    chores.register("forget old lines of inboxes", every=timedelta(hours=6), run=purge_notices)
    chores.register("forget old reports of failure", every=timedelta(hours=6), run=purge_bounces)
    chores.register("purge the outbox", every=timedelta(hours=6), run=outbox.purge)
