"""The mails about signing in. Nobody can turn them off: they carry a code or warn."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.accounts.models import Person
from app.core.formats import clock_time, long_date
from app.extensions import db
from app.notifications.letters import Letter, NotSent
from app.notifications.links import link
from app.sessions.address_changes import digits_at_new, digits_at_old, is_somebody_elses, token_to_stop
from app.sessions.codes import digits_of, newest_for
from app.sessions.models import AddressChange, SignInCode


def compose_code(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    """The digits are derived here and nowhere else, so that no table and no log holds them."""
    code = db.session.get(SignInCode, payload["code_id"])
    if code is not None and code.person_id is None:
        return NotSent("nobody who may sign in has this address")
    if code is None or code.person_id != person.id or not code.is_live:
        return NotSent("the code is used or expired")
    newest = db.session.scalar(newest_for(code.address_hash))
    if newest is not None and newest.id != code.id:
        return NotSent("a newer code was asked for")
    return Letter(
        subject=_("Your code for ERFA Nord"),
        template="sessions/mails/code",
        context={"digits": digits_of(code)},
        is_urgent=True,
    )


def _moment(payload: dict[str, Any]) -> dict[str, str]:
    at = datetime.fromisoformat(payload["at"])
    return {"day": long_date(at), "time": clock_time(at)}


def compose_password_changed(_person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    return Letter(
        subject=_("Your password for ERFA Nord was changed"),
        template="sessions/mails/password_changed",
        context={"changed_at": datetime.fromisoformat(payload["at"])},
        is_urgent=True,
    )


def _note(subject: str, *lines: str, why: str = "", **more: Any) -> Letter:
    context = {"heading": subject, "lines": lines, **more}
    return Letter(subject=subject, template="mails/note", context=context, why=why, is_urgent=True)


def compose_password_removed(_person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    return _note(
        _("Your password for ERFA Nord was removed"),
        _("It was removed on %(day)s at %(time)s, and every other browser was signed out. You sign in with a code by mail.", **_moment(payload)),
        _("Was it not you? Sign in with a code by mail, and look under My account at where you are signed in."),
        button=(_("Sign in"), link("sessions.login")),
    )  # fmt: skip


def compose_new_device(_person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    device = payload["device"] or _("a browser we do not recognise")
    return _note(
        _("You have signed in on a new device"),
        _("Somebody signed in to your account with %(device)s on %(day)s at %(time)s. That browser has not been used with your account before.", device=device, **_moment(payload)),
        _("Was it you? Then all is well, and we do not write about that browser again."),
        _("Was it not you? Sign in, choose My account and Where you are signed in, and sign out everywhere else. Change your password afterwards."),
        button=(_("See where you are signed in"), link("sessions.held")),
    )  # fmt: skip


def compose_address_new(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    """The code for the new mailbox; or, where the address is somebody else's, a word to them that it was tried."""
    change = _waiting(payload)
    if change is None:
        return NotSent("the change is over")
    why = _("You get this mail because somebody wrote your address under My account at ERFA Nord.")
    if is_somebody_elses(change):
        return _note(
            _("Somebody tried to use your mail address"),
            _("Somebody with another account at ERFA Nord wrote your mail address as theirs. It belongs to your account, so nothing has been changed."),
            _("You need not do anything. Perhaps it was a slip of the keys."),
            why=why,
        )  # fmt: skip
    if person.id != change.person_id:
        return NotSent("the address was taken when it was asked for")
    return _note(
        _("Confirm your new mail address"),
        _("Write this code on the page where you asked to change your address. It works for one hour."),
        code=digits_at_new(change),
        after=_("Did you not ask for it? Then somebody has written your address by mistake. Without the code nothing happens, and you can delete this mail."),
        why=why,
    )  # fmt: skip


def compose_address_old(_person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    change = _waiting(payload)
    if change is None:
        return NotSent("the change is over")
    return Letter(
        subject=_("Your mail address at ERFA Nord is about to be changed"),
        template="sessions/mails/address_old",
        context={
            "address": change.address,
            "digits": digits_at_old(change),
            "stop": link("sessions.stop_address", token=token_to_stop(change)),
        },
        is_urgent=True,
    )


def compose_address_changed(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    return _note(
        _("Your mail address at ERFA Nord was changed"),
        _("On %(day)s at %(time)s your address was changed to %(address)s. You sign in with that one from now on, and every other browser was signed out.", address=person.email, **_moment(payload)),
        _("Was it not you? Write to an administrator at once. You find out how on the help page."),
        button=(_("Contact and help"), link("home.help_page")),
    )  # fmt: skip


def compose_identity_linked(_person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    return _note(
        _("Your account can now be opened with %(name)s", name=payload["name"]),
        _("On %(day)s at %(time)s somebody signed in with %(name)s and showed that this mail address is theirs. From now on that opens your account here.", name=payload["name"], **_moment(payload)),
        _("Was it not you? Sign in, unlink it under My account, and sign out everywhere else."),
        button=(_("Sign in"), link("sessions.login")),
    )  # fmt: skip


def compose_identity_unlinked(_person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    return _note(
        _("Your account can no longer be opened with %(name)s", name=payload["name"]),
        _("It was unlinked on %(day)s at %(time)s, and browsers that had signed in with it were signed out.", **_moment(payload)),
        _("Was it not you? Sign in, and look under My account at where you are signed in."),
        button=(_("Sign in"), link("sessions.login")),
    )  # fmt: skip


def _waiting(payload: dict[str, Any]) -> AddressChange | None:
    change = db.session.get(AddressChange, payload["change_id"])
    is_the_one = change is not None and change.mark == payload["mark"] and change.is_live
    return change if is_the_one else None
