"""What attendance has to say on the pages of meetings and members."""

from typing import Any

from flask import render_template

from app.accounts.models import Person
from app.attendance import policy
from app.attendance.queries import attendance_of
from app.core.parts import provide
from app.meetings.models import Meeting
from app.meetings.policy import is_invited
from app.networks.models import Network


def here_i_am(meeting: Meeting, viewer: Person, **_more: Any) -> str:
    """While one can check in: the way to it, or that it is done. One statement, and only then."""
    if not (is_invited(viewer, meeting) and policy.is_open_for_check_in(meeting)):
        return ""
    return render_template("attendance/parts/here_i_am.html", meeting=meeting, own=attendance_of(meeting.id, viewer.id))


def tools(meeting: Meeting, viewer: Person, **_more: Any) -> str:
    if meeting.is_draft or not policy.may_keep(viewer, meeting):
        return ""
    return render_template("attendance/parts/tools.html", meeting=meeting, has_a_list=policy.has_a_list(meeting))


def ways_to_hours(network: Network, viewer: Person) -> str:
    if not policy.may_count(viewer, network.id):
        return ""
    return render_template("attendance/parts/ways_to_hours.html", network=network)


def provide_parts() -> None:
    provide("meeting.lead", here_i_am)
    provide("meeting.tools", tools, order=1)  # after the minutes
    provide("members.tools", ways_to_hours)
