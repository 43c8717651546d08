"""What the inbox says of minutes."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.formats import day_month
from app.notifications import glimpses
from app.notifications.glimpses import Facts, Glimpse, Kind, Thing


def _shared(_payload: Facts, thing: Thing) -> Glimpse:
    words = _("The minutes: %(title)s, %(day)s", title=thing.title, day=day_month(thing.moment))
    return Glimpse(words, url_for("minutes.show", meeting_id=thing.id))


def register() -> None:
    how = Kind(_shared, "document-text", _l("Minutes"), sort="meeting", named="meeting_id", owed=False)
    glimpses.register("minutes_shared", how)
