"""Proposing an item, deciding on it, and moving items between meetings and the backlog; nothing here commits."""

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.invitations.queries import coordinators_of
from app.meetings.followers import tell_item_followers
from app.meetings.models import AgendaItem, Meeting
from app.meetings.operations.agenda import Point, add_item, remove_item, restore_item
from app.meetings.proposals import policy
from app.meetings.proposals.models import Proposal, ProposalState
from app.meetings.proposals.queries import last_position_in, next_after
from app.notifications.operations import announce


def propose(network_id: int, meeting: Meeting | None, point: Point, *, by: Person, why: str = "") -> Proposal:
    """Asks for an item at `meeting`, or, without one, puts it in the backlog. The other coordinators are told."""
    if meeting is not None and not policy.takes_proposals(meeting):
        raise DomainError(_("The meeting has begun or is off. Propose the item for a later one instead"), field="when")
    proposal = Proposal(
        network_id=network_id,
        meeting_id=meeting.id if meeting else None,
        state=ProposalState.WAITING if meeting else ProposalState.PARKED,
        position=0 if meeting else last_position_in(network_id) + 1,
        why=why,
        proposed_by_id=by.id,
        **vars(point),
    )
    db.session.add(proposal)
    db.session.flush()
    announce(
        "proposal_made",
        to=[person.id for person in coordinators_of(network_id)],
        about=f"proposal-{proposal.id}",
        payload={"proposal_id": proposal.id},
        but_not=by.id,
    )
    return proposal


def _lock(proposal: Proposal) -> None:
    db.session.refresh(proposal, ["state", "meeting_id", "item_id", "position"], with_for_update=True)
    if not proposal.is_open:
        raise DomainError(_("Somebody has decided on the proposal meanwhile. Here it stands as it is now"))


def _decide(proposal: Proposal, state: ProposalState, *, by: Person, answer: str = "") -> None:
    proposal.state, proposal.decided_at, proposal.decided_by_id, proposal.answer = state, clock.now(), by.id, answer
    announce(
        "proposal_decided",
        to=[proposal.proposed_by_id],
        about=f"proposal-{proposal.id}-{state}",
        payload={"proposal_id": proposal.id, "state": state.value},
        but_not=by.id,
    )


def take(proposal: Proposal, meeting: Meeting, *, by: Person) -> AgendaItem:
    """Puts it at the end of the meeting's agenda; whoever proposed it is told. `meeting` is locked by the caller."""
    _lock(proposal)
    if meeting.network_id != proposal.network_id or meeting.is_off or meeting.closed_at is not None:
        raise DomainError(_("Choose a meeting that is still to come"), field="meeting")
    item = add_item(meeting, _point_of(proposal))
    proposal.meeting_id, proposal.item_id = meeting.id, item.id
    _decide(proposal, ProposalState.TAKEN, by=by)
    if proposal.origin_id is not None:
        tell_item_followers(db.session.get_one(AgendaItem, proposal.origin_id), item)
    return item


def _point_of(proposal: Proposal) -> Point:
    return Point(proposal.title, proposal.kind, proposal.presenter, proposal.minutes, proposal.presenter_id)


def park(proposal: Proposal, *, by: Person) -> None:
    """From a meeting to the end of the backlog; whoever proposed it is told."""
    _lock(proposal)
    if proposal.is_parked:
        return
    proposal.position = last_position_in(proposal.network_id) + 1
    proposal.meeting_id = None
    _decide(proposal, ProposalState.PARKED, by=by)


def decline(proposal: Proposal, *, by: Person, answer: str) -> None:
    _lock(proposal)
    _decide(proposal, ProposalState.DECLINED, by=by, answer=answer)


def withdraw(proposal: Proposal, *, by: Person) -> None:
    """One's own, as long as nobody has decided. Nobody is told."""
    _lock(proposal)
    proposal.state, proposal.decided_at, proposal.decided_by_id = ProposalState.WITHDRAWN, clock.now(), by.id


def shift(proposal: Proposal, steps: int) -> None:
    """Changes place in the backlog with the one `steps` further down (-1 is up); beyond either end nothing happens."""
    _lock(proposal)
    if not proposal.is_parked:
        return
    parked = list(_parked_in(proposal.network_id))
    here = parked.index(proposal)
    there = here + steps
    if 0 <= there < len(parked):
        parked[here], parked[there] = parked[there], parked[here]
    for position, one in enumerate(parked, start=1):
        one.position = position


def _parked_in(network_id: int) -> Iterable[Proposal]:
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.network_id == network_id, Proposal.state == ProposalState.PARKED)
        .order_by(Proposal.position, Proposal.id)
        .with_for_update()
    )


def move_on(meeting: Meeting, item: AgendaItem, *, by: Person) -> Proposal:
    """Moves an item to the network's next meeting, or to the backlog where none is planned.

    What stands under the item in the minutes stays with it: the next meeting gets an item of its own. Nobody is told.
    """
    to = next_after(meeting, to_change=True)
    before = db.session.scalar(select(Proposal).where(Proposal.item_id == item.id))
    new = add_item(to, Point.of(item)) if to else None
    proposal = Proposal(
        network_id=meeting.network_id,
        meeting_id=to.id if to else None,
        origin_id=item.id,
        item_id=new.id if new else None,
        state=ProposalState.TAKEN if new else ProposalState.PARKED,
        position=0 if new else last_position_in(meeting.network_id) + 1,
        why=before.why if before else "",
        proposed_by_id=before.proposed_by_id if before else by.id,
        decided_by_id=by.id,
        decided_at=clock.now(),
        **vars(Point.of(item)),
    )
    db.session.add(proposal)
    remove_item(meeting, item)
    if new:
        tell_item_followers(item, new)
    db.session.flush()
    return proposal


def put_back(meeting: Meeting, item: AgendaItem, *, by: Person) -> None:
    """Takes a removed item back onto the agenda; if it had moved on, it is taken from where it went."""
    passage = db.session.scalar(
        select(Proposal)
        .where(Proposal.origin_id == item.id, Proposal.state != ProposalState.WITHDRAWN)
        .order_by(Proposal.id.desc())
        .limit(1)
        .with_for_update()
    )
    if passage is not None:
        _undo(passage, item, by=by)
    restore_item(meeting, item)


def _undo(passage: Proposal, item: AgendaItem, *, by: Person) -> None:
    after = db.session.get(AgendaItem, passage.item_id) if passage.item_id else None
    if after is not None:
        further = select(Proposal.id).where(Proposal.origin_id == after.id, Proposal.state != ProposalState.WITHDRAWN)
        if db.session.scalar(further.limit(1)):
            raise DomainError(_("The item has moved on from the next meeting too. Take it back there first"))
        next_meeting = db.session.get_one(Meeting, after.meeting_id, with_for_update=True)
        if next_meeting.closed_at is not None:
            raise DomainError(_("The meeting it moved to is closed, so the item stays there"))
        if after.removed_at is None:
            remove_item(next_meeting, after)
        tell_item_followers(after, item)
    passage.state, passage.decided_at, passage.decided_by_id = ProposalState.WITHDRAWN, clock.now(), by.id
