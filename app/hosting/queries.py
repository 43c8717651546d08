"""Whose turn it is to be host, who has been asked, and who has been host when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import cycle, islice
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.hosting.models import AskState, HostAsk, RotaEntry
from app.meetings.models import Meeting
from app.meetings.queries import is_on, is_shown_to, meetings_visible_to
from app.networks.models import Membership, Role
from app.networks.queries import standing_of, within_reach
from app.organisations.models import Organisation
from app.organisations.queries import Place, municipalities

NEVER = datetime.min.replace(tzinfo=UTC)
SHOWN = 60  # meetings in the history; asks are fewer


@dataclass(frozen=True)
class Turn:
    """A municipality in the order of hosts. `last_on` is the day of its latest meeting as host, held or called."""

    place: Place
    last_on: date | None
    entry: RotaEntry | None = None
    turn_at: datetime | None = None  # its latest turn, open questions and drafts ahead among them
    rank: tuple[int, datetime, int] = (0, NEVER, 0)
    is_skipped: bool = False
    is_swapped: bool = False
    is_asked: bool = False

    @property
    def note(self) -> str:
        return self.entry.note if self.entry else ""


@dataclass(frozen=True)
class Rota:
    """All municipalities with members: those that are host by turns, in order, and those that are out of it."""

    in_turn: list[Turn]
    out: list[Turn]

    def turn_of(self, code: str) -> Turn | None:
        return next((turn for turn in (*self.in_turn, *self.out) if turn.place.code == code), None)

    @property
    def latest(self) -> datetime:
        """The latest turn anybody has had or has ahead."""
        return max([clock.now(), *(turn.turn_at for turn in self.in_turn if turn.turn_at)])


def _members(network_id: int) -> Subquery:
    return (
        select(Organisation.municipality_code.label("code"), func.count().label("people"))
        .join(Person, Person.organisation_id == Organisation.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.network_id == network_id, Membership.left_at.is_(None), Person.disabled_at.is_(None))
        .group_by(Organisation.municipality_code)
        .subquery("members_from")
    )


def _is_as_good_as_taken() -> ColumnElement[bool]:
    """A draft ahead that has a host is no longer free, though only coordinators see it."""
    return and_(
        Meeting.called_at.is_(None),
        Meeting.discarded_at.is_(None),
        Meeting.ends_at > clock.now(),
        Meeting.cancelled_at.is_(None),
        Meeting.postponed_at.is_(None),
    )


def _turns(network_id: int) -> Subquery:
    is_ahead = case((Meeting.ends_at > clock.now(), 1), else_=0)
    called = case((is_on(), Meeting.starts_at), else_=None)
    return (
        select(
            Meeting.host_code.label("code"),
            func.max(called).label("last_at"),
            func.max(Meeting.starts_at).label("turn_at"),
            func.sum(is_ahead).label("ahead"),
        )
        .where(Meeting.network_id == network_id, Meeting.host_code.is_not(None), or_(is_on(), _is_as_good_as_taken()))
        .group_by(Meeting.host_code)
        .subquery("turns")
    )


def _is_unanswered() -> ColumnElement[bool]:
    return and_(HostAsk.accepted_at.is_(None), HostAsk.declined_at.is_(None), HostAsk.withdrawn_at.is_(None))


def _asked(network_id: int) -> Subquery:
    """Who is waited for, or has promised a month that has no meeting yet."""
    this_month = clock.today().replace(day=1)
    is_another_host = or_(Meeting.host_code.is_(None), Meeting.host_code != HostAsk.municipality_code)
    for_meeting = and_(_is_unanswered(), Meeting.ends_at > clock.now())
    for_month = and_(HostAsk.month >= this_month, HostAsk.declined_at.is_(None), HostAsk.withdrawn_at.is_(None))
    return (
        select(
            HostAsk.municipality_code.label("code"),
            func.max(Meeting.starts_at).label("meeting_at"),
            func.max(HostAsk.month).label("month"),
            func.sum(case((and_(HostAsk.meeting_id.is_not(None), is_another_host), 1), else_=0)).label("ahead"),
            func.sum(case((_is_unanswered(), 1), else_=0)).label("waiting"),
        )
        .outerjoin(Meeting, Meeting.id == HostAsk.meeting_id)
        .where(HostAsk.network_id == network_id, or_(for_meeting, for_month))
        .group_by(HostAsk.municipality_code)
        .subquery("asked")
    )


def rota_statement(network_id: int) -> Select[Any]:
    """Public: what `rota_from` makes a rota of, a row per municipality with members; other columns may be added."""
    members, turns, asked = _members(network_id), _turns(network_id), _asked(network_id)
    return (
        select(
            members.c.code, turns.c.last_at, turns.c.turn_at, turns.c.ahead,
            asked.c.meeting_at, asked.c.month, asked.c.ahead.label("asked_ahead"), asked.c.waiting, RotaEntry,
        )
        .select_from(members)
        .outerjoin(turns, turns.c.code == members.c.code)
        .outerjoin(asked, asked.c.code == members.c.code)
        .outerjoin(RotaEntry, and_(RotaEntry.network_id == network_id, RotaEntry.municipality_code == members.c.code))
    )  # fmt: skip


def rota_from(rows: Iterable[Any]) -> Rota:
    """Public: the order, and why it is so."""
    known = {row.code: row for row in rows}
    turns = [_turn(place, known[place.code], n) for n, place in enumerate(municipalities()) if place.code in known]
    out = [turn for turn in turns if turn.entry is not None and turn.entry.out_at is not None]
    ordered = sorted((turn for turn in turns if turn not in out), key=lambda turn: turn.rank)
    marked = [replace(turn, is_skipped=_is_skipped(turn, ordered)) for turn in ordered]
    return Rota(sorted(marked, key=lambda turn: turn.is_skipped), out)


def _turn(place: Place, row: Any, position: int) -> Turn:
    """The rank: how many turns it has ahead beyond one, its latest turn, and its place in Danish order."""
    asked = [row.meeting_at]
    ahead = (row.ahead or 0) + (row.asked_ahead or 0)
    if row.month is not None:
        month_at = clock.from_wall(datetime.combine(row.month, datetime.min.time()))
        if row.turn_at is None or row.turn_at < month_at:
            asked.append(month_at)
            ahead += 1
    turn_at = max((at for at in (row.turn_at, *asked) if at is not None), default=None)
    entry: RotaEntry | None = row.RotaEntry
    is_swapped = entry is not None and entry.swapped_at is not None and entry.rank_turn_at == turn_at
    at, place_in_order = turn_at or NEVER, position
    if is_swapped and entry is not None:
        at, place_in_order = entry.rank_at or NEVER, entry.rank_position
    return Turn(
        place,
        clock.local(row.last_at).date() if row.last_at else None,
        entry=entry,
        turn_at=turn_at,
        rank=(max(0, ahead - 1), at, place_in_order),
        is_swapped=is_swapped,
        is_asked=bool(row.waiting),
    )


def _is_skipped(turn: Turn, everybody: Sequence[Turn]) -> bool:
    entry = turn.entry
    if entry is None or entry.skipped_at is None or entry.skipped_after is None:
        return False
    if turn.turn_at is not None and turn.turn_at > entry.skipped_after:
        return False  # it has been host after all
    return any((other.turn_at or NEVER) <= entry.skipped_after for other in everybody if other is not turn)


def rota_of(network_id: int) -> Rota:
    """One statement."""
    return rota_from(db.session.execute(rota_statement(network_id)))


def fair_order(network_id: int) -> list[Turn]:
    """Public: longest since last first, those who never were host before all others, then in Danish order.

    Skipped ones come last, and those taken out not at all.
    """
    return rota_of(network_id).in_turn


def hosts_in_turn(network_id: int, count: int) -> list[str]:
    """Public: the codes of the hosts for the next `count` meetings; empty where nobody could be host."""
    codes = [turn.place.code for turn in fair_order(network_id)]
    return list(islice(cycle(codes), count)) if codes else []


# Who has been asked


def asks_visible_to(viewer: Person) -> Select[HostAsk]:
    """Where every read of asks starts. One about a draft is for the coordinators and for those who are asked."""
    standing = standing_of(viewer)
    query = (
        select(HostAsk)
        .outerjoin(Meeting, Meeting.id == HostAsk.meeting_id)
        .options(
            joinedload(HostAsk.network),
            joinedload(HostAsk.municipality),
            joinedload(HostAsk.meeting),
            joinedload(HostAsk.asked_by),
            joinedload(HostAsk.answered_by),
        )
        .where(within_reach(viewer, HostAsk.network_id))
    )
    if standing.is_administrator:
        return query
    own = select(Organisation.municipality_code).where(Organisation.id == viewer.organisation_id).scalar_subquery()
    return query.where(or_(HostAsk.meeting_id.is_(None), is_shown_to(viewer), HostAsk.municipality_code == own))


def ask_for(viewer: Person, ask_id: int) -> HostAsk | None:
    return db.session.scalar(asks_visible_to(viewer).where(HostAsk.id == ask_id))


def ask_to_change_for(viewer: Person, ask_id: int) -> HostAsk | None:
    """Locked until commit, so that of two answers the second sees the first."""
    query = asks_visible_to(viewer).where(HostAsk.id == ask_id).with_for_update(of=HostAsk)
    return db.session.scalar(query.execution_options(populate_existing=True))


def asks_in(network_id: int, viewer: Person) -> list[HostAsk]:
    """Those about what is ahead, latest first."""
    this_month = clock.today().replace(day=1)
    is_ahead = or_(Meeting.ends_at > clock.now(), HostAsk.month >= this_month)
    query = asks_visible_to(viewer).where(HostAsk.network_id == network_id, HostAsk.withdrawn_at.is_(None), is_ahead)
    return list(db.session.scalars(query.order_by(HostAsk.asked_at.desc(), HostAsk.id.desc()).limit(SHOWN)))


def ask_to_tell(ask_id: int) -> HostAsk | None:
    """For mails and for the worker."""
    whole = select(HostAsk).options(
        joinedload(HostAsk.network),
        joinedload(HostAsk.municipality),
        joinedload(HostAsk.meeting),
        joinedload(HostAsk.asked_by),
        joinedload(HostAsk.answered_by),
    )
    return db.session.scalar(whole.where(HostAsk.id == ask_id))


def open_asks_about(meeting_id: int) -> list[HostAsk]:
    return list(db.session.scalars(select(HostAsk).where(HostAsk.meeting_id == meeting_id, _is_unanswered())))


def open_asks_about_month(network_id: int, month: date) -> list[HostAsk]:
    query = select(HostAsk).where(HostAsk.network_id == network_id, HostAsk.month == month, _is_unanswered())
    return list(db.session.scalars(query))


def silent_since(moment: datetime) -> list[HostAsk]:
    """Asked before `moment`, not answered and not reminded, about what is ahead."""
    is_ahead = or_(
        and_(Meeting.starts_at > clock.now(), Meeting.cancelled_at.is_(None), Meeting.postponed_at.is_(None)),
        HostAsk.month >= clock.today().replace(day=1),
    )
    return list(
        db.session.scalars(
            select(HostAsk)
            .outerjoin(Meeting, Meeting.id == HostAsk.meeting_id)
            .where(_is_unanswered(), HostAsk.reminded_at.is_(None), HostAsk.asked_at <= moment, is_ahead)
            .order_by(HostAsk.id)
            .with_for_update(of=HostAsk)
        )
    )


def promised_hosts(network_id: int, year: int) -> dict[int, str]:
    """Public: month → code of who has said yes to being host in it, before there is a meeting."""
    rows = db.session.execute(
        select(HostAsk.month, HostAsk.municipality_code)
        .where(
            HostAsk.network_id == network_id,
            HostAsk.accepted_at.is_not(None),
            HostAsk.withdrawn_at.is_(None),
            HostAsk.month >= date(year, 1, 1),
            HostAsk.month <= date(year, 12, 1),
        )
        .order_by(HostAsk.accepted_at)
    )
    return {month.month: code for month, code in rows if month is not None}


# People


@dataclass(frozen=True)
class Answerer:
    """A member and the municipality they work in."""

    person: Person
    code: str


def members_by_place(network_id: int) -> list[Answerer]:
    """Who could be asked, in Danish order of name."""
    rows = db.session.execute(
        select(Person, Organisation.municipality_code)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.network_id == network_id, Membership.left_at.is_(None), Person.disabled_at.is_(None))
        .order_by(Person.sort_key, Person.id)
    )
    return [Answerer(person, code) for person, code in rows]


def people_from(network_id: int, code: str) -> list[int]:
    """The ids of the members who work in a municipality."""
    return [one.person.id for one in members_by_place(network_id) if one.code == code]


def coordinator_ids(network_id: int) -> list[int]:
    return list(
        db.session.scalars(
            select(Membership.person_id)
            .join(Person, Person.id == Membership.person_id)
            .where(
                Membership.network_id == network_id,
                Membership.left_at.is_(None),
                Membership.role == Role.COORDINATOR,
                Person.disabled_at.is_(None),
            )
            .order_by(Membership.person_id)
        )
    )


def code_of(person: Person) -> str | None:
    """The municipality somebody works in."""
    query = select(Organisation.municipality_code).where(Organisation.id == person.organisation_id)
    return db.session.scalar(query) if person.organisation_id else None


def host_people(meeting: Meeting) -> list[int]:
    """Public: whom to remind as host. The member from there who said yes, else all from there; nobody without a host."""
    if meeting.host_code is None:
        return []
    from_there = people_from(meeting.network_id, meeting.host_code)
    month = clock.local(meeting.starts_at).date().replace(day=1)
    said_yes = db.session.scalars(
        select(HostAsk.answered_by_id)
        .where(
            HostAsk.network_id == meeting.network_id,
            HostAsk.municipality_code == meeting.host_code,
            HostAsk.accepted_at.is_not(None),
            HostAsk.withdrawn_at.is_(None),
            or_(HostAsk.meeting_id == meeting.id, HostAsk.month == month),
        )
        .order_by(HostAsk.meeting_id.is_(None), HostAsk.accepted_at.desc())
    )
    person_id = next((id_ for id_ in said_yes if id_ in from_there), None)
    return [person_id] if person_id is not None else from_there


# What has been


def history_of(network_id: int, viewer: Person) -> list[Meeting]:
    """Held meetings that had a host, latest first."""
    return list(
        db.session.scalars(
            meetings_visible_to(viewer)
            .where(Meeting.network_id == network_id, Meeting.host_code.is_not(None), is_on())
            .where(Meeting.ends_at <= clock.now())
            .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
            .limit(SHOWN)
        )
    )


def counts_of(network_id: int) -> dict[str, int]:
    """Code → how many held meetings it has been host of."""
    rows = db.session.execute(
        select(Meeting.host_code, func.count())
        .where(Meeting.network_id == network_id, Meeting.host_code.is_not(None), is_on())
        .where(Meeting.ends_at <= clock.now())
        .group_by(Meeting.host_code)
    )
    return {cast("str", code): count for code, count in rows}


def meetings_to_host(network_id: int, viewer: Person) -> list[Meeting]:
    """What one can ask for: ahead and not off, soonest first; those without a host are meant first."""
    return list(
        db.session.scalars(
            meetings_visible_to(viewer)
            .where(
                Meeting.network_id == network_id,
                Meeting.ends_at > clock.now(),
                Meeting.cancelled_at.is_(None),
                Meeting.postponed_at.is_(None),
            )
            .order_by(Meeting.starts_at, Meeting.id)
            .limit(SHOWN)
        )
    )


def names() -> dict[str, str]:
    return {place.code: place.name for place in municipalities()}


def state_about(asks: Sequence[HostAsk], host_code: str | None) -> HostAsk | None:
    """What is to be told at a meeting: the open question, or the yes of its host, or that the last one said no."""
    for state in (AskState.OPEN, AskState.ACCEPTED):
        found = [ask for ask in asks if ask.state is state and (ask.is_open or ask.municipality_code == host_code)]
        if found:
            return found[-1]
    declined = [ask for ask in asks if ask.state is AskState.DECLINED]
    return declined[-1] if declined and host_code is None else None
