"""Binds the feature to the application."""

from typing import Any

from flask import Flask, render_template

from app.accounts.models import Person
from app.cases import (  # noqa: F401 - one of them for its pages
    attachment_routes,
    glimpses,
    mails,
    policy,
    queries,
    routes,
)
from app.cases.by_mail import address_to_write_to, receive_case, receive_reply
from app.cases.duties import CASES
from app.cases.journey import stations
from app.cases.operations import follow_item
from app.cases.words import kind_name, on_day
from app.core.parts import provide
from app.incoming import destinations
from app.meetings.followers import follow_items
from app.meetings.models import AgendaItem, Meeting
from app.networks.duties import register
from app.networks.models import Network
from app.notifications import letters
from app.notifications.addresses import NETWORK, REPLY

ON_OVERVIEW = 5


def init_app(app: Flask) -> None:
    register("cases", CASES)
    follow_items("cases", follow_item)
    app.register_blueprint(routes.bp)
    glimpses.register()
    letters.register("case_opened", mails.compose_opened)
    letters.register("case_replied", mails.compose_replied)
    letters.register("case_by_mail", mails.compose_by_mail)
    destinations.register(REPLY, "c", receive_reply, named=1)
    destinations.register(NETWORK, "", receive_case)
    provide("network.main", open_cases, order=-1)  # the design: cases before the minutes
    provide("meeting.item", case_of_item)
    provide("minutes.item", case_of_item)
    provide("meeting.journey", journeys_of_meeting)
    provide("minutes.foot", journeys_of_minutes)
    provide("person.main", shared_by)


def open_cases(network: Network, viewer: Person, **_more: Any) -> str:
    lines, count = queries.open_cases_of(viewer, network.id, limit=ON_OVERVIEW)
    return render_template(
        "cases/_network.html",
        network=network,
        lines=lines,
        count=count,
        may_open=policy.may_open_in(viewer, network.id),
        address=address_to_write_to(network),
        place_of=routes.place_of,
        on_day=on_day,
    )


def case_of_item(item: AgendaItem, meeting: Meeting, viewer: Person, **_more: Any) -> str:
    paths = [path for path in queries.paths_through(viewer, meeting.id) if path.item.id == item.id]
    return render_template("cases/_item.html", paths=paths) if paths else ""


def journeys_of_meeting(meeting: Meeting, viewer: Person, *, more_classes: str = "", **_more: Any) -> str:
    journeys = [(path.case, stations(path.case, path)) for path in queries.paths_through(viewer, meeting.id)]
    return render_template("cases/_journeys.html", journeys=journeys, **{"class": more_classes}) if journeys else ""


def shared_by(person_id: int, viewer: Person, **_more: Any) -> str:
    rows = queries.shared_by(viewer, person_id, limit=ON_OVERVIEW)
    return (
        render_template("cases/_shared.html", rows=rows, page_of=queries.page_of, kind_name=kind_name) if rows else ""
    )


def journeys_of_minutes(meeting: Meeting, viewer: Person, **_more: Any) -> str:
    return journeys_of_meeting(meeting, viewer, more_classes=" beside beside--wide")
