"""The mails about proposals: to the coordinators that one has come, to whoever made it what became of it.

How much they say is the network's level (`networks.discretion`): below the most open one they say that there is a proposal,
and where, not what it is about.
"""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.core.formats import day_month
from app.extensions import db
from app.meetings.models import Meeting
from app.meetings.proposals.models import Proposal, ProposalState
from app.networks.discretion import Output, discreetly
from app.networks.mails import to_coordinator, to_member
from app.networks.queries import current_membership, level_for, standing_of
from app.notifications.letters import Letter, NotSent
from app.notifications.links import link

Facts = dict[str, Any]


def _proposal(proposal_id: int) -> Proposal | None:
    whole = select(Proposal).options(
        joinedload(Proposal.network),
        joinedload(Proposal.meeting),
        joinedload(Proposal.proposed_by),
    )
    return db.session.scalar(whole.where(Proposal.id == proposal_id))


def compose_made(person: Person, payload: Facts) -> Letter | NotSent:
    proposal = _proposal(payload["proposal_id"])
    if proposal is None or not proposal.is_open:
        return NotSent("decided on or withdrawn")
    if not standing_of(person).is_told_as_coordinator(proposal.network_id):
        return NotSent("no longer a coordinator")
    level = level_for(person, proposal.network)
    network = discreetly(proposal.network, level, Output.MAIL_SUBJECT).name
    by: Person | None = discreetly(proposal, level, Output.MAIL_SUBJECT).proposed_by
    shown = discreetly(proposal, level, Output.MAIL_TEXT)
    if by:
        heading = _("%(name)s proposes an item in %(network)s", name=by.name, network=network)
    else:
        heading = _("An item is proposed in %(network)s", network=network)
    letter = _note(
        heading,
        [shown.title, _where(shown.meeting)],
        word=shown.why,
        button=(_("See the proposal"), _page_of(proposal)),
    )
    return to_coordinator(letter, proposal.network)


def _where(meeting: Meeting | None) -> str:
    if meeting is None:
        return _("For a later meeting; it stands in the backlog.")
    return _("For the meeting on %(day)s: %(title)s", day=day_month(meeting.starts_at), title=meeting.title)


def _page_of(proposal: Proposal) -> str:
    if proposal.meeting_id is None:
        return link("proposals.backlog", network_id=proposal.network_id)
    return link("proposals.of_meeting", meeting_id=proposal.meeting_id)


def compose_decided(person: Person, payload: Facts) -> Letter | NotSent:
    proposal = _proposal(payload["proposal_id"])
    if proposal is None or proposal.state != payload["state"]:
        return NotSent("it has changed again")
    if current_membership(person.id, proposal.network_id) is None:
        return NotSent("no longer a member")
    level = level_for(person, proposal.network)
    network = discreetly(proposal.network, level, Output.MAIL_SUBJECT).name
    shown = discreetly(proposal, level, Output.MAIL_TEXT)
    headings = {
        ProposalState.TAKEN: _("Your item is on the agenda in %(network)s", network=network),
        ProposalState.PARKED: _("Your item is kept for a later meeting in %(network)s", network=network),
        ProposalState.DECLINED: _("Your proposal is declined in %(network)s", network=network),
    }
    is_taken = proposal.state is ProposalState.TAKEN
    if is_taken and (proposal.meeting is None or proposal.meeting.is_draft):
        return NotSent("the meeting has not been called yet")
    button = (
        (_("See the agenda"), link("meetings.show", meeting_id=proposal.meeting_id, _anchor="agenda"))
        if is_taken
        else (_("See the backlog"), link("proposals.backlog", network_id=proposal.network_id))
    )
    lines = [shown.title, _where(shown.meeting) if is_taken else ""]
    return to_member(_note(headings[proposal.state], lines, word=shown.answer, button=button), proposal.network)


def _note(heading: str, lines: list[str], *, word: str, button: tuple[str, str]) -> Letter:
    context = {"heading": heading, "lines": [line for line in lines if line], "word": word, "button": button}
    return Letter(subject=heading, template="mails/note", context=context)
