"""Binds the feature to the application."""

from flask import Flask

from app.incoming import models  # noqa: F401 - for its tables


def init_app(app: Flask) -> None:
    """Nothing to bind yet."""
