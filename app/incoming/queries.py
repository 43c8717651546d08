"""Which mails have come in, for whom, and how the last look into the mailbox went."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import defer, joinedload, undefer

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.incoming import policy
from app.incoming.models import Fate, IncomingMail, MailboxPoll


def mail_for(viewer: Person, mail_id: int) -> IncomingMail | None:
    """With all of it."""
    mail = db.session.scalar(
        select(IncomingMail)
        .options(undefer(IncomingMail.raw), joinedload(IncomingMail.person))
        .where(IncomingMail.id == mail_id)
    )
    return mail if mail is not None and policy.may_read(viewer, mail) else None


@dataclass(frozen=True)
class MailsLike:
    """Which mails are looked for; what is empty narrows nothing."""

    fate: Fate | None = None
    address: str = ""

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        if self.fate is not None:
            conditions.append(IncomingMail.fate == self.fate)
        if self.address:
            columns = (IncomingMail.from_address, IncomingMail.recipient, IncomingMail.about)
            conditions.append(or_(*(one.contains(self.address.lower(), autoescape=True) for one in columns)))
        return conditions


def mails_before(like: MailsLike, mail_id: int | None, *, size: int) -> list[IncomingMail]:
    """The next `size` older than the mail; the newest when it is None."""
    query = select(IncomingMail).options(defer(IncomingMail.raw), joinedload(IncomingMail.person))
    if mail_id is not None:
        query = query.where(IncomingMail.id < mail_id)
    return list(db.session.scalars(query.where(*like.conditions).order_by(IncomingMail.id.desc()).limit(size)))


def counts_since(since: datetime) -> dict[Fate, int]:
    rows = db.session.execute(
        select(IncomingMail.fate, func.count()).where(IncomingMail.received_at > since).group_by(IncomingMail.fate)
    )
    return {fate: count for fate, count in rows}  # noqa: C416 - rows are no pairs to the types


def last_poll(mailbox: str) -> MailboxPoll | None:
    return db.session.get(MailboxPoll, mailbox)


def seconds_since_poll(mailbox: str) -> float | None:
    """Since a look into the mailbox last went well."""
    poll = last_poll(mailbox)
    return round((clock.now() - poll.polled_at).total_seconds(), 1) if poll and poll.polled_at else None
