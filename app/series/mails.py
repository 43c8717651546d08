"""The mails about a whole series, composed when they are sent: one per act, and of each meeting only what is still true."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.models import Person
from app.core.formats import clock_time, long_date, span, week
from app.meetings.models import Meeting
from app.meetings.operations.telling import told_of
from app.networks.discretion import Output, discreetly, if_everything
from app.networks.queries import level_for
from app.notifications import letters
from app.notifications.letters import Letter, NotSent
from app.notifications.links import link
from app.series import queries
from app.series.models import Series

Facts = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One meeting as the mail lists it: `when` and `notes` are ready to print."""

    when: str
    notes: list[str]
    url: str


@dataclass(frozen=True)
class Found:
    """What is still to be told, and of what."""

    series: Series
    meetings: Sequence[Meeting]


def _find(person: Person, payload: Facts, *, cancelled: bool) -> Found | NotSent:
    series = queries.series_to_tell(person, payload["series_id"])
    if series is None:
        return NotSent("no longer a member of the network")
    meetings = queries.meetings_to_tell(person, series.id, payload["meeting_ids"])
    standing = [meeting for meeting in meetings if (meeting.is_cancelled if cancelled else not meeting.is_off)]
    return Found(series, standing) if standing else NotSent("nothing of it is true any more")


def _compose(
    person: Person, found: Found, words: tuple[str, str], line: Callable[[Meeting], Line], **more: Any
) -> Letter:
    """`words` are those of the subject and of the sentence above the list. Calls are owed, so they carry no topic."""
    network = found.series.network
    level = level_for(person, network)
    title = discreetly(found.series, level, Output.MAIL_SUBJECT).title or _(
        "Meetings in %(network)s", network=network.name
    )
    shown = discreetly(found.series, level, Output.MAIL_TEXT)
    change, lead = words
    meetings = [discreetly(meeting, level, Output.MAIL_TEXT) for meeting in found.meetings]
    return Letter(
        subject=_("%(change)s: %(title)s", change=change, title=title),
        template="series/mails/series",
        context={
            "heading": shown.title or title,
            "lead": lead,
            "lines": [line(meeting) for meeting in meetings],
            "network": network,
            "url": link("series.show", series_id=found.series.id),
            **more,
        },
        from_name=network.name,
        thread=f"series-{found.series.id}",
        conversation=title,
    )


def _line(meeting: Meeting, *notes: str) -> Line:
    when = f"{span(meeting.starts_at, meeting.ends_at)} ({week(meeting.starts_at)})"
    return Line(when, [note for note in notes if note], link("meetings.show", meeting_id=meeting.id, _anchor="answer"))


def _where(meeting: Meeting) -> str:
    if meeting.where and meeting.is_online:
        return f"{meeting.where}, {_('or online')}"
    return meeting.where or (_("Online") if meeting.is_online else _("The place follows"))


def _host(meeting: Meeting) -> str:
    return _("%(municipality)s hosts", municipality=meeting.host.name) if meeting.host else ""


def _fully(meeting: Meeting) -> Line:
    return _line(meeting, ", ".join(filter(None, [_where(meeting), _host(meeting)])))


def compose_called(person: Person, payload: Facts) -> Letter | NotSent:
    found = _find(person, payload, cancelled=False)
    if isinstance(found, NotSent):
        return found
    number = len(found.meetings)
    lead = ngettext(
        "%(name)s calls %(network)s to %(num)d meeting",
        "%(name)s calls %(network)s to %(num)d meetings",
        number,
        name=payload["by"],
        network=found.series.network.name,
    )
    after = _(
        "They stand in your calendar already. Open a meeting to say whether you come; you need not answer all at once."
    )
    return _compose(person, found, (_("Call"), lead), _fully, after=after)


def compose_changed(person: Person, payload: Facts) -> Letter | NotSent:
    found = _find(person, payload, cancelled=False)
    if isinstance(found, NotSent):
        return found
    news = payload["news"]
    still = [meeting for meeting in found.meetings if _is_news(meeting, news[str(meeting.id)]["changes"])]
    if not still:
        return NotSent("changed back before it was sent")
    found = Found(found.series, still)

    def line(meeting: Meeting) -> Line:
        return _line(meeting, *_news(meeting, **news[str(meeting.id)]))

    lead = ngettext(
        "%(name)s has changed %(num)d meeting of %(network)s",
        "%(name)s has changed %(num)d meetings of %(network)s",
        len(found.meetings),
        name=payload["by"],
        network=found.series.network.name,
    )
    is_moved = any("time" in news[str(meeting.id)]["changes"] for meeting in still)
    after = _("Answers that were given still stand. Look whether yours holds.")
    return _compose(person, found, (_("Moved") if is_moved else _("Changed"), lead), line, after=after)


def _is_news(meeting: Meeting, changes: Facts) -> bool:
    """Whether anything of it differs from what was told before."""
    now = told_of(meeting)
    was = {"time": [now["starts_at"], now["ends_at"]], "place": now["place"], "host": _host_name(meeting)}
    return any(name not in was or was[name] != change["old"] for name, change in changes.items())


def _host_name(meeting: Meeting) -> str:
    return meeting.host.name if meeting.host else ""


def _news(meeting: Meeting, changes: Facts, lesser: list[str]) -> list[str]:
    """What is new, old beside it; the meeting itself is shown as it stands now."""
    news = []
    if "time" in changes:
        start, end = (datetime.fromisoformat(moment) for moment in changes["time"]["old"])
        news.append(_("Before: %(what)s", what=_short_span(meeting, start, end)))
    if "place" in changes:
        old = changes["place"]["old"] or _("no place")
        news.append(_("New place: %(new)s. Before: %(old)s", new=meeting.where or _("no place"), old=old))
    if "online" in changes:
        is_there = changes["online"]["new"]
        there = _("There is a new link on the meeting's page")
        news.append(there if is_there else _("One can no longer take part online"))
    if "host" in changes:
        news.append(_host(meeting) or _("No host yet"))
    if lesser:
        news.append(_("Title or what to bring is new too; see the meeting's page"))
    return news


def _short_span(meeting: Meeting, start: datetime, end: datetime) -> str:
    """The hours alone where the day is the same."""
    if long_date(start) == long_date(meeting.starts_at):
        return _("at %(start)s–%(end)s", start=clock_time(start), end=clock_time(end))
    return span(start, end)


def compose_cancelled(person: Person, payload: Facts) -> Letter | NotSent:
    found = _find(person, payload, cancelled=True)
    if isinstance(found, NotSent):
        return found
    lead = ngettext(
        "%(name)s has cancelled %(num)d meeting of %(network)s",
        "%(name)s has cancelled %(num)d meetings of %(network)s",
        len(found.meetings),
        name=payload["by"],
        network=found.series.network.name,
    )
    reason = if_everything(payload["reason"], level_for(person, found.series.network), Output.MAIL_TEXT)
    after = _("You need not do anything: they stand as cancelled in your calendar too.")
    return _compose(person, found, (_("Cancelled"), lead), _fully, word=reason, after=after)


def compose_restored(person: Person, payload: Facts) -> Letter | NotSent:
    found = _find(person, payload, cancelled=False)
    if isinstance(found, NotSent):
        return found
    lead = ngettext(
        "%(name)s has taken the cancellation back: %(num)d meeting of %(network)s is on again",
        "%(name)s has taken the cancellation back: %(num)d meetings of %(network)s are on again",
        len(found.meetings),
        name=payload["by"],
        network=found.series.network.name,
    )
    after = _("Answers that were given still stand. Look whether yours holds.")
    return _compose(person, found, (_("On again"), lead), _fully, after=after)


COMPOSERS: dict[str, Callable[[Person, Facts], Letter | NotSent]] = {
    "series_called": compose_called,
    "series_changed": compose_changed,
    "series_cancelled": compose_cancelled,
    "series_restored": compose_restored,
}


def register() -> None:
    for kind, compose in COMPOSERS.items():
        letters.register(kind, compose)
