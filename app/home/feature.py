"""Binds the feature to the application."""

from flask import Flask

from app.home import routes


def init_app(app: Flask) -> None:
    app.register_blueprint(routes.bp)
