"""ERFA Nord. `create_app` puts the house together and is the only place that knows every feature."""

import sys
from typing import Any

from flask import Flask

import config
from app.accounts import feature as accounts
from app.administration import feature as administration
from app.attendance import feature as attendance
from app.calendars import feature as calendars
from app.cases import feature as cases
from app.core import setup
from app.demo import feature as demo
from app.digests import feature as digests
from app.evaluations import feature as evaluations
from app.factors import feature as factors
from app.files import feature as files
from app.home import feature as home
from app.hosting import feature as hosting
from app.imports import feature as imports
from app.inbox import feature as inbox
from app.incoming import feature as incoming
from app.invitations import feature as invitations
from app.itip import feature as itip
from app.meetings import feature as meetings
from app.minutes import feature as minutes
from app.networks import feature as networks
from app.notifications import feature as notifications
from app.organisations import feature as organisations
from app.people import feature as people
from app.polls import feature as polls
from app.reminders import feature as reminders
from app.rosters import feature as rosters
from app.series import feature as series
from app.sessions import feature as sessions
from app.wheels import feature as wheels

FEATURES = (
    organisations,
    accounts,
    notifications,
    factors,
    sessions,
    networks,
    digests,
    inbox,
    incoming,
    invitations,
    people,
    rosters,
    files,
    meetings,
    hosting,
    series,
    polls,
    wheels,
    calendars,
    itip,
    imports,
    reminders,
    attendance,
    evaluations,
    minutes,
    cases,
    administration,
    home,
    demo,
)


def create_app(settings: dict[str, Any] | None = None) -> Flask:
    """The application. `settings` replaces what `config.load` reads from the environment; tests give their own."""
    if settings is None:
        try:
            settings = config.load()
        except config.ConfigurationError as error:
            sys.exit(f"ERFA Nord cannot start: {error}")
    app = Flask(__name__, static_folder=None)
    app.config.from_mapping(settings)
    setup.init_app(app)
    for feature in FEATURES:
        feature.init_app(app)
    return app
