"""The inbox of the application as rows: written with the announcement, read, forgotten. None of it commits."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import (
    JSON,
    ColumnElement,
    Integer,
    ScalarSelect,
    String,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Person
from app.core import clock
from app.core.db import UtcDateTime
from app.extensions import db
from app.notifications.glimpses import Kind, kind_of, network_of
from app.notifications.models import ChosenLevel, Level, Notice

KEEP_READ: Final = timedelta(days=90)
KEEP: Final = timedelta(days=365)
_AT_ONCE: Final = 5000  # people in one statement; SQLite takes some 32,000 values


def put_in_inboxes(kind: str, *, to: Sequence[int], about: str, thread: str, payload: dict[str, Any]) -> None:
    """One statement, which asks for the network itself and leaves out whoever does not want to hear of it."""
    how = kind_of(kind)
    if how is None:
        return
    network = network_of(how, payload)
    columns = ["key", "kind", "person_id", "network_id", "thread", "number", "payload", "created_at"]
    for start in range(0, len(to), _AT_ONCE):
        rows = select(
            literal(f"{kind}:{about}:", String) + cast(Person.id, String),
            literal(kind, String),
            Person.id,
            network if network is not None else cast(null(), Integer),
            literal(thread, String),
            literal(payload.get("number", 0), Integer),
            literal(payload, JSON),
            literal(clock.now(), UtcDateTime),
        ).where(Person.id.in_(to[start : start + _AT_ONCE]), *_is_wanted(how, payload, network))
        db.session.execute(insert(Notice).from_select(columns, rows, include_defaults=False))


def _is_wanted(how: Kind, payload: dict[str, Any], network: ScalarSelect[int] | None) -> list[ColumnElement[bool]]:
    """What somebody has muted stays out of the inbox, too; what is owed does not."""
    if how.owed or network is None:
        return []
    scopes: list[tuple[str, Any]] = [("network", network)]
    if "case_id" in payload:
        scopes.insert(0, ("case", payload["case_id"]))
    chosen = (
        select(ChosenLevel.level)
        .where(ChosenLevel.person_id == Person.id, ChosenLevel.scope == scope, ChosenLevel.scope_id == scope_id)
        .correlate(Person)
        .scalar_subquery()
        for scope, scope_id in scopes
    )
    return [func.coalesce(*chosen, literal(Level.NORMAL, ChosenLevel.level.type)) != Level.MUTED]


def unread_of(person_id: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """How many notices somebody of the query has not read: no statement of its own on each page."""
    unread = select(func.count(Notice.id)).where(Notice.person_id == person_id, Notice.read_at.is_(None))
    return unread.correlate(Person).scalar_subquery()


def notice_of(person: Person, notice_id: int) -> Notice | None:
    return db.session.scalar(select(Notice).where(Notice.id == notice_id, Notice.person_id == person.id))


def read_notice(notice: Notice) -> None:
    notice.read_at = notice.read_at or clock.now()


def unread_notice(notice: Notice) -> None:
    notice.read_at = None


def read_notices(person_id: int, *, network_id: int | None = None) -> None:
    """All of them, or those of one network."""
    unread = update(Notice).where(Notice.person_id == person_id, Notice.read_at.is_(None))
    if network_id is not None:
        unread = unread.where(Notice.network_id == network_id)
    db.session.execute(unread.values(read_at=clock.now()).execution_options(synchronize_session=False))


def read_thread(person_id: int, thread: str, *, up_to: int | None = None) -> None:
    """Somebody has seen for themselves what these told, in a case up to the post of this number."""
    unread = update(Notice).where(Notice.person_id == person_id, Notice.thread == thread, Notice.read_at.is_(None))
    if up_to is not None:
        unread = unread.where(Notice.number <= up_to)
    db.session.execute(unread.values(read_at=clock.now()).execution_options(synchronize_session=False))


def forget_network(person_id: int, network_id: int) -> None:
    """Whoever has left a network is told nothing more of it, not even what was told before."""
    left = delete(Notice).where(Notice.person_id == person_id, Notice.network_id == network_id)
    db.session.execute(left.execution_options(synchronize_session=False))


def purge_notices() -> None:
    now = clock.now()
    over = or_(Notice.read_at < now - KEEP_READ, Notice.created_at < now - KEEP)
    db.session.execute(delete(Notice).where(over).execution_options(synchronize_session=False))
