"""The mail that reminds, written when it is sent: what is still true for this person, and how long there is left then."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.models import Person
from app.core import clock
from app.core.formats import clock_time, day_month, distance, weekday
from app.meetings.answer_links import answer_links
from app.meetings.forms import ANSWERS
from app.meetings.models import AgendaItem, Meeting
from app.meetings.queries import answer_of, meeting_to_tell, turnout_at
from app.meetings.timetable import timetable_of
from app.meetings.turnout import Turnout
from app.networks.discretion import Measure, Output, discreetly, measure_of
from app.networks.queries import level_for
from app.notifications import addresses
from app.notifications.letters import Concern, Letter, NotSent, Topic
from app.reminders.models import Audience
from app.reminders.operations import why_none
from app.reminders.queries import people_to_remind

OWED = {Audience.HOST, Audience.PRESENTERS}  # what one has taken on cannot be switched off


@dataclass(frozen=True)
class Told:
    """What somebody who comes has written to the host; the name may be kept back."""

    name: str
    words: str


def time_left(until: datetime) -> str:
    """om 20 minutter, om 3 timer, i morgen, om 5 dage; as it is when the mail is written"""
    left = until - clock.now()
    if clock.local(until).date() != clock.today():
        return distance(until)
    if left < timedelta(hours=1):
        return ngettext("in %(num)d minute", "in %(num)d minutes", max(1, int(left.total_seconds() // 60)))
    return ngettext("in %(num)d hour", "in %(num)d hours", round(left.total_seconds() / 3600))


def compose_reminder(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    meeting = meeting_to_tell(person, payload["meeting_id"])
    if meeting is None:
        return NotSent("no longer a member of the network")
    why = why_none(meeting)
    if why is not None:
        return NotSent(f"the meeting is {why.value}")
    if meeting.day.isoformat() != payload["day"]:
        return NotSent("the meeting is on another day by now, and is reminded of anew")
    people = people_to_remind(meeting)
    still = [audience for audience in map(Audience, payload["audiences"]) if person.id in people[audience]]
    deadline = meeting.answer_by
    if Audience.SILENT in still and deadline is not None and deadline <= clock.now():
        still.remove(Audience.SILENT)
    if not still:
        return NotSent("what it reminds of is no longer so")
    return _letter(person, meeting, still)


def _letter(person: Person, meeting: Meeting, still: list[Audience]) -> Letter:
    network = meeting.network
    level = level_for(person, network)
    title = discreetly(meeting, level, Output.MAIL_SUBJECT).title
    shown = discreetly(meeting, level, Output.MAIL_TEXT)
    turnout = turnout_at(meeting)
    deadline = meeting.answer_by
    first = still[0]
    return Letter(
        subject=_subject(first, title, meeting, turnout),
        template="reminders/mails/reminder",
        context={
            "meeting": shown,
            "network": shown.network,
            "still": still,
            "left": time_left(meeting.starts_at),
            "deadline": deadline if Audience.SILENT in still else None,
            "own": answer_of(person, meeting.id),
            "turnout": turnout,
            "items": _items_of(person, shown),
            "told": _told(turnout, level) if Audience.HOST in still else [],
            "answers": ANSWERS,
            "acts": answer_links(person, meeting),
        },
        answers_to=f"m{meeting.id}-{person.id}" if addresses.host() else "",
        from_name=discreetly(network, level, Output.MAIL_SUBJECT).name,
        thread=f"meeting-{meeting.id}",
        conversation=title,
        topic=None if OWED & set(still) else Topic("network", network.id, network.name),
        concern=Concern.OWN,
        is_urgent=meeting.starts_at - clock.now() < timedelta(days=1),
    )


def _subject(first: Audience, title: str, meeting: Meeting, turnout: Turnout) -> str:
    left = time_left(meeting.starts_at)
    left = left[0].upper() + left[1:]
    if first is Audience.SILENT:
        day = f"{weekday(meeting.starts_at)} {day_month(meeting.starts_at)}"
        return _("Are you coming? %(title)s, %(day)s", title=title, day=day)
    if first is Audience.HOST:
        return _("%(left)s you are the host: %(title)s", left=left, title=title)
    if first is Audience.PRESENTERS:
        return _("%(left)s it is your turn: %(title)s", left=left, title=title)
    if first is Audience.COORDINATORS:
        return _(
            "%(left)s: %(title)s, %(some)d of %(all)d have answered",
            left=left,
            title=title,
            some=turnout.answered,
            all=len(turnout.guests),
        )
    return _("%(left)s at %(time)s: %(title)s", left=left, time=clock_time(meeting.starts_at), title=title)


def _items_of(person: Person, meeting: Meeting) -> list[tuple[AgendaItem, datetime]]:
    """The person's own points with the moment each begins, where the mail may say so much."""
    return [row for row in timetable_of(meeting, meeting.agenda).rows if row[0].presenter_id == person.id]


def _told(turnout: Turnout, level: Any) -> list[Told]:
    if measure_of(level, Output.MAIL_TEXT) is not Measure.EVERYTHING:
        return []
    return [
        Told(guest.person.name, guest.answer.note) for guest in turnout.guests if guest.answer and guest.answer.note
    ]
