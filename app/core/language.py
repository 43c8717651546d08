"""Danish or English: the person's choice, then the browser session's, then Danish."""

from typing import Final

from flask import has_request_context, session
from flask_login import current_user

LANGUAGES: Final = {"da": "Dansk", "en": "English"}
CHOICE: Final = "language"


def choose() -> str:
    """What Flask-Babel asks for every request; mail is written under `force_locale`."""
    if not has_request_context():
        return "da"
    if current_user.is_authenticated:
        return str(current_user.locale)
    chosen = session.get(CHOICE)
    return chosen if chosen in LANGUAGES else "da"
