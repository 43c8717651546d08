"""What the inbox says of hosts that are looked for."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, case, func
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.hosting.models import HostAsk
from app.meetings.models import Meeting
from app.notifications import glimpses
from app.notifications.glimpses import Facts, Glimpse, Kind, Sort, Thing
from app.organisations.models import Municipality

_asker = aliased(Person, name="asker")


def _around(query: Select[HostAsk]) -> Select[HostAsk]:
    return (
        query.select_from(HostAsk)
        .join(Municipality, Municipality.code == HostAsk.municipality_code)
        .join(_asker, _asker.id == HostAsk.asked_by_id)
        .outerjoin(Meeting, Meeting.id == HostAsk.meeting_id)
    )


ASK = Sort(
    HostAsk.id,
    network=HostAsk.network_id,
    title=Municipality.name,
    who=_asker.name,
    at=func.coalesce(Meeting.starts_at, HostAsk.asked_at),
    state=case(
        (HostAsk.withdrawn_at.is_not(None), "withdrawn"),
        (HostAsk.accepted_at.is_not(None), "accepted"),
        (HostAsk.declined_at.is_not(None), "declined"),
        else_="open",
    ),
    join=_around,
)


def _asked(payload: Facts, thing: Thing) -> Glimpse | None:
    if thing.state == "withdrawn":
        return None
    words = _("Will %(municipality)s be the host?", municipality=thing.title)
    if payload["is_reminder"]:
        words = _("Reminder: %(subject)s", subject=words)
    return Glimpse(words, url_for("hosting.ask", ask_id=thing.id), thing.who)


def _answered(_payload: Facts, thing: Thing) -> Glimpse | None:
    words = {
        "accepted": _("%(municipality)s is going to be the host", municipality=thing.title),
        "declined": _("%(municipality)s can't be the host", municipality=thing.title),
    }.get(thing.state)
    return Glimpse(words, url_for("hosting.ask", ask_id=thing.id)) if words else None


def register() -> None:
    glimpses.add_sort("ask", ASK)
    for kind, say in {"host_asked": _asked, "host_answered": _answered}.items():
        glimpses.register(kind, Kind(say, "home-modern", _l("Meetings"), sort="ask", named="ask_id"))
