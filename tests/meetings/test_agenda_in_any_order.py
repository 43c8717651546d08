"""Whatever is done to agendas and backlog in whatever order: no item is lost, and positions are a clean order."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.accounts.models import Person
from app.core import clock as core_clock
from app.core.errors import DomainError
from app.extensions import db
from app.meetings.models import AgendaItem, Meeting
from app.meetings.operations.agenda import Point, add_item, move_item, put_in_order, remove_item
from app.meetings.proposals.models import Proposal, ProposalState
from app.meetings.proposals.operations import decline, move_on, park, propose, put_back, shift, take, withdraw
from app.meetings.queries import agenda_of, removed_from
from app.notifications.models import Mail, Notice

MEETINGS = 3
ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["add", "move", "order", "remove", "next", "back", "propose", "later", "take", "park", "shift", "decline", "withdraw"]
        ),
        st.integers(0, 20),
        st.integers(0, 20),
    ),
    max_size=25,
)  # fmt: skip


class Desk:
    """Three meetings of a network, one after the other, and what a coordinator does to them."""

    def __init__(self, world) -> None:
        with world.acting():
            db.session.execute(delete(Mail))
            db.session.execute(delete(Notice))
            db.session.execute(delete(Proposal))
            db.session.execute(delete(AgendaItem))
            db.session.execute(delete(Meeting))
        self.ids = [
            world.meeting(agenda=1, starts_at=core_clock.now() + timedelta(days=number)) for number in (3, 10, 17)
        ]
        self.network_id = world.network_id
        self.by_id, self.member_id = world.cast["coordinator"], world.cast["member"]
        self.made = MEETINGS  # items that have ever begun: added, or proposed

    def do(self, act: str, which: int, where: int) -> None:
        by = db.session.get_one(Person, self.by_id)
        member = db.session.get_one(Person, self.member_id)
        meeting = db.session.get_one(Meeting, self.ids[where % MEETINGS])
        items, removed = agenda_of(meeting.id), removed_from(meeting.id)
        open_ones = [one for one in db.session.scalars(select(Proposal).order_by(Proposal.id)) if one.is_open]
        item = items[which % len(items)] if items else None
        proposal = open_ones[which % len(open_ones)] if open_ones else None
        if act in {"add", "propose", "later"}:
            self.made += 1
            point = Point(f"Nyt {self.made}", minutes=which)
            if act == "add":
                add_item(meeting, point)
            else:
                propose(self.network_id, meeting if act == "propose" else None, point, by=member)
        elif act == "back" and removed:
            put_back(meeting, removed[which % len(removed)], by=by)
        elif item is not None and act in {"move", "order", "remove", "next"}:
            {
                "move": lambda: move_item(meeting, item, where - 10),
                "order": lambda: put_in_order(meeting, [one.id for one in reversed(items)][: where + 1]),
                "remove": lambda: remove_item(meeting, item),
                "next": lambda: move_on(meeting, item, by=by),
            }[act]()
        elif proposal is not None and act in {"take", "park", "shift", "decline", "withdraw"}:
            {
                "take": lambda: take(proposal, meeting, by=by),
                "park": lambda: park(proposal, by=by),
                "shift": lambda: shift(proposal, where - 10),
                "decline": lambda: decline(proposal, by=by, answer=""),
                "withdraw": lambda: withdraw(proposal, by=member),
            }[act]()

    def check(self) -> None:
        for meeting_id in self.ids:
            assert [item.position for item in agenda_of(meeting_id)] == list(range(1, len(agenda_of(meeting_id)) + 1))
        items = list(db.session.scalars(select(AgendaItem)))
        proposals = list(db.session.scalars(select(Proposal)))
        parked = sorted((one for one in proposals if one.is_parked), key=lambda one: (one.position, one.id))
        assert len({one.position for one in parked}) == len(parked)
        # Nothing begun is ever gone: each is an item that nothing came before, or a proposal that was none before.
        followers = {one.item_id for one in proposals if one.item_id}
        firsts = [item for item in items if item.id not in followers]
        news = [one for one in proposals if one.origin_id is None]
        assert len(firsts) + len(news) == self.made
        # What is not on its agenda was taken off, or stands in exactly one place further on.
        for item in items:
            ways = [one for one in proposals if one.origin_id == item.id and one.state is not ProposalState.WITHDRAWN]
            assert len(ways) <= 1
            assert not (ways and item.removed_at is None), "an item stands in two places"
        for one in proposals:
            assert (one.state is ProposalState.TAKEN) <= (one.item_id is not None)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_no_item_is_lost_and_positions_are_a_clean_order(app, world, acts):
    desk = Desk(world)
    for act in acts:
        with app.test_request_context(method="POST"):
            try:
                desk.do(*act)
            except DomainError:
                db.session.rollback()
            else:
                db.session.commit()
    with app.test_request_context(method="POST"):
        desk.check()
