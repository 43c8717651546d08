"""What the pages of networks, meetings and the first page show of date polls."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _
from markupsafe import escape

from app.accounts.models import Person
from app.core.parts import provide
from app.meetings.models import Answer, Meeting
from app.networks.models import Network
from app.polls import policy, queries


def open_in_network(network: Network, viewer: Person, **_more: Any) -> str:
    """On the overview and above the list of meetings; silent when no date is looked for."""
    asked = queries.undecided_in(network.id, viewer)
    is_member = policy.is_member(viewer, network.id)
    return render_template("polls/_open.html", asked=asked, is_member=is_member) if asked else ""


def find_a_date(network: Network, viewer: Person, **_more: Any) -> str:
    """The button beside "Call a meeting"."""
    return render_template("polls/_find.html", network=network) if policy.may_open_in(viewer, network.id) else ""


def new_date(meeting: Meeting, viewer: Person, **_more: Any) -> str:
    """Of a postponed meeting; its polls have come with it."""
    if meeting.is_cancelled or not meeting.is_postponed:
        return ""
    asked = [one for one in meeting.polls if one.is_for_meeting and one.is_undecided]  # type: ignore[attr-defined]
    poll = max(asked, key=lambda one: one.id, default=None)
    if poll is None and not policy.may_open_in(viewer, meeting.network_id):
        return ""
    return render_template("polls/_new_date.html", meeting=meeting, poll=poll)


def in_the_call(meeting: Meeting, own: Answer | None, **_more: Any) -> str:
    """In the mail that calls the meeting: whoever voted has answered."""
    if own is None or not queries.is_from_a_poll(meeting.id):
        return ""
    return str(escape(_("You have voted on this date: your vote is your answer.")))


def provide_parts() -> None:
    provide("network.main", open_in_network, order=-1)
    provide("meetings.list", open_in_network)
    provide("meetings.acts", find_a_date)
    provide("meeting.lead", new_date)
    provide("mail.called", in_the_call)
