"""How much people want to hear, what is still owed, and what the mailbox holds."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select, text
from sqlalchemy.orm import defer

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.notifications.letters import Topic
from app.notifications.models import ChosenLevel, KeptMail, Level, Mail, Worker


def is_muted(person_id: int, scope: str, scope_id: int) -> bool:
    return muted_topic(person_id, Topic(scope, scope_id, "")) is not None


def levels_on(person_id: int, topic: Topic) -> list[tuple[Topic, Level | None]]:
    """What this person has chosen for `topic` and for each of the wider ones it lies within, narrowest first. One query."""
    topics = [topic]
    while topics[-1].within:
        topics.append(topics[-1].within)
    matches = (and_(ChosenLevel.scope == each.scope, ChosenLevel.scope_id == each.scope_id) for each in topics)
    chosen = {
        (row.scope, row.scope_id): row.level
        for row in db.session.execute(
            select(ChosenLevel.scope, ChosenLevel.scope_id, ChosenLevel.level).where(
                ChosenLevel.person_id == person_id, or_(*matches)
            )
        )
    }
    return [(each, chosen.get((each.scope, each.scope_id))) for each in topics]


def muted_topic(person_id: int, topic: Topic) -> str | None:
    """Which of `topic` and the wider ones it lies within keeps all of it from this person, like "network 7"."""
    for each, level in levels_on(person_id, topic):
        if level is not None:
            return f"{each.scope} {each.scope_id}" if level is Level.MUTED else None
    return None


def chosen_levels_of(person: Person) -> list[ChosenLevel]:
    chosen = select(ChosenLevel).where(ChosenLevel.person_id == person.id).order_by(ChosenLevel.id)
    return list(db.session.scalars(chosen))


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
