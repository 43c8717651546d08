"""What a feed carries, whose feeds there are, and which meetings stand on the calendar page."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.calendars.models import Feed, FeedScope, Fragment
from app.core import clock
from app.core.db import UtcDateTime, danish_day
from app.core.tokens import fingerprint
from app.extensions import db
from app.meetings.models import AgendaItem, Answer, AnswerWord, Meeting
from app.meetings.queries import is_shown_to, meetings_visible_to
from app.networks.discretion import Confidentiality, Measure, Output, may_be_published, measure_of
from app.networks.models import Acceptance, Membership, Network
from app.networks.queries import is_accepted_by, level_in_sql, standing_of, within_reach

AHEAD = timedelta(days=731)
CANCELLED_STAYS = timedelta(days=30)
PUBLIC_WEEKS_BACK = 4


FIELD, MOMENT = "|", "/"


@dataclass(frozen=True, slots=True)
class Entry:
    """A meeting as a feed carries it. `made_from` is what its fragment depends on beside answer and level.

    `level` is how confidential it is to whoever reads the feed, or PUBLIC where anybody may.
    """

    meeting_id: int
    made_from: str
    answer: str
    presence: str
    level: str
    stamp: datetime

    @classmethod
    def read(cls, state: str) -> "Entry":
        """From its line of a subscription's state."""
        meeting_id, made_from, answer, presence, level, answered_at, accepted_at = state.split(FIELD)
        # Moments that the database wrote alike sort as text; reading the latest alone is enough.
        latest = max(answered_at, accepted_at, *made_from.split(MOMENT)[1:])
        return cls(int(meeting_id), made_from, answer, presence, level, _moment(latest))


def last_change(*moments: datetime | None) -> datetime:
    """When what someone sees of a meeting last changed: the meeting, its network, their own answer or acceptance."""
    return max(moment for moment in moments if moment)


def _moment(text: str) -> datetime:
    """As either database writes a moment."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Subscription:
    """A feed that someone has just asked for. `state` tells all that its calendar depends on, a line per meeting.

    `network_name` is of the one network that it carries, where that may be told; the public calendar is feed 0.
    """

    feed_id: int
    name: str
    language: str
    closed_at: datetime | None
    last_fetched_at: datetime | None
    state: str
    scope: FeedScope = FeedScope.MINE
    network_name: str = ""
    alarm_minutes: int | None = None

    @property
    def entries(self) -> list[Entry]:
        return [Entry.read(state) for state in self.state.splitlines()]


def _text(column: Any) -> ColumnElement[str]:
    return func.coalesce(cast(column, String), "")


def _at(name: str) -> BindParameter[datetime]:
    return bindparam(name, type_=UtcDateTime())


PUBLIC = "public"  # in the place of a level: as anybody sees it
_is_public = Feed.scope == FeedScope.PUBLIC
_LEVEL = case((_is_public, PUBLIC), else_=level_in_sql())
_VERSION = (
    _text(Meeting.sequence)
    + MOMENT + _text(Meeting.updated_at) + MOMENT + _text(Meeting.cancelled_at) + MOMENT + _text(Network.updated_at)
)  # fmt: skip
# One line of text per meeting, put together by the database: the tag needs nothing more, and making datetimes and
# enums of five hundred rows would cost ten times the statement.
_STATE = (
    cast(Meeting.id, String) + FIELD + _VERSION
    + FIELD + _text(Answer.answer) + FIELD + _text(Answer.presence) + FIELD + _LEVEL
    + FIELD + _text(Answer.answered_at) + FIELD + _text(Acceptance.at)
)  # fmt: skip
_PUBLIC_STATE = cast(Meeting.id, String) + FIELD + _VERSION + literal(f"{FIELD * 3}{PUBLIC}{FIELD * 2}")


def variant_of(language: str, answer: str, presence: str, level: str) -> str:
    """Which of a meeting's fragments someone sees: "da-yes-online-network", and "da---network" before an answer."""
    return f"{language}-{answer}-{presence}-{level}"


_VARIANT = Person.locale + "-" + _text(Answer.answer) + "-" + _text(Answer.presence) + "-" + _LEVEL


def is_open_to_all() -> ColumnElement[bool]:
    """Public, on Meeting ⋈ Network: a coordinator has opened it, and the network's level lets its title be told."""
    levels = [level for level in Confidentiality if may_be_published(level)]
    return and_(Meeting.published_at.is_not(None), Meeting.called_at.is_not(None), Network.confidentiality.in_(levels))


def _is_in_the_window(first: ColumnElement[Any], shows_what_is_off: ColumnElement[bool]) -> ColumnElement[bool]:
    is_on = and_(Meeting.cancelled_at.is_(None), Meeting.postponed_at.is_(None))
    return and_(
        Meeting.called_at.is_not(None),
        Meeting.starts_at > first,
        Meeting.starts_at <= _at("last"),
        or_(is_on, and_(shows_what_is_off, Meeting.ends_at > _at("off_since"))),
    )


# The moments are bound from outside, because the two databases reckon with dates in two ways.
_FIRST = case(
    *((Feed.weeks_back == weeks, _at(f"first_{weeks}")) for weeks in Feed.WEEKS_BACK[:-1]),
    else_=_at(f"first_{Feed.WEEKS_BACK[-1]}"),
)


def _carried(*columns: Any) -> Select[Any]:
    """From a feed's token to the meetings it carries; the feed's row stays when it carries none.

    One's own networks come by membership. The public calendar knows no member: all networks stand in it, with what they
    have opened to all, and neither answer nor acceptance of its reader makes a difference.
    """
    is_live = and_(Feed.revoked_at.is_(None), Person.disabled_at.is_(None))
    return (
        select(*columns)
        .select_from(Feed)
        .join(Person, Person.id == Feed.person_id)
        .outerjoin(
            Membership,
            and_(
                Membership.person_id == Feed.person_id,
                Membership.left_at.is_(None),
                or_(Feed.scope == FeedScope.MINE, Membership.network_id == Feed.network_id),
                is_live,
            ),
        )
        .outerjoin(Network, or_(Network.id == Membership.network_id, and_(_is_public, is_live)))
        .outerjoin(Acceptance, and_(~_is_public, is_accepted_by(Feed.person_id)))
        .outerjoin(
            Meeting,
            and_(
                Meeting.network_id == Network.id,
                _is_in_the_window(_FIRST, ~Feed.hides_cancelled),
                or_(~_is_public, is_open_to_all()),
            ),
        )
        .outerjoin(Answer, and_(~_is_public, Answer.meeting_id == Meeting.id, Answer.person_id == Feed.person_id))
        .where(Feed.token_hash == bindparam("token_hash"))
    )


def _open_to_all(*columns: Any) -> Select[Any]:
    """What the public calendar carries to those who have no feed."""
    return (
        select(*columns)
        .select_from(Meeting)
        .join(Network, Network.id == Meeting.network_id)
        .where(is_open_to_all(), _is_in_the_window(_at("first"), literal(True)))
    )


# Made once: building these statements takes longer than running them.
_SUBSCRIPTION = _carried(
    Feed.id, Feed.name, Feed.revoked_at, Feed.last_fetched_at, Feed.scope, Feed.alarm_minutes,
    Person.locale, Person.disabled_at,
    func.aggregate_strings(_STATE, "\n"), func.max(Network.name), func.max(Network.confidentiality),
).group_by(Feed.id, Person.id)  # fmt: skip
_FRAGMENTS = _carried(Fragment.meeting_id, Fragment.variant, Fragment.version, Fragment.body).join(
    Fragment, and_(Fragment.meeting_id == Meeting.id, Fragment.variant == _VARIANT)
)
_PUBLIC_SUBSCRIPTION = _open_to_all(func.aggregate_strings(_PUBLIC_STATE, "\n"))
_PUBLIC_FRAGMENTS = _open_to_all(Fragment.meeting_id, Fragment.variant, Fragment.version, Fragment.body).join(
    Fragment, and_(Fragment.meeting_id == Meeting.id, Fragment.variant == bindparam("variant"))
)


def _window() -> dict[str, datetime]:
    now = clock.now()
    return {"last": now + AHEAD, "off_since": now - CANCELLED_STAYS}


def begins(weeks_back: int) -> datetime:
    """From when on a feed carries meetings; one that shows no past still has today's."""
    return clock.now() - (timedelta(weeks=weeks_back) or timedelta(days=1))


def _asked(token: str) -> dict[str, Any]:
    firsts = {f"first_{weeks}": begins(weeks) for weeks in Feed.WEEKS_BACK}
    return {"token_hash": fingerprint(token), **firsts, **_window()}


def _asked_by_anybody() -> dict[str, Any]:
    return {"first": begins(PUBLIC_WEEKS_BACK), **_window()}


def subscription_of(token: str) -> Subscription | None:
    """Membership, disabled accounts and revocation are asked for at every fetch; all of it is one statement."""
    row = db.session.execute(_SUBSCRIPTION, _asked(token)).first()
    if row is None:
        return None
    feed_id, name, revoked_at, last_fetched_at, scope, alarm, language, disabled_at, state, network, level = row
    told = network_told(network, level) if scope is FeedScope.NETWORK and network else ""
    return Subscription(
        feed_id, name, language, revoked_at or disabled_at, last_fetched_at, _ordered(state),
        scope=scope, network_name=told, alarm_minutes=alarm,
    )  # fmt: skip


def _ordered(state: str | None) -> str:
    return "\n".join(sorted((state or "").splitlines()))


def network_told(name: str, level: Confidentiality) -> str:
    """The name that a calendar of one network bears, where its events may say it too."""
    return name if measure_of(level, Output.CALENDAR_TEXT) >= Measure.TITLES else ""


def public_subscription(language: str) -> Subscription:
    """The calendar of what is open to all, for whoever asks. One statement."""
    state = _ordered(db.session.scalar(_PUBLIC_SUBSCRIPTION, _asked_by_anybody()))
    return Subscription(0, "", language, None, None, state, scope=FeedScope.PUBLIC)


def stored_public_fragments(language: str) -> dict[tuple[int, str, str], bytes]:
    rows = db.session.execute(
        _PUBLIC_FRAGMENTS, {"variant": variant_of(language, "", "", PUBLIC), **_asked_by_anybody()}
    )
    return {(meeting_id, variant, version): body for meeting_id, variant, version, body in rows}


def stored_fragments(token: str) -> dict[tuple[int, str, str], bytes]:
    """What is kept of the meetings that a feed carries, in its owner's variants: (meeting, variant, version) → body."""
    rows = db.session.execute(_FRAGMENTS, _asked(token))
    return {(meeting_id, variant, version): body for meeting_id, variant, version, body in rows}


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
    """The live ones, newest first."""
    return list(
        db.session.scalars(
            select(Feed)
            .options(joinedload(Feed.network))
            .where(Feed.person_id == person.id, Feed.revoked_at.is_(None))
            .order_by(Feed.created_at.desc(), Feed.id.desc())
        )
    )


def feed_for(viewer: Person, feed_id: int) -> Feed | None:
    """One's own, revoked or not; administrators do not see other people's."""
    return db.session.scalar(
        select(Feed).options(joinedload(Feed.network)).where(Feed.id == feed_id, Feed.person_id == viewer.id)
    )


def latest_fetched_of(person: Person, meeting: Meeting) -> Feed | None:
    """Of the live feeds that carry meetings of this one's network the one asked for last, or one not yet fetched."""
    return db.session.scalar(
        select(Feed)
        .where(
            Feed.person_id == person.id,
            Feed.revoked_at.is_(None),
            or_(Feed.scope == FeedScope.MINE, Feed.network_id == meeting.network_id),
        )
        .order_by(Feed.last_fetched_at.desc().nulls_last(), Feed.id.desc())
        .limit(1)
    )


Row = tuple[Meeting, AnswerWord | None]


def _mine(viewer: Person, networks: Collection[int]) -> ColumnElement[bool]:
    """Meetings of the viewer's own networks; of those among `networks` only, when any are named."""
    own = standing_of(viewer).roles
    return Meeting.network_id.in_([one for one in own if one in networks] if networks else own)


def _with_answer(viewer: Person) -> Select[Meeting, AnswerWord | None]:
    return (
        meetings_visible_to(viewer)
        .add_columns(Answer.answer)
        .outerjoin(Answer, and_(Answer.meeting_id == Meeting.id, Answer.person_id == viewer.id))
        .order_by(Meeting.starts_at, Meeting.id)
    )


def meetings_of(
    viewer: Person,
    *,
    since: datetime,
    until: datetime | None = None,
    most: int = 500,
    networks: Collection[int] = (),
) -> list[Row]:
    """Meetings of the viewer's own networks in order of time, cancelled ones too, each with the viewer's answer."""
    mine = _with_answer(viewer).where(_mine(viewer, networks), Meeting.starts_at >= since).limit(most)
    if until:
        mine = mine.where(Meeting.starts_at < until)
    return [(row[0], row[1]) for row in db.session.execute(mine)]


@dataclass(frozen=True)
class OnADay:
    """The first meetings of a day, and how many there are in all."""

    rows: list[Row]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


def days_of(
    viewer: Person, *, since: datetime, until: datetime, most_a_day: int, networks: Collection[int] = ()
) -> dict[date, OnADay]:
    """The Danish days with meetings. One statement, and no more rows than a page can show, however many there are."""
    day = danish_day(Meeting.starts_at)
    ranked = (
        select(
            Meeting.id,
            func.row_number().over(partition_by=day, order_by=(Meeting.starts_at, Meeting.id)).label("number"),
            func.count().over(partition_by=day).label("count"),
        )
        .where(
            within_reach(viewer, Meeting.network_id),
            is_shown_to(viewer),
            _mine(viewer, networks),
            Meeting.starts_at >= since,
            Meeting.starts_at < until,
        )
        .subquery()
    )
    query = _with_answer(viewer).add_columns(ranked.c.count).join(ranked, ranked.c.id == Meeting.id)
    found: dict[date, OnADay] = {}
    for meeting, answer, count in db.session.execute(query.where(ranked.c.number <= most_a_day)):
        found.setdefault(meeting.day, OnADay([], count)).rows.append((meeting, answer))
    return found
