"""What the inbox says of reminders."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.meetings.glimpses import at_meeting, dated
from app.notifications import glimpses
from app.notifications.glimpses import Facts, Kind, Thing
from app.reminders.models import Audience


def _words(payload: Facts, thing: Thing) -> str:
    first = Audience(payload["audiences"][0])
    title = dated(thing)
    return {
        Audience.SILENT: _("Are you coming? %(title)s", title=title),
        Audience.HOST: _("You are the host: %(title)s", title=title),
        Audience.PRESENTERS: _("It is your turn: %(title)s", title=title),
    }.get(first, _("Reminder: %(title)s", title=title))


def register() -> None:
    how = Kind(at_meeting(_words), "bell", _l("Meetings"), sort="meeting", named="meeting_id")
    glimpses.register("meeting_reminder", how)
