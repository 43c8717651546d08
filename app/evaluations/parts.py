"""What the pages of meetings and networks show of evaluations."""

from flask import render_template, url_for
from flask_babel import gettext as _

from app.accounts.models import Person
from app.core import clock
from app.core.parts import provide
from app.evaluations import queries
from app.evaluations.moments import opens_at
from app.meetings.models import Meeting
from app.networks.models import Network


def on_meeting(meeting: Meeting, viewer: Person, **_more: object) -> str:
    """Once the meeting is nearly over: the question, or what came of it."""
    if meeting.is_draft or meeting.is_off or opens_at(meeting.ends_at) > clock.now():
        return ""
    look = queries.look_at(meeting, viewer)
    if look is None or not (look.may_answer or look.has_answered or look.outcome.answered):
        return ""
    return render_template("evaluations/_meeting.html", meeting=meeting, look=look, outcome=look.outcome)


def on_network(network: Network, **_more: object) -> str:
    return render_template(
        "evaluations/_link.html",
        url=url_for("evaluations.of_network", network_id=network.id),
        words=_("How the meetings are evaluated"),
    )


def provide_parts() -> None:
    provide("meeting.lead", on_meeting)
    provide("network.aside", on_network)
