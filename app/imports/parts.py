"""What taking over a calendar has to say on the list of a network's meetings."""

from flask import render_template

from app.accounts.models import Person
from app.core.parts import provide
from app.meetings.policy import may_schedule_in
from app.networks.models import Network


def way_in(network: Network, viewer: Person) -> str:
    """For coordinators: the old calendar as meetings."""
    return render_template("imports/_way_in.html", network=network) if may_schedule_in(viewer, network.id) else ""


def provide_parts() -> None:
    provide("meetings.tools", way_in)
