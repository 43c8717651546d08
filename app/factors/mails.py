"""The mails about factors. Nobody can turn them off: they warn."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.models import Person
from app.core.formats import clock_time, long_date
from app.notifications.letters import Letter
from app.notifications.links import link


def _note(subject: str, *lines: str, after: str = "") -> Letter:
    button = (_("See your second step"), link("factors.index"))
    context = {"heading": subject, "lines": [line for line in lines if line], "button": button, "after": after}
    return Letter(subject=subject, template="mails/note", context=context, is_urgent=True)


def _when(payload: dict[str, Any]) -> dict[str, str]:
    at = datetime.fromisoformat(payload["at"])
    return {"day": long_date(at), "time": clock_time(at)}


def _if_it_was_not_you() -> str:
    return _("Was it not you? Then write to an administrator at once, and change your password.")


def compose_added(_person: Person, payload: dict[str, Any]) -> Letter:
    when = _when(payload)
    if payload["what"] == "passkey":
        return _note(
            _("A passkey was added to your account"),
            _("The passkey “%(name)s” was added on %(day)s at %(time)s. You can sign in with it from now on.", name=payload["name"], **when),
            after=_if_it_was_not_you(),
        )  # fmt: skip
    return _note(
        _("An authenticator app was added to your account"),
        _("The app was added on %(day)s at %(time)s. From now on you are asked for a code from it when you sign in.", **when),
        after=_if_it_was_not_you(),
    )  # fmt: skip


def compose_removed(_person: Person, payload: dict[str, Any]) -> Letter:
    when = _when(payload)
    if payload["what"] == "passkey":
        return _note(
            _("A passkey was removed from your account"),
            _("The passkey “%(name)s” was removed on %(day)s at %(time)s. It no longer signs you in.", name=payload["name"], **when),
            after=_if_it_was_not_you(),
        )  # fmt: skip
    return _note(
        _("The authenticator app was removed from your account"),
        _("It was removed on %(day)s at %(time)s. Its codes no longer work.", **when),
        after=_if_it_was_not_you(),
    )


def compose_codes_made(_person: Person, payload: dict[str, Any]) -> Letter:
    return _note(
        _("You have new recovery codes"),
        _("Ten recovery codes were made on %(day)s at %(time)s. Those from before no longer work.", **_when(payload)),
        after=_if_it_was_not_you(),
    )


def compose_code_used(_person: Person, payload: dict[str, Any]) -> Letter:
    left = payload["left"]
    return _note(
        _("A recovery code was used to sign in"),
        _("One of your recovery codes was used on %(day)s at %(time)s.", **_when(payload)),
        ngettext("You have %(num)d recovery code left.", "You have %(num)d recovery codes left.", left),
        after=_if_it_was_not_you(),
    )


def compose_reset(_person: Person, payload: dict[str, Any]) -> Letter:
    when = _when(payload)
    return _note(
        _("Your second step was reset"),
        _("%(name)s removed your passkeys, authenticator app and recovery codes on %(day)s at %(time)s.", name=payload["by"], **when)
        if payload["by"]
        else _("Your passkeys, authenticator app and recovery codes were removed on %(day)s at %(time)s.", **when),
        _("You sign in without a second step until you set one up again."),
        after=_("Did you not ask for it? Then write to an administrator at once, and change your password."),
    )  # fmt: skip


def compose_failed(_person: Person, payload: dict[str, Any]) -> Letter:
    return _note(
        _("Somebody could not complete the sign-in to your account"),
        _("On %(day)s at %(time)s somebody came past the first step of the sign-in, but not past the second.", **_when(payload)),
        _("If it was you, there is nothing to do. Otherwise somebody knows your password or reads your mail: change your password."),
    )  # fmt: skip
