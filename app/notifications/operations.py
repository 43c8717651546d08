"""Telling people: rows in the outbox, written in the transaction of the act they tell of."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, insert, select

from app.core import clock
from app.extensions import db
from app.notifications.models import Mail, MailState, Muting


def announce(kind: str, *, to: Iterable[int], about: str, payload: dict[str, Any], but_not: int | None = None) -> int:
    """Owes a mail of `kind` to each person id in `to` except `but_not`; one statement. Returns how many.

    `about` makes the announcement unique, like "meeting-7-moved-3": the same one made twice violates the key and
    fails, so that nobody is told twice. `payload` is JSON and holds the facts as of the act; no secrets.
    """
    now = clock.now()
    rows = [
        {
            "key": f"{kind}:{about}:{person_id}",
            "kind": kind,
            "person_id": person_id,
            "payload": payload,
            "state": MailState.READY,
            "run_at": now,
            "created_at": now,
            "attempts": 0,
            "reason": "",
        }
        for person_id in dict.fromkeys(to)
        if person_id != but_not
    ]
    if rows:
        db.session.execute(insert(Mail), rows)
    return len(rows)


def mute(person_id: int, scope: str, scope_id: int) -> None:
    """Nothing more about this by mail; once is enough."""
    asked = (Muting.person_id == person_id, Muting.scope == scope, Muting.scope_id == scope_id)
    if db.session.scalar(select(Muting.id).where(*asked)) is None:
        db.session.add(Muting(person_id=person_id, scope=scope, scope_id=scope_id))
        db.session.flush()


def unmute(person_id: int, scope: str, scope_id: int) -> None:
    db.session.execute(
        delete(Muting).where(Muting.person_id == person_id, Muting.scope == scope, Muting.scope_id == scope_id)
    )
