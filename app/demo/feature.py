"""Binds the feature to the application."""

from flask import Flask

from app.demo import models  # noqa: F401 - its tables


def init_app(app: Flask) -> None:
    """Nothing to bind yet but the tables."""
