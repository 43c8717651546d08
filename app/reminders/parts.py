"""What the meeting page and the network's page show coordinators of reminders."""

from flask import render_template, url_for
from flask_babel import gettext as _

from app.accounts.models import Person
from app.core.parts import provide
from app.meetings.models import Meeting
from app.networks.models import Network
from app.reminders import policy
from app.reminders.forms import AUDIENCES

NEXT = 3


def aside(meeting: Meeting, viewer: Person, **_more: object) -> str:
    """What is planned next, and what went out to how many."""
    if not policy.may_plan(viewer, meeting) or meeting.is_over or meeting.is_draft:
        return ""
    reminders = sorted(meeting.reminders, key=lambda one: (one.at, one.id))  # type: ignore[attr-defined]
    return render_template(
        "reminders/_aside.html",
        meeting=meeting,
        waiting=[one for one in reminders if one.is_waiting][:NEXT],
        sent=[one for one in reminders if one.is_sent][-NEXT:],
        audiences=AUDIENCES,
    )


def tools(meeting: Meeting, viewer: Person, **_more: object) -> str:
    if not policy.may_plan(viewer, meeting):
        return ""
    return render_template(
        "reminders/_tool.html",
        url=url_for("reminders.of_meeting", meeting_id=meeting.id),
        words=_("Reminders"),
        is_line=False,
    )


def network_aside(network: Network, viewer: Person, **_more: object) -> str:
    if not policy.may_decide_in(viewer, network.id):
        return ""
    return render_template(
        "reminders/_tool.html",
        url=url_for("reminders.of_network", network_id=network.id),
        words=_("Reminders of meetings"),
        is_line=True,
    )


def provide_parts() -> None:
    provide("meeting.aside", aside)
    provide("meeting.tools", tools)
    provide("network.aside", network_aside)
