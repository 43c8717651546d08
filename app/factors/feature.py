"""Binds the feature to the application."""

from datetime import timedelta

from flask import Flask

from app.core.parts import provide
from app.factors import glimpses, mails, models, routes  # noqa: F401 - models for its tables
from app.factors.challenges import forget_spent
from app.factors.cli import factors
from app.factors.rules import lead_to_set_up
from app.notifications import chores, letters


def init_app(app: Flask) -> None:
    app.register_blueprint(routes.bp)
    app.cli.add_command(factors)
    app.before_request(lead_to_set_up)
    provide("account.signing_in", routes.summary)
    glimpses.register()
    letters.register("factor_added", mails.compose_added)
    letters.register("factor_removed", mails.compose_removed)
    letters.register("recovery_codes_made", mails.compose_codes_made)
    letters.register("recovery_code_used", mails.compose_code_used)
    letters.register("factors_reset", mails.compose_reset)
    letters.register("second_step_failed", mails.compose_failed)
    chores.register("forget spent challenges", every=timedelta(hours=1), run=forget_spent)
