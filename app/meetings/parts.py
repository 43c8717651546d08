"""What meetings have to say on the network's overview."""

from flask import render_template

from app.accounts.models import Person
from app.core.parts import provide
from app.meetings import policy, queries
from app.networks.models import Network

LATER = 4


def next_meeting(network: Network, viewer: Person) -> str:
    """The sheet with the next meeting, or what to do when none is planned."""
    pair = next(((m, a) for m, a in queries.upcoming_in(network.id, viewer) if not (m.is_off or m.is_draft)), None)
    meeting, answer = pair or (None, None)
    return render_template(
        "meetings/_next.html",
        network=network,
        viewer=viewer,
        meeting=meeting,
        answer=answer,
        turnout=queries.turnout_at(meeting) if meeting else None,
        is_invited=policy.is_member(viewer, network.id),
        may_schedule=policy.may_schedule_in(viewer, network.id),
    )


def later_meetings(network: Network, viewer: Person) -> str:
    """What comes after the next meeting; silent when nothing does."""
    pairs = queries.upcoming_in(network.id, viewer)
    first = next((meeting.id for meeting, _answer in pairs if not (meeting.is_off or meeting.is_draft)), None)
    later = [(meeting, answer) for meeting, answer in pairs if meeting.id != first][:LATER]
    if not later:
        return ""
    return render_template(
        "meetings/_upcoming.html", network=network, later=later, is_invited=policy.is_member(viewer, network.id)
    )


def provide_parts() -> None:
    provide("network.lead", next_meeting)
    provide("network.main", later_meetings)
