"""Binds the feature to the application."""

from datetime import timedelta

from flask import Flask

from app.notifications import chores, lengths, letters, outbox, routes
from app.notifications.cli import worker
from app.notifications.composing import silenced
from app.notifications.links import link


def init_app(app: Flask) -> None:
    app.register_blueprint(routes.bp)
    app.cli.add_command(worker)
    app.jinja_env.globals["link"] = link
    for function in lengths.FILTERS:
        app.jinja_env.filters[function.__name__] = function
    letters.add_gate("silenced", silenced)
    chores.register("purge the outbox", every=timedelta(hours=6), run=outbox.purge)
