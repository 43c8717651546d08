"""The mail that tells someone they have been added to a network with a list."""

from typing import Any

from app.accounts.models import Person
from app.networks.mails import compose_joined
from app.networks.queries import current_membership
from app.notifications.letters import Letter, NotSent


def compose_listed(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    """The same letter as to whoever is added one by one."""
    membership = current_membership(person.id, payload["network_id"])
    if membership is None:
        return NotSent("no longer a member")
    return compose_joined(person, {"membership_id": membership.id, "by": payload["by"]})
