"""Making, renewing and revoking feeds, and what a fetch leaves behind."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.models import Person
from app.calendars.models import Feed, FeedScope, Fragment
from app.core import clock
from app.core.errors import DomainError
from app.core.tokens import fingerprint, new_secret
from app.extensions import db
from app.networks.models import Network

log = logging.getLogger(__name__)
NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class Options:
    """What can be chosen anew at the same address; `models.Feed` tells what each means."""

    weeks_back: int = 13
    alarm_minutes: int | None = None
    hides_cancelled: bool = False


USUAL = Options()


def create_feed(
    person: Person,
    *,
    name: str,
    scope: FeedScope = FeedScope.MINE,
    network: Network | None = None,
    options: Options = USUAL,
) -> tuple[Feed, str]:
    """The feed and its secret, which is shown now or never. Raises DomainError when someone has too many."""
    live = db.session.scalar(
        select(func.count()).select_from(Feed).where(Feed.person_id == person.id, Feed.revoked_at.is_(None))
    )
    if (live or 0) >= Feed.MOST:
        raise DomainError(
            _("You already have %(number)d subscriptions. Recall one you no longer use.", number=Feed.MOST)
        )
    secret = new_secret()
    feed = Feed(
        person_id=person.id, name=name, scope=scope, network=network, token_hash=fingerprint(secret), **vars(options)
    )
    db.session.add(feed)
    db.session.flush()
    return feed, secret


def change_feed(feed: Feed, *, name: str, options: Options) -> None:
    """The address stays; the calendar that uses it follows the next time it looks."""
    feed.name = name
    feed.weeks_back, feed.alarm_minutes = options.weeks_back, options.alarm_minutes
    feed.hides_cancelled = options.hides_cancelled


def renew(feed: Feed) -> str:
    """A new secret; the old address is dead at once."""
    secret = new_secret()
    feed.token_hash = fingerprint(secret)
    feed.renewed_at = clock.now()
    feed.last_fetched_at, feed.last_fetched_by = None, ""
    return secret


def revoke(feed: Feed) -> None:
    """Whoever still fetches it is told that it is closed, and gets nothing else."""
    if not feed.is_revoked:
        feed.revoked_at = clock.now()


@contextmanager
def _beside_the_read() -> Iterator[Connection]:
    """A short transaction of its own within a GET. What it keeps can be spared, so it waits briefly and never fails.

    The read's connection is given back first, so that a request never holds two.
    """
    db.session.rollback()
    try:
        with db.engine.connect() as connection:
            is_sqlite = connection.dialect.name == "sqlite"
            cursor: Any = connection.connection.cursor()
            try:
                if is_sqlite:  # holds for the connection, so it is set back
                    cursor.execute("PRAGMA busy_timeout=250")
                with connection.begin():
                    if not is_sqlite:  # ends with the transaction
                        cursor.execute("SET LOCAL lock_timeout = '250ms'")
                    yield connection
            finally:
                if is_sqlite:
                    cursor.execute("PRAGMA busy_timeout=15000")
                cursor.close()
    except SQLAlchemyError as error:
        # Its text would hold the statement's values: what meetings say does not belong in a log.
        log.warning("a calendar fetch could not note what it learned: %s", type(error).__name__)


def keep_fragments(fragments: Sequence[dict[str, Any]]) -> None:
    """Keeps what a fetch had to make anew. Whoever is last wins; an older version is noticed by the next fetch."""
    if not fragments:
        return
    with _beside_the_read() as connection:
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        statement = insert(Fragment)
        statement = statement.on_conflict_do_update(
            index_elements=[Fragment.meeting_id, Fragment.variant],
            set_={"version": statement.excluded.version, "body": statement.excluded.body},
        )
        connection.execute(statement, sorted(fragments, key=lambda kept: (kept["meeting_id"], kept["variant"])))


def note_fetch(feed_id: int, *, last_fetched_at: datetime | None, client: str) -> None:
    """Remembers who fetched a feed when, at most once an hour, so that a fetch is normally only a read."""
    now = clock.now()
    if last_fetched_at and last_fetched_at > now - NOTED_EVERY:
        return
    with _beside_the_read() as connection:
        connection.execute(
            update(Feed)
            .where(Feed.id == feed_id, or_(Feed.last_fetched_at.is_(None), Feed.last_fetched_at <= now - NOTED_EVERY))
            .values(last_fetched_at=now, last_fetched_by=client)
        )
