"""The mails about seats, substitutes and answers that are missing. Each is looked at again when it is sent: is it still so?"""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from app.accounts.models import Person
from app.core.formats import day_month, long_date, span, weekday
from app.meetings import queries
from app.meetings.answer_links import token_to_answer
from app.meetings.forms import SAID
from app.meetings.models import AnswerWord, Meeting, Substitution, SubstitutionEnd
from app.meetings.operations.telling import is_near
from app.networks.discretion import Output, discreetly
from app.networks.mails import to_coordinator, to_member
from app.networks.queries import level_for, standing_of
from app.notifications import addresses, letters
from app.notifications.letters import Letter, NotSent
from app.notifications.links import link

Facts = dict[str, Any]


def _meeting_ahead(person: Person, meeting_id: int) -> Meeting | NotSent:
    meeting = queries.meeting_to_tell(person, meeting_id)
    if meeting is None:
        return NotSent("no longer a member of the network")
    if meeting.is_over:
        return NotSent("the meeting is over")
    if meeting.is_off:
        return NotSent("the meeting is cancelled or postponed")
    return meeting


def subject_of(person: Person, meeting: Meeting) -> str:
    """Public: what the meeting may be called in a subject, with its day."""
    title = discreetly(meeting, level_for(person, meeting.network), Output.MAIL_SUBJECT).title
    return _("%(title)s, %(day)s", title=title, day=f"{weekday(meeting.starts_at)} {day_month(meeting.starts_at)}")


def facts_of(person: Person, meeting: Meeting) -> list[str]:
    """Public: which meeting it is, when and where, as two lines of a short mail."""
    shown = discreetly(meeting, level_for(person, meeting.network), Output.MAIL_TEXT)
    where = shown.place or (_("Online") if shown.online_url else _("The place follows"))
    return [shown.title, f"{span(meeting.starts_at, meeting.ends_at)}. {where}"]


def _note(
    person: Person,
    meeting: Meeting,
    heading: str,
    lines: list[str],
    *,
    words: str = "",
    endpoint: str = "meetings.show",
    url: str = "",
    after: str = "",
    answered_by: Person | None = None,
) -> Letter:
    """`answered_by` is whose answer to the meeting an answer to this mail would be."""
    button = (words or _("See the meeting"), url or link(endpoint, meeting_id=meeting.id))
    context = {"heading": heading, "lines": lines, "button": button, "after": after}
    title = discreetly(meeting, level_for(person, meeting.network), Output.MAIL_SUBJECT).title
    letter = Letter(
        subject=heading,
        template="mails/note",
        context=context,
        thread=f"meeting-{meeting.id}",
        conversation=title,
        answers_to=f"m{meeting.id}-{answered_by.id}" if answered_by and addresses.host() else "",
        is_urgent=is_near(meeting.starts_at),
    )
    return to_member(letter, meeting.network)


def compose_seat_given(person: Person, payload: Facts) -> Letter | NotSent:
    meeting = _meeting_ahead(person, payload["meeting_id"])
    if isinstance(meeting, NotSent):
        return meeting
    own = queries.answer_of(person, meeting.id)
    if own is None or not own.is_yes:
        return NotSent("no longer coming")
    return _note(
        person,
        meeting,
        _("There is a seat for you: %(title)s", title=subject_of(person, meeting)),
        [
            *facts_of(person, meeting),
            _("You were on the waiting list, and now you have a seat. You need not do anything."),
        ],
        after=_("If you cannot come after all, say no on the meeting's page, so that the next one can."),
        answered_by=person,
    )


def compose_answer_wanted(person: Person, payload: Facts) -> Letter | NotSent:
    meeting = _meeting_ahead(person, payload["meeting_id"])
    if isinstance(meeting, NotSent):
        return meeting
    if queries.answer_of(person, meeting.id) is not None:
        return NotSent("has answered")
    due = _("Answers are due by %(day)s.", day=long_date(meeting.answer_by)) if meeting.answer_by else ""
    return _note(
        person,
        meeting,
        _("Are you coming? %(title)s", title=subject_of(person, meeting)),
        [*facts_of(person, meeting), _("%(name)s would like to know whether you come.", name=payload["by"])],
        words=_("Say whether you come"),
        url=link("meetings.answer_by_link", token=token_to_answer(person.id, meeting.id, AnswerWord.YES)),
        after=due,
        answered_by=person,
    )


def compose_answer_put_in(person: Person, payload: Facts) -> Letter | NotSent:
    meeting = _meeting_ahead(person, payload["meeting_id"])
    if isinstance(meeting, NotSent):
        return meeting
    own = queries.answer_of(person, meeting.id)
    if own is None or own.said_by_id is None:
        return NotSent("has answered themselves meanwhile")
    return _note(
        person,
        meeting,
        _("Your answer: %(answer)s. %(title)s", answer=SAID[own.answer], title=subject_of(person, meeting)),
        [*facts_of(person, meeting), _("%(name)s has put in this answer for you.", name=payload["by"])],
        after=_("Is it not right? Change it on the meeting's page."),
        answered_by=person,
    )


def _substitution(person: Person, payload: Facts) -> Substitution | NotSent:
    substitution = queries.substitution_to_tell(payload["substitution_id"])
    if substitution is None or not standing_of(person).belongs_to(substitution.meeting.network_id):
        return NotSent("no longer a member of the network")
    if substitution.meeting.is_off or substitution.meeting.is_over:
        return NotSent("the meeting is over or off")
    return substitution


def _name_of_the_absent(reader: Person, substitution: Substitution, output: Output) -> str:
    absent: Person | None = discreetly(substitution, level_for(reader, substitution.meeting.network), output).absent
    return absent.name if absent else _("A colleague")


def _name_of_the_substitute(reader: Person, substitution: Substitution, output: Output) -> str:
    shown = discreetly(substitution, level_for(reader, substitution.meeting.network), output)
    name = shown.person.name if shown.person else shown.name
    return name or _("Your substitute")


def compose_substitute_asked(person: Person, payload: Facts) -> Letter | NotSent:
    substitution = _substitution(person, payload)
    if isinstance(substitution, NotSent):
        return substitution
    if not substitution.is_ongoing or substitution.person_id != person.id:
        return NotSent("taken back, or declined")
    meeting = substitution.meeting
    name = _name_of_the_absent(person, substitution, Output.MAIL_TEXT)
    return _note(
        person,
        meeting,
        _("Come instead of a colleague: %(title)s", title=subject_of(person, meeting)),
        [
            *facts_of(person, meeting),
            _("%(name)s cannot come and has named you. You are signed up, and need not do anything.", name=name),
        ],
        after=_("If you cannot come either, say no on the meeting's page; then we tell your colleague."),
        answered_by=person,
    )


def compose_substitute_released(person: Person, payload: Facts) -> Letter | NotSent:
    substitution = _substitution(person, payload)
    if isinstance(substitution, NotSent):
        return substitution
    meeting = substitution.meeting
    name = _name_of_the_absent(person, substitution, Output.MAIL_TEXT)
    return _note(
        person,
        meeting,
        _("You need not come instead: %(title)s", title=subject_of(person, meeting)),
        [*facts_of(person, meeting), _("%(name)s can come after all.", name=name)],
        after=_("You are welcome all the same: say yes on the meeting's page."),
        answered_by=person,
    )


def compose_substitute_proposed(person: Person, payload: Facts) -> Letter | NotSent:
    substitution = queries.substitution_to_tell(payload["substitution_id"])
    if substitution is None or not substitution.awaits_approval:
        return NotSent("answered or taken back")
    meeting = substitution.meeting
    if not standing_of(person).is_told_as_coordinator(meeting.network_id):
        return NotSent("no longer a coordinator")
    if meeting.is_off or meeting.is_over:
        return NotSent("the meeting is over or off")
    absent = _name_of_the_absent(person, substitution, Output.MAIL_TEXT)
    shown = discreetly(substitution, level_for(person, meeting.network), Output.MAIL_TEXT)
    asks = (
        _(
            "%(absent)s cannot come and would like to send %(name)s, who is not in the network.",
            absent=absent,
            name=shown.name,
        )
        if shown.name
        else _("%(absent)s cannot come and would like to send somebody who is not in the network.", absent=absent)
    )
    letter = _note(
        person,
        meeting,
        _("May somebody new come? %(title)s", title=subject_of(person, meeting)),
        [*facts_of(person, meeting), asks],
        words=_("Answer"),
        endpoint="meetings.sign_up",
        after=_("If you say yes, they are invited to the network at once."),
    )
    return to_coordinator(letter, meeting.network)


def compose_substitute_answered(person: Person, payload: Facts) -> Letter | NotSent:
    substitution = _substitution(person, payload)
    if isinstance(substitution, NotSent):
        return substitution
    what, meeting = payload["what"], substitution.meeting
    name = _name_of_the_substitute(person, substitution, Output.MAIL_TEXT)
    if what in {"approved", "joined"}:
        if not substitution.is_ongoing:
            return NotSent("ended meanwhile")
        if what == "approved" and substitution.person_id is not None:
            what = "joined"
        elif what == "joined" and substitution.person_id is None:
            return NotSent("not so any more")
        heading = _("Your substitute: %(title)s", title=subject_of(person, meeting))
        line = (
            _("%(name)s comes in your place.", name=name)
            if what == "joined"
            else _("A coordinator has said yes. %(name)s is invited, and the seat is kept.", name=name)
        )
        return _note(person, meeting, heading, [*facts_of(person, meeting), line])
    if queries.ongoing_substitution_of(person, meeting.id) is not None:
        return NotSent("has found another")
    line = (
        _("A coordinator has said no to %(name)s.", name=name)
        if substitution.ending is SubstitutionEnd.REFUSED
        else _("%(name)s cannot come in your place.", name=name)
    )
    return _note(
        person,
        meeting,
        _("Your substitute does not come: %(title)s", title=subject_of(person, meeting)),
        [*facts_of(person, meeting), line],
        after=_("On the meeting's page you can send somebody else, or come yourself."),
    )


COMPOSERS: dict[str, Callable[[Person, Facts], Letter | NotSent]] = {
    "seat_given": compose_seat_given,
    "answer_wanted": compose_answer_wanted,
    "answer_put_in": compose_answer_put_in,
    "substitute_asked": compose_substitute_asked,
    "substitute_released": compose_substitute_released,
    "substitute_proposed": compose_substitute_proposed,
    "substitute_answered": compose_substitute_answered,
}


def register() -> None:
    for kind, compose in COMPOSERS.items():
        letters.register(kind, compose)
