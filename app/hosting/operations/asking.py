"""Asking a municipality to be host, its yes or no, and whom that is told."""

from dataclasses import replace
from datetime import date, timedelta

from flask_babel import gettext as _

from app.accounts.models import Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.hosting import queries
from app.hosting.models import HostAsk
from app.hosting.operations.rota import skip
from app.meetings.models import Meeting
from app.meetings.operations.scheduling import Facts, edit_meeting
from app.notifications.operations import announce

SILENCE = timedelta(days=4)


def ask(
    network_id: int,
    code: str,
    *,
    by: Person,
    meeting: Meeting | None = None,
    month: date | None = None,
    person_id: int | None = None,
    word: str = "",
) -> tuple[HostAsk, int]:
    """Puts the question, of a locked meeting or of a month; returns it and how many are mailed.

    Another open question about the same is withdrawn: two cannot both say yes.
    """
    addressees = queries.people_from(network_id, code)
    if not addressees:
        raise DomainError(_("Nobody from there is in the network any more"), field="whom")
    if person_id is not None and person_id not in addressees:
        raise DomainError(_("That person is no longer a member from there"), field="whom")
    if meeting is not None and needs_no_host(meeting):
        raise DomainError(_("The meeting is off or over, so it needs no host"), field="what")
    open_ones = _open_about(network_id, meeting, month)
    if any(one.municipality_code == code for one in open_ones):
        raise DomainError(_("They are asked already and have not answered yet"), field="whom")
    for one in open_ones:
        one.withdrawn_at = clock.now()
    asked = HostAsk(
        network_id=network_id,
        municipality_code=code,
        meeting_id=meeting.id if meeting else None,
        month=None if meeting else month,
        person_id=person_id,
        word=word,
        instead_of_code=meeting.host_code if meeting else None,
        asked_by_id=by.id,
    )
    db.session.add(asked)
    db.session.flush()
    to = [person_id] if person_id is not None else addressees
    payload = {"ask_id": asked.id, "is_reminder": False}
    return asked, announce("host_asked", to=to, about=f"ask-{asked.id}", payload=payload, but_not=by.id)


def needs_no_host(meeting: Meeting) -> bool:
    """Off, over, or a draft that was deleted."""
    return meeting.is_off or meeting.is_over or meeting.discarded_at is not None


def _open_about(network_id: int, meeting: Meeting | None, month: date | None) -> list[HostAsk]:
    if meeting is not None:
        return queries.open_asks_about(meeting.id)
    return queries.open_asks_about_month(network_id, month) if month is not None else []


def _refuse_unless_open(asked: HostAsk) -> None:
    if asked.withdrawn_at is not None:
        raise DomainError(_("The question was withdrawn, so there is nothing to answer"))
    if not asked.is_open:
        raise DomainError(_("The question is answered already"))
    if asked.is_past or (asked.meeting is not None and needs_no_host(asked.meeting)):
        raise DomainError(_("The meeting is off or over, so it needs no host"))


def accept(asked: HostAsk, meeting: Meeting | None, *, by: Person, place: str = "") -> int:
    """The municipality is host. `meeting` is the ask's own, locked; a place given goes to it and is told as any move."""
    _refuse_unless_open(asked)
    if meeting is not None and meeting.host_code not in {None, asked.municipality_code, asked.instead_of_code}:
        raise DomainError(_("Another host has been found meanwhile. Thank you all the same"))
    asked.accepted_at, asked.answered_by_id, asked.place = clock.now(), by.id, place
    if meeting is not None:
        facts = replace(Facts.of(meeting), host_code=asked.municipality_code)
        if place and place != meeting.place:
            facts = replace(facts, place=place, address="", venue=None)  # place and link tell which kind it is
        edit_meeting(meeting, facts, by=by)
    return _tell_coordinators(asked, by=by)


def decline(asked: HostAsk, meeting: Meeting | None, *, by: Person, reason: str, passes_turn: bool = False) -> int:
    """They cannot. Their turn is kept, so that they come first next time, unless they pass it on for this round."""
    _refuse_unless_open(asked)
    asked.declined_at, asked.answered_by_id, asked.reason = clock.now(), by.id, reason
    asked.passes_turn = passes_turn
    if meeting is not None and meeting.host_code == asked.municipality_code:
        edit_meeting(meeting, replace(Facts.of(meeting), host_code=None), by=by)
    db.session.flush()
    if passes_turn and len(queries.fair_order(asked.network_id)) > 1:
        skip(asked.network_id, asked.municipality_code, reason=reason[:300], by=by)
    return _tell_coordinators(asked, by=by)


def withdraw(asked: HostAsk) -> bool:
    """Nobody is waited for any more. False when it was answered or withdrawn before."""
    if not asked.is_open:
        return False
    asked.withdrawn_at = clock.now()
    return True


def _tell_coordinators(asked: HostAsk, *, by: Person) -> int:
    to = queries.coordinator_ids(asked.network_id)
    return announce("host_answered", to=to, about=f"ask-{asked.id}", payload={"ask_id": asked.id}, but_not=by.id)


def follow_meeting(meeting: Meeting) -> None:
    """Whoever is asked about a meeting that is off need not answer."""
    if meeting.is_off or meeting.discarded_at is not None:
        for asked in queries.open_asks_about(meeting.id):
            withdraw(asked)


def remind_the_silent() -> int:
    """The worker's chore: once, to those who were asked some days ago. Doing it twice does no harm."""
    silent = queries.silent_since(clock.now() - SILENCE)
    for asked in silent:
        asked.reminded_at = clock.now()
        addressees = queries.people_from(asked.network_id, asked.municipality_code)
        to = [asked.person_id] if asked.person_id in addressees else addressees
        payload = {"ask_id": asked.id, "is_reminder": True}
        announce("host_asked", to=[id_ for id_ in to if id_], about=f"ask-{asked.id}-reminder", payload=payload)
    return len(silent)
