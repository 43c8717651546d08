"""Binds the feature to the application."""

from flask import Flask

from app.itip import receiving, sending


def init_app(app: Flask) -> None:
    sending.bind(app)
    receiving.bind(app)
