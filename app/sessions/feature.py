"""Binds the feature to the application."""

from datetime import timedelta

from flask import Flask

from app.core.parts import provide
from app.extensions import login_manager
from app.notifications import chores, letters
from app.sessions import mails, models, passkey_sign_in, routes, second_step_pages  # noqa: F401 - tables and routes
from app.sessions.operations import forget_expired
from app.sessions.second_step import forget_pending
from app.sessions.sign_in import load_person


def init_app(app: Flask) -> None:
    app.register_blueprint(routes.bp)
    provide("login.ways", passkey_sign_in.way_in)
    login_manager.request_loader(load_person)
    login_manager.unauthorized_handler(routes.send_to_sign_in)
    letters.register("sign_in_code", mails.compose_code)
    letters.register("password_changed", mails.compose_password_changed)
    chores.register("forget unfinished sign-ins", every=timedelta(hours=1), run=forget_pending)
    chores.register("forget expired sessions and codes", every=timedelta(hours=1), run=forget_expired)
