"""What a feed carries, whose feeds there are, and which meetings stand on the calendar page."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.calendars.models import Feed, Fragment
from app.core import clock
from app.core.tokens import fingerprint
from app.extensions import db
from app.meetings.models import AgendaItem, Answer, AnswerWord, Meeting, Presence
from app.meetings.queries import meetings_visible_to
from app.networks.models import Membership, Network
from app.networks.queries import standing_of

BACK, AHEAD = timedelta(days=90), timedelta(days=731)
CANCELLED_STAYS = timedelta(days=30)


class Entry(NamedTuple):
    """A meeting as one person's feed carries it: which, and what it looks like depends on."""

    meeting_id: int
    sequence: int
    changed_at: datetime
    cancelled_at: datetime | None
    network_changed_at: datetime
    answer: AnswerWord | None
    presence: Presence | None
    answered_at: datetime | None

    @classmethod
    def of(cls, meeting: Meeting, answer: Answer | None) -> "Entry":
        said = (answer.answer, answer.presence, answer.answered_at) if answer else (None, None, None)
        changed = (meeting.updated_at, meeting.cancelled_at, meeting.network.updated_at)
        return cls(meeting.id, meeting.sequence, *changed, *said)

    @property
    def stamp(self) -> datetime:
        """When what this person sees of the meeting last changed."""
        moments = (self.changed_at, self.cancelled_at, self.network_changed_at, self.answered_at)
        return max(moment for moment in moments if moment)


@dataclass(frozen=True)
class Subscription:
    """A feed that someone has just asked for, and what it carries now."""

    feed_id: int
    name: str
    language: str
    closed_at: datetime | None
    last_fetched_at: datetime | None
    entries: list[Entry]


def subscription_of(token: str) -> Subscription | None:
    """Membership, disabled accounts and revocation are asked for at every fetch; all of it is one statement."""
    now = clock.now()
    rows = db.session.execute(
        select(
            Feed.id, Feed.name, Feed.revoked_at, Feed.last_fetched_at, Person.locale, Person.disabled_at,
            Meeting.id, Meeting.sequence, Meeting.updated_at, Meeting.cancelled_at, Network.updated_at,
            Answer.answer, Answer.presence, Answer.answered_at,
        )
        .select_from(Feed)
        .join(Person, Person.id == Feed.person_id)
        .outerjoin(
            Membership,
            and_(
                Membership.person_id == Feed.person_id,
                Membership.left_at.is_(None),
                Feed.revoked_at.is_(None),
                Person.disabled_at.is_(None),
            ),
        )
        .outerjoin(Network, Network.id == Membership.network_id)
        .outerjoin(
            Meeting,
            and_(
                Meeting.network_id == Network.id,
                Meeting.starts_at.between(now - BACK, now + AHEAD),
                or_(Meeting.cancelled_at.is_(None), Meeting.ends_at > now - CANCELLED_STAYS),
            ),
        )
        .outerjoin(Answer, and_(Answer.meeting_id == Meeting.id, Answer.person_id == Feed.person_id))
        .where(Feed.token_hash == fingerprint(token))
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()  # fmt: skip
    if not rows:
        return None
    feed_id, name, revoked_at, last_fetched_at, language, disabled_at = rows[0][:6]
    entries = [Entry._make(row[6:]) for row in rows if row[6] is not None]
    return Subscription(feed_id, name, language, revoked_at or disabled_at, last_fetched_at, entries)


def stored_fragments(meeting_ids: Sequence[int], variants: Iterable[str]) -> dict[tuple[int, str], tuple[str, bytes]]:
    """(meeting, variant) → (version, body)."""
    rows = db.session.execute(
        select(Fragment.meeting_id, Fragment.variant, Fragment.version, Fragment.body).where(
            Fragment.meeting_id.in_(meeting_ids), Fragment.variant.in_(sorted(variants))
        )
    )
    return {(meeting_id, variant): (version, body) for meeting_id, variant, version, body in rows}


def meetings_with_agenda(meeting_ids: Sequence[int]) -> dict[int, tuple[Meeting, list[AgendaItem]]]:
    """Two statements, however many. Whoever calls has made sure that they may be seen."""
    meetings = db.session.scalars(
        select(Meeting)
        .options(joinedload(Meeting.network), joinedload(Meeting.host))
        .where(Meeting.id.in_(meeting_ids))
    ).all()
    agendas: dict[int, list[AgendaItem]] = defaultdict(list)
    for item in db.session.scalars(
        select(AgendaItem)
        .where(AgendaItem.meeting_id.in_(meeting_ids), AgendaItem.removed_at.is_(None))
        .order_by(AgendaItem.meeting_id, AgendaItem.position, AgendaItem.id)
    ):
        agendas[item.meeting_id].append(item)
    return {meeting.id: (meeting, agendas[meeting.id]) for meeting in meetings}


def feeds_of(person: Person) -> list[Feed]:
    """The live ones, oldest first."""
    return list(
        db.session.scalars(
            select(Feed)
            .where(Feed.person_id == person.id, Feed.revoked_at.is_(None))
            .order_by(Feed.created_at, Feed.id)
        )
    )


def feed_for(viewer: Person, feed_id: int) -> Feed | None:
    """One's own, revoked or not; administrators do not see other people's."""
    return db.session.scalar(select(Feed).where(Feed.id == feed_id, Feed.person_id == viewer.id))


def latest_fetched_of(person: Person) -> Feed | None:
    """The live feed that a calendar program asked for last, or one not yet fetched."""
    return db.session.scalar(
        select(Feed)
        .where(Feed.person_id == person.id, Feed.revoked_at.is_(None))
        .order_by(Feed.last_fetched_at.desc().nulls_last(), Feed.id.desc())
        .limit(1)
    )


Row = tuple[Meeting, AnswerWord | None]


def meetings_of(viewer: Person, *, since: datetime, until: datetime | None = None, most: int = 500) -> list[Row]:
    """Meetings of the viewer's own networks in order of time, cancelled ones too, each with the viewer's answer."""
    mine = (
        meetings_visible_to(viewer)
        .add_columns(Answer.answer)
        .outerjoin(Answer, and_(Answer.meeting_id == Meeting.id, Answer.person_id == viewer.id))
        .where(Meeting.network_id.in_(standing_of(viewer).roles), Meeting.starts_at >= since)
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(most)
    )
    if until:
        mine = mine.where(Meeting.starts_at < until)
    return [(row[0], row[1]) for row in db.session.execute(mine)]
