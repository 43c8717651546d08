"""What the inbox says of whole series."""

from collections.abc import Callable

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from app.networks.models import Network
from app.notifications import glimpses
from app.notifications.glimpses import Facts, Glimpse, Kind, Say, Sort, Thing
from app.series.models import Series


def _with_network(query: Select[Series]) -> Select[Series]:
    return query.select_from(Series).join(Network, Network.id == Series.network_id)


def _at_series(change: Callable[[Facts], str]) -> Say:
    def say(payload: Facts, thing: Thing) -> Glimpse:
        title = thing.title or _("Meetings in %(network)s", network=thing.who)
        words = _("%(change)s: %(title)s", change=change(payload), title=title)
        return Glimpse(words, url_for("series.show", series_id=thing.id), payload.get("by", ""))

    return say


def _moved_or_changed(payload: Facts) -> str:
    is_moved = any("time" in news["changes"] for news in payload["news"].values())
    return _("Moved") if is_moved else _("Changed")


def register() -> None:
    glimpses.add_sort(
        "series", Sort(Series.id, network=Series.network_id, title=Series.title, who=Network.name, join=_with_network)
    )
    lines = {
        "series_called": _at_series(lambda _payload: _("Call")),
        "series_changed": _at_series(_moved_or_changed),
        "series_cancelled": _at_series(lambda _payload: _("Cancelled")),
        "series_restored": _at_series(lambda _payload: _("On again")),
    }
    for kind, say in lines.items():
        glimpses.register(kind, Kind(say, "calendar-days", _l("Meetings"), sort="series", named="series_id"))
