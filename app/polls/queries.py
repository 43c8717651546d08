"""Which date polls there are, for whom, and what has been voted."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from app.accounts.models import Affiliation, Person
from app.accounts.queries import is_affiliated_on
from app.core import clock
from app.extensions import db
from app.networks.models import Membership, Role
from app.networks.queries import by_membership, standing_of, within_reach
from app.organisations.models import Organisation
from app.polls.models import Ballot, Poll, PollDate, Vote, VoteWord

SHOWN = 50  # ended polls in the list; whoever looks further back looks at the meetings


def polls_visible_to(viewer: Person) -> Select[Poll]:
    """Where every read of polls starts; network, host, meeting, and who asked and decided come along."""
    whole = (Poll.network, Poll.host, Poll.meeting, Poll.created_by, Poll.decided_by)
    return select(Poll).options(*map(joinedload, whole)).where(within_reach(viewer, Poll.network_id))


def poll_for(viewer: Person, poll_id: int) -> Poll | None:
    return db.session.scalar(polls_visible_to(viewer).where(Poll.id == poll_id))


def poll_to_change_for(viewer: Person, poll_id: int) -> Poll | None:
    """Locked until commit: who comes second sees what the first has done (SQLite locks at BEGIN)."""
    return db.session.scalar(polls_visible_to(viewer).where(Poll.id == poll_id).with_for_update(of=Poll))


def poll_to_vote_in_for(viewer: Person, poll_id: int) -> Poll | None:
    """Locked against decisions and changes, but not against the votes of others."""
    return db.session.scalar(polls_visible_to(viewer).where(Poll.id == poll_id).with_for_update(of=Poll, read=True))


def poll_to_tell(person: Person, poll_id: int) -> Poll | None:
    """For mails: if the person is a member, whether or not they have accepted the agreement."""
    whole = (joinedload(Poll.network), joinedload(Poll.host), joinedload(Poll.created_by))
    return db.session.scalar(
        select(Poll).options(*whole).where(Poll.id == poll_id, by_membership(person, Poll.network_id))
    )


def dates_of(poll_id: int) -> list[PollDate]:
    """Those that stand, earliest first."""
    return list(
        db.session.scalars(
            select(PollDate)
            .where(PollDate.poll_id == poll_id, PollDate.removed_at.is_(None))
            .order_by(PollDate.starts_at)
        )
    )


def date_in(poll_id: int, date_id: int) -> PollDate | None:
    return db.session.scalar(
        select(PollDate).where(PollDate.id == date_id, PollDate.poll_id == poll_id, PollDate.removed_at.is_(None))
    )


def open_poll_for_meeting(meeting_id: int) -> Poll | None:
    """The poll that looks for a postponed meeting's new date."""
    return db.session.scalar(
        select(Poll)
        .where(
            Poll.meeting_id == meeting_id, Poll.is_for_meeting, Poll.withdrawn_at.is_(None), Poll.decided_at.is_(None)
        )
        .order_by(Poll.id.desc())
        .limit(1)
    )


def is_from_a_poll(meeting_id: int) -> bool:
    """Whether votes have become its answers."""
    return bool(db.session.scalar(select(exists().where(Poll.meeting_id == meeting_id, Poll.answered_at.is_not(None)))))


# Who has voted


class Voter(NamedTuple):
    """Somebody who is asked: when they last voted, what they wrote to it, and where they are from."""

    id: int
    name: str
    cast_at: datetime | None
    word: str | None
    code: str | None


def voters_of(poll: Poll) -> list[Voter]:
    """Every member, and of a poll that is over also who voted and has left; in Danish order of name. One query."""
    is_member = exists().where(
        Membership.person_id == Person.id, Membership.network_id == poll.network_id, Membership.left_at.is_(None)
    )
    asked = and_(is_member, Person.disabled_at.is_(None))
    day = clock.local(poll.decided_at).date() if poll.decided_at else clock.today()
    rows = db.session.execute(
        select(Person.id, Person.name, Ballot.cast_at, Ballot.word, Organisation.municipality_code)
        .outerjoin(Ballot, and_(Ballot.poll_id == poll.id, Ballot.person_id == Person.id))
        .outerjoin(Affiliation, and_(Affiliation.person_id == Person.id, is_affiliated_on(day)))
        .outerjoin(Organisation, Organisation.id == Affiliation.organisation_id)
        .where(asked if poll.awaits_decision else or_(asked, Ballot.id.is_not(None)))
        .order_by(Person.sort_key, Person.id)
    )
    return [Voter(*row) for row in rows]


def votes_in(poll_id: int) -> dict[int, dict[int, VoteWord]]:
    """Person → date → what they say of it; only of dates that stand. One query."""
    rows = db.session.execute(
        select(Vote.person_id, Vote.date_id, Vote.vote)
        .join(PollDate, PollDate.id == Vote.date_id)
        .where(PollDate.poll_id == poll_id, PollDate.removed_at.is_(None))
    )
    votes: dict[int, dict[int, VoteWord]] = {}
    for person_id, date_id, vote in rows:
        votes.setdefault(person_id, {})[date_id] = vote
    return votes


def votes_on(date_id: int) -> list[tuple[int, VoteWord]]:
    """Who says what of one date, first come first: of members who can sign in."""
    rows = db.session.execute(
        select(Vote.person_id, Vote.vote)
        .join(PollDate, PollDate.id == Vote.date_id)
        .join(Poll, Poll.id == PollDate.poll_id)
        .join(Person, Person.id == Vote.person_id)
        .join(Membership, and_(Membership.person_id == Vote.person_id, Membership.network_id == Poll.network_id))
        .where(Vote.date_id == date_id, Membership.left_at.is_(None), Person.disabled_at.is_(None))
        .order_by(Vote.voted_at, Vote.id)
    )
    return [(person_id, vote) for person_id, vote in rows]


def _says_nothing_of_some_date(person_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The condition, on Poll, that of a date ahead the person has said nothing."""
    # By itself a condition is tied to what encloses it, but not to what encloses that.
    has_voted = exists().where(Vote.date_id == PollDate.id, Vote.person_id == person_id).correlate(PollDate, Membership)
    is_unanswered = exists().where(
        PollDate.poll_id == Poll.id, PollDate.removed_at.is_(None), PollDate.starts_at > clock.now(), ~has_voted
    )
    return is_unanswered.correlate(Poll, Membership)


def ids_of_the_silent(poll_id: int) -> list[int]:
    """Members who have said nothing of some date that is still ahead: whom a reminder goes to, and nobody else."""
    return list(
        db.session.scalars(
            select(Membership.person_id)
            .join(Poll, Poll.network_id == Membership.network_id)
            .join(Person, Person.id == Membership.person_id)
            .where(Poll.id == poll_id, Membership.left_at.is_(None), Person.disabled_at.is_(None))
            .where(_says_nothing_of_some_date(Membership.person_id))
            .order_by(Membership.person_id)
        )
    )


# Lists


class Asked(NamedTuple):
    """A poll in a list: how many have voted, and of how many dates ahead the viewer has said nothing."""

    poll: Poll
    voted: int
    missing: int


def _asked(viewer: Person) -> Select[Poll, int, int]:
    voted = select(func.count()).select_from(Ballot).where(Ballot.poll_id == Poll.id).correlate(Poll).scalar_subquery()
    has_voted = exists().where(Vote.date_id == PollDate.id, Vote.person_id == viewer.id)
    missing = (
        select(func.count())
        .select_from(PollDate)
        .where(PollDate.poll_id == Poll.id, PollDate.removed_at.is_(None), PollDate.starts_at > clock.now(), ~has_voted)
        .correlate(Poll)
        .scalar_subquery()
    )
    return polls_visible_to(viewer).add_columns(voted, missing)


def undecided_in(network_id: int, viewer: Person) -> list[Asked]:
    """Open and closed ones, the most urgent first. Asked once per request."""
    kept: dict[tuple[int, int], list[Asked]] = db.session.info.setdefault("polls", {})
    key = (network_id, viewer.id)
    if key not in kept:
        rows = db.session.execute(
            _asked(viewer)
            .where(Poll.network_id == network_id, Poll.withdrawn_at.is_(None), Poll.decided_at.is_(None))
            .order_by(Poll.closes_on, Poll.id)
        )
        kept[key] = [Asked(*row) for row in rows]
    return kept[key]


def ended_in(network_id: int, viewer: Person) -> list[Poll]:
    """Decided and withdrawn ones, latest first."""
    return list(
        db.session.scalars(
            polls_visible_to(viewer)
            .where(Poll.network_id == network_id, or_(Poll.withdrawn_at.is_not(None), Poll.decided_at.is_not(None)))
            .order_by(Poll.id.desc())
            .limit(SHOWN)
        )
    )


def waiting_for(viewer: Person, *, limit: int) -> list[Asked]:
    """Polls in which the viewer still has a date to answer. One query."""
    roles = standing_of(viewer).roles
    rows = db.session.execute(
        _asked(viewer)
        .where(Poll.network_id.in_(roles), Poll.asks())
        .where(
            exists().where(
                PollDate.poll_id == Poll.id,
                PollDate.removed_at.is_(None),
                PollDate.starts_at > clock.now(),
                ~exists().where(Vote.date_id == PollDate.id, Vote.person_id == viewer.id),
            )
        )
        .order_by(Poll.closes_on, Poll.id)
        .limit(limit)
    )
    return [Asked(*row) for row in rows]


# What the worker asks


def polls_to_look_after(until: date, *, at_most: int) -> list[Poll]:
    """Open polls that somebody is to be told of: the deadline is near or past, or everybody has answered. Locked.

    One that somebody is voting in at this moment is left for the next time.
    """
    is_done = and_(Poll.early_for == Poll.closes_on, Poll.last_for == Poll.closes_on, Poll.ripe_for == Poll.closes_on)
    is_silent = exists().where(
        Membership.network_id == Poll.network_id,
        Membership.left_at.is_(None),
        Person.id == Membership.person_id,
        Person.disabled_at.is_(None),
        _says_nothing_of_some_date(Membership.person_id),
    )
    is_near = and_(Poll.closes_on <= until, ~func.coalesce(is_done, false()))
    return list(
        db.session.scalars(
            select(Poll)
            .where(Poll.asks(), or_(is_near, and_(Poll.ripe_for.is_(None), ~is_silent)))
            .order_by(Poll.closes_on, Poll.id)
            .limit(at_most)
            .with_for_update(of=Poll, skip_locked=True)
        )
    )


def ids_of_coordinators(network_id: int) -> list[int]:
    return list(
        db.session.scalars(
            select(Membership.person_id)
            .join(Person, Person.id == Membership.person_id)
            .where(
                Membership.network_id == network_id,
                Membership.role == Role.COORDINATOR,
                Membership.left_at.is_(None),
                Person.disabled_at.is_(None),
            )
            .order_by(Membership.person_id)
        )
    )
