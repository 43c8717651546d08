"""The outbox as the worker sees it: claiming, finishing and putting back. None of it commits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import SystemRandom
from typing import Any, Final

from sqlalchemy import and_, delete, exists, or_, select, text, update
from sqlalchemy.orm import aliased

from app.core import clock
from app.extensions import db
from app.notifications.models import Mail, MailState, Worker

LEASE: Final = timedelta(minutes=5)
TRIES: Final = 8
FIRST_WAIT: Final = timedelta(seconds=15)
LONGEST_WAIT: Final = timedelta(hours=1)
KEEP_FINISHED: Final = timedelta(days=30)
KEEP_DEAD: Final = timedelta(days=90)
_ONE_CLAIM_AT_A_TIME: Final = 0x45726661  # any number, as long as nothing else locks it
_random = SystemRandom()


@dataclass(frozen=True)
class Claimed:
    """A mail this worker holds."""

    id: int
    person_id: int | None
    thread: str
    attempts: int

    @property
    def in_order_with(self) -> tuple[int | None, str]:
        """Mails that share this go out one after another."""
        return self.person_id, self.thread


def wait_after(attempts: int) -> timedelta:
    """15 s, doubled with each try up to an hour, and a fifth more or less, so that not everything comes back at once."""
    return min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT) * _random.uniform(0.8, 1.2)


def claim(worker: str, *, at_most: int) -> list[Claimed]:
    """Leases the oldest mails that are due, in one statement, and no mail whose thread has an earlier one waiting.

    One that was put off does not count: a later one of its thread is looked at, and if it may go, that one is hurried.
    The claim is short, so PostgreSQL lets one worker claim at a time: with SKIP LOCKED alone, a second worker could
    take the later of two mails while the first is still taking the earlier. SQLite's BEGIN IMMEDIATE does the same.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ONE_CLAIM_AT_A_TIME})
    now = clock.now()
    earlier = aliased(Mail, name="earlier")
    # The states are written out, not bound, so that both databases see that the partial indexes serve.
    has_to_wait = exists().where(
        earlier.person_id == Mail.person_id,
        earlier.thread == Mail.thread,
        earlier.id < Mail.id,
        text("earlier.state IN ('ready', 'leased')"),
        or_(and_(earlier.run_at > now, earlier.put_off_at.is_(None)), earlier.lease_until > now),
    )
    due = (
        select(Mail.id)
        .where(
            text("mails.state IN ('ready', 'leased')"),
            Mail.run_at <= now,
            or_(Mail.lease_until.is_(None), Mail.lease_until <= now),
            ~has_to_wait,
        )
        .order_by(Mail.id)
        .limit(at_most)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    rows = db.session.execute(
        update(Mail)
        .where(Mail.id.in_(select(due.c.id)))
        .values(state=MailState.LEASED, lease_until=now + LEASE, leased_by=worker)
        .returning(Mail.id, Mail.person_id, Mail.thread, Mail.attempts)
        .execution_options(synchronize_session=False)
    )
    return sorted((Claimed(*row) for row in rows), key=lambda mail: mail.id)


def _change(worker: str, ids: Collection[int], **values: Any) -> set[int]:
    """Only what this worker still holds: a lease that ran out may be another's by now."""
    rows = db.session.execute(
        update(Mail)
        .where(Mail.id.in_(ids), Mail.state == MailState.LEASED, Mail.leased_by == worker)
        .values(**values)
        .returning(Mail.id)
        .execution_options(synchronize_session=False)
    )
    return {row.id for row in rows}


def _let_go(state: MailState, reason: str = "", **more: Any) -> dict[str, Any]:
    kept = {"state": state, "reason": reason[:500], "lease_until": None, "leased_by": "", "put_off_at": None}
    return kept | more


def renew(worker: str, mails: Collection[Claimed]) -> list[Claimed]:
    """Holds on to them for longer; those whose lease had run out and that another took are left out."""
    held = _change(worker, [mail.id for mail in mails], lease_until=clock.now() + LEASE)
    return [mail for mail in mails if mail.id in held]


def finish(worker: str, mail: Claimed) -> bool:
    """False when it is another worker's by now."""
    return mail.id in _change(
        worker, [mail.id], **_let_go(MailState.SENT, sent_at=clock.now(), attempts=mail.attempts + 1)
    )


def drop(worker: str, mail: Claimed, reason: str) -> bool:
    """Not sent, deliberately. False when it is another worker's by now."""
    return mail.id in _change(worker, [mail.id], **_let_go(MailState.DROPPED, reason))


def put_off(worker: str, mail: Claimed, at: datetime) -> None:
    """Not now; no try is counted."""
    _change(worker, [mail.id], **_let_go(MailState.READY, run_at=at, put_off_at=clock.now()))


def _put_off_before(mail: Claimed | Mail) -> tuple[Any, ...]:
    return (
        Mail.person_id == mail.person_id,
        Mail.thread == mail.thread,
        Mail.id < mail.id,
        text("mails.state IN ('ready', 'leased')"),
        Mail.put_off_at.is_not(None),
    )


def waits_behind_what_is_put_off(mail: Mail) -> bool:
    """Whether earlier mails of its thread have been put off, so that they have to be hurried before it goes."""
    return mail.person_id is not None and bool(db.session.scalar(select(exists().where(*_put_off_before(mail)))))


def hurry_those_before(worker: str, mail: Claimed) -> None:
    """What was put off before `mail` in its thread goes at once, and `mail` after it; no try is counted."""
    now = clock.now()
    db.session.execute(
        update(Mail)
        .where(*_put_off_before(mail))
        .values(run_at=now, put_off_at=None, is_hurried=True)
        .execution_options(synchronize_session=False)
    )
    put_back(worker, [mail])


def collect(worker: str, mail: Claimed) -> bool:
    """Kept for the next digest; a digest takes it from there. False when it is another worker's by now."""
    return mail.id in _change(worker, [mail.id], **_let_go(MailState.COLLECTED))


def give_up(worker: str, mail: Claimed, reason: str) -> None:
    _change(worker, [mail.id], **_let_go(MailState.DEAD, reason, attempts=mail.attempts + 1))


def try_later(worker: str, mail: Claimed, reason: str) -> bool:
    """Puts it back for a later try; False when that was the last one."""
    tries = mail.attempts + 1
    if tries >= TRIES:
        give_up(worker, mail, reason)
        return False
    run_at = clock.now() + wait_after(tries)
    _change(worker, [mail.id], **_let_go(MailState.READY, reason, attempts=tries, run_at=run_at))
    return True


def put_back(worker: str, mails: Collection[Claimed]) -> None:
    """Through no fault of theirs: no try is counted."""
    if mails:
        values = {"state": MailState.READY, "lease_until": None, "leased_by": ""}
        _change(worker, [mail.id for mail in mails], **values)


def show_life(worker: str) -> None:
    now = clock.now()
    alive = update(Worker).where(Worker.name == worker).values(seen_at=now).returning(Worker.name)
    if db.session.scalar(alive) is None:
        db.session.add(Worker(name=worker, started_at=now, seen_at=now))


def sign_off(worker: str) -> None:
    db.session.execute(delete(Worker).where(Worker.name == worker))


def workers() -> list[str]:
    return list(db.session.scalars(select(Worker.name)))


def bury(worker: str) -> int:
    """Takes over from a worker that is known to be dead: what it held is ready again. Returns how many."""
    held = update(Mail).where(text("mails.state IN ('ready', 'leased')"), Mail.leased_by == worker)
    values = {"state": MailState.READY, "lease_until": None, "leased_by": ""}
    freed = db.session.execute(
        held.values(**values).returning(Mail.id).execution_options(synchronize_session=False)
    ).all()
    sign_off(worker)
    return len(freed)


def purge() -> None:
    """Forgets what is done and over, and workers nobody has seen for a day."""
    now = clock.now()

    def older(states: list[MailState], than: datetime) -> Any:
        return delete(Mail).where(Mail.state.in_(states), Mail.created_at < than)

    options = {"synchronize_session": False}
    db.session.execute(older([MailState.SENT, MailState.DROPPED], now - KEEP_FINISHED), execution_options=options)
    db.session.execute(older([MailState.DEAD], now - KEEP_DEAD), execution_options=options)
    db.session.execute(delete(Worker).where(Worker.seen_at < now - timedelta(days=1)))
