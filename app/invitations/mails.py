"""The mails about invitations and requests to join. All are owed: who asks, and who is asked, has to hear of it.

They say what the network's level allows (`networks.discretion`); who invites, and the words written to stand in the mail, always.
"""

from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.core.formats import day_month_year
from app.extensions import db
from app.invitations.models import Invitation, JoinRequest
from app.invitations.tokens import code_of, token_of
from app.networks.discretion import Output, discreetly
from app.networks.mails import to_coordinator, to_member
from app.networks.models import Network
from app.networks.queries import current_membership, level_for, standing_of
from app.notifications.letters import Letter, NotSent
from app.notifications.links import link


def _invitation(invitation_id: int) -> Invitation | None:
    whole = select(Invitation).options(joinedload(Invitation.network), joinedload(Invitation.invited_by))
    return db.session.scalar(whole.where(Invitation.id == invitation_id))


def _name_in_subject(network: Network) -> str:
    return discreetly(network, network.confidentiality, Output.MAIL_SUBJECT).name


def compose_invitation(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    """Link and code are derived here and nowhere else, so that neither the outbox nor any table holds them."""
    invitation = _invitation(payload["invitation_id"])
    if invitation is None or not invitation.is_open:
        return NotSent("the invitation is answered, withdrawn or expired")
    if person.id is not None and current_membership(person.id, invitation.network_id) is not None:
        return NotSent("a member already")
    network, by = _name_in_subject(invitation.network), invitation.invited_by.name
    if payload["is_reminder"]:
        subject = _("Reminder: %(by)s invites you to %(network)s", by=by, network=network)
    else:
        subject = _("%(by)s invites you to %(network)s", by=by, network=network)
    return Letter(
        subject=subject,
        template="invitations/mails/invitation",
        context={
            "invitation": discreetly(invitation, invitation.network.confidentiality, Output.MAIL_TEXT),
            "by": by,
            "url": link("invitations.answer", token=token_of(invitation)),
            "code": code_of(invitation),
            "until": day_month_year(invitation.expires_at),
            "is_reminder": payload["is_reminder"],
        },
        from_name=network,
        why=_("You get this mail because %(by)s wrote your address. Say no on the page, and we write no more.", by=by),
    )


def compose_invitation_declined(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    invitation = _invitation(payload["invitation_id"])
    if invitation is None or not standing_of(person).is_told_as_coordinator(invitation.network_id):
        return NotSent("no longer a coordinator")
    level = level_for(person, invitation.network)
    network = _name_in_subject(invitation.network)
    name = discreetly(invitation, level, Output.MAIL_SUBJECT).addressee
    shown = discreetly(invitation, level, Output.MAIL_TEXT)
    letter = _note(
        _("%(name)s says no to %(network)s", name=name, network=network)
        if name
        else _("An invitation to %(network)s is declined", network=network),
        [_("%(address)s has declined your invitation.", address=shown.email)] if shown.email else [],
        word=shown.answer,
        button=(_("See the invitations"), link("invitations.of_network", network_id=invitation.network_id)),
    )
    return to_coordinator(letter, invitation.network)


def _request(request_id: int) -> JoinRequest | None:
    whole = select(JoinRequest).options(
        joinedload(JoinRequest.network), joinedload(JoinRequest.person).joinedload(Person.organisation)
    )
    return db.session.scalar(whole.where(JoinRequest.id == request_id))


def compose_join_asked(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    request = _request(payload["request_id"])
    if request is None or not request.is_undecided:
        return NotSent("answered or withdrawn")
    if not standing_of(person).is_told_as_coordinator(request.network_id):
        return NotSent("no longer a coordinator")
    level = level_for(person, request.network)
    network = _name_in_subject(request.network)
    asker: Person | None = discreetly(request, level, Output.MAIL_SUBJECT).person
    shown = discreetly(request, level, Output.MAIL_TEXT)
    letter = _note(
        _("%(name)s asks to join %(network)s", name=asker.name, network=network)
        if asker
        else _("Somebody asks to join %(network)s", network=network),
        [_work_of(asker)] if asker and _work_of(asker) else [],
        word=shown.word,
        button=(_("Answer"), link("invitations.request", network_id=request.network_id, request_id=request.id)),
    )
    return to_coordinator(letter, request.network)


def _work_of(person: Person) -> str:
    return ", ".join(filter(None, [person.title, person.organisation.name if person.organisation else ""]))


def compose_join_approved(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    request = _request(payload["request_id"])
    if request is None or current_membership(person.id, request.network_id) is None:
        return NotSent("no longer a member")
    letter = _note(
        _("You are now a member of %(network)s", network=_name_in_subject(request.network)),
        [
            _(
                "A coordinator has said yes. Here you see the network's meetings, cases and minutes, and who the others are."
            )
        ],
        button=(_("See the network"), link("networks.show", network_id=request.network_id)),
    )
    return to_member(letter, request.network)


def compose_join_declined(_person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    request = _request(payload["request_id"])
    if request is None:
        return NotSent("the request is gone")
    network = _name_in_subject(request.network)
    again = request.may_ask_again_at
    letter = _note(
        _("You cannot join %(network)s now", network=network),
        [_("A coordinator has answered your request:")],
        word=discreetly(request, request.network.confidentiality, Output.MAIL_TEXT).reason,
        after=_("You can ask again on %(day)s.", day=day_month_year(again)) if again else "",
    )
    why = _("You get this mail because you asked to join %(network)s.", network=network)
    return replace(letter, from_name=network, why=why)


def _note(
    heading: str, lines: list[str], *, word: str = "", button: tuple[str, str] | None = None, after: str = ""
) -> Letter:
    context = {"heading": heading, "lines": lines, "word": word, "button": button, "after": after}
    return Letter(subject=heading, template="mails/note", context=context)
