"""The mail that asks the members to accept a new version."""

from typing import Any

from flask_babel import gettext as _

from app.accounts.models import Person
from app.extensions import db
from app.networks.agreements.queries import agreement_of
from app.networks.discretion import Output, discreetly
from app.networks.models import Network
from app.networks.queries import level_for, standing_of
from app.notifications.letters import Letter, NotSent


def compose_published(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    network_id, version = payload["network_id"], payload["version"]
    network = db.session.get(Network, network_id)
    belonging = standing_of(person).belongings.get(network_id)
    if network is None or belonging is None:
        return NotSent("no longer a member of the network")
    if network.agreement_version != version:
        return NotSent("a newer version was published")
    if not belonging.is_awaiting:
        return NotSent("already accepted")
    agreement = agreement_of(network_id, version)
    if agreement is None:
        return NotSent("the agreement is gone")
    level = level_for(person, network)
    shown = discreetly(agreement, level, Output.MAIL_TEXT)
    return Letter(
        subject=_(
            "Read and accept the agreement of %(network)s",
            network=discreetly(network, level, Output.MAIL_SUBJECT).name,
        ),
        template="agreements/mails/published",
        context={"agreement": shown, "network": discreetly(network, level, Output.MAIL_TEXT), "by": agreement.by.name},
        from_name=network.name,
    )
