"""The log: what has happened to an account, for its owner and for administrators, written with the act itself."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert

from app.accounts.models import Event, EventKind, Person
from app.extensions import db


def record(
    kind: EventKind,
    about: Person | int | None = None,
    *,
    by: Person | int | None = None,
    network_id: int | None = None,
    **facts: Any,
) -> None:
    """Adds a line in the transaction of the act. `facts` are what its sentence in `accounts.words` names; no secrets."""
    about_id, by_id = (one.id if isinstance(one, Person) else one for one in (about, by))
    db.session.add(
        Event(
            kind=kind,
            person_id=about_id,
            by_id=by_id if by_id != about_id else None,
            network_id=network_id,
            facts=facts,
        )
    )


def record_for_each(
    kind: EventKind, about: Iterable[int], *, by: Person, network_id: int | None = None, **facts: Any
) -> None:
    """The same line about many people, in one statement."""
    rows = [
        {"kind": kind, "person_id": person_id, "by_id": by.id, "network_id": network_id, "facts": facts}
        for person_id in about
    ]
    if rows:
        db.session.execute(insert(Event), rows)
