"""The mails about hosts: the question to a municipality, and its answer to the coordinators. Both are owed."""

from typing import Any

from flask_babel import gettext as _

from app.accounts.models import Person
from app.core.formats import long_date, month, span
from app.hosting import queries
from app.hosting.models import AskState, HostAsk
from app.hosting.operations.asking import needs_no_host
from app.networks.discretion import Output, discreetly
from app.networks.mails import to_coordinator, to_member
from app.networks.queries import level_for, standing_of
from app.notifications import letters
from app.notifications.letters import Letter, NotSent
from app.notifications.links import link


def _day(asked: HostAsk) -> str:
    if asked.meeting is not None:
        return _("on %(day)s", day=long_date(asked.meeting.starts_at))
    return _("in %(month)s", month=f"{month(asked.month)} {asked.month.year}") if asked.month is not None else ""


def _is_off(asked: HostAsk) -> bool:
    return asked.is_past or (asked.meeting is not None and needs_no_host(asked.meeting))


def compose_asked(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    asked = queries.ask_to_tell(payload["ask_id"])
    if asked is None or not asked.is_open:
        return NotSent("answered or withdrawn")
    if _is_off(asked):
        return NotSent("the meeting is off or over")
    if not standing_of(person).belongs_to(asked.network_id) or queries.code_of(person) != asked.municipality_code:
        return NotSent("no longer a member from there")
    level = level_for(person, asked.network)
    shown = discreetly(asked, level, Output.MAIL_TEXT)
    subject = _("Will %(municipality)s host %(day)s?", municipality=asked.municipality.name, day=_day(asked))
    if payload["is_reminder"]:
        subject = _("Reminder: %(subject)s", subject=subject)
    network = discreetly(asked.network, level, Output.MAIL_TEXT).name
    lines = [_("%(name)s asks for %(network)s.", name=asked.asked_by.name, network=network)]
    if shown.meeting is not None:
        lines.append(f"{shown.meeting.title}: {span(shown.meeting.starts_at, shown.meeting.ends_at)}")
    else:
        lines.append(_("The day is not found yet. If you say yes, it is found together with you."))
    letter = _note(
        subject,
        [*lines, _("Any of you from %(municipality)s can answer.", municipality=asked.municipality.name)],
        word=shown.word,
        button=(_("Answer"), link("hosting.ask", ask_id=asked.id)),
    )
    return to_member(letter, asked.network)


def compose_answered(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    asked = queries.ask_to_tell(payload["ask_id"])
    if asked is None or asked.state not in {AskState.ACCEPTED, AskState.DECLINED}:
        return NotSent("the answer was taken back")
    if not standing_of(person).is_told_as_coordinator(asked.network_id):
        return NotSent("no longer a coordinator")
    if _is_off(asked):
        return NotSent("the meeting is off or over")
    if asked.state is AskState.ACCEPTED and asked.meeting and asked.meeting.host_code != asked.municipality_code:
        return NotSent("another host was found meanwhile")
    level = level_for(person, asked.network)
    shown = discreetly(asked, level, Output.MAIL_TEXT)
    network = discreetly(asked.network, level, Output.MAIL_TEXT).name
    about = {"municipality": asked.municipality.name, "day": _day(asked)}
    by = asked.answered_by.name if asked.answered_by else ""
    lines = [_("%(name)s has answered for %(network)s.", name=by, network=network)]
    if asked.state is AskState.ACCEPTED:
        if shown.place:
            lines.append(_("Place: %(place)s", place=shown.place))
        button = (_("See the order of hosts"), link("hosting.rota", network_id=asked.network_id))
        return to_coordinator(_note(_("%(municipality)s hosts %(day)s", **about), lines, button=button), asked.network)
    order = queries.fair_order(asked.network_id)
    following = next((turn for turn in order if turn.place.code != asked.municipality_code and not turn.is_asked), None)
    if following is not None:
        lines.append(_("%(municipality)s is next in turn.", municipality=following.place.name))
    letter = _note(
        _("%(municipality)s can't host %(day)s", **about),
        lines,
        word=shown.reason,
        button=(_("Ask the next one"), link("hosting.ask", ask_id=asked.id)),
    )
    return to_coordinator(letter, asked.network)


def _note(heading: str, lines: list[str], *, word: str = "", button: tuple[str, str] | None = None) -> Letter:
    context = {"heading": heading, "lines": lines, "word": word, "button": button}
    return Letter(subject=heading, template="mails/note", context=context)


def register() -> None:
    letters.register("host_asked", compose_asked)
    letters.register("host_answered", compose_answered)
