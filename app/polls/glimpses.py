"""What the inbox says of date polls."""

from collections.abc import Callable

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.notifications import glimpses
from app.notifications.glimpses import Facts, Glimpse, Kind, Say, Sort, Thing
from app.polls.models import Poll


def _at_poll(words: Callable[[str], str], anchor: str = "vote") -> Say:
    def say(payload: Facts, thing: Thing) -> Glimpse:
        return Glimpse(
            words(thing.title), url_for("polls.show", poll_id=thing.id, _anchor=anchor), payload.get("by") or ""
        )

    return say


def register() -> None:
    glimpses.add_sort("poll", Sort(Poll.id, network=Poll.network_id, title=Poll.title))
    lines = {
        "poll_opened": _at_poll(lambda title: _("When can you meet? %(title)s", title=title)),
        "poll_changed": _at_poll(lambda title: _("Changed dates: %(title)s", title=title)),
        "poll_reminder": _at_poll(lambda title: _("Reminder: when can you meet? %(title)s", title=title)),
        "poll_withdrawn": _at_poll(lambda title: _("No date is looked for any more: %(title)s", title=title)),
        "poll_reopened": _at_poll(lambda title: _("A date is looked for again: %(title)s", title=title)),
        "poll_ripe": _at_poll(lambda title: _("Choose the date: %(title)s", title=title), anchor="results"),
    }
    for kind, say in lines.items():
        glimpses.register(kind, Kind(say, "calendar-days", _l("Date polls"), sort="poll", named="poll_id"))
