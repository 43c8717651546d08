"""What the first page gathers from several features."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import Person
from app.cases.models import Case
from app.core import clock
from app.evaluations.queries import latest_to_evaluate
from app.extensions import db
from app.itip.answers.models import CounterProposal
from app.itip.answers.queries import to_answer_first
from app.meetings.models import Meeting
from app.meetings.queries import is_on
from app.networks.models import Membership, Network
from app.networks.queries import networks_visible_to
from app.organisations.models import Municipality, Organisation
from app.polls.models import Poll
from app.polls.queries import most_urgent_for


@dataclass(frozen=True)
class NetworkLine:
    """A network in the list on the home page, and what waits there: to speak of, to vote in, and to be moved or not."""

    network: Network
    next_meeting_at: datetime | None
    open_cases: int
    to_evaluate: Meeting | None
    to_vote_in: Poll | None
    to_move: CounterProposal | None


def my_networks(viewer: Person, *, limit: int = 8) -> list[NetworkLine]:
    """Networks with their next meeting, number of open cases, and what waits there for the viewer. One query."""
    next_meeting = (
        select(func.min(Meeting.starts_at))
        .where(Meeting.network_id == Network.id, Meeting.ends_at > clock.now(), is_on())
        .scalar_subquery()
    )
    open_cases = select(func.count()).where(Case.network_id == Network.id, Case.closed_at.is_(None)).scalar_subquery()
    held = aliased(Meeting)
    rows = db.session.execute(
        networks_visible_to(viewer)
        .select_from(Network)
        .add_columns(next_meeting, open_cases, held, Poll, CounterProposal)
        .outerjoin(held, held.id == latest_to_evaluate(viewer))
        .outerjoin(Poll, Poll.id == most_urgent_for(viewer))
        .outerjoin(CounterProposal, CounterProposal.id == to_answer_first(viewer))
        .options(joinedload(CounterProposal.meeting), joinedload(CounterProposal.person))
        .limit(limit)
    )
    return [NetworkLine(*row) for row in rows]


@dataclass(frozen=True)
class MunicipalityCount:
    """How many people of a municipality take part in a network."""

    name: str
    slug: str
    people: int


def people_by_municipality() -> list[MunicipalityCount]:
    """The eleven in Danish order with how many of their people are in a network; numbers only, no names."""
    rows = db.session.execute(
        select(Municipality.name, Municipality.slug, func.count(distinct(Membership.person_id)))
        .outerjoin(Organisation, Organisation.municipality_code == Municipality.code)
        .outerjoin(Person, (Person.organisation_id == Organisation.id) & Person.disabled_at.is_(None))
        .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.left_at.is_(None))
        .group_by(Municipality.name, Municipality.slug, Municipality.position)
        .order_by(Municipality.position)
    )
    return [MunicipalityCount(name, slug, people) for name, slug, people in rows]
