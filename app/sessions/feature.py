"""Binds the feature to the application."""

from flask import Flask

from app.extensions import login_manager
from app.sessions import models, routes  # noqa: F401 - models for its tables
from app.sessions.sign_in import load_person


def init_app(app: Flask) -> None:
    app.register_blueprint(routes.bp)
    login_manager.request_loader(load_person)
    login_manager.login_view = "sessions.login"
    login_manager.login_message = None
