"""Binds the feature to the application."""

from flask import Flask

from app.demo import models  # noqa: F401 - its tables
from app.demo.cli import demo


def init_app(app: Flask) -> None:
    app.cli.add_command(demo)
