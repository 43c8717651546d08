"""What the inbox says of new jobs, and of what an administrator changed."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.models import Person
from app.notifications import glimpses
from app.notifications.glimpses import Facts, Glimpse, Kind, Sort, Thing
from app.people.queries import is_fellow_of

AREA = _l("My account")


def _moved(payload: Facts, thing: Thing) -> Glimpse:
    words = _("%(name)s now works at %(organisation)s", name=thing.title, organisation=payload["organisation"])
    return Glimpse(words, url_for("people.person", person_id=thing.id))


def _moved_by_another(payload: Facts, _thing: Thing) -> Glimpse:
    words = _("You are now registered at %(organisation)s", organisation=payload["organisation"])
    return Glimpse(words, url_for("people.profile"), payload["by"])


def _account_made(payload: Facts, _thing: Thing) -> Glimpse:
    return Glimpse(_("You have an account at ERFA Nord"), url_for("people.profile"), payload["by"])


def _administrator_changed(payload: Facts, _thing: Thing) -> Glimpse:
    words = (
        _("You are now administrator of ERFA Nord")
        if payload["is_administrator"]
        else _("You are no longer administrator of ERFA Nord")
    )
    return Glimpse(words, url_for("sessions.log"), payload["by"])


def register() -> None:
    glimpses.add_sort("person", Sort(Person.id, title=Person.name, seen_by=is_fellow_of))
    kinds = {
        "person_moved": Kind(_moved, "briefcase", _l("People"), sort="person", named="person_id"),
        "moved_by_another": Kind(_moved_by_another, "briefcase", AREA),
        "account_made": Kind(_account_made, "user-circle", AREA),
        "administrator_changed": Kind(_administrator_changed, "key", AREA),
    }
    for kind, how in kinds.items():
        glimpses.register(kind, how)
