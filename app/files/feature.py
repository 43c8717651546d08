"""Binds the feature to the application."""

from datetime import timedelta

from flask import Flask

from app.files.operations import forget_removed
from app.files.words import file_size, kind_name
from app.notifications import chores


def init_app(app: Flask) -> None:
    app.jinja_env.filters["file_size"] = file_size
    app.jinja_env.filters["kind_name"] = kind_name
    chores.register("files.forget_removed", every=timedelta(hours=24), run=forget_removed)
