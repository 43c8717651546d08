"""Binds the feature to the application."""

from flask import Flask

from app.wheels import models  # noqa: F401 - for its table


def init_app(_app: Flask) -> None:
    """Nothing to bind yet."""
