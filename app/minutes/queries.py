"""What has been written, decided and taken on, as far as the viewer may see it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased, contains_eager, joinedload

from app.accounts.models import Affiliation, Person
from app.attendance.queries import account_of
from app.core.paging import Page
from app.extensions import db
from app.meetings.models import AgendaItem, AgendaKind, Meeting
from app.meetings.queries import is_shown_to, meetings_visible_to
from app.minutes.models import Action, Decision, Minutes, Revision
from app.networks.models import Role
from app.networks.queries import by_membership, standing_of, within_reach

PAGE_SIZE = 20
DONE_SHOWN = 20
CARRIED_OVER = 20


class ActionAt(NamedTuple):
    """An action and the meeting where it was taken on; the meeting's network is loaded."""

    action: Action
    meeting: Meeting


class DecisionAt(NamedTuple):
    """A decision, the agenda item it stands under, and the meeting; the meeting's network is loaded."""

    decision: Decision
    item: AgendaItem
    meeting: Meeting


class ItemAt(NamedTuple):
    """An agenda item and its meeting; the meeting's network is loaded."""

    item: AgendaItem
    meeting: Meeting


class Summary(NamedTuple):
    """A meeting's minutes in a list."""

    minutes: Minutes
    meeting: Meeting
    decisions: int
    actions: int
    open_actions: int


@dataclass
class Entry:
    """What stands under one agenda item."""

    item: AgendaItem
    starts_at: datetime
    revision: Revision | None
    decisions: list[Decision] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    taken_out: list[Decision | Action] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.revision.text if self.revision else ""

    @property
    def number(self) -> int:
        """The revision that an edit is made against; 0 before the first."""
        return self.revision.number if self.revision else 0

    @property
    def has_content(self) -> bool:
        return bool(self.text.strip() or self.decisions or self.actions)

    @property
    def is_off_agenda(self) -> bool:
        return self.item.removed_at is not None

    def rewritten_since(self, moment: datetime | None) -> datetime | None:
        """When its text was last changed, if that was after `moment`."""
        if moment is None or self.revision is None or self.revision.written_at <= moment:
            return None
        return self.revision.written_at


@dataclass
class Document:
    """All that stands in the minutes of a meeting, in the order of the agenda."""

    entries: list[Entry]

    @property
    def has_content(self) -> bool:
        return any(entry.has_content for entry in self.entries)

    @property
    def decisions(self) -> list[Decision]:
        return [decision for entry in self.entries for decision in entry.decisions]

    @property
    def actions(self) -> list[Action]:
        return [action for entry in self.entries for action in entry.actions]

    @property
    def writers(self) -> list["Participant"]:
        """Who wrote what stands there now, each once, from where they worked when they did."""
        revisions = {e.revision.author_id: e.revision for e in self.entries if e.revision}
        return [Participant(r.author, r.workplace.municipality if r.workplace else "") for r in revisions.values()]

    @property
    def last_written_at(self) -> datetime | None:
        return max((entry.revision.written_at for entry in self.entries if entry.revision), default=None)

    def changed_since(self, moment: datetime | None) -> datetime | None:
        """The last change after `moment`, to a text, a decision or what was taken on; ticking off is no change."""
        if moment is None:
            return None
        moments: list[datetime | None] = [self.last_written_at]
        for entry in self.entries:
            for thing in (*entry.decisions, *entry.actions, *entry.taken_out):
                moments += [thing.created_at, thing.edited_at, thing.removed_at]
        return max((at for at in moments if at is not None and at > moment), default=None)


class Participant(NamedTuple):
    """Someone as minutes name them: with the municipality they came from on that day, empty when they came from none."""

    person: Person
    municipality: str

    @property
    def name(self) -> str:
        return self.person.name


class Named(NamedTuple):
    """Somebody at a meeting, by name and the municipality they came from."""

    name: str
    municipality: str


@dataclass(frozen=True)
class Attendance:
    """Who was there, who had said no, and who had said yes and did not come. Without a list, who said yes was there."""

    present: list[Named]
    absent: list[Named]
    missing: list[Named] = field(default_factory=list)

    @property
    def municipalities(self) -> int:
        return len({one.municipality for one in self.present if one.municipality})


def _from_where(person: Any) -> Any:
    return joinedload(person).joinedload(Person.organisation)


def _by_whom() -> tuple[Any, ...]:
    """Who wrote a revision, and where they worked then."""
    return joinedload(Revision.author), joinedload(Revision.workplace).joinedload(Affiliation.organisation)


# What a viewer may see


def _readable_by(viewer: Person) -> ColumnElement[bool]:
    """The condition on Meeting ⟕ Minutes that what is written may be read: shared, or one's own network's draft."""
    standing = standing_of(viewer)
    if standing.is_administrator:
        return true()
    coordinated = [network_id for network_id, role in standing.roles.items() if role is Role.COORDINATOR]
    return and_(
        Meeting.network_id.in_(standing.roles),
        or_(Minutes.shared_at.is_not(None), Meeting.network_id.in_(coordinated)),
    )


def minutes_for(viewer: Person, meeting_id: int) -> Minutes | None:
    """The minutes with meeting, network and host, if the viewer may read them."""
    return db.session.scalar(
        select(Minutes)
        .join(Minutes.meeting)
        .options(
            contains_eager(Minutes.meeting).options(joinedload(Meeting.network), joinedload(Meeting.host)),
            joinedload(Minutes.shared_by),
        )
        .where(Minutes.meeting_id == meeting_id, _readable_by(viewer))
    )


def minutes_to_tell(person: Person, meeting_id: int) -> Minutes | None:
    """For mails: shared minutes, if the person is a member, whether or not they have accepted the agreement."""
    return db.session.scalar(
        select(Minutes)
        .join(Minutes.meeting)
        .options(
            contains_eager(Minutes.meeting).options(joinedload(Meeting.network), joinedload(Meeting.host)),
            joinedload(Minutes.shared_by),
        )
        .where(
            Minutes.meeting_id == meeting_id,
            Minutes.shared_at.is_not(None),
            by_membership(person, Meeting.network_id),
        )
    )


def meeting_and_minutes_for(viewer: Person, meeting_id: int) -> tuple[Meeting, Minutes | None] | None:
    """The meeting if the viewer sees it, and its minutes, if there are any: whether they may be read, policy says."""
    row = db.session.execute(
        meetings_visible_to(viewer)
        .add_columns(Minutes)
        .outerjoin(Minutes, Minutes.meeting_id == Meeting.id)
        .options(joinedload(Minutes.shared_by))
        .where(Meeting.id == meeting_id)
    ).first()
    return (row[0], row[1]) if row else None


def item_for(viewer: Person, item_id: int) -> ItemAt | None:
    row = db.session.execute(
        select(AgendaItem, Meeting)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .options(joinedload(Meeting.network))
        .where(AgendaItem.id == item_id, within_reach(viewer, Meeting.network_id), is_shown_to(viewer))
    ).first()
    return ItemAt(row[0], row[1]) if row else None


def decision_for(viewer: Person, decision_id: int) -> DecisionAt | None:
    """Also one that has been taken out: its row stays, and it can be put back."""
    row = db.session.execute(
        select(Decision, AgendaItem, Meeting)
        .join(AgendaItem, AgendaItem.id == Decision.agenda_item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .outerjoin(Minutes, Minutes.meeting_id == Meeting.id)
        .options(joinedload(Meeting.network))
        .where(Decision.id == decision_id, _readable_by(viewer))
    ).first()
    return DecisionAt(row[0], row[1], row[2]) if row else None


def _all_actions_visible_to(viewer: Person) -> Select[Action, Meeting]:
    return (
        select(Action, Meeting)
        .join(AgendaItem, AgendaItem.id == Action.agenda_item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .outerjoin(Minutes, Minutes.meeting_id == Meeting.id)
        .options(_from_where(Action.owner), joinedload(Meeting.network))
        .where(_readable_by(viewer))
    )


def actions_visible_to(viewer: Person) -> Select[Action, Meeting]:
    """Where reads of actions start; owner and network come along."""
    return _all_actions_visible_to(viewer).where(Action.removed_at.is_(None))


def action_for(viewer: Person, action_id: int, *, even_removed: bool = False) -> ActionAt | None:
    visible = _all_actions_visible_to(viewer) if even_removed else actions_visible_to(viewer)
    row = db.session.execute(visible.where(Action.id == action_id)).first()
    return ActionAt(row[0], row[1]) if row else None


def actions_for(viewer: Person, ids: Collection[int]) -> list[ActionAt]:
    rows = db.session.execute(actions_visible_to(viewer).where(Action.id.in_(ids)))
    return [ActionAt(row[0], row[1]) for row in rows]


# The document


def _is_current(revision: Any) -> ColumnElement[bool]:
    other = aliased(Revision)
    newest = select(func.max(other.number)).where(other.agenda_item_id == revision.agenda_item_id)
    return revision.number == newest.correlate(revision).scalar_subquery()


def current_revision(item_id: int) -> Revision | None:
    return db.session.scalar(
        select(Revision)
        .options(*_by_whom())
        .where(Revision.agenda_item_id == item_id)
        .order_by(Revision.number.desc())
        .limit(1)
    )


def document_of(meeting: Meeting) -> Document:
    """Three queries, however long the agenda. An item taken off the agenda stays as long as something stands under it."""
    rows = db.session.execute(
        select(AgendaItem, Revision)
        .outerjoin(Revision, and_(Revision.agenda_item_id == AgendaItem.id, _is_current(Revision)))
        .options(*_by_whom())
        .where(AgendaItem.meeting_id == meeting.id)
        .order_by(AgendaItem.position, AgendaItem.id)
    )
    entries: dict[int, Entry] = {}
    moment = meeting.starts_at
    for item, revision in rows:
        entries[item.id] = Entry(item, moment, revision)
        if item.removed_at is None:
            moment += timedelta(minutes=item.minutes)
    _add_decisions_and_actions(meeting, entries)
    return Document([entry for entry in entries.values() if entry.has_content or _is_written_under(entry.item)])


def _is_written_under(item: AgendaItem) -> bool:
    return item.removed_at is None and item.kind is not AgendaKind.BREAK


def _add_decisions_and_actions(meeting: Meeting, entries: dict[int, Entry]) -> None:
    decisions = (
        select(Decision)
        .join(AgendaItem, AgendaItem.id == Decision.agenda_item_id)
        .where(AgendaItem.meeting_id == meeting.id)
        .order_by(Decision.id)
    )
    for decision in db.session.scalars(decisions):
        entry = entries[decision.agenda_item_id]
        (entry.taken_out if decision.removed_at else entry.decisions).append(decision)
    actions = (
        select(Action)
        .join(AgendaItem, AgendaItem.id == Action.agenda_item_id)
        .options(_from_where(Action.owner))
        .where(AgendaItem.meeting_id == meeting.id)
        .order_by(Action.id)
    )
    for action in db.session.scalars(actions):
        entry = entries[action.agenda_item_id]
        (entry.taken_out if action.removed_at else entry.actions).append(action)


def attendance_at(meeting: Meeting) -> Attendance:
    """The list of who was there where one was kept. From where they worked on the meeting's day. One query."""
    account = account_of(meeting)
    return Attendance(
        present=[Named(*one) for one in account.present],
        absent=[Named(*one) for one in account.absent],
        missing=[Named(*one) for one in account.missing],
    )


# Revisions


class Marker(NamedTuple):
    """A revision without its text."""

    number: int
    author_id: int
    name: str
    written_at: datetime


def markers_of(item_id: int) -> list[Marker]:
    """Every revision of an item, newest first."""
    rows = db.session.execute(
        select(Revision.number, Revision.author_id, Person.name, Revision.written_at)
        .join(Revision.author)
        .where(Revision.agenda_item_id == item_id)
        .order_by(Revision.number.desc())
    )
    return [Marker(*row) for row in rows]


def texts_of(item_id: int, numbers: Iterable[int]) -> dict[int, str]:
    """The texts of some revisions; number 0 is the empty page before the first."""
    rows = db.session.execute(
        select(Revision.number, Revision.text).where(
            Revision.agenda_item_id == item_id, Revision.number.in_(set(numbers))
        )
    )
    return {0: "", **{row.number: row.text for row in rows}}


def revision_of(item_id: int, number: int) -> Revision | None:
    return db.session.scalar(
        select(Revision).options(*_by_whom()).where(Revision.agenda_item_id == item_id, Revision.number == number)
    )


# Lists


def _count(column: InstrumentedAttribute[int], *conditions: ColumnElement[bool]) -> Any:
    """How many decisions or actions stand in the minutes of the row's meeting."""
    model = column.class_
    item = aliased(AgendaItem)
    return (
        select(func.count(column))
        .join(item, item.id == model.agenda_item_id)
        .where(item.meeting_id == Minutes.meeting_id, model.removed_at.is_(None), *conditions)
        .correlate(Minutes)
        .scalar_subquery()
    )


def _summaries(viewer: Person) -> Select[Any]:
    return (
        select(
            Minutes,
            Meeting,
            _count(Decision.id),
            _count(Action.id),
            _count(Action.id, Action.done_at.is_(None)),
        )
        .join(Meeting, Meeting.id == Minutes.meeting_id)
        .options(joinedload(Meeting.network), joinedload(Meeting.host))
        .where(_readable_by(viewer))
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    )


def minutes_in(network_id: int, viewer: Person, *, asked: int | None) -> tuple[list[Summary], Page]:
    """One page of a network's minutes, the latest meeting first. Two queries."""
    total = db.session.scalar(
        select(func.count())
        .select_from(Minutes)
        .join(Meeting, Meeting.id == Minutes.meeting_id)
        .where(Meeting.network_id == network_id, _readable_by(viewer))
    )
    page = Page.of(total or 0, asked=asked, size=PAGE_SIZE)
    rows = db.session.execute(
        _summaries(viewer).where(Meeting.network_id == network_id).limit(page.size).offset(page.offset)
    )
    return [Summary(*row) for row in rows], page


def latest_minutes_for(viewer: Person, *, network_id: int | None = None, limit: int = 3) -> list[Summary]:
    """Public: minutes shared with the viewer, the latest meeting first, of one network or of all. One query."""
    query = _summaries(viewer).where(Minutes.shared_at.is_not(None), within_reach(viewer, Meeting.network_id))
    if network_id is not None:
        query = query.where(Meeting.network_id == network_id)
    return [Summary(*row) for row in db.session.execute(query.limit(limit))]


def shared_minutes_of_meetings(meeting_ids: Collection[int]) -> dict[int, Minutes]:
    """Public: the shared minutes of these meetings, by meeting. One query."""
    rows = db.session.scalars(
        select(Minutes).where(Minutes.meeting_id.in_(meeting_ids), Minutes.shared_at.is_not(None))
    )
    return {minutes.meeting_id: minutes for minutes in rows}


def decisions_under(agenda_item_ids: Collection[int]) -> dict[int, list[Decision]]:
    """Public: what was decided under these agenda items, as far as the minutes are shared. One query."""
    found: dict[int, list[Decision]] = defaultdict(list)
    rows = db.session.scalars(
        select(Decision)
        .join(AgendaItem, AgendaItem.id == Decision.agenda_item_id)
        .join(Minutes, Minutes.meeting_id == AgendaItem.meeting_id)
        .where(
            Decision.agenda_item_id.in_(agenda_item_ids),
            Decision.removed_at.is_(None),
            Minutes.shared_at.is_not(None),
        )
        .order_by(Decision.id)
    )
    for decision in rows:
        found[decision.agenda_item_id].append(decision)
    return dict(found)


def _soonest_first() -> tuple[Any, ...]:
    """By due date, those without one last, on both databases alike."""
    return Action.due_on.is_(None), Action.due_on, Action.id


def open_actions_of(person: Person, *, limit: int | None = None) -> list[ActionAt]:
    """Public: what someone has taken on and not yet done, across networks, overdue first. One query."""
    rows = db.session.execute(
        actions_visible_to(person)
        .where(Action.owner_id == person.id, Action.done_at.is_(None))
        .order_by(*_soonest_first())
        .limit(limit)
    )
    return [ActionAt(row[0], row[1]) for row in rows]


def done_actions_of(person: Person) -> list[ActionAt]:
    rows = db.session.execute(
        actions_visible_to(person)
        .where(Action.owner_id == person.id, Action.done_at.is_not(None))
        .order_by(Action.done_at.desc(), Action.id.desc())
        .limit(DONE_SHOWN)
    )
    return [ActionAt(row[0], row[1]) for row in rows]


# On the page of a meeting


@dataclass(frozen=True)
class Background:
    """What a meeting's page shows of minutes: its own, if the viewer may read them, and what is open since before."""

    minutes: Minutes | None
    open_actions: Sequence[ActionAt]


def background_of(meeting: Meeting, viewer: Person) -> Background:
    """One query, asked once per request."""
    kept: dict[tuple[int, int], Background] = db.session.info.setdefault("minutes_backgrounds", {})
    key = (meeting.id, viewer.id)
    if key not in kept:
        kept[key] = _background_of(meeting, viewer)
    return kept[key]


def _background_of(meeting: Meeting, viewer: Person) -> Background:
    is_own = Meeting.id == meeting.id
    is_open = and_(Action.removed_at.is_(None), Action.done_at.is_(None))
    earlier = and_(Meeting.network_id == meeting.network_id, Meeting.starts_at < meeting.starts_at)
    rows = db.session.execute(
        select(Minutes, Meeting, Action)
        .join(Meeting, Meeting.id == Minutes.meeting_id)
        .outerjoin(AgendaItem, and_(AgendaItem.meeting_id == Meeting.id, Meeting.id != meeting.id))
        .outerjoin(Action, and_(Action.agenda_item_id == AgendaItem.id, is_open))
        .options(_from_where(Action.owner))
        .where(or_(is_own, and_(earlier, Action.id.is_not(None))), _readable_by(viewer))
        .order_by(is_own.desc(), *_soonest_first())
        .limit(CARRIED_OVER + 1)
    ).all()
    own = next((row[0] for row in rows if row[1].id == meeting.id), None)
    return Background(own, [ActionAt(row[2], row[1]) for row in rows if row[2] is not None][:CARRIED_OVER])
