"""Who wants what when, what waits for a digest, and what is in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import Person
from app.digests.models import Collected, Digest, Hours, Rhythm
from app.extensions import db
from app.networks.models import Membership, Network
from app.notifications.models import ChosenLevel, Level, Mail

SCOPE: Final = "digest"  # of the topic of digests, so that all of them can be stopped with one click


@dataclass(frozen=True)
class Wish:
    """What someone has chosen for one network they are a member of."""

    network_id: int
    name: str
    level: Level
    rhythm: Rhythm | None


@dataclass(frozen=True)
class Choices:
    """All that someone has chosen; networks in Danish order, and the hours that count before any are chosen."""

    wishes: list[Wish]
    hours: Hours
    has_stopped: bool  # all digests, by the link in one

    @property
    def rhythms(self) -> list[Rhythm]:
        return [wish.rhythm for wish in self.wishes if wish.rhythm]


def choices_of(person: Person) -> Choices:
    """One query."""
    stopped = aliased(ChosenLevel)
    rows = db.session.execute(
        select(Network.id, Network.name, ChosenLevel.level, Rhythm, Hours, stopped.id)
        .select_from(Person)
        .outerjoin(Membership, and_(Membership.person_id == Person.id, Membership.left_at.is_(None)))
        .outerjoin(Network, Network.id == Membership.network_id)
        .outerjoin(Hours, Hours.person_id == Person.id)
        .outerjoin(Rhythm, and_(Rhythm.person_id == Person.id, Rhythm.network_id == Network.id))
        .outerjoin(
            ChosenLevel,
            and_(
                ChosenLevel.person_id == Person.id,
                ChosenLevel.scope == "network",
                ChosenLevel.scope_id == Network.id,
            ),
        )
        .outerjoin(
            stopped,
            and_(stopped.person_id == Person.id, stopped.scope == SCOPE, stopped.level == Level.MUTED),
        )
        .where(Person.id == person.id)
        .order_by(Network.sort_key, Network.id)
    ).all()
    wishes = [Wish(id_, name, level or Level.NORMAL, rhythm) for id_, name, level, rhythm, *_more in rows if id_]
    return Choices(wishes, rows[0][4] or hours_before_any_choice(person.id), rows[0][5] is not None)


def hours_before_any_choice(person_id: int) -> Hours:
    return Hours(person_id=person_id, digest_hour=Hours.DIGEST_HOUR, are_weekends_quiet=False)


def times_of(person_id: int, network_id: int | None) -> tuple[Hours | None, Rhythm | None]:
    """What the gates ask: the person's hours, and the rhythm of the network if there is one. One query."""
    row = db.session.execute(
        select(Hours, Rhythm)
        .select_from(Person)
        .outerjoin(Hours, Hours.person_id == Person.id)
        .outerjoin(Rhythm, and_(Rhythm.person_id == Person.id, Rhythm.network_id == network_id))
        .where(Person.id == person_id)
    ).one()
    return row[0], row[1]


Waiting = Row[Mail, Network]


def waiting_for(person: Person, *, at_most: int) -> Sequence[Waiting]:
    """What waits for the person's next digests with its network, in the order it was written. One query."""
    return db.session.execute(
        select(Mail, Network)
        .join(Collected, Collected.mail_id == Mail.id)
        .join(Network, Network.id == Collected.network_id)
        .where(Collected.person_id == person.id, Collected.digest_id.is_(None))
        .order_by(Network.sort_key, Network.id, Mail.id)
        .limit(at_most)
    ).all()


def count_waiting(person: Person) -> int:
    waiting = select(func.count(Collected.mail_id))
    return db.session.scalar(waiting.where(Collected.person_id == person.id, Collected.digest_id.is_(None))) or 0


def taken_by(digest_ids: Sequence[int]) -> Sequence[Waiting]:
    """What these digests are to tell. One query."""
    return db.session.execute(
        select(Mail, Network)
        .join(Collected, Collected.mail_id == Mail.id)
        .join(Network, Network.id == Collected.network_id)
        .where(Collected.digest_id.in_(digest_ids))
        .order_by(Network.sort_key, Network.id, Mail.id)
    ).all()


def digests_with(ids: Sequence[int]) -> list[Digest]:
    return list(db.session.scalars(select(Digest).options(joinedload(Digest.network)).where(Digest.id.in_(ids))))
