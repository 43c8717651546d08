"""The mail that tells of minutes."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.models import Person
from app.core.formats import day_month
from app.minutes.queries import document_of, minutes_to_tell
from app.networks.discretion import Measure, Output, discreetly, measure_of
from app.networks.queries import level_for
from app.notifications.letters import Concern, Gist, Letter, NotSent, Topic
from app.notifications.links import link


def compose_shared(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    """The decisions and actions of the meeting as they stand when the mail is sent; the reader's own actions first."""
    minutes = minutes_to_tell(person, payload["meeting_id"])
    if minutes is None:
        return NotSent("may not read the minutes any more")
    meeting = minutes.meeting
    level = level_for(person, meeting.network)
    measure = measure_of(level, Output.MAIL_TEXT)
    document = document_of(meeting)
    own = [action for action in document.actions if action.owner_id == person.id and not action.is_done]
    others = [action for action in document.actions if action.owner_id != person.id]
    tells_all, tells_titles = measure is Measure.EVERYTHING, measure >= Measure.TITLES
    title = discreetly(meeting, level, Output.MAIL_SUBJECT).title
    subject = _("The minutes: %(title)s, %(day)s", title=title, day=day_month(meeting.starts_at))
    # Who has taken on an action is told at once; for the others it is news that a digest can tell.
    gist = Gist(subject, "", _gist_of(len(document.decisions), measure), link("minutes.show", meeting_id=meeting.id))
    return Letter(
        subject=subject,
        template="minutes/mails/shared",
        context={
            "meeting": discreetly(meeting, level, Output.MAIL_TEXT),
            "shared_by": discreetly(minutes, level, Output.MAIL_TEXT).shared_by,
            "decisions": document.decisions if tells_all else [],
            "own": own if tells_all else [],
            "actions": others if tells_all else [],
            "decided": len(document.decisions) if tells_titles and not tells_all else 0,
            "taken_on": len(own) if tells_titles and not tells_all else 0,
        },
        from_name=meeting.network.name,
        thread=f"meeting-{meeting.id}",
        conversation=title,
        topic=Topic("network", meeting.network_id, meeting.network.name),
        concern=Concern.OWN if own else Concern.NEWS,
        gist=None if own else gist,
    )


def _gist_of(decisions: int, measure: Measure) -> str:
    if not decisions or measure < Measure.TITLES:
        return ""
    return ngettext("%(num)d decision", "%(num)d decisions", decisions)
