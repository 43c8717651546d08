"""Whoever leaves a network leaves nothing behind in its date polls: any coordinator decides, and their votes go."""

from sqlalchemy import select

from app.accounts.models import Person
from app.networks.duties import Duty, Networks, Thing, among
from app.polls.models import Poll
from app.polls.operations import forget_votes_of


def _nothing(_person: Person, _networks: Networks) -> list[Thing]:
    return []


def let_go(person: Person, networks: Networks) -> None:
    """What somebody said in a poll that is decided or withdrawn stays."""
    undecided = select(Poll.id).where(
        Poll.decided_at.is_(None), Poll.withdrawn_at.is_(None), among(Poll.network_id, networks)
    )
    forget_votes_of(person.id, undecided)


POLLS = Duty(
    headings={},
    columns=frozenset({"poll_votes.person_id", "poll_ballots.person_id"}),
    open_things=_nothing,
    hand_over=lambda _things, _to, _by: None,
    end=lambda _ended, _by: None,
    let_go=let_go,
)
