"""Whoever leaves a network proposes no time to it any more."""

from sqlalchemy import select, update

from app.accounts.models import Person
from app.core import clock
from app.extensions import db
from app.itip.answers.models import CounterEnd, CounterProposal
from app.meetings.models import Meeting
from app.networks.duties import Duty, Networks, Thing, among


def _nothing(_person: Person, _networks: Networks) -> list[Thing]:
    return []


def let_go(person: Person, networks: Networks) -> None:
    """What somebody proposed and nobody has answered is taken back."""
    theirs = select(Meeting.id).where(among(Meeting.network_id, networks))
    db.session.execute(
        update(CounterProposal)
        .where(
            CounterProposal.person_id == person.id,
            CounterProposal.ended_at.is_(None),
            CounterProposal.meeting_id.in_(theirs),
        )
        .values(ended_at=clock.now(), ending=CounterEnd.WITHDRAWN, ended_by_id=person.id)
    )


COUNTERS = Duty(
    headings={},
    columns=frozenset({"counter_proposals.person_id"}),
    open_things=_nothing,
    hand_over=lambda _things, _to, _by: None,
    end=lambda _ended, _by: None,
    let_go=let_go,
)
