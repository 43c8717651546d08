"""The mails about meetings, composed when they are sent: whoever may no longer see the meeting gets none."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.accounts.models import Person
from app.core.formats import clock_time, day_month, weekday
from app.meetings import queries
from app.meetings.answer_links import answer_links
from app.meetings.forms import ANSWERS, KINDS, SAID
from app.meetings.heads import lines_of
from app.meetings.models import Meeting
from app.meetings.operations.telling import is_near
from app.meetings.timetable import timetable_of
from app.networks.discretion import Output, discreetly, if_everything
from app.networks.queries import level_for
from app.notifications import addresses, letters
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
    is_urgent = is_near(meeting.starts_at, *(more.get("was") or []), *_old_times(payload))
    meeting = discreetly(meeting, level, Output.MAIL_TEXT)
    return Letter(
        subject=_("%(change)s: %(title)s, %(day)s", change=change, title=title, day=_day(more.get("was"), meeting)),
        template=f"meetings/mails/{name}",
        context={
            "meeting": meeting,
            "network": meeting.network,
            "by": payload["by"],
            "timetable": timetable_of(meeting, meeting.agenda),
            "kinds": KINDS,
            "answers": ANSWERS,
            "acts": answer_links(person, meeting),
            "said": SAID,
            **more,
        },
        from_name=meeting.network.name,
        thread=f"meeting-{meeting.id}",
        conversation=title,
        answers_to=f"m{meeting.id}-{person.id}" if addresses.host() else "",
        is_urgent=is_urgent,
    )


def _old_times(payload: Facts) -> list[datetime]:
    """The time that a change took away, as the members know it."""
    time = payload.get("changes", {}).get("time")
    return _moments(time["old"]) if time else []


def _day(was: list[datetime] | None, meeting: Meeting) -> str:
    start = was[0] if was else meeting.starts_at
    return _("%(weekday)s %(day)s at %(time)s", weekday=weekday(start), day=day_month(start), time=clock_time(start))


def compose_called(person: Person, payload: Facts) -> Letter | NotSent:
    meeting = _meeting_of(person, payload)
    if isinstance(meeting, NotSent):
        return meeting
    if meeting.is_off:
        return NotSent("the meeting was cancelled or postponed before its call was sent")
    open_before = lines_of(meeting, person, level_for(person, meeting.network))
    own = queries.answer_of(person, meeting.id)
    return _letter(person, "called", _("Call"), meeting, payload, open_before=open_before, own=own)


def compose_moved(person: Person, payload: Facts) -> Letter | NotSent:
    meeting = _meeting_of(person, payload)
    if isinstance(meeting, NotSent):
        return meeting
    if meeting.is_off:
        return NotSent("the meeting was cancelled or postponed before the change was sent")
    word = _("Moved") if "time" in payload["changes"] else _("Changed")
    own = queries.answer_of(person, meeting.id)
    return _letter(person, "moved", word, meeting, payload, own=own, **_news(payload))


def _news(payload: Facts) -> Facts:
    """What is new, with moments instead of their text. `lesser` holds names only: of texts no mail says old and new."""
    changes = dict(payload.get("changes", {}))
    if "time" in changes:
        changes["time"] = {name: _moments(moments) for name, moments in changes["time"].items()}
    return {"changes": changes, "lesser": payload.get("lesser", [])}


def _moments(written: list[str]) -> list[datetime]:
    return [datetime.fromisoformat(moment) for moment in written]


def _was(meeting: Meeting, payload: Facts) -> list[datetime]:
    """The time that is off, as the members know it."""
    return _moments(payload["was"]) if "was" in payload else [meeting.starts_at, meeting.ends_at]


def compose_dated(person: Person, payload: Facts) -> Letter | NotSent:
    meeting = _meeting_of(person, payload)
    if isinstance(meeting, NotSent):
        return meeting
    if meeting.is_off:
        return NotSent("the meeting was cancelled or postponed again before this was sent")
    own, earlier = queries.answer_of(person, meeting.id), queries.earlier_answer_of(person, meeting.id)
    return _letter(person, "dated", _("New date"), meeting, payload, own=own, earlier=earlier, **_news(payload))


def compose_postponed(person: Person, payload: Facts) -> Letter | NotSent:
    meeting = _meeting_of(person, payload)
    if isinstance(meeting, NotSent):
        return meeting
    if not meeting.is_postponed or meeting.is_cancelled or meeting.sequence != payload["sequence"]:
        return NotSent("the meeting has its date or is cancelled by now")
    reason = if_everything(payload["reason"], level_for(person, meeting.network), Output.MAIL_TEXT)
    was = _was(meeting, payload)
    return _letter(person, "postponed", _("Postponed"), meeting, payload, reason=reason, was=was)


def compose_cancelled(person: Person, payload: Facts) -> Letter | NotSent:
    meeting = _meeting_of(person, payload)
    if isinstance(meeting, NotSent):
        return meeting
    if not meeting.is_cancelled or meeting.sequence != payload["sequence"]:
        return NotSent("the cancellation was taken back before it was sent")
    reason = if_everything(payload["reason"], level_for(person, meeting.network), Output.MAIL_TEXT)
    was = _was(meeting, payload)
    return _letter(person, "cancelled", _("Cancelled"), meeting, payload, reason=reason, was=was)


def compose_restored(person: Person, payload: Facts) -> Letter | NotSent:
    meeting = _meeting_of(person, payload)
    if isinstance(meeting, NotSent):
        return meeting
    if meeting.is_off:
        return NotSent("the meeting was cancelled or postponed again before this was sent")
    own = queries.answer_of(person, meeting.id)
    return _letter(person, "restored", _("On again"), meeting, payload, own=own, **_news(payload))


COMPOSERS: dict[str, Callable[[Person, Facts], Letter | NotSent]] = {
    "meeting_called": compose_called,
    "meeting_moved": compose_moved,
    "meeting_postponed": compose_postponed,
    "meeting_dated": compose_dated,
    "meeting_cancelled": compose_cancelled,
    "meeting_restored": compose_restored,
}


def register() -> None:
    for kind, compose in COMPOSERS.items():
        letters.register(kind, compose)
