"""The mails about signing in. Nobody can turn them off: they carry a code or warn."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.accounts.models import Person
from app.extensions import db
from app.notifications.letters import Letter, NotSent
from app.sessions.codes import digits_of, newest_for
from app.sessions.models import SignInCode


def compose_code(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    """The digits are derived here and nowhere else, so that no table and no log holds them."""
    code = db.session.get(SignInCode, payload["code_id"])
    if code is None or code.person_id != person.id or not code.is_live:
        return NotSent("the code is used or expired")
    newest = db.session.scalar(newest_for(code.address_hash))
    if newest is not None and newest.id != code.id:
        return NotSent("a newer code was asked for")
    return Letter(
        subject=_("Your code for ERFA Nord"), template="sessions/mails/code", context={"digits": digits_of(code)}
    )


def compose_password_changed(_person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    return Letter(
        subject=_("Your password for ERFA Nord was changed"),
        template="sessions/mails/password_changed",
        context={"changed_at": datetime.fromisoformat(payload["at"])},
    )
