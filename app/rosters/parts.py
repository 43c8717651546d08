"""What lists have to say on the members page of a network."""

from flask import render_template

from app.accounts.models import Person
from app.core.parts import provide
from app.networks import policy
from app.networks.models import Network


def ways_in_and_out(network: Network, viewer: Person) -> str:
    """For coordinators: read a list in, fetch the members as a file."""
    if not policy.may_coordinate(viewer, network.id):
        return ""
    return render_template("rosters/_tools.html", network=network)


def provide_parts() -> None:
    provide("members.tools", ways_in_and_out)
