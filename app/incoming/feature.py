"""Binds the feature to the application."""

from flask import Flask

from app.incoming import bounces, destinations, models  # noqa: F401 - models for its tables
from app.incoming.stopping import SCOPES, stopper_of
from app.notifications.addresses import BOUNCE, STOP


def init_app(_app: Flask) -> None:
    destinations.register(BOUNCE, "", bounces.receive, takes_strangers=True)
    for scope in SCOPES:
        destinations.register(STOP, scope, stopper_of(scope), takes_strangers=True)
