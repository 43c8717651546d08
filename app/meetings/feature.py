"""Binds the feature to the application."""

from flask import Flask

from app.meetings import mails, parts, routes


def init_app(app: Flask) -> None:
    app.register_blueprint(routes.bp)
    mails.register()
    parts.provide_parts()
