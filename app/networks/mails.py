"""The mail that tells someone they have been added to a network."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.extensions import db
from app.networks.discretion import Output, discreetly
from app.networks.models import Membership
from app.networks.queries import level_for
from app.notifications.letters import Letter, NotSent


def compose_joined(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    membership = db.session.scalar(
        select(Membership).options(joinedload(Membership.network)).where(Membership.id == payload["membership_id"])
    )
    if membership is None or membership.person_id != person.id or membership.left_at is not None:
        return NotSent("no longer a member")
    network = membership.network
    level = level_for(person, network)
    return Letter(
        subject=_("You have been added to %(network)s", network=discreetly(network, level, Output.MAIL_SUBJECT).name),
        template="networks/mails/joined",
        context={"network": discreetly(network, level, Output.MAIL_TEXT), "by": payload["by"]},
    )
