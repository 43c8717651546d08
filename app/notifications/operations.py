"""Telling people: rows in the outbox, written in the transaction of the act they tell of; and how much people want to hear."""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.dialects import postgresql, sqlite

from app.core import clock
from app.core.tokens import fingerprint
from app.extensions import db
from app.notifications.glimpses import kind_of
from app.notifications.models import ChosenLevel, Level, Mail, MailState
from app.notifications.notices import put_in_inboxes

_THING = re.compile(r"[a-z]+-\d+")


def announce(kind: str, *, to: Iterable[int], about: str, payload: dict[str, Any], but_not: int | None = None) -> int:
    """Owes a mail of `kind` to each person id in `to` except `but_not`, and a line in the inbox. Returns how many.

    Two statements, however many they are.

    `about` makes the announcement unique, like "meeting-7-moved-3": the same one made twice violates the key and
    fails, so that nobody is told twice. What it begins with, "meeting-7", is the thread: of one thread nobody gets a
    later mail before an earlier one. `payload` is JSON and holds the facts as of the act; no secrets.
    """
    told = [person_id for person_id in dict.fromkeys(to) if person_id != but_not]
    owed = _owed(kind, about, payload)
    if told:
        rows = [{**owed, "key": f"{kind}:{about}:{person_id}", "person_id": person_id} for person_id in told]
        db.session.execute(insert(Mail), rows)
        put_in_inboxes(kind, to=told, about=about, thread=owed["thread"], payload=payload)
    return len(told)


def announce_to_address(
    kind: str, *, address: str, about: str, payload: dict[str, Any], person_id: int | None = None
) -> None:
    """Owes one mail to `address`: of someone without an account, or of `person_id` who is to be reached there too.

    The composer of `kind` gets that person, or a nameless one who is not in the database, in the language that
    `payload["locale"]` says or else in Danish.
    """
    row = {
        **_owed(kind, about, payload),
        "key": f"{kind}:{about}:{fingerprint(address)[:16]}",
        "person_id": person_id,
        "address": address,
    }
    db.session.execute(insert(Mail), [row])
    how = kind_of(kind)
    if person_id is not None and how is not None and how.to_address:
        put_in_inboxes(kind, to=[person_id], about=about, thread=row["thread"], payload=payload)


def _owed(kind: str, about: str, payload: dict[str, Any]) -> dict[str, Any]:
    now = clock.now()
    thing = _THING.match(about)
    return {
        "kind": kind,
        "thread": thing[0] if thing else about[:80],
        "payload": payload,
        "state": MailState.READY,
        "run_at": now,
        "created_at": now,
        "attempts": 0,
        "leased_by": "",
        "reason": "",
    }


def choose_level(person_id: int, scope: str, scope_id: int, level: Level | None) -> None:
    """How much to hear of this; None takes back what was chosen. Asking twice, even at the same moment, is asking once."""
    if level is None:
        chosen = (ChosenLevel.person_id == person_id, ChosenLevel.scope == scope, ChosenLevel.scope_id == scope_id)
        db.session.execute(delete(ChosenLevel).where(*chosen))
        return
    insert_here = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"person_id": person_id, "scope": scope, "scope_id": scope_id, "level": level, "chosen_at": clock.now()}
    statement = insert_here(ChosenLevel).values(row)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["person_id", "scope", "scope_id"],
            set_={"level": statement.excluded.level, "chosen_at": statement.excluded.chosen_at},
            where=ChosenLevel.level != statement.excluded.level,
        )
    )


def mute(person_id: int, scope: str, scope_id: int) -> None:
    """Nothing more about this."""
    choose_level(person_id, scope, scope_id, Level.MUTED)


def unmute(person_id: int, scope: str, scope_id: int) -> None:
    """As if nothing had been said of this."""
    choose_level(person_id, scope, scope_id, None)
