"""Which cases there are, for whom, in what order, and what each has not yet read.

Unread is what came after one's read position. Someone who has never opened a case has all of it to read, unless
nothing in it is newer than their membership: what was said before one joined is not a debt. Whoever is no member
(an administrator looking in) has nothing unread.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, cast, exists, func, null, or_, select, union_all
from sqlalchemy.orm import contains_eager, joinedload

from app.accounts.models import Affiliation, Person
from app.cases.models import Case, CaseAttachment, Post, PostKind, ReadPosition
from app.core import clock
from app.core.paging import Page
from app.extensions import db
from app.meetings.models import AgendaItem, Meeting
from app.meetings.queries import is_on, is_shown_to
from app.minutes.models import Decision, Minutes
from app.networks.models import Membership
from app.networks.queries import within_reach
from app.notifications.levels import effective
from app.notifications.models import ChosenLevel, Level

AnySelect = Select[*tuple[Any, ...]]
AnyRow = Row[*tuple[Any, ...]]
PER_PAGE = 25
POSTS_PER_PAGE = 50


class Shown(StrEnum):
    """Which cases a list shows."""

    OPEN = "open"
    UNREAD = "unread"
    CLOSED = "closed"


@dataclass(frozen=True)
class Reading:
    """How far someone has read a case. `number` is the last post read, 0 the case itself, None nothing at all."""

    number: int | None
    read_at: datetime | None
    joined_at: datetime | None

    def is_unread(self, case: Case) -> bool:
        """The same rule as `_is_unread` in SQL."""
        if self.joined_at is None or case.last_post_at < self.joined_at:
            return False
        return self.number is None or self.number < case.posts_count

    def first_new(self, case: Case) -> int | None:
        """The number of the first unread post of someone who has been here before."""
        return self.number + 1 if self.number is not None and self.is_unread(case) else None


@dataclass(frozen=True)
class Line:
    """A case as a list shows it. `new` is None when all is read; `meeting` is the one still to come that it is on."""

    case: Case
    is_unread: bool
    new: int
    meeting: Meeting | None


def by_whom(told: type[Case] | type[Post]) -> tuple[Any, ...]:
    """Who wrote it, and where they worked on that day."""
    return joinedload(told.author), joinedload(told.workplace).joinedload(Affiliation.organisation)


def cases_visible_to(viewer: Person) -> Select[Case]:
    """Where every read of cases starts; network, author and where the author worked come along."""
    return select(Case).options(joinedload(Case.network), *by_whom(Case)).where(within_reach(viewer, Case.network_id))


def case_for(viewer: Person, case_id: int) -> Case | None:
    return db.session.scalar(cases_visible_to(viewer).where(Case.id == case_id))


def _with_reading(query: AnySelect, viewer: Person) -> AnySelect:
    """Adds how far the viewer has read: two rows of one person only, each found by its key."""
    return query.outerjoin(
        ReadPosition, and_(ReadPosition.case_id == Case.id, ReadPosition.person_id == viewer.id)
    ).outerjoin(
        Membership,
        and_(
            Membership.network_id == Case.network_id,
            Membership.person_id == viewer.id,
            Membership.left_at.is_(None),
        ),
    )


def _is_unread() -> ColumnElement[bool]:
    return and_(
        Case.last_post_at >= Membership.joined_at,
        or_(ReadPosition.number.is_(None), ReadPosition.number < Case.posts_count),
    )


def case_with_reading(viewer: Person, case_id: int) -> tuple[Case, Reading] | None:
    """The case with what is attached to it, and how far the viewer has read it. One query."""
    query = cases_visible_to(viewer).add_columns(ReadPosition.number, ReadPosition.read_at, Membership.joined_at)
    query = query.options(joinedload(Case.attachments).joinedload(CaseAttachment.file))
    row = db.session.execute(_with_reading(query, viewer).where(Case.id == case_id)).unique().one_or_none()
    return (row[0], Reading(row[1], row[2], row[3])) if row else None


def _newest(viewer: Person, conditions: list[ColumnElement[bool]], *, limit: int, offset: int = 0) -> Subquery:
    """Those cases, last spoken in first: picked while the rows are narrow, so that sorting many is cheap.

    What is joined to them orders by these columns, not the case's own: else SQLite walks all cases in that order.
    """
    query = select(Case.id, Case.last_post_at).where(*conditions).order_by(Case.last_post_at.desc(), Case.id.desc())
    return _with_reading(query, viewer).limit(limit).offset(offset).subquery("newest")


def _rows(
    viewer: Person,
    shown: Shown,
    *beside: ColumnElement[int],
    network_id: int | None = None,
    limit: int,
    offset: int = 0,
) -> Sequence[AnyRow]:
    """What `_line` reads, last spoken in first, and `beside` after it. One query."""
    newest = _newest(viewer, _only(viewer, shown, network_id), limit=limit, offset=offset)
    query = (
        _with_reading(
            cases_visible_to(viewer)
            .add_columns(ReadPosition.number, ReadPosition.read_at, Membership.joined_at, Meeting, *beside)
            .join(newest, newest.c.id == Case.id),
            viewer,
        )
        .outerjoin(AgendaItem, and_(AgendaItem.id == Case.agenda_item_id, AgendaItem.removed_at.is_(None)))
        .outerjoin(
            Meeting,
            and_(
                Meeting.id == AgendaItem.meeting_id,
                Meeting.network_id == Case.network_id,
                is_on(),
                Meeting.ends_at > clock.now(),
            ),
        )
        .order_by(newest.c.last_post_at.desc(), newest.c.id.desc())
    )
    return db.session.execute(query).all()


def _lines(viewer: Person, shown: Shown, *, network_id: int | None = None, limit: int, offset: int = 0) -> list[Line]:
    """Cases as lists show them, last spoken in first. One query."""
    return [_line(row) for row in _rows(viewer, shown, network_id=network_id, limit=limit, offset=offset)]


def _line(row: AnyRow) -> Line:
    case, reading = row[0], Reading(row[1], row[2], row[3])
    is_unread = reading.is_unread(case)
    return Line(case, is_unread, case.posts_count - (reading.number or 0) if is_unread else 0, row[4])


def _only(viewer: Person, shown: Shown, network_id: int | None) -> list[ColumnElement[bool]]:
    conditions = [within_reach(viewer, Case.network_id)]
    if network_id is not None:
        conditions.append(Case.network_id == network_id)
    match shown:
        case Shown.OPEN:
            conditions.append(Case.closed_at.is_(None))
        case Shown.CLOSED:
            conditions.append(Case.closed_at.is_not(None))
        case Shown.UNREAD:
            conditions.append(_is_unread())
    return conditions


def cases_page(
    viewer: Person, shown: Shown, *, asked: int | None, network_id: int | None = None
) -> tuple[list[Line], Page]:
    """One page of cases, those last spoken in first. Two queries."""
    conditions = _only(viewer, shown, network_id)
    count = select(func.count(Case.id)).select_from(Case)
    if shown is Shown.UNREAD:
        count = _with_reading(count, viewer)
    page = Page.of(db.session.scalar(count.where(*conditions)) or 0, asked=asked, size=PER_PAGE)
    return _lines(viewer, shown, network_id=network_id, limit=page.size, offset=page.offset), page


def open_cases_of(viewer: Person, network_id: int, *, limit: int) -> tuple[list[Line], int]:
    """For a network's overview: the first few, and how many there are in all. One query."""
    all_of_them = select(func.count(Case.id)).where(*_only(viewer, Shown.OPEN, network_id)).correlate(None)
    rows = _rows(viewer, Shown.OPEN, all_of_them.scalar_subquery(), network_id=network_id, limit=limit)
    return [_line(row) for row in rows], rows[0][5] if rows else 0


def unread_cases_for(viewer: Person, limit: int) -> list[Line]:
    """Public, for the home page: cases with something the viewer has not read, newest first. One query."""
    return _lines(viewer, Shown.UNREAD, limit=limit)


def recent_posts_for(viewer: Person, limit: int) -> list[Post]:
    """Public, for the home page: the newest post of each of the cases last spoken in, with case, network and author.

    One per case, so that a lively case does not push the others out; found through the case's own counters, so that
    posts are never scanned. One query.
    """
    newest = _newest(viewer, [within_reach(viewer, Case.network_id), Case.posts_count > 0], limit=limit)
    return list(
        db.session.scalars(
            select(Post)
            .join(Post.case)
            .join(newest, newest.c.id == Case.id)
            .options(
                contains_eager(Post.case).joinedload(Case.network),
                joinedload(Post.author),
            )
            .where(Post.number == Case.posts_count)
            .order_by(newest.c.last_post_at.desc(), newest.c.id.desc())
        )
    )


@dataclass(frozen=True)
class Shared:
    """What somebody has shared: a case of theirs (`kind` and `number` None), or their last reply in another's."""

    case_id: int
    title: str
    at: datetime
    kind: PostKind | None
    number: int | None


def shared_by(viewer: Person, person_id: int, limit: int) -> list[Shared]:
    """The newest of it that the viewer may see, each case once. One query."""
    told = (
        select(Case.id, Case.title, Case.created_at.label("at"), cast(null(), Post.kind.type).label("kind"))
        .add_columns(cast(null(), Post.number.type).label("number"))
        .where(Case.author_id == person_id, within_reach(viewer, Case.network_id))
        .order_by(Case.created_at.desc(), Case.id.desc())
        .limit(limit)
        .subquery("told")
    )
    last = (
        select(func.max(Post.id).label("id"))
        .join(Post.case)
        .where(Post.author_id == person_id, Case.author_id != person_id, within_reach(viewer, Case.network_id))
        .group_by(Post.case_id)
        .order_by(func.max(Post.id).desc())
        .limit(limit)
        .subquery("last")
    )
    replied = (
        select(Case.id, Case.title, Post.posted_at, Post.kind, Post.number)
        .join(Post.case)
        .join(last, last.c.id == Post.id)
    )
    both = union_all(select(told), replied).subquery("both")
    rows = db.session.execute(select(both).order_by(both.c.at.desc(), both.c.id.desc()).limit(limit))
    return [Shared(*row) for row in rows]


def page_of(number: int) -> int:
    """The page a post stands on: posts are never deleted, so their numbers have no holes."""
    return max(1, -(-number // POSTS_PER_PAGE))


def posts_of(case: Case, page: Page) -> list[Post]:
    """The posts of a page with who wrote them and what is attached, found by number rather than by counting past others."""
    return list(
        db.session.scalars(
            select(Post)
            .options(*by_whom(Post), joinedload(Post.attachments).joinedload(CaseAttachment.file))
            .where(Post.case_id == case.id, Post.number > page.offset, Post.number <= page.offset + page.size)
            .order_by(Post.number)
        ).unique()
    )


def post_for(viewer: Person, post_id: int) -> Post | None:
    """A post with its case and network, if the viewer may see them."""
    return db.session.scalar(
        select(Post)
        .join(Post.case)
        .options(contains_eager(Post.case).joinedload(Case.network))
        .where(Post.id == post_id, within_reach(viewer, Case.network_id))
    )


def count_members(network_id: int) -> int:
    """How many can read what is written in a network."""
    return (
        db.session.scalar(
            select(func.count(Membership.id))
            .join(Membership.person)
            .where(Membership.network_id == network_id, Membership.left_at.is_(None), Person.disabled_at.is_(None))
        )
        or 0
    )


def is_member_now(person_id: int, network_id: int) -> bool:
    """Asked of the database each time, for mails: the worker's session may have kept an older standing."""
    return (
        db.session.scalar(
            select(Membership.id).where(
                Membership.network_id == network_id, Membership.person_id == person_id, Membership.left_at.is_(None)
            )
        )
        is not None
    )


def number_read(person_id: int, case_id: int) -> int | None:
    """The last post someone has read of a case; 0 the case itself, None nothing."""
    return db.session.scalar(
        select(ReadPosition.number).where(ReadPosition.person_id == person_id, ReadPosition.case_id == case_id)
    )


class Part(StrEnum):
    """What part someone has in a case."""

    OWN = "own"
    WROTE = "wrote"
    NONE = "none"


def part_in(person_id: int, case: Case) -> Part:
    """One query, none for whose case it is."""
    if person_id in {case.owner_id, case.author_id}:
        return Part.OWN
    wrote = db.session.scalar(select(_has_written(person_id, case)))
    return Part.WROTE if wrote else Part.NONE


def _has_written(person_id: int, case: Case) -> ColumnElement[bool]:
    return exists().where(Post.case_id == case.id, Post.author_id == person_id)


@dataclass(frozen=True)
class Following:
    """How much someone hears of a case: what they have said of it and of its network, and what part they have in it."""

    case: Level | None
    network: Level | None
    part: Part

    @property
    def level(self) -> Level:
        """The one that counts."""
        return effective(self.case, self.network, takes_part=self.part is not Part.NONE)


def following_of(person_id: int, case: Case) -> Following:
    """One query."""

    def chosen(scope: str, scope_id: int) -> Any:
        of_it = (ChosenLevel.person_id == person_id, ChosenLevel.scope == scope, ChosenLevel.scope_id == scope_id)
        return select(ChosenLevel.level).where(*of_it).scalar_subquery()

    row = db.session.execute(
        select(chosen("case", case.id), chosen("network", case.network_id), _has_written(person_id, case))
    ).one()
    is_own = person_id in {case.owner_id, case.author_id}
    return Following(row[0], row[1], Part.OWN if is_own else Part.WROTE if row[2] else Part.NONE)


def meetings_to_bring_to(viewer: Person, network_id: int) -> Sequence[Meeting]:
    """The network's meetings still to come, soonest first."""
    return db.session.scalars(
        select(Meeting)
        .where(
            within_reach(viewer, Meeting.network_id),
            Meeting.network_id == network_id,
            is_on(),
            Meeting.starts_at > clock.now(),
        )
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(20)
    ).all()


@dataclass(frozen=True)
class Path:
    """Where a case has been: the meeting it is brought to, when its minutes were shared, and what was decided."""

    case: Case
    item: AgendaItem
    meeting: Meeting
    shared_at: datetime | None
    decision: Decision | None


def _paths(viewer: Person) -> AnySelect:
    """Minutes count from the moment they are shared; of a draft nothing is read, not even for those who write it."""
    return (
        select(Case, AgendaItem, Meeting, Minutes.shared_at, Decision)
        .join(AgendaItem, AgendaItem.id == Case.agenda_item_id)
        .join(Meeting, and_(Meeting.id == AgendaItem.meeting_id, Meeting.network_id == Case.network_id))
        .outerjoin(Minutes, and_(Minutes.meeting_id == Meeting.id, Minutes.shared_at.is_not(None)))
        .outerjoin(
            Decision,
            and_(
                Decision.agenda_item_id == AgendaItem.id,
                Decision.removed_at.is_(None),
                Minutes.shared_at.is_not(None),
            ),
        )
        .options(joinedload(Case.author), joinedload(Meeting.host))
        .where(within_reach(viewer, Case.network_id), is_shown_to(viewer), AgendaItem.removed_at.is_(None))
        .order_by(AgendaItem.position, AgendaItem.id, Case.id, Decision.id)
    )


def path_of(viewer: Person, case: Case) -> Path | None:
    """None while the case is on no agenda. One query, none when it never was."""
    if case.agenda_item_id is None:
        return None
    row = db.session.execute(_paths(viewer).where(Case.id == case.id).limit(1)).first()
    return Path(*row) if row else None


def paths_through(viewer: Person, meeting_id: int) -> list[Path]:
    """The cases on a meeting's agenda, in its order; read once per request for all the parts that ask."""
    kept: dict[tuple[int, int], list[Path]] = db.session.info.setdefault("paths_through", {})
    if (viewer.id, meeting_id) not in kept:
        rows = db.session.execute(_paths(viewer).where(AgendaItem.meeting_id == meeting_id))
        first_of_each: dict[int, Path] = {}
        for row in rows:
            first_of_each.setdefault(row[0].id, Path(*row))
        kept[viewer.id, meeting_id] = list(first_of_each.values())
    return kept[viewer.id, meeting_id]
