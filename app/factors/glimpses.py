"""What the inbox says of second steps. It warns, as the mails do."""

from collections.abc import Callable

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.notifications import glimpses
from app.notifications.glimpses import Facts, Glimpse, Kind, Say


def _at_factors(words: Callable[[Facts], str]) -> Say:
    return lambda payload, _thing: Glimpse(words(payload), url_for("factors.index"), payload.get("by") or "")


def _added(payload: Facts) -> str:
    if payload["what"] == "passkey":
        return _("A passkey was added to your account")
    return _("An authenticator app was added to your account")


def _removed(payload: Facts) -> str:
    if payload["what"] == "passkey":
        return _("A passkey was removed from your account")
    return _("The authenticator app was removed from your account")


def register() -> None:
    lines: dict[str, Callable[[Facts], str]] = {
        "factor_added": _added,
        "factor_removed": _removed,
        "recovery_codes_made": lambda _payload: _("You have new recovery codes"),
        "recovery_code_used": lambda _payload: _("A recovery code was used to sign in"),
        "factors_reset": lambda _payload: _("Your second step was reset"),
        "second_step_failed": lambda _payload: _("Somebody could not complete the sign-in to your account"),
    }
    for kind, words in lines.items():
        glimpses.register(kind, Kind(_at_factors(words), "shield-check", _l("My account")))
