"""What the inbox says of signing in. Codes stay out of it: they are for the mailbox alone."""

from collections.abc import Callable

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.notifications import glimpses
from app.notifications.glimpses import Facts, Glimpse, Kind, Say


def _line(words: Callable[[Facts], str], endpoint: str) -> Say:
    return lambda payload, _thing: Glimpse(words(payload), url_for(endpoint), payload.get("device") or "")


def register() -> None:
    lines: dict[str, Say] = {
        "password_changed": _line(lambda _p: _("Your password for ERFA Nord was changed"), "sessions.log"),
        "password_removed": _line(lambda _p: _("Your password for ERFA Nord was removed"), "sessions.log"),
        "new_device": _line(lambda _p: _("You have signed in on a new device"), "sessions.held"),
        "address_changed": _line(lambda _p: _("Your mail address at ERFA Nord was changed"), "sessions.log"),
        "identity_linked": _line(
            lambda payload: _("Your account can now be opened with %(name)s", name=payload["name"]),
            "sessions.signing_in",
        ),
        "identity_unlinked": _line(
            lambda payload: _("Your account can no longer be opened with %(name)s", name=payload["name"]),
            "sessions.signing_in",
        ),
    }
    for kind, say in lines.items():
        glimpses.register(kind, Kind(say, "shield-check", _l("My account")))
