"""Binds the feature to the application."""

from datetime import timedelta

from flask import Flask

from app.core.parts import provide
from app.extensions import login_manager
from app.factors.operations import sessions_follow
from app.notifications import chores, letters
from app.sessions import (  # noqa: F401 - their pages, its tables
    account,
    address,
    again,
    glimpses,
    mails,
    models,
    passkey_sign_in,
    routes,
    second_step_pages,
)
from app.sessions.blueprint import bp
from app.sessions.operations import forget_expired
from app.sessions.second_step import forget_pending
from app.sessions.sign_in import load_person, note_seen, sign_out_everywhere, stay_alone


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    provide("login.ways", passkey_sign_in.way_in)
    provide("login.again", passkey_sign_in.way_on)
    app.before_request(again.ask_when_stale)
    app.teardown_request(note_seen)
    sessions_follow(the_first=stay_alone, a_reset=sign_out_everywhere)
    login_manager.request_loader(load_person)
    login_manager.unauthorized_handler(routes.send_to_sign_in)
    glimpses.register()
    letters.register("sign_in_code", mails.compose_code, is_always_tried=True)
    letters.register("password_changed", mails.compose_password_changed)
    letters.register("password_removed", mails.compose_password_removed)
    letters.register("new_device", mails.compose_new_device)
    letters.register("address_change_new", mails.compose_address_new, is_always_tried=True)
    letters.register("address_change_old", mails.compose_address_old, is_always_tried=True)
    letters.register("address_changed", mails.compose_address_changed)
    letters.register("identity_linked", mails.compose_identity_linked)
    letters.register("identity_unlinked", mails.compose_identity_unlinked)
    chores.register("forget unfinished sign-ins", every=timedelta(hours=1), run=forget_pending)
    chores.register("forget expired sessions and codes", every=timedelta(hours=1), run=forget_expired)
