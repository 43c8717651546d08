"""What the pages of networks and the first page show of invitations and requests."""

from typing import Any

from flask import render_template

from app.accounts.models import Person
from app.invitations import policy, queries
from app.invitations.queries import Waiting
from app.invitations.tokens import token_for
from app.networks.models import Network

AT_HOME = 5


def open_networks(viewer: Person, **_more: Any) -> str:
    lines = queries.open_networks_for(viewer)
    return render_template("invitations/_open_networks.html", lines=lines) if lines else ""


def members_lead(network: Network, viewer: Person, **_more: Any) -> str:
    if not policy.may_invite(viewer, network.id):
        return ""
    return render_template(
        "invitations/_members.html",
        network=network,
        requests=queries.undecided_in(network.id),
        counts=queries.counts_of(network.id),
    )


def waiting_at_home(viewer: Person, **_more: Any) -> str:
    lines = queries.waiting_for(viewer, limit=AT_HOME)
    return render_template("invitations/_waiting.html", lines=lines, token_of=_token_of) if lines else ""


def _token_of(line: Waiting) -> str:
    return token_for(line.id, line.nonce)
