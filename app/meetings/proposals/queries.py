"""Which items are on their way to or from a meeting, and what waits in a network's backlog."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.meetings.models import AgendaItem, Meeting
from app.meetings.proposals.models import Proposal, ProposalState
from app.meetings.queries import is_on, is_shown_to, meetings_visible_to
from app.networks.policy import may_coordinate
from app.networks.queries import within_reach

SHOWN = 100  # of a backlog, and of what one person has proposed


def proposals_visible_to(viewer: Person) -> Select[Proposal]:
    """Where reads start: of networks one may enter. What has not been decided on at a meeting, policy says who sees."""
    return (
        select(Proposal)
        .options(joinedload(Proposal.network), joinedload(Proposal.proposed_by))
        .where(within_reach(viewer, Proposal.network_id))
    )


def proposal_for(viewer: Person, proposal_id: int) -> Proposal | None:
    """With its meeting, unless that is a draft that is not the viewer's to see.

    Of others a member sees the backlog; what they have asked for at a meeting is between them and the coordinators.
    """
    found = db.session.scalar(
        proposals_visible_to(viewer).options(joinedload(Proposal.meeting)).where(Proposal.id == proposal_id)
    )
    if found is None or found.is_parked or found.proposed_by_id == viewer.id:
        return found
    return found if may_coordinate(viewer, found.network_id) else None


@dataclass(frozen=True)
class Passage:
    """An item that has moved on from a meeting: which, and where it is now (None: in the backlog, or out of it)."""

    proposal: Proposal
    origin: AgendaItem
    meeting: Meeting | None
    is_shown: bool  # False where the meeting is a draft that the viewer does not see


@dataclass(frozen=True)
class Surroundings:
    """What stands around a meeting's agenda: what is asked for, what has come from before, and what has moved on."""

    waiting: list[Proposal]  # for coordinators
    own: list[Proposal]
    came_from: dict[int, Meeting]  # item of this meeting → the meeting it was moved from
    moved_on: list[Passage]


def surroundings_of(meeting: Meeting, viewer: Person) -> Surroundings:
    """One query."""
    origin, before = aliased(AgendaItem), aliased(Meeting)
    rows = db.session.execute(
        select(Proposal, before)
        .outerjoin(origin, origin.id == Proposal.origin_id)
        .outerjoin(before, before.id == origin.meeting_id)
        .options(
            contains_eager(Proposal.origin.of_type(origin)),
            joinedload(Proposal.meeting),
            joinedload(Proposal.item),
            joinedload(Proposal.proposed_by),
        )
        .where(
            Proposal.network_id == meeting.network_id,
            Proposal.state != ProposalState.WITHDRAWN,
            or_(Proposal.meeting_id == meeting.id, origin.meeting_id == meeting.id),
        )
        .order_by(Proposal.id)
    ).all()
    decides = may_coordinate(viewer, meeting.network_id)
    here = [(proposal, earlier) for proposal, earlier in rows if proposal.meeting_id == meeting.id]
    waiting = [proposal for proposal, _earlier in here if proposal.is_waiting and decides]
    own = [one for one, _earlier in here if one.origin_id is None and one.proposed_by_id == viewer.id]
    return Surroundings(
        waiting=waiting,
        own=[one for one in own if one not in waiting],
        came_from={
            proposal.item_id: earlier
            for proposal, earlier in here
            if proposal.item_id and earlier is not None and (decides or not earlier.is_draft)
        },
        moved_on=[
            Passage(proposal, proposal.origin, to, to is not None and (decides or not to.is_draft))
            for proposal, earlier in rows
            if proposal.origin is not None and earlier.id == meeting.id
            for to in [proposal.meeting]
        ],
    )


def asked_at(meeting: Meeting, viewer: Person) -> list[Proposal]:
    """All that has been proposed at a meeting, for its coordinators; for members their own. Undecided first."""
    query = (
        proposals_visible_to(viewer)
        .options(joinedload(Proposal.item))
        .where(Proposal.meeting_id == meeting.id, Proposal.origin_id.is_(None))
        .order_by((Proposal.state != ProposalState.WAITING), Proposal.id.desc())
        .limit(SHOWN)
    )
    if not may_coordinate(viewer, meeting.network_id):
        query = query.where(Proposal.proposed_by_id == viewer.id)
    return list(db.session.scalars(query))


def backlog_of(network_id: int, viewer: Person) -> list[Proposal]:
    """In its order."""
    return list(
        db.session.scalars(
            proposals_visible_to(viewer)
            .where(Proposal.network_id == network_id, Proposal.state == ProposalState.PARKED)
            .order_by(Proposal.position, Proposal.id)
            .limit(SHOWN)
        )
    )


def origins_of(proposals: list[Proposal], viewer: Person) -> dict[int, Meeting]:
    """Proposal → the meeting it was moved from. No query where none was."""
    ids = [proposal.origin_id for proposal in proposals if proposal.origin_id]
    if not ids:
        return {}
    rows = db.session.execute(
        select(AgendaItem.id, Meeting)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.id.in_(ids), is_shown_to(viewer))
    )
    meetings: dict[int, Meeting] = {row[0]: row[1] for row in rows}
    return {one.id: meetings[one.origin_id] for one in proposals if one.origin_id and one.origin_id in meetings}


def own_decided_in(network_id: int, viewer: Person) -> list[Proposal]:
    """What the viewer has proposed for later and is no longer in the backlog, latest first."""
    return list(
        db.session.scalars(
            proposals_visible_to(viewer)
            .options(joinedload(Proposal.meeting), joinedload(Proposal.item))
            .where(
                Proposal.network_id == network_id,
                Proposal.proposed_by_id == viewer.id,
                Proposal.origin_id.is_(None),
                Proposal.state.in_([ProposalState.TAKEN, ProposalState.DECLINED]),
            )
            .order_by(Proposal.decided_at.desc(), Proposal.id.desc())
            .limit(10)
        )
    )


def meetings_to_take_into(network_id: int, viewer: Person) -> list[Meeting]:
    """Where a coordinator can put an item: what is ahead, drafts too."""
    return list(
        db.session.scalars(
            meetings_visible_to(viewer)
            .where(Meeting.network_id == network_id, _still_to_come())
            .order_by(Meeting.starts_at, Meeting.id)
            .limit(20)
        )
    )


def _still_to_come() -> ColumnElement[bool]:
    """Called or a draft, and not over."""
    return and_(
        or_(is_on(), Meeting.called_at.is_(None)),
        Meeting.cancelled_at.is_(None),
        Meeting.postponed_at.is_(None),
        Meeting.closed_at.is_(None),
        Meeting.ends_at > clock.now(),
        Meeting.discarded_at.is_(None),
    )


def next_after(meeting: Meeting, *, to_change: bool = False) -> Meeting | None:
    """The network's next meeting after this one, where its items move on to."""
    query = (
        select(Meeting)
        .where(Meeting.network_id == meeting.network_id, Meeting.id != meeting.id, _still_to_come())
        .where(
            or_(
                Meeting.starts_at > meeting.starts_at,
                and_(Meeting.starts_at == meeting.starts_at, Meeting.id > meeting.id),
            )
        )
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(1)
    )
    return db.session.scalar(query.with_for_update() if to_change else query)


def last_position_in(network_id: int) -> int:
    return (
        db.session.scalar(
            select(func.max(Proposal.position)).where(
                Proposal.network_id == network_id, Proposal.state == ProposalState.PARKED
            )
        )
        or 0
    )
