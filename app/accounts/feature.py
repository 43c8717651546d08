"""Binds the feature to the application."""

from flask import Flask

from app.accounts import models  # noqa: F401 - its tables
from app.accounts.cli import account


def init_app(app: Flask) -> None:
    app.cli.add_command(account)
