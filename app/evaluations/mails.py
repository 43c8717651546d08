"""The mail that asks, when the meeting is over, how it was."""

from typing import Any

from flask_babel import gettext as _

from app.accounts.models import Person
from app.core.formats import day_month, long_date
from app.evaluations.queries import look_at
from app.meetings.queries import meeting_to_tell
from app.networks.discretion import Output, discreetly
from app.networks.queries import level_for
from app.notifications.letters import Concern, Letter, NotSent, Topic
from app.notifications.links import link


def compose_asked(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    meeting = meeting_to_tell(person, payload["meeting_id"])
    if meeting is None:
        return NotSent("no longer a member of the network")
    look = look_at(meeting, person)
    if look is None or not look.is_open:
        return NotSent("the evaluation is closed")
    if look.has_answered:
        return NotSent("answered already")
    if not look.was_there:
        return NotSent("was not there after all")
    level = level_for(person, meeting.network)
    title = discreetly(meeting, level, Output.MAIL_SUBJECT).title
    network = discreetly(meeting.network, level, Output.MAIL_SUBJECT).name
    heading = _("How was the meeting? %(title)s", title=title)
    lines = [
        _(
            "You were with %(network)s on %(day)s. Three questions, less than a minute: the meeting in one number and one word.",
            network=network,
            day=long_date(meeting.starts_at),
        ),
        _("Nobody sees who has answered what: the answers are kept apart from the names."),
    ]
    context = {
        "heading": heading,
        "lines": lines,
        "button": (_("Say how it was"), link("evaluations.show", meeting_id=meeting.id)),
        "after": _("You can answer until %(day)s.", day=day_month(look.outcome.closes_at)),
    }
    return Letter(
        subject=heading,
        template="mails/note",
        context=context,
        from_name=network,
        thread=f"meeting-{meeting.id}",
        conversation=title,
        topic=Topic("network", meeting.network_id, meeting.network.name),
        concern=Concern.OWN,
    )
