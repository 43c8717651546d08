"""What series have to say on the pages of meetings and networks."""

from typing import Any

from flask import render_template

from app.accounts.models import Person
from app.meetings.models import Meeting
from app.networks.models import Network
from app.series import policy, queries
from app.series.rules import in_full


def _place_of(meeting: Meeting, viewer: Person) -> queries.Neighbours | None:
    """On the meeting's page its entry has come with it, so that a meeting of its own asks for nothing."""
    is_of_none = meeting.__dict__.get("series_entry", meeting) is None
    return None if is_of_none else queries.neighbours_of(meeting.id, viewer)


def place_in_series(meeting: Meeting, viewer: Person, **_more: Any) -> str:
    """Meeting 3 of 6, with those before and after it; silent for a meeting of its own."""
    place = _place_of(meeting, viewer)
    return render_template("series/_place.html", place=place) if place else ""


def tools(meeting: Meeting, viewer: Person, **_more: Any) -> str:
    place = _place_of(meeting, viewer)
    return render_template("series/_tools.html", place=place, meeting=meeting) if place else ""


def while_editing(meeting: Meeting, viewer: Person, **_more: Any) -> str:
    """That there are others one may want to change as well."""
    place = queries.neighbours_of(meeting.id, viewer)
    return render_template("series/_while_editing.html", place=place, meeting=meeting) if place else ""


def acts(network: Network, viewer: Person, **_more: Any) -> str:
    """Beside "Call a meeting"."""
    return render_template("series/_acts.html", network=network) if policy.may_plan_in(viewer, network.id) else ""


def in_network(network: Network, viewer: Person, **_more: Any) -> str:
    lines = [
        (line, in_full(line.series.rule, line.series.starts, line.series.ends, line.total))
        for line in queries.series_in(network.id, viewer)
    ]
    return render_template("series/_in_network.html", lines=lines) if lines else ""
