"""What comes back: answers, proposals of another time, and words, from whatever mail program."""

from flask import Flask

from app.core.parts import provide
from app.incoming import destinations
from app.itip.answers import glimpses, mails, models, parts, routes
from app.itip.answers.counters import follow_meeting
from app.itip.answers.duties import COUNTERS
from app.itip.answers.taking import receive
from app.meetings.followers import follow
from app.meetings.queries import bring_along
from app.networks.duties import register
from app.notifications.addresses import REPLY


def bind(app: Flask) -> None:
    # Strangers too, since a calendar's answer may come from whom a call was forwarded to; `receive` says what that is worth.
    destinations.register(REPLY, "m", receive, named=1, takes_strangers=True)
    app.register_blueprint(routes.bp)
    mails.register()
    glimpses.register()
    bring_along(models.counters_of_meeting)
    follow("counter-proposals", follow_meeting)
    register("counter-proposals", COUNTERS)
    provide("meeting.lead", parts.at_meeting)
    provide("meeting.tools", parts.in_tools)
