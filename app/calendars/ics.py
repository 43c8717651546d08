"""A meeting as iCalendar (RFC 5545), in the shapes that Outlook, Google, Apple and Thunderbird all read alike.

A fragment is a VEVENT in one language, with one own answer and at one level, without its stamps: it can be kept and shared by all
who see the meeting so. The stamps are set in when a person's calendar is joined, because they tell when what *this*
person sees last changed, their own answer included. Nothing here asks what time it is.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app, url_for
from flask_babel import gettext as _
from icalendar import Calendar, Event, vCalAddress
from icalendar.parser import Contentline
from werkzeug.urls import iri_to_uri

from app.calendars.models import FeedScope
from app.core import clock
from app.core.formats import clock_time, day_month_year, language
from app.meetings.models import AgendaItem, AnswerWord, Meeting, Presence
from app.networks import discretion
from app.networks.discretion import Confidentiality, Measure, Output, discreetly, measure_of
from app.notifications.lengths import excerpt

HERE = Path(__file__).resolve().parent
# Fragments outlive an upgrade, so their version tells which code and words they were made with.
FORMAT = hashlib.sha256(
    b"".join(
        path.read_bytes()
        for path in [Path(__file__), Path(discretion.__file__), *sorted(HERE.glob("translations/*/*/*.po"))]
    )
).hexdigest()

NAME = "ERFA Nord"
PRODUCT = "-//ERFA Nord//Kalender//DA"
MEDIA_TYPE = "text/calendar; charset=utf-8"

# One yearly rule each way from 1970: the only form that all readers agree on, also after 2037 (calendar-and-mail A3).
TIMEZONE = b"""\
BEGIN:VTIMEZONE
TZID:Europe/Copenhagen
X-LIC-LOCATION:Europe/Copenhagen
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
""".replace(b"\n", b"\r\n")
BEGIN_EVENT, END_EVENT, END = b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b"END:VCALENDAR\r\n"

# Some programs end a line at these too, and none may stand in a TEXT (RFC 5545 3.3.11).
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x09\x0e-\x1f\x7f-\x9f\ufeff]")


def clean(text: str) -> str:
    """`text` with plain line feeds and no other control characters; icalendar lets them through."""
    return _CONTROLS.sub(lambda control: " " if control[0] == "\t" else "", _BREAKS.sub("\n", text)).strip()


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


@lru_cache(maxsize=8)
def _host(base_url: str) -> str:
    return urlsplit(base_url).hostname or "localhost"


def uid_of(meeting_id: int) -> str:
    """The same for the meeting's whole life; the host comes from the configuration, never from a request."""
    return f"meeting-{meeting_id}@{_host(current_app.config['BASE_URL'])}"


def link_to(meeting_id: int) -> str:
    return str(current_app.config["BASE_URL"]) + url_for("meetings.show", meeting_id=meeting_id)


def event_link(meeting_id: int) -> str:
    """Where anybody reads of a meeting that is open to all."""
    return str(current_app.config["BASE_URL"]) + url_for("events.show", meeting_id=meeting_id)


def _moment(event: Event, name: str, moment: datetime, *, as_utc: bool) -> None:
    event.add(name, moment.astimezone(UTC) if as_utc else clock.local(moment))


def _is_doubled(moment: datetime) -> bool:
    """In the hour that the autumn change repeats, where readers disagree on what a wall time names."""
    wall = clock.local(moment)
    return wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()


def _is_midnight(moment: datetime) -> bool:
    return clock.local(moment).time() == time()


def _when(event: Event, start: datetime, end: datetime) -> None:
    """From midnight to midnight is how Outlook hands on an event of whole days; it stands as one again (RFC 5545 3.6.1)."""
    if _is_midnight(start) and _is_midnight(end):
        event.add("dtstart", clock.local(start).date())
        event.add("dtend", clock.local(end).date())
        return
    as_utc = _is_doubled(start) or _is_doubled(end)
    _moment(event, "dtstart", start, as_utc=as_utc)
    _moment(event, "dtend", end, as_utc=as_utc)


def _summary(meeting: Meeting) -> str:
    title = one_line(meeting.title)
    if meeting.is_cancelled:
        return _("CANCELLED: %(title)s", title=title)
    return _("POSTPONED: %(title)s", title=title) if meeting.is_postponed else title


def _answer_in_words(answer: AnswerWord | None, presence: Presence | None) -> str:
    words = {
        AnswerWord.YES: _("Coming"),
        AnswerWord.MAYBE: _("Maybe"),
        AnswerWord.NO: _("Not coming"),
        AnswerWord.WAITING: _("On the waiting list"),
    }
    if answer is None:
        return _("You have not answered yet.")
    if presence is Presence.ONLINE and answer is not AnswerWord.NO:
        return _("Your answer: %(answer)s, online", answer=words[answer])
    return _("Your answer: %(answer)s", answer=words[answer])


def _tells_link(meeting: Meeting, answer: AnswerWord | None) -> bool:
    """A calendar cannot wait for the hour, and is shared with others: only a link that whoever takes part may see at once."""
    is_coming = answer in {AnswerWord.YES, AnswerWord.MAYBE}
    return bool(meeting.online_url) and meeting.online_opens_minutes is None and is_coming and not meeting.is_off


def _online(meeting: Meeting, answer: AnswerWord | None) -> str:
    if _tells_link(meeting, answer):
        return _("Join online: %(link)s", link=one_line(meeting.online_url))
    return _("Online: see the meeting's page for the link")


def _agenda(meeting: Meeting, items: Sequence[AgendaItem]) -> list[str]:
    if not items:
        return []
    lines, moment = [_("Agenda")], meeting.starts_at
    for item in items:
        presenter = f" ({one_line(item.presenter)})" if item.presenter else ""
        lines.append(f"{clock_time(moment)} {one_line(item.title)}{presenter}")
        moment += timedelta(minutes=item.minutes)
    return lines


def _description(
    meeting: Meeting,
    items: Sequence[AgendaItem],
    answer: AnswerWord | None,
    presence: Presence | None,
    *,
    measure: Measure,
) -> str:
    """What few programs have a field of their own for; blank lines part the thoughts.

    Calendars are shared with colleagues and secretaries: where only that something happens may be told, they are not
    told whose meeting it is either.
    """
    first = [one_line(meeting.network.name)] if measure >= Measure.TITLES else []
    if meeting.host and measure >= Measure.TITLES:
        first.append(_("Host: %(name)s", name=meeting.host.name))
    if meeting.is_cancelled:
        reason = clean(meeting.cancellation_reason)
        first.append(
            _("The meeting is cancelled: %(reason)s", reason=reason) if reason else _("The meeting is cancelled.")
        )
    elif meeting.is_postponed:
        reason = clean(meeting.postponement_reason)
        first.append(_("The meeting does not take place at this time. The new date follows."))
        first += [reason] if reason else []
    else:
        first.append(_answer_in_words(answer, presence))
        if meeting.is_online:
            first.append(_online(meeting, answer))
    thoughts = [
        "\n".join(first),
        clean(meeting.description),
        "\n".join(_agenda(meeting, items)) if measure is Measure.EVERYTHING else "",
        _("See the meeting: %(link)s", link=link_to(meeting.id)),
    ]
    return "\n\n".join(thought for thought in thoughts if thought)


def _presence_in_calendar(event: Event, meeting: Meeting, answer: AnswerWord | None) -> None:
    """Whether the time is taken. Outlook reads only the last of these three, and shows a cancelled meeting as any other.

    What waits for its new date does not take place at this one, and says so with the same signals.
    """
    is_free = meeting.is_off or answer is AnswerWord.NO
    event.add("status", "CANCELLED" if meeting.is_off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if is_free else "OPAQUE")
    busy = "FREE" if is_free else "BUSY" if answer is AnswerWord.YES else "TENTATIVE"
    event.add("x-microsoft-cdo-busystatus", busy)


def _folded(line: str) -> bytes:
    folded: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call]
    return folded + b"\r\n"


def _conference(meeting: Meeting, answer: AnswerWord | None) -> bytes:
    """Raw, because icalendar quotes FEATURE's two words into one."""
    link = one_line(meeting.online_url)
    if not _tells_link(meeting, answer) or not link.startswith(("https://", "http://")) or " " in link:
        return b""
    return _folded(f"CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO:{iri_to_uri(link)}")


def _lines(event: Event) -> bytes:
    """The event's lines between BEGIN and END."""
    return event.to_ical(sorted=False).removeprefix(BEGIN_EVENT).removesuffix(END_EVENT)


def fragment(
    meeting: Meeting,
    items: Sequence[AgendaItem],
    answer: AnswerWord | None,
    presence: Presence | None,
    *,
    level: Confidentiality,
) -> bytes:
    """The meeting in the current language, as someone with this answer sees it; `stamped` makes it a VEVENT.

    `level` is how confidential it is to that person, which `networks.queries.level_for` knows.
    """
    event = Event()
    titled = discreetly(meeting, level, Output.CALENDAR_TITLE)
    measure = measure_of(level, Output.CALENDAR_TEXT)
    meeting = discreetly(meeting, level, Output.CALENDAR_TEXT)
    event.add("uid", uid_of(meeting.id))
    event.add("sequence", meeting.sequence)
    _when(event, meeting.starts_at, meeting.ends_at)
    event.add("summary", _summary(titled))
    place = one_line(meeting.where) or (_("Online") if meeting.is_online else "")
    if place:
        event.add("location", place)
    event.add("description", _description(meeting, items, answer, presence, measure=measure))
    event.add("url", link_to(meeting.id))
    _presence_in_calendar(event, meeting, answer)
    return _lines(event) + _conference(meeting, answer)


def _public_description(meeting: Meeting) -> str:
    """What anybody may know beside when and where: the host, whether it takes place, and where to read more."""
    first = [_("Host: %(name)s", name=meeting.host.name)] if meeting.host else []
    if meeting.is_cancelled:
        first.append(_("The meeting is cancelled."))
    elif meeting.is_postponed:
        first.append(_("The meeting does not take place at this time. The new date follows."))
    links = [_("See the meeting: %(link)s", link=event_link(meeting.id))]
    if meeting.public_url and not meeting.is_off:
        links.insert(0, _("Sign up or read more: %(link)s", link=one_line(meeting.public_url)))
    return "\n\n".join(filter(None, ["\n".join(first), "\n".join(links)]))


def public_fragment(meeting: Meeting) -> bytes:
    """A meeting that is open to all, as anybody sees it: it takes nobody's time, and names nobody but the host's place."""
    event = Event()
    told = discreetly(meeting, meeting.network.confidentiality, Output.PUBLIC_CALENDAR)
    event.add("uid", uid_of(meeting.id))
    event.add("sequence", meeting.sequence)
    _when(event, meeting.starts_at, meeting.ends_at)
    event.add("summary", _summary(told))
    place = one_line(told.where) or (_("Online") if told.is_online else "")
    if place:
        event.add("location", place)
    event.add("description", _public_description(told))
    event.add("url", event_link(meeting.id))
    event.add("status", "CANCELLED" if meeting.is_off else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("x-microsoft-cdo-busystatus", "FREE")
    return _lines(event)


def invitation(meeting: Meeting, *, level: Confidentiality, sequence: int, answer: AnswerWord | None = None) -> bytes:
    """The meeting as an invitation by mail shows it to one person, in the current language: lines of a VEVENT without stamp.

    It says neither their answer, which their calendar knows better, nor the agenda, which changes more often than one mails.
    `answer` only decides whether the link is in it, as in `fragment`.
    """
    event = Event()
    titled = discreetly(meeting, level, Output.CALENDAR_TITLE)
    measure = measure_of(level, Output.CALENDAR_TEXT)
    meeting = discreetly(meeting, level, Output.CALENDAR_TEXT)
    event.add("uid", uid_of(meeting.id))
    event.add("sequence", sequence)
    _when(event, meeting.starts_at, meeting.ends_at)
    event.add("summary", _summary(titled))
    place = one_line(meeting.where) or (_("Online") if meeting.is_online else "")
    if place:
        event.add("location", place)
    first = [one_line(meeting.network.name)] if measure >= Measure.TITLES else []
    if meeting.host and measure >= Measure.TITLES:
        first.append(_("Host: %(name)s", name=meeting.host.name))
    if meeting.is_online:
        first.append(_online(meeting, answer))
    thoughts = [
        "\n".join(first),
        clean(excerpt(meeting.description)),
        _("See the meeting: %(link)s", link=link_to(meeting.id)),
    ]
    event.add("description", "\n\n".join(thought for thought in thoughts if thought))
    event.add("url", link_to(meeting.id))
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("x-microsoft-cdo-busystatus", "TENTATIVE")  # until they have answered
    event.add("x-microsoft-cdo-intendedstatus", "BUSY")  # once they have
    return _lines(event) + _conference(meeting, answer)


def cancellation(
    meeting: Meeting, *, level: Confidentiality, sequence: int, starts_at: datetime, ends_at: datetime
) -> bytes:
    """Takes what `invitation` has put into a calendar out of it; the times are those it has there."""
    event = Event()
    event.add("uid", uid_of(meeting.id))
    event.add("sequence", sequence)
    _when(event, starts_at, ends_at)
    event.add("summary", _summary(discreetly(meeting, level, Output.CALENDAR_TITLE)))
    event.add("url", link_to(meeting.id))
    event.add("status", "CANCELLED")
    event.add("transp", "TRANSPARENT")
    event.add("x-microsoft-cdo-busystatus", "FREE")
    return _lines(event)


@lru_cache(maxsize=32)
def _alarm(minutes: int, _language: str) -> bytes:
    ahead = "-P1D" if minutes == 24 * 60 else f"-PT{minutes}M"
    words = _("The meeting is tomorrow") if minutes == 24 * 60 else _("The meeting begins soon")
    return b"BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:%b\r\n%bEND:VALARM\r\n" % (
        ahead.encode(),
        _folded(f"DESCRIPTION:{words}"),
    )


def alarm(minutes: int) -> bytes:
    """A reminder so long before the start; the same for every meeting, so that fragments need not know of it."""
    return _alarm(minutes, language())


def wants_alarm(lines: bytes, answer: str) -> bool:
    """Nobody is reminded of what is off, or of what they do not come to. A line begins with STATUS only as the property."""
    return answer != AnswerWord.NO and b"\r\nSTATUS:CANCELLED\r\n" not in lines


def scheduling_object(
    method: str, lines: bytes, *, stamp: datetime, organizer: tuple[str, str], attendee: tuple[str, str], partstat: str
) -> bytes:
    """A whole calendar for one mail (RFC 5546, RFC 6047): `organizer` and `attendee` are name and bare address.

    Only the one it is mailed to is named in it, so that nobody learns from it who else is in the network.
    """
    people = Event()
    boss = vCalAddress(f"mailto:{organizer[1]}")
    boss.params["CN"] = _name(organizer[0])
    guest = vCalAddress(f"mailto:{attendee[1]}")
    guest.params |= {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": partstat, "CN": _name(attendee[0])}
    if method == "REQUEST":
        guest.params["RSVP"] = "TRUE"
    people.add("organizer", boss)
    people.add("attendee", guest)
    moment = stamp.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ").encode()
    event = b"%bDTSTAMP:%b\r\n%b%b%b" % (BEGIN_EVENT, moment, lines, _lines(people), END_EVENT)
    return b"".join((_head(method=method), TIMEZONE, event, END))


def _name(given: str) -> str:
    """Without double quotes, which RFC 6868 writes in a way that Outlook shows raw."""
    return one_line(given).replace('"', "'")


def stamped(lines: bytes, changed_at: datetime, *, alarm: bytes = b"") -> bytes:
    """A fragment as a whole VEVENT, with a reminder if there is one. Without a METHOD, DTSTAMP means LAST-MODIFIED (RFC 5545 3.8.7.2); neither is "now"."""
    stamp = changed_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ").encode()
    return b"%bDTSTAMP:%b\r\nLAST-MODIFIED:%b\r\n%b%b%b" % (BEGIN_EVENT, stamp, stamp, lines, alarm, END_EVENT)


def notice(feed_id: int, name: str, closed_at: datetime) -> bytes:
    """One event in the past instead of all the meetings, so that programs drop their copies and people see why."""
    end = closed_at.replace(second=0, microsecond=0)
    event = Event()
    event.add("uid", f"feed-{feed_id}-closed@{_host(current_app.config['BASE_URL'])}")
    event.add("sequence", 0)
    _when(event, end - timedelta(minutes=30), end)
    event.add("summary", _("The calendar subscription is closed"))
    address = str(current_app.config["BASE_URL"]) + url_for("calendars.feeds")
    told = _(
        "The subscription “%(name)s” was closed on %(day)s. Remove it from your calendar, or get a new one: %(link)s",
        name=one_line(name), day=day_month_year(closed_at), link=address,
    )  # fmt: skip
    event.add("description", told)
    event.add("url", address)
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("x-microsoft-cdo-busystatus", "FREE")
    return stamped(_lines(event), closed_at)


def _head(**facts: str) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    for name, value in facts.items():
        calendar.add(name.replace("_", "-"), value)
    return calendar.to_ical(sorted=False).removesuffix(END)


def calendar_name(scope: FeedScope, network_name: str) -> str:
    """Several calendars of one person stand beside each other, so each has a name of its own."""
    if scope is FeedScope.PUBLIC:
        return _("ERFA Nord: open meetings")
    return f"{NAME}: {one_line(network_name)}" if network_name else NAME


def _purpose(scope: FeedScope) -> str:
    if scope is FeedScope.PUBLIC:
        return _("Meetings that are open to all.")
    return _("Meetings in your networks. When a meeting changes, your calendar changes with it.")


@lru_cache(maxsize=128)
def _subscription_head(_language: str, scope: FeedScope, network_name: str) -> bytes:
    name = calendar_name(scope, network_name)
    head = _head(
        name=name,
        x_wr_calname=name,
        x_wr_caldesc=_purpose(scope),
        x_wr_timezone="Europe/Copenhagen",
        color="teal",  # the nearest CSS name, which is all RFC 7986 allows
        x_apple_calendar_color="#0b5a73",
        x_published_ttl="PT1H",
    )
    # Raw, because icalendar would leave out the value type that RFC 7986 demands.
    return head + b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" + TIMEZONE


def subscription(events: Iterable[bytes], *, scope: FeedScope = FeedScope.MINE, network_name: str = "") -> bytes:
    """A calendar to subscribe to. No METHOD: readers then take it as published, and need no organiser."""
    return b"".join((_subscription_head(language(), scope, network_name), *events, END))


def single(event: bytes) -> bytes:
    """A file with one meeting. It has no name, since Outlook opens a named file as a calendar of its own."""
    return b"".join((_head(), TIMEZONE, event, END))
