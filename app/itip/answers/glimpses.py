"""What the inbox says of answers by mail, of other times that are proposed, and of words that a coordinator has to read."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, case, cast, func, or_, true
from sqlalchemy.types import String

from app.accounts.models import Person
from app.core.formats import clock_time, day_month, weekday
from app.itip.answers.models import CounterEnd, CounterProposal, Remark
from app.meetings.glimpses import at_meeting, dated
from app.meetings.models import Meeting
from app.networks.queries import standing_of
from app.notifications import glimpses
from app.notifications.glimpses import Facts, Glimpse, Kind, Say, Sort, Thing

AREA = _l("Meetings")
OPEN, DISCARDED, STALE = "open", "discarded", "stale"


def _around_remark(query: Select[Remark]) -> Select[Remark]:
    return (
        query.select_from(Remark)
        .join(Meeting, Meeting.id == Remark.meeting_id)
        .outerjoin(Person, Person.id == Remark.person_id)
    )


def _around_counter(query: Select[CounterProposal]) -> Select[CounterProposal]:
    return (
        query.select_from(CounterProposal)
        .join(Meeting, Meeting.id == CounterProposal.meeting_id)
        .join(Person, Person.id == CounterProposal.person_id)
    )


def _is_steered_by(viewer: Person) -> ColumnElement[bool]:
    """Whoever is no longer a coordinator neither reads what came for the coordinators nor sees that it came."""
    standing = standing_of(viewer)
    if standing.is_administrator:
        return true()
    return Meeting.network_id.in_([network_id for network_id in standing.roles if standing.coordinates(network_id)])


REMARK = Sort(
    Remark.id,
    network=Meeting.network_id,
    title=Meeting.title,
    at=Meeting.starts_at,
    who=func.coalesce(Person.name, func.nullif(Remark.from_name, ""), Remark.from_address),
    state=case((Meeting.discarded_at.is_not(None), DISCARDED), else_=""),
    number=Meeting.id,
    join=_around_remark,
    seen_by=_is_steered_by,
)
_IS_AS_IT_WAS = and_(CounterProposal.was_starts_at == Meeting.starts_at, CounterProposal.was_ends_at == Meeting.ends_at)
COUNTER = Sort(
    CounterProposal.id,
    network=Meeting.network_id,
    title=Meeting.title,
    at=CounterProposal.starts_at,
    who=Person.name,
    state=case(
        (Meeting.discarded_at.is_not(None), DISCARDED),
        (CounterProposal.ended_at.is_(None), OPEN),
        (and_(CounterProposal.ending == CounterEnd.DECLINED, ~_IS_AS_IT_WAS), STALE),
        else_=cast(CounterProposal.ending, String),
    ),
    number=Meeting.id,
    join=_around_counter,
    seen_by=lambda viewer: or_(CounterProposal.person_id == viewer.id, _is_steered_by(viewer)),
)


def _day(thing: Thing) -> str:
    return _(
        "%(weekday)s %(day)s at %(time)s",
        weekday=weekday(thing.moment),
        day=day_month(thing.moment),
        time=clock_time(thing.moment),
    )


def _remark_made(payload: Facts, thing: Thing) -> Glimpse | None:
    if thing.state == DISCARDED:
        return None
    words = (
        _("Answer from somebody who is not called: %(title)s", title=dated(thing))
        if payload["what"] == "stranger"
        else _("Mail about the meeting: %(title)s", title=dated(thing))
    )
    return Glimpse(words, url_for("counters.of_meeting", meeting_id=thing.number), thing.who)


def _time_proposed(_payload: Facts, thing: Thing) -> Glimpse | None:
    """Once it is answered it still stands; what was taken back or overtaken is nobody's business any more."""
    if thing.state not in {OPEN, CounterEnd.ACCEPTED, CounterEnd.DECLINED, STALE}:
        return None
    words = _("%(name)s proposes another time, %(day)s: %(title)s", name=thing.who, day=_day(thing), title=thing.title)
    return Glimpse(words, url_for("counters.of_meeting", meeting_id=thing.number))


def _time_declined(payload: Facts, thing: Thing) -> Glimpse | None:
    if thing.state != CounterEnd.DECLINED:
        return None
    words = _("You proposed %(day)s, but the time stands: %(title)s", day=_day(thing), title=thing.title)
    return Glimpse(words, url_for("meetings.show", meeting_id=thing.number, _anchor="answer"), payload["by"])


def _claimed(payload: Facts, thing: Thing) -> Glimpse | None:
    """Leads to the form with the answer that was given in their name, to be confirmed."""
    if thing.state == DISCARDED:
        return None
    url = url_for("meetings.show", meeting_id=thing.id, answer=payload["said"], _anchor="answer")
    return Glimpse(_("Was it you who answered? %(title)s", title=dated(thing)), url, payload["sender"])


def register() -> None:
    glimpses.add_sort("remark", REMARK)
    glimpses.add_sort("counter", COUNTER)

    def of_meeting(say: Say, icon: str) -> Kind:
        return Kind(say, icon, AREA, sort="meeting", named="meeting_id")

    kinds = {
        "answer_understood": of_meeting(
            at_meeting(
                lambda _payload, thing: _("Your answer by mail is noted: %(title)s", title=dated(thing)),
                anchor="answer",
            ),
            "check-circle",
        ),
        "words_passed_on": of_meeting(
            at_meeting(
                lambda _payload, thing: _("Your mail is passed on to the coordinators: %(title)s", title=dated(thing)),
                anchor="answer",
            ),
            "envelope",
        ),
        "answer_outdated": of_meeting(
            at_meeting(
                lambda _payload, thing: _(
                    "Your answer was to another time. Are you coming? %(title)s", title=dated(thing)
                ),
                anchor="answer",
            ),
            "question-mark-circle",
        ),
        "answer_claimed": of_meeting(_claimed, "question-mark-circle"),
        "remark_made": Kind(_remark_made, "envelope", AREA, sort="remark", named="remark_id"),
        "time_proposed": Kind(_time_proposed, "clock", AREA, sort="counter", named="counter_id"),
        "time_declined": Kind(_time_declined, "clock", AREA, sort="counter", named="counter_id"),
    }
    for kind, how in kinds.items():
        glimpses.register(kind, how)
