"""What people are told when somebody has a new job, or when an administrator changes their account."""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from app.accounts.models import Person
from app.administration.queries.people import person_seen_by
from app.notifications.letters import Letter, NotSent


def compose_moved(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    """To a coordinator of someone's network, if they still meet there."""
    moved = person_seen_by(person, payload["person_id"])
    if moved is None:
        return NotSent("no longer in a network together")
    return Letter(
        subject=_("%(name)s now works at %(organisation)s", name=moved.name, organisation=payload["organisation"]),
        template="administration/mails/moved",
        context={"moved": moved, **_facts_of(payload)},
        why=_("You get this mail because you coordinate a network that %(name)s is in.", name=moved.name),
    )


def compose_moved_by_another(_person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    return Letter(
        subject=_("You are now registered at %(organisation)s", organisation=payload["organisation"]),
        template="administration/mails/moved_by_another",
        context=_facts_of(payload),
    )


def _facts_of(payload: dict[str, Any]) -> dict[str, Any]:
    return {
        "organisation": payload["organisation"],
        "on": date.fromisoformat(payload["on"]),
        "by": payload["by"],
    }


def compose_account_made(_person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    return Letter(
        subject=_("You have an account at ERFA Nord"),
        template="administration/mails/account_made",
        context={"by": payload["by"]},
    )


def compose_address_changed(_person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    """Goes to the old and to the new address alike."""
    return Letter(
        subject=_("Your mail address at ERFA Nord was changed"),
        template="administration/mails/address_changed",
        context={"email": payload["email"], "by": payload["by"]},
        is_urgent=True,
    )


def compose_administrator_changed(_person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    is_administrator = payload["is_administrator"]
    return Letter(
        subject=_("You are now administrator of ERFA Nord")
        if is_administrator
        else _("You are no longer administrator of ERFA Nord"),
        template="administration/mails/administrator_changed",
        context={"by": payload["by"], "is_administrator": is_administrator},
    )


COMPOSERS = {
    "person_moved": compose_moved,
    "moved_by_another": compose_moved_by_another,
    "account_made": compose_account_made,
    "address_changed_by_another": compose_address_changed,
    "administrator_changed": compose_administrator_changed,
}
