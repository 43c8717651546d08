"""What a meeting ahead needs somebody for: whom to ask, which municipality is host, who presents an item."""

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, case, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.core import clock
from app.core.formats import long_date
from app.extensions import db
from app.meetings.models import AgendaItem, Answer, EarlierAnswer, Meeting
from app.meetings.operations import substitutes
from app.meetings.proposals.models import Proposal, ProposalState
from app.networks.duties import Duty, Ended, Ending, Networks, Thing, among
from app.networks.models import Membership
from app.organisations.models import Organisation


def _is_ahead() -> ColumnElement[bool]:
    return and_(
        or_(Meeting.ends_at > clock.now(), Meeting.postponed_at.is_not(None)),
        Meeting.cancelled_at.is_(None),
        Meeting.discarded_at.is_(None),
    )


def _hosts_alone(person: Person) -> ColumnElement[bool]:
    """Whether the host is the municipality of this member, and no other member is from there."""
    own = select(Organisation.municipality_code).where(Organisation.id == person.organisation_id).scalar_subquery()
    mine, other, theirs = aliased(Membership), aliased(Membership), aliased(Organisation)
    is_member = exists().where(
        mine.network_id == Meeting.network_id, mine.person_id == person.id, mine.left_at.is_(None)
    )
    has_another = (
        select(other.id)
        .join(Person, Person.id == other.person_id)
        .join(theirs, theirs.id == Person.organisation_id)
        .where(
            other.network_id == Meeting.network_id,
            other.left_at.is_(None),
            other.person_id != person.id,
            Person.disabled_at.is_(None),
            theirs.municipality_code == Meeting.host_code,
        )
        .exists()
    )
    return and_(Meeting.host_code == own, is_member, ~has_another)


def _is_presented_by(person: Person) -> ColumnElement[bool]:
    """Presenters who are members are known by row; others are written as they are announced: the name, or the name and where from after a comma."""
    name = person.name
    return and_(
        AgendaItem.removed_at.is_(None),
        or_(
            AgendaItem.presenter_id == person.id,
            AgendaItem.presenter == name,
            func.substr(AgendaItem.presenter, 1, len(name) + 1) == f"{name},",
        ),
    )


def open_things(person: Person, networks: Networks) -> list[Thing]:
    """One query: each meeting ahead once for every item that the person presents, and once where there is none."""
    hosts_alone = case((_hosts_alone(person), True), else_=False)
    rows = db.session.execute(
        select(Meeting, hosts_alone, AgendaItem)
        .outerjoin(AgendaItem, and_(AgendaItem.meeting_id == Meeting.id, _is_presented_by(person)))
        .where(_is_ahead(), among(Meeting.network_id, networks))
        .where(or_(Meeting.contact_id == person.id, hosts_alone, AgendaItem.id.is_not(None)))
        .order_by(Meeting.starts_at, Meeting.id, AgendaItem.position, AgendaItem.id)
    )
    things: dict[str, Thing] = {}
    for meeting, is_alone, item in rows:
        found = [_contact(meeting)] if meeting.contact_id == person.id else []
        found += [_host(meeting)] if is_alone else []
        found += [_item(meeting, item)] if item is not None else []
        things |= {thing.key: thing for thing in found}
    return list(things.values())


def _contact(meeting: Meeting) -> Thing:
    url = url_for("meetings.show", meeting_id=meeting.id)
    return Thing("meeting", meeting.id, meeting.network_id, meeting.title, long_date(meeting.starts_at), url)


def _host(meeting: Meeting) -> Thing:
    note = _("%(day)s. Nobody else in the network is from there.", day=long_date(meeting.starts_at))
    url = url_for("meetings.show", meeting_id=meeting.id)
    return Thing("host", meeting.id, meeting.network_id, meeting.title, note, url, Ending.FREE)


def _item(meeting: Meeting, item: AgendaItem) -> Thing:
    note = f"{meeting.title}, {long_date(meeting.starts_at)}"
    url = url_for("meetings.show", meeting_id=meeting.id, _anchor=f"item-{item.id}")
    return Thing("item", item.id, meeting.network_id, item.title, note, url, Ending.FREE)


def hand_over(things: Sequence[Thing], to: Person, _by: Person) -> None:
    """Whoever takes over as host takes the meeting to their own municipality; the place is theirs to see to."""
    for thing in things:
        _give(thing, to)


def end(ended: Sequence[Ended], _by: Person) -> None:
    for thing, _word in ended:
        _give(thing, None)


def _give(thing: Thing, to: Person | None) -> None:
    if thing.kind == "item":
        item = db.session.get_one(AgendaItem, thing.id)
        item.presenter, item.presenter_id = (to.name, to.id) if to else ("", None)
        db.session.get_one(Meeting, item.meeting_id).touch()
        return
    meeting = db.session.get_one(Meeting, thing.id)
    if thing.kind == "meeting":
        meeting.contact_id = to.id if to else None
    else:
        organisation = db.session.get(Organisation, to.organisation_id) if to and to.organisation_id else None
        meeting.host_code = organisation.municipality_code if organisation else None
    meeting.touch()


def let_go(person: Person, networks: Networks) -> None:
    """Who has left does not come: their answers to meetings ahead are taken back, and whoever waits moves up.

    What they proposed is nobody's to present.
    """
    substitutes.let_go(person, networks)
    is_ahead = and_(
        or_(Meeting.ends_at > clock.now(), Meeting.postponed_at.is_not(None)), among(Meeting.network_id, networks)
    )
    had_answered = exists().where(Answer.meeting_id == Meeting.id, Answer.person_id == person.id)
    ahead = db.session.scalars(select(Meeting).where(is_ahead, had_answered).order_by(Meeting.id)).all()
    theirs = (Answer.person_id == person.id, Answer.meeting_id.in_([meeting.id for meeting in ahead]))
    db.session.execute(delete(Answer).where(*theirs))
    earlier = (EarlierAnswer.person_id == person.id, EarlierAnswer.meeting_id.in_(select(Meeting.id).where(is_ahead)))
    db.session.execute(delete(EarlierAnswer).where(*earlier))
    substitutes.settle_after(ahead)
    db.session.execute(
        update(Proposal)
        .where(
            Proposal.presenter_id == person.id,
            Proposal.state.in_([ProposalState.WAITING, ProposalState.PARKED]),
            among(Proposal.network_id, networks),
        )
        .values(presenter="", presenter_id=None)
    )


MEETINGS = Duty(
    headings={"meeting": _l("Meetings ahead"), "host": _l("Being host"), "item": _l("Items on the agenda")},
    columns=frozenset(
        {
            "meetings.contact_id",
            "answers.person_id",
            "earlier_answers.person_id",
            "agenda_items.presenter_id",
            "proposals.presenter_id",
        }
    ),
    open_things=open_things,
    hand_over=hand_over,
    end=end,
    let_go=let_go,
)
