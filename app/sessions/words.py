"""With what somebody has signed in, in words."""

from typing import Any

from flask_babel import lazy_gettext as _l

HOW: dict[str, Any] = {
    "password": _l("with a password"),
    "code": _l("with a code by mail"),
    "passkey": _l("with a passkey"),
    "employer": _l("with the employer's account"),
}


def how_of(means: str) -> str:
    """Like "with a password"; empty for what we have no words for."""
    return str(HOW.get(means, ""))
