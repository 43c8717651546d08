"""What the log says: each kind of event as a sentence in the reader's language."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from app.accounts.models import Event, EventKind
from app.core.formats import day_month_year

_K = EventKind
SENTENCES: dict[EventKind, Any] = {
    _K.REGISTERED: _l("The account was made"),
    _K.SIGNED_IN: _l("Signed in"),
    _K.SIGNED_IN_ON_A_NEW_DEVICE: _l("Signed in on a device not used before"),
    _K.SIGN_IN_FAILED: _l("A sign-in failed"),
    _K.SECOND_STEP_FAILED: _l("The second step of a sign-in failed"),
    _K.SIGNED_OUT: _l("Signed out"),
    _K.SESSION_ENDED: _l("A browser was signed out"),
    _K.OTHER_SESSIONS_ENDED: _l("All other browsers were signed out"),
    _K.PASSWORD_SET: _l("The password was set"),
    _K.PASSWORD_REMOVED: _l("The password was removed"),
    _K.ADDRESS_CHANGE_ASKED: _l("A change of mail address was asked for"),
    _K.ADDRESS_CHANGE_STOPPED: _l("A change of mail address was stopped"),
    _K.ADDRESS_CHANGED: _l("The mail address was changed"),
    _K.PASSKEY_ADDED: _l("A passkey was added"),
    _K.PASSKEY_REMOVED: _l("A passkey was removed"),
    _K.AUTHENTICATOR_ADDED: _l("An authenticator app was added"),
    _K.AUTHENTICATOR_REMOVED: _l("The authenticator app was removed"),
    _K.RECOVERY_CODES_MADE: _l("New recovery codes were made"),
    _K.RECOVERY_CODE_USED: _l("A recovery code was used"),
    _K.IDENTITY_LINKED: _l("Sign-in with the employer's account was linked"),
    _K.IDENTITY_UNLINKED: _l("Sign-in with the employer's account was unlinked"),
    _K.FACTORS_RESET: _l("Passkeys, authenticator app and recovery codes were removed"),
    _K.DISABLED: _l("The account was closed"),
    _K.ENABLED: _l("The account was opened again"),
    _K.MADE_ADMINISTRATOR: _l("Became administrator"),
    _K.NO_LONGER_ADMINISTRATOR: _l("Is no longer administrator"),
    _K.MOVED: _l("Works at %(organisation)s since %(on)s"),
    _K.ORGANISATION_LEFT: _l("Had the last day in the job on %(on)s"),
    _K.AFFILIATION_CORRECTED: _l("The time at %(organisation)s was corrected"),
    _K.SESSIONS_ENDED: _l("An administrator signed out all browsers"),
    _K.LOG_EXPORTED: _l("The log was fetched as a file"),
    _K.INVITED: _l("Was invited to %(network)s"),
    _K.INVITATION_DECLINED: _l("Declined the invitation to %(network)s"),
    _K.INVITATION_WITHDRAWN: _l("The invitation to %(network)s was withdrawn"),
    _K.ASKED_TO_JOIN: _l("Asked to join %(network)s"),
    _K.REQUEST_DECLINED: _l("The request to join %(network)s was declined"),
    _K.JOINED: _l("Became a member of %(network)s"),
    _K.LEFT: _l("Left %(network)s"),
    _K.ROLE_CHANGED: _l("Has a new role in %(network)s: %(role)s"),
    _K.AGREEMENT_ACCEPTED: _l("Accepted the agreement of %(network)s, version %(version)s"),
    _K.HANDED_OVER: _l("Handed over duties in %(network)s"),
    _K.LIST_IMPORTED: _l("A list of members was read into %(network)s"),
    _K.LIST_EXPORTED: _l("A list of members was fetched from %(network)s"),
    _K.ATTENDANCE_EXPORTED: _l("The attendance of %(network)s was fetched as a file"),
    _K.NETWORK_MADE: _l("The network %(network)s was made"),
    _K.NETWORK_CHANGED: _l("The network %(network)s was changed"),
    _K.AGREEMENT_CHANGED: _l("The agreement of %(network)s got version %(version)s"),
    _K.ORGANISATION_MADE: _l("The organisation %(organisation)s was made"),
    _K.ORGANISATION_CHANGED: _l("The organisation %(organisation)s was changed"),
    _K.ORGANISATION_CLOSED: _l("The organisation %(organisation)s was closed"),
    _K.ORGANISATION_REOPENED: _l("The organisation %(organisation)s was opened again"),
    _K.ORGANISATIONS_MERGED: _l("The organisation %(organisation)s was merged into %(other)s"),
    _K.SIGN_IN_RULES_CHANGED: _l("The rules for signing in were changed"),
    _K.ADDRESS_TRIED_AGAIN: _l("Mails are tried at the address again"),
    _K.MAIL_RETRIED: _l("A mail that had been given up is tried again"),
    _K.PROFILE_CHANGED: _l("The profile was changed"),
}


ROLES: dict[str, Any] = {"member": _l("member"), "coordinator": _l("coordinator")}


class _Facts(dict[str, Any]):
    """An event may lack a fact that its sentence names; a dash stands for it."""

    def __missing__(self, _name: str) -> str:
        return "–"


def sentence_of(event: Event) -> str:
    """Like "Became a member of ERFA Socialøkonomi"; who did it and when stands beside it."""
    facts = _Facts(event.facts)
    if "on" in facts:
        facts["on"] = day_month_year(date.fromisoformat(facts["on"]))
    if "role" in facts:
        facts["role"] = str(ROLES.get(facts["role"], facts["role"]))
    return str(SENTENCES[event.kind]) % facts
