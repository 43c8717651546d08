"""Calendar objects in the letters about meetings, and the short letter for what no other letter carries."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.models import Person
from app.core.formats import clock_time, day_month, weekday
from app.itip.outgoing.queries import standing_at
from app.itip.outgoing.steps import CANCEL, REQUEST, as_invitation, next_step
from app.meetings.answer_links import answer_links
from app.meetings.queries import answer_of
from app.networks.discretion import Output, discreetly
from app.notifications import glimpses, letters
from app.notifications.letters import Invitation, Letter, NotSent

Facts = dict[str, Any]
# What each letter says; a calendar is told nothing else with it.
SAYS = {
    "meeting_called": REQUEST,
    "meeting_moved": REQUEST,
    "meeting_dated": REQUEST,
    "meeting_restored": REQUEST,
    "meeting_postponed": CANCEL,
    "meeting_cancelled": CANCEL,
}


def _encloser(method: str) -> Callable[[Person, Facts, Letter], Invitation | None]:
    def enclose(person: Person, facts: Facts, _letter: Letter) -> Invitation | None:
        standing = standing_at(person.id, facts["meeting_id"])
        step = next_step(standing) if standing else None
        if standing is None or step is None or step.method != method:
            return None
        return as_invitation(step, standing, answer_of(person, standing.meeting.id))

    return enclose


def compose(person: Person, facts: Facts) -> Letter | NotSent:
    """For whoever has a calendar that no other letter has told: the mail that puts in, changes or takes out one meeting."""
    standing = standing_at(person.id, facts["meeting_id"])
    if standing is None:
        return NotSent("the meeting or the account is gone")
    meeting = standing.meeting
    step = next_step(standing)
    if step is None:
        return NotSent("the calendar says so already")
    if meeting.is_over:
        return NotSent("the meeting is over")
    own = answer_of(person, meeting.id)
    invitation = as_invitation(step, standing, own)
    if invitation is None:
        return NotSent("no mail comes back here, so nothing invites to answer")
    title = discreetly(meeting, standing.level, Output.MAIL_SUBJECT).title
    was = standing.time_in_the_calendar if step.method == CANCEL else None
    start = was[0] if was else meeting.starts_at
    day = _("%(weekday)s %(day)s at %(time)s", weekday=weekday(start), day=day_month(start), time=clock_time(start))
    if step.method == CANCEL:
        subject = _("Out of your calendar: %(title)s, %(day)s", title=title, day=day)
    elif step.is_first:
        subject = _("For your calendar: %(title)s, %(day)s", title=title, day=day)
    else:
        subject = _("Corrected in your calendar: %(title)s, %(day)s", title=title, day=day)
    shown = discreetly(meeting, standing.level, Output.MAIL_TEXT)
    return Letter(
        subject=subject,
        template="itip/mails/entry",
        context={
            "meeting": shown,
            "network": meeting.network if standing.is_member else None,
            "step": step,
            "was": was,
            "is_wanted": standing.is_wanted,
            "own": own,
            "acts": answer_links(person, meeting),
        },
        from_name=meeting.network.name if standing.is_member else "",
        thread=f"meeting-{meeting.id}",
        invitation=invitation,
        answers_to=f"m{meeting.id}-{person.id}" if step.method == REQUEST else "",
    )


def register() -> None:
    letters.register("meeting_in_calendar", compose)
    glimpses.for_the_mailbox_alone("meeting_in_calendar", _l("Meetings"))
    for kind, method in SAYS.items():
        letters.enclose_with(kind, _encloser(method))
