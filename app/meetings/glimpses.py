"""What the inbox says of meetings: calls, changes, seats, substitutes and proposals."""

from collections.abc import Callable

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, String, case, cast, func
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.core.formats import clock_time, day_month, weekday
from app.meetings.forms import SAID
from app.meetings.models import AnswerWord, Meeting, Substitution
from app.meetings.proposals.models import Proposal, ProposalState
from app.networks.models import Network
from app.notifications import glimpses
from app.notifications.glimpses import Facts, Glimpse, Kind, Say, Sort, Thing

AREA = _l("Meetings")
_absent, _substitute = aliased(Person, name="absent"), aliased(Person, name="substitute")


def _people_of(query: Select[Substitution]) -> Select[Substitution]:
    return (
        query.select_from(Substitution)
        .join(Meeting, Meeting.id == Substitution.meeting_id)
        .join(_absent, _absent.id == Substitution.absent_id)
        .outerjoin(_substitute, _substitute.id == Substitution.person_id)
    )


def _of_proposal(query: Select[Proposal]) -> Select[Proposal]:
    return (
        query.select_from(Proposal)
        .join(Person, Person.id == Proposal.proposed_by_id)
        .join(Network, Network.id == Proposal.network_id)
    )


MEETING = Sort(
    Meeting.id,
    network=Meeting.network_id,
    title=Meeting.title,
    at=Meeting.starts_at,
    state=case((Meeting.discarded_at.is_not(None), "discarded"), else_=""),
)
SUBSTITUTION = Sort(
    Substitution.id,
    network=Meeting.network_id,
    title=Meeting.title,
    at=Meeting.starts_at,
    number=Meeting.id,
    who=_absent.name,
    state=func.coalesce(_substitute.name, Substitution.name, ""),
    join=_people_of,
)
PROPOSAL = Sort(
    Proposal.id,
    network=Proposal.network_id,
    title=Proposal.title,
    who=Person.name,
    number=Proposal.network_id,
    state=cast(Proposal.meeting_id, String),
    join=_of_proposal,
)


def dated(thing: Thing) -> str:
    """A meeting's title with its day."""
    return _("%(title)s, %(day)s", title=thing.title, day=f"{weekday(thing.moment)} {day_month(thing.moment)}")


def at_meeting(words: Callable[[Facts, Thing], str], *, anchor: str | None = None) -> Say:
    """A line that leads to the meeting's page, with whoever acted beside it. Public, for the rooms above."""

    def say(payload: Facts, thing: Thing) -> Glimpse | None:
        if thing.state == "discarded":
            return None
        url = url_for("meetings.show", meeting_id=thing.id, _anchor=anchor)
        return Glimpse(words(payload, thing), url, payload.get("by", ""))

    return say


def _changed(change: Callable[[Facts], str]) -> Say:
    def words(payload: Facts, thing: Thing) -> str:
        day = _("%(weekday)s %(day)s at %(time)s", weekday=weekday(thing.moment), day=day_month(thing.moment), time=clock_time(thing.moment))  # fmt: skip
        return _("%(change)s: %(title)s, %(day)s", change=change(payload), title=thing.title, day=day)

    return at_meeting(words)


def _about_seat(words: Callable[[Thing], str], note: Callable[[Thing], str], endpoint: str = "meetings.show") -> Say:
    """Of a substitution, whose meeting is its number."""
    return lambda _payload, thing: Glimpse(words(thing), url_for(endpoint, meeting_id=thing.number), note(thing))


def _substitute_answered(payload: Facts, thing: Thing) -> Glimpse:
    comes = payload["what"] in {"approved", "joined"}
    words = (
        _("Your substitute: %(title)s", title=dated(thing))
        if comes
        else _("Your substitute does not come: %(title)s", title=dated(thing))
    )
    return Glimpse(words, url_for("meetings.show", meeting_id=thing.number), thing.state)


def _page_of_proposal(thing: Thing) -> str:
    if thing.state:
        return url_for("proposals.of_meeting", meeting_id=int(thing.state))
    return url_for("proposals.backlog", network_id=thing.number)


def _proposal_made(_payload: Facts, thing: Thing) -> Glimpse:
    return Glimpse(
        _("%(name)s proposes an item: %(title)s", name=thing.who, title=thing.title), _page_of_proposal(thing)
    )


def _proposal_decided(payload: Facts, thing: Thing) -> Glimpse | None:
    words = {
        ProposalState.TAKEN: _("Your item is on the agenda: %(title)s", title=thing.title),
        ProposalState.PARKED: _("Your item is kept for a later meeting: %(title)s", title=thing.title),
        ProposalState.DECLINED: _("Your proposal is declined: %(title)s", title=thing.title),
    }.get(ProposalState(payload["state"]))
    return Glimpse(words, _page_of_proposal(thing)) if words else None


def _put_in(payload: Facts, thing: Thing) -> str:
    answer = SAID[AnswerWord(payload["answer"])]
    return _("Your answer: %(answer)s. %(title)s", answer=answer, title=dated(thing))


def register() -> None:
    glimpses.add_sort("meeting", MEETING)
    glimpses.add_sort("substitution", SUBSTITUTION)
    glimpses.add_sort("proposal", PROPOSAL)

    def of_meeting(say: Say, icon: str) -> Kind:
        return Kind(say, icon, AREA, sort="meeting", named="meeting_id")

    def of_substitution(say: Say) -> Kind:
        return Kind(say, "arrows-right-left", AREA, sort="substitution", named="substitution_id")

    def of_proposal(say: Say) -> Kind:
        return Kind(say, "light-bulb", AREA, sort="proposal", named="proposal_id")

    kinds = {
        "meeting_called": of_meeting(_changed(lambda _payload: _("Call")), "calendar-days"),
        "meeting_moved": of_meeting(
            _changed(lambda payload: _("Moved") if "time" in payload.get("changes", {}) else _("Changed")),
            "calendar-days",
        ),
        "meeting_postponed": of_meeting(_changed(lambda _payload: _("Postponed")), "calendar-days"),
        "meeting_dated": of_meeting(_changed(lambda _payload: _("New date")), "calendar-days"),
        "meeting_cancelled": of_meeting(_changed(lambda _payload: _("Cancelled")), "x-circle"),
        "meeting_restored": of_meeting(_changed(lambda _payload: _("On again")), "calendar-days"),
        "seat_given": of_meeting(
            at_meeting(lambda _payload, thing: _("There is a seat for you: %(title)s", title=dated(thing))), "ticket"
        ),
        "answer_wanted": of_meeting(
            at_meeting(lambda _payload, thing: _("Are you coming? %(title)s", title=dated(thing)), anchor="answer"),
            "question-mark-circle",
        ),
        "answer_put_in": of_meeting(at_meeting(_put_in), "check-circle"),
        "substitute_asked": of_substitution(
            _about_seat(
                lambda thing: _("Come instead of a colleague: %(title)s", title=dated(thing)), lambda thing: thing.who
            )
        ),
        "substitute_released": of_substitution(
            _about_seat(
                lambda thing: _("You need not come instead: %(title)s", title=dated(thing)), lambda thing: thing.who
            )
        ),
        "substitute_proposed": of_substitution(
            _about_seat(
                lambda thing: _("May somebody new come? %(title)s", title=dated(thing)),
                lambda thing: thing.who,
                endpoint="meetings.sign_up",
            )
        ),
        "substitute_answered": of_substitution(_substitute_answered),
        "proposal_made": of_proposal(_proposal_made),
        "proposal_decided": of_proposal(_proposal_decided),
    }
    for kind, how in kinds.items():
        glimpses.register(kind, how)
