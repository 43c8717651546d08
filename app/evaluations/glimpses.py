"""What the inbox says of evaluations."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.notifications import glimpses
from app.notifications.glimpses import Facts, Glimpse, Kind, Thing


def _asked(_payload: Facts, thing: Thing) -> Glimpse:
    words = _("How was the meeting? %(title)s", title=thing.title)
    return Glimpse(words, url_for("evaluations.show", meeting_id=thing.id))


def register() -> None:
    how = Kind(_asked, "face-smile", _l("Meetings"), sort="meeting", named="meeting_id", owed=False)
    glimpses.register("evaluation_asked", how)
