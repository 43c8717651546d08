"""Of whom a second step is required, and how whoever lacks one is led to set it up before anything else.

There is no grace: a passkey or an app is set up in two minutes, and until then the rest of the house is closed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import ColumnElement, and_, false, func, or_, select, true

from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.core import clock
from app.core.access import is_public
from app.extensions import db
from app.factors.models import RequiredOf, SignInRule
from app.factors.queries import has_factor

OWES = "owes_factor"  # where whoever finds the signed-in person leaves `owes_factor()`: one query less on every page
Condition = Callable[[Any], ColumnElement[bool]]
_coordinates: Condition = lambda _person_id: false()  # noqa: E731 - until the room that knows roles has said it


def coordinators_are(condition: Condition) -> None:
    """Who coordinates is known above us: called once, with what makes a condition of a person's id."""
    global _coordinates  # noqa: PLW0603
    _coordinates = condition


def required_of() -> RequiredOf:
    return db.session.scalar(select(SignInRule.required_of)) or RequiredOf.NOBODY


def change_rule(to: RequiredOf, *, by: Person) -> None:
    row = db.session.get(SignInRule, SignInRule.ONLY, with_for_update=True)
    before = row.required_of if row else RequiredOf.NOBODY
    if before is to:
        return
    row = row or SignInRule()
    row.required_of, row.changed_at = to, clock.now()
    db.session.add(row)
    record(EventKind.SIGN_IN_RULES_CHANGED, by=by, required_of=to.value, before=before.value)


def _applies(to: RequiredOf) -> ColumnElement[bool]:
    """The condition that a rule is about a person of the query."""
    is_administrator = Person.administrator_since.is_not(None)
    return {
        RequiredOf.NOBODY: false(),
        RequiredOf.ADMINISTRATORS: is_administrator,
        RequiredOf.COORDINATORS: or_(is_administrator, _coordinates(Person.id)),
        RequiredOf.EVERYBODY: true(),
    }[to]


def owes_factor() -> ColumnElement[bool]:
    """The condition that the rule is about a person of the query, who has no factor."""
    current = select(SignInRule.required_of).scalar_subquery()  # no rule is no match
    applies = or_(*(and_(current == rule, _applies(rule)) for rule in RequiredOf))
    return and_(func.coalesce(applies, false()), ~has_factor(Person.id))


def must_set_up(person: Person) -> bool:
    return bool(db.session.scalar(select(owes_factor()).where(Person.id == person.id)))


@dataclass(frozen=True)
class Reach:
    """How many people a rule would apply to, and how many of them have no factor yet."""

    people: int
    without: int


def reach_of_each() -> dict[RequiredOf, Reach]:
    """For the page where the rule is chosen. One query."""
    counts = []
    for rule in RequiredOf:
        circle = _applies(rule)
        counts += [func.count().filter(circle), func.count().filter(circle, ~has_factor(Person.id))]
    row = db.session.execute(select(*counts).where(Person.disabled_at.is_(None))).one()
    return {rule: Reach(*row[2 * place : 2 * place + 2]) for place, rule in enumerate(RequiredOf)}


def _is_open(endpoint: str) -> bool:
    """What one may still see: one's account, signing out, what anybody may see. The front page is home to who is in."""
    if endpoint == "factors.rules":
        return False
    room = endpoint.partition(".")[0]
    return room in {"factors", "sessions"} or (is_public(endpoint) and endpoint != "home.index")


def lead_to_set_up() -> ResponseReturnValue | None:
    """Asked before every request."""
    if request.endpoint is None or _is_open(request.endpoint) or not current_user.is_authenticated:
        return None
    return redirect(url_for("factors.index")) if g.get(OWES) else None
