"""What has been silenced, what is still owed, and what the mailbox holds."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select, text
from sqlalchemy.orm import defer

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.notifications.letters import Topic
from app.notifications.models import KeptMail, Mail, Muting, Worker


def is_muted(person_id: int, scope: str, scope_id: int) -> bool:
    return muted_topic(person_id, Topic(scope, scope_id, "")) is not None


def muted_topic(person_id: int, topic: Topic) -> str | None:
    """Which of `topic` and the wider ones it lies within this person has silenced, like "network 7"."""
    topics = [topic]
    while topics[-1].within:
        topics.append(topics[-1].within)
    matches = (and_(Muting.scope == each.scope, Muting.scope_id == each.scope_id) for each in topics)
    row = db.session.execute(
        select(Muting.scope, Muting.scope_id).where(Muting.person_id == person_id, or_(*matches)).limit(1)
    ).first()
    return f"{row.scope} {row.scope_id}" if row else None


def mutings_of(person: Person) -> list[Muting]:
    return list(db.session.scalars(select(Muting).where(Muting.person_id == person.id).order_by(Muting.created_at)))


@dataclass(frozen=True)
class Post:
    """How the sending of mail is doing: ages in seconds, None where there is nothing."""

    worker_age: float | None
    oldest_unsent: float | None

    @property
    def is_well(self) -> bool:
        return self.worker_age is not None and self.worker_age <= 60 and (self.oldest_unsent or 0) <= 15 * 60


def state_of_the_post() -> Post:
    """One cheap statement: the partial index holds only what is owed."""
    seen = select(func.max(Worker.seen_at)).scalar_subquery()
    owed = select(func.min(Mail.created_at)).where(text("mails.state IN ('ready', 'leased')")).scalar_subquery()
    row = db.session.execute(select(seen, owed)).one()
    now = clock.now()

    def age(moment: datetime | None) -> float | None:
        return None if moment is None else round(max(0.0, (now - moment).total_seconds()), 1)

    return Post(age(row[0]), age(row[1]))


def kept_for(recipient: str) -> Select[KeptMail]:
    """Mails in the mailbox, newest first; `recipient` narrows to addresses that hold it."""
    kept = select(KeptMail).order_by(KeptMail.id.desc())
    return kept.where(KeptMail.recipient.contains(recipient.lower(), autoescape=True)) if recipient else kept


def page_of_kept(recipient: str, *, offset: int, size: int) -> list[KeptMail]:
    return list(db.session.scalars(kept_for(recipient).options(defer(KeptMail.raw)).offset(offset).limit(size)))


def count_of_kept(recipient: str) -> int:
    return db.session.scalar(select(func.count()).select_from(kept_for(recipient).order_by(None).subquery())) or 0


def kept(mail_id: int) -> KeptMail | None:
    return db.session.get(KeptMail, mail_id)
