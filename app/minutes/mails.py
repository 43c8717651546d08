"""The mail that tells of minutes."""

from typing import Any

from flask_babel import gettext as _

from app.accounts.models import Person
from app.core.formats import day_month
from app.minutes.queries import document_of, minutes_for
from app.notifications.letters import Letter, NotSent, Topic


def compose_shared(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    """The decisions and actions of the meeting as they stand when the mail is sent; the reader's own actions first."""
    minutes = minutes_for(person, payload["meeting_id"])
    if minutes is None or not minutes.is_shared:
        return NotSent("may not read the minutes any more")
    meeting = minutes.meeting
    document = document_of(meeting)
    return Letter(
        subject=_("The minutes: %(title)s, %(day)s", title=meeting.title, day=day_month(meeting.starts_at)),
        template="minutes/mails/shared",
        context={
            "meeting": meeting,
            "minutes": minutes,
            "decisions": document.decisions,
            "own": [action for action in document.actions if action.owner_id == person.id and not action.is_done],
            "actions": [action for action in document.actions if action.owner_id != person.id],
        },
        from_name=meeting.network.name,
        thread=f"meeting-{meeting.id}",
        is_reply=True,
        topic=Topic("network", meeting.network_id, meeting.network.name),
    )
