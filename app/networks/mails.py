"""The mails that tell someone they have been added to a network, or what has been handed over to them."""

from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.extensions import db
from app.networks.discretion import Measure, Output, discreetly, measure_of
from app.networks.duties import headings
from app.networks.models import Membership, Network, Role
from app.networks.queries import level_for
from app.notifications.letters import Letter, NotSent
from app.notifications.links import link


def to_member(letter: Letter, network: Network) -> Letter:
    """`letter`, sent in the network's name to somebody because they are a member."""
    why = _("You get this mail because you are a member of %(network)s.", network=network.name)
    return replace(letter, from_name=network.name, why=why)


def to_coordinator(letter: Letter, network: Network) -> Letter:
    """`letter`, sent in the network's name to somebody because they coordinate it."""
    why = _("You get this mail because you are a coordinator of %(network)s.", network=network.name)
    return replace(letter, from_name=network.name, why=why)


def compose_joined(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    membership = db.session.scalar(
        select(Membership).options(joinedload(Membership.network)).where(Membership.id == payload["membership_id"])
    )
    if membership is None or membership.person_id != person.id or membership.left_at is not None:
        return NotSent("no longer a member")
    network = membership.network
    level = level_for(person, network)
    letter = Letter(
        subject=_("You have been added to %(network)s", network=discreetly(network, level, Output.MAIL_SUBJECT).name),
        template="networks/mails/joined",
        context={"network": discreetly(network, level, Output.MAIL_TEXT), "by": payload["by"]},
    )
    return to_member(letter, network)


def compose_role_given(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    membership = db.session.scalar(
        select(Membership).options(joinedload(Membership.network)).where(Membership.id == payload["membership_id"])
    )
    if membership is None or membership.person_id != person.id or membership.left_at is not None:
        return NotSent("no longer a member")
    if membership.role.value != payload["role"]:
        return NotSent("the role has changed again")
    name = discreetly(membership.network, level_for(person, membership.network), Output.MAIL_SUBJECT).name
    is_coordinator = membership.role is Role.COORDINATOR
    heading = (
        _("You are now a coordinator of %(network)s", network=name)
        if is_coordinator
        else _("You are no longer a coordinator of %(network)s", network=name)
    )
    lines = [
        _("%(by)s has given you the role. You can call meetings, share minutes and invite members.", by=payload["by"])
        if is_coordinator
        else _("%(by)s has changed your role. You are still a member.", by=payload["by"])
    ]
    button = (_("See the network"), link("networks.show", network_id=membership.network_id))
    context = {"heading": heading, "lines": lines, "button": button}
    return to_member(Letter(subject=heading, template="mails/note", context=context), membership.network)


def compose_handed_over(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    """What they were given, network by network: only where they still are, since the titles are the network's own."""
    reached = {
        network.id: network
        for network in db.session.scalars(
            select(Network)
            .join(Membership, Membership.network_id == Network.id)
            .where(Membership.person_id == person.id, Membership.left_at.is_(None))
            .order_by(Network.sort_key)
        )
    }
    given: dict[int, dict[str, list[str]]] = {}
    for network_id, kind, title in payload["things"]:
        if network_id in reached:
            titles = given.setdefault(network_id, {}).setdefault(kind, [])
            if measure_of(level_for(person, reached[network_id]), Output.MAIL_TEXT) >= Measure.TITLES:
                titles.append(title)
    if not given:
        return NotSent("no longer a member")
    return Letter(
        subject=_("%(name)s has handed something over to you", name=payload["from"])
        if all(_tells_who(person, reached[network_id]) for network_id in given)
        else _("Something has been handed over to you"),
        template="networks/mails/handed_over",
        context={
            "giver": payload["from"],
            "by": payload["by"],
            "given": [(network, _under_headings(given[id_])) for id_, network in reached.items() if id_ in given],
        },
        why=_("You get this mail because %(name)s has left, and somebody has to know.", name=payload["from"]),
    )


def _tells_who(person: Person, network: Network) -> bool:
    return measure_of(level_for(person, network), Output.MAIL_SUBJECT) >= Measure.TITLES


def _under_headings(titles: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
    return [(str(heading), titles[kind]) for kind, heading in headings().items() if kind in titles]
