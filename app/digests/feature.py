"""Binds the feature to the application."""

from datetime import timedelta

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.core.parts import provide
from app.digests import mails, operations, routes
from app.digests.gates import timed
from app.notifications import chores, glimpses, letters


def init_app(app: Flask) -> None:
    app.register_blueprint(routes.bp)
    letters.register("digest", mails.compose_digest)
    glimpses.for_the_mailbox_alone("digest", _l("Digests"))
    letters.add_gate("timed", timed)
    provide("calendars.settings", routes.settings_part, order=1)
    chores.register("make digests", every=timedelta(seconds=30), run=operations.make_digests)
    chores.register("settle digests", every=timedelta(minutes=10), run=operations.settle)
    chores.register("forget digests", every=timedelta(hours=6), run=operations.forget)
