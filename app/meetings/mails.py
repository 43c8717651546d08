"""The mails about meetings, composed when they are sent: whoever may no longer see the meeting gets none."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.accounts.models import Person
from app.core.formats import clock_time, day_month, weekday
from app.meetings import queries
from app.meetings.forms import ANSWERS, KINDS
from app.meetings.models import Meeting
from app.meetings.timetable import timetable_of
from app.networks.discretion import Output, discreetly, if_everything
from app.networks.queries import level_for
from app.notifications import letters
from app.notifications.letters import Letter, NotSent

Facts = dict[str, Any]


def _meeting_of(person: Person, payload: Facts) -> Meeting | NotSent:
    meeting = queries.meeting_to_tell(person, payload["meeting_id"])
    if meeting is None:
        return NotSent("no longer a member of the network")
    if meeting.is_over:
        return NotSent("the meeting is over")
    return meeting


def _letter(person: Person, name: str, change: str, meeting: Meeting, payload: Facts, **more: Any) -> Letter:
    """Calls and what follows them are owed: they carry no topic, so they can't be switched off."""
    level = level_for(person, meeting.network)
    title = discreetly(meeting, level, Output.MAIL_SUBJECT).title
    meeting = discreetly(meeting, level, Output.MAIL_TEXT)
    return Letter(
        subject=_("%(change)s: %(title)s, %(day)s", change=change, title=title, day=_day(meeting)),
        template=f"meetings/mails/{name}",
        context={
            "meeting": meeting,
            "network": meeting.network,
            "by": payload["by"],
            "timetable": timetable_of(meeting, meeting.agenda),
            "kinds": KINDS,
            "answers": ANSWERS,
            **more,
        },
        from_name=meeting.network.name,
        thread=f"meeting-{meeting.id}",
    )


def _day(meeting: Meeting) -> str:
    return _(
        "%(weekday)s %(day)s at %(time)s",
        weekday=weekday(meeting.starts_at),
        day=day_month(meeting.starts_at),
        time=clock_time(meeting.starts_at),
    )


def compose_called(person: Person, payload: Facts) -> Letter | NotSent:
    meeting = _meeting_of(person, payload)
    if isinstance(meeting, NotSent):
        return meeting
    if meeting.is_cancelled:
        return NotSent("the meeting was cancelled before its call was sent")
    return _letter(person, "called", _("Call"), meeting, payload, own=queries.answer_of(person, meeting.id))


def compose_moved(person: Person, payload: Facts) -> Letter | NotSent:
    meeting = _meeting_of(person, payload)
    if isinstance(meeting, NotSent):
        return meeting
    if meeting.is_cancelled:
        return NotSent("the meeting was cancelled before the change was sent")
    changes = dict(payload["changes"])
    if "time" in changes:
        changes["time"] = {
            name: [datetime.fromisoformat(moment) for moment in moments] for name, moments in changes["time"].items()
        }
    word = _("Moved") if "time" in changes else _("Changed")
    own = queries.answer_of(person, meeting.id)
    return _letter(person, "moved", word, meeting, payload, changes=changes, own=own)


def compose_cancelled(person: Person, payload: Facts) -> Letter | NotSent:
    meeting = _meeting_of(person, payload)
    if isinstance(meeting, NotSent):
        return meeting
    if not meeting.is_cancelled or meeting.sequence != payload["sequence"]:
        return NotSent("the cancellation was taken back before it was sent")
    reason = if_everything(payload["reason"], level_for(person, meeting.network), Output.MAIL_TEXT)
    return _letter(person, "cancelled", _("Cancelled"), meeting, payload, reason=reason)


def compose_restored(person: Person, payload: Facts) -> Letter | NotSent:
    meeting = _meeting_of(person, payload)
    if isinstance(meeting, NotSent):
        return meeting
    if meeting.is_cancelled:
        return NotSent("the meeting was cancelled again before this was sent")
    return _letter(person, "restored", _("On again"), meeting, payload, own=queries.answer_of(person, meeting.id))


COMPOSERS: dict[str, Callable[[Person, Facts], Letter | NotSent]] = {
    "meeting_called": compose_called,
    "meeting_moved": compose_moved,
    "meeting_cancelled": compose_cancelled,
    "meeting_restored": compose_restored,
}


def register() -> None:
    for kind, compose in COMPOSERS.items():
        letters.register(kind, compose)
