"""What a calendar file holds, as happenings with a beginning and an end: Outlook's, Google's, Apple's and others'.

icalendar parses (RFC 5545), recurring-ical-events lays series out. Here stands what real files need besides: other
encodings, broken lines, zones nobody knows, and limits, so that no file can keep the server busy.
"""

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, Final

import nh3
import recurring_ical_events
from flask_babel import gettext as _
from icalendar import Calendar, Component

from app.core import clock
from app.core.formats import whole

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_EVENTS: Final = 5_000  # written in the file
MOST_HAPPENINGS: Final = 500  # taken over at once
MOST_OF_A_SERIES: Final = 120
LONGEST: Final = timedelta(hours=24)
EARLIEST_YEAR: Final = 1970

_TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BEGINS = re.compile(r"^BEGIN:VEVENT\s*$", re.IGNORECASE | re.MULTILINE)
_A_LINE = re.compile(r"^[A-Za-z0-9-]+[;:]")
_ZONE_PATH = re.compile(r"(?<=TZID[=:])\"?/[^\":;\r\n]*?/?((?:[A-Z][A-Za-z_]+/)?[A-Z][A-Za-z_-]+)\"?(?=[:;\r\n])")
_LINK = re.compile(r"https?://[^\s<>\"'\\]+")
_MEETING_ROOMS = ("teams.microsoft.com", "teams.live.com", "zoom.us", "meet.google.com", "webex.com", "whereby.com")
_LINK_PROPERTIES = ("X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-GOOGLE-CONFERENCE", "CONFERENCE")


class UnreadableCalendarError(ValueError):
    """The file can't be taken; `sentence` says why, to the person who sent it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Happening:
    """One meeting of a calendar, as text that JSON can keep. `starts` and `ends` are UTC moments in ISO form.

    `uid` and `recurrence` name it for good: the event's UID, and of a series the moment that the rule gave it, however
    far it has been moved since (RFC 5545 3.8.4.4).
    """

    uid: str
    recurrence: str
    title: str
    starts: str
    ends: str
    place: str = ""
    online_url: str = ""
    description: str = ""

    @property
    def starts_at(self) -> datetime:
        return datetime.fromisoformat(self.starts)

    @property
    def ends_at(self) -> datetime:
        return datetime.fromisoformat(self.ends)

    @property
    def key(self) -> str:
        """What tells it from every other event in the world, in 64 letters: UIDs may be of any length."""
        return sha256(f"{self.uid}\0{self.recurrence}".encode()).hexdigest()

    @property
    def fingerprint(self) -> str:
        """Changes when anything changes that is taken over."""
        return sha256("\0".join(asdict(self).values()).encode()).hexdigest()


@dataclass(frozen=True)
class LeftOut:
    """An event that makes no meeting, and why."""

    title: str
    when: str  # a date as ISO, or empty
    reason: str

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.when) if self.when else None


@dataclass(frozen=True)
class Reading:
    happenings: list[Happening]
    left_out: list[LeftOut]


def read_calendar(content: bytes, *, since: date, until: date) -> Reading:
    """Everything from `since` up to and with `until`, soonest first. Raises UnreadableCalendarError."""
    if len(content) > MOST_BYTES:
        raise UnreadableCalendarError(_("The file is too large. It may be 5 MB at most."))
    text = _tidied(_decoded(content))
    if "BEGIN:VCALENDAR" not in text.upper():
        raise UnreadableCalendarError(
            _("This is no calendar file. In your calendar, choose to save or export as .ics.")
        )
    if len(_BEGINS.findall(text)) > MOST_EVENTS:
        raise UnreadableCalendarError(
            _("The file has more than %(num)s events. Export a shorter time.", num=whole(MOST_EVENTS))
        )
    reader = _Reader(since, until)
    for calendar in _parsed(text):
        reader.take(calendar)
    if not reader.happenings and not reader.left_out:
        raise UnreadableCalendarError(
            _("The file has no events between %(first)s and %(last)s.", first=_plain(since), last=_plain(until))
        )
    return Reading(sorted(reader.happenings.values(), key=lambda one: (one.starts, one.key)), reader.left_out)


def _plain(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


# From bytes to lines


def _decoded(content: bytes) -> str:
    """RFC 5545 says UTF-8; Windows programs wrote their own letters for years."""
    if content.startswith(_UTF16):
        encodings: tuple[str, ...] = ("utf-16",)
    elif content[1:2] == b"\0" and content[:1] == b"B":
        encodings = ("utf-16-le",)
    else:
        encodings = ("utf-8-sig", "cp1252", "latin-1")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableCalendarError(_("We can't read the letters in the file. Save it anew as .ics."))


def _tidied(text: str) -> str:
    """Unfolded lines that can be parsed. A line that is none belongs to the one before: some programs break without folding."""
    lines: list[str] = []
    for line in text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line[:1] in {" ", "\t"} and lines:
            lines[-1] += line[1:]
        elif not line.strip():
            continue
        elif _A_LINE.match(line) or not lines:
            lines.append(line.strip())
        else:
            lines[-1] += "\\n" + line.strip()
    # "/freeassociation.sourceforge.net/Europe/Helsinki": what makes a name unique in the world is dropped, the zone stays.
    return _ZONE_PATH.sub(r"\1", "\r\n".join(lines) + "\r\n")


def _parsed(text: str) -> list[Component]:
    try:
        return list(Calendar.from_ical(text, multiple=True))
    except Exception:  # whatever a library makes of a broken or hostile file
        raise UnreadableCalendarError(
            _("The calendar file is broken: something begins that does not end. Export it once more.")
        ) from None


# From components to happenings


class _Reader:
    def __init__(self, since: date, until: date) -> None:
        self.since, self.until = since, until
        self.happenings: dict[str, Happening] = {}
        self.left_out: list[LeftOut] = []

    def take(self, calendar: Component) -> None:
        groups: dict[str, list[Component]] = defaultdict(list)
        for number, event in enumerate(calendar.walk("VEVENT")):
            groups[_text(event, "UID") or f"without-{number}-{_text(event, 'SUMMARY')}"].append(event)
        for uid, events in groups.items():
            try:
                self._take_group(uid, events)
            except UnreadableCalendarError:
                raise
            except Exception:  # one event that no library can read is told of, and the others taken
                self._leave_out(events[0], _("We can't read when it is"))

    def _take_group(self, uid: str, events: list[Component]) -> None:
        """All events of one UID: a meeting, or a series with what was moved and taken out of it."""
        readable = [event for event in events if _begins(event) is not None]
        if not readable:
            self._leave_out(events[0], _("We can't read when it is"))
            return
        if any(_repeats_too_often(event) for event in readable):
            self._leave_out(readable[0], _("It repeats more often than daily"))
            return
        if any(_begins(event).year < EARLIEST_YEAR for event in readable):
            self._leave_out(readable[0], _("It begins before %(year)s", year=EARLIEST_YEAR))
            return
        if any(_is_backwards(event) for event in readable):
            self._leave_out(readable[0], _("It ends before it begins"))
            return
        is_series = any("RRULE" in event or "RDATE" in event or "RECURRENCE-ID" in event for event in readable)
        taken = 0
        for occurrence in _laid_out(_newest(readable), self.since, self.until):
            if taken == MOST_OF_A_SERIES:
                self._leave_out(
                    readable[0], _("The series goes on; %(num)d of its meetings are taken", num=MOST_OF_A_SERIES)
                )
                break
            taken += self._take_one(uid, occurrence, is_series=is_series)

    def _take_one(self, uid: str, event: Component, *, is_series: bool) -> int:
        """1 for a happening that counts, 0 for what is left out."""
        reason, start, end = _moments(event)
        if not reason and _text(event, "STATUS").upper() == "CANCELLED":
            reason = _("It is cancelled in the calendar")
        if reason or start is None or end is None:
            self._leave_out(event, reason)
            return 0
        if len(self.happenings) >= MOST_HAPPENINGS:
            raise UnreadableCalendarError(
                _(
                    "The file holds more than %(num)d meetings in the time you chose. Choose a shorter time.",
                    num=MOST_HAPPENINGS,
                )
            )
        happening = Happening(
            uid=uid,
            recurrence=_recurrence(event) if is_series else "",
            title=_one_line(_text(event, "SUMMARY"))[:160] or _("Meeting without a title"),
            starts=start.isoformat(),
            ends=end.isoformat(),
            **_where_and_what(event),
        )
        self.happenings[happening.key] = happening
        return 1

    def _leave_out(self, event: Component, reason: str) -> None:
        if len(self.left_out) < MOST_HAPPENINGS:
            begins = _begins(event)
            day = begins.date() if isinstance(begins, datetime) else begins
            self.left_out.append(
                LeftOut(_one_line(_text(event, "SUMMARY"))[:160], day.isoformat() if day else "", reason)
            )


def _newest(events: list[Component]) -> list[Component]:
    """Of several versions of the same meeting the one with the highest SEQUENCE (RFC 5546 2.1.5)."""
    kept: dict[str, Component] = {}
    for event in events:
        key = _recurrence(event) if "RECURRENCE-ID" in event else ""
        if key not in kept or _number(event, "SEQUENCE") >= _number(kept[key], "SEQUENCE"):
            kept[key] = event
    return list(kept.values())


def _laid_out(events: Iterable[Component], since: date, until: date) -> Iterator[Component]:
    calendar = Calendar()
    for event in events:
        calendar.add_component(event)
    begins = datetime.combine(since, time())
    found = recurring_ical_events.of(calendar, skip_bad_series=True).after(begins)
    last = datetime.combine(until + timedelta(days=1), time())
    for occurrence in found:
        moment = _begins(occurrence)
        wall = clock.local(moment).replace(tzinfo=None) if isinstance(moment, datetime) and moment.tzinfo else moment
        if wall is not None and (wall if isinstance(wall, datetime) else datetime.combine(wall, time())) >= last:
            return
        yield occurrence


def _begins(event: Component) -> Any:
    """A datetime, a date, or None where the file says neither."""
    return _value(event, "DTSTART")


def _value(event: Component, name: str) -> Any:
    value = event.get(name)
    moment = None
    if value is not None and not isinstance(value, list):
        try:
            moment = value.dt
        except Exception:  # icalendar raises of its own kinds when a broken value is touched
            return None
    return moment if isinstance(moment, date) else None


def _is_backwards(event: Component) -> bool:
    """Laying out would turn it around."""
    start, end = _begins(event), _value(event, "DTEND")
    if not isinstance(start, datetime) or not isinstance(end, datetime) or bool(start.tzinfo) != bool(end.tzinfo):
        return False
    return end < start


def _repeats_too_often(event: Component) -> bool:
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        often = {str(word).upper() for word in rule.get("FREQ", [])} if hasattr(rule, "get") else {"SECONDLY"}
        if often & _TOO_OFTEN or {"BYHOUR", "BYMINUTE", "BYSECOND"} & set(rule):
            return True
    return False


def _moments(event: Component) -> tuple[str, datetime | None, datetime | None]:
    """Why it makes no meeting or an empty word, and when it begins and ends in UTC."""
    start, end = _value(event, "DTSTART"), _value(event, "DTEND")
    if not isinstance(start, datetime):
        return _("It lasts all day"), None, None
    if not isinstance(end, datetime):
        return _("We can't read when it ends"), None, None
    try:
        first, last = _as_utc(start), _as_utc(end)
    except (clock.NoSuchTimeError, clock.DoubledTimeError):
        return _("It lies in the hour when the clock changes"), None, None
    if last <= first:
        return _("It has no length"), None, None
    if last - first > LONGEST:
        return _("It lasts more than a day"), None, None
    return "", first, last


def _as_utc(moment: datetime) -> datetime:
    """What names no zone, or one that nobody knows, is Danish wall time."""
    return moment.astimezone(UTC) if moment.tzinfo else clock.from_wall(moment)


def _recurrence(event: Component) -> str:
    """The moment the rule gave, alike however the file writes it."""
    moment = _value(event, "RECURRENCE-ID")
    if isinstance(moment, datetime):
        try:
            return _as_utc(moment).isoformat()
        except (clock.NoSuchTimeError, clock.DoubledTimeError):
            return moment.isoformat()
    return moment.isoformat() if moment else ""


# Words


def _text(event: Component, name: str) -> str:
    value = event.get(name, "")
    if isinstance(value, list):
        value = value[0] if value else ""
    try:
        return str(value)
    except Exception:  # a broken property raises when it is touched
        return ""


def _number(event: Component, name: str) -> int:
    text = _text(event, name)
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else 0


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _many_lines(text: str) -> str:
    lines = [_one_line(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_tags(text: str) -> str:
    """HTML as plain text: breaks where paragraphs end, and nothing of scripts and styles."""
    broken = re.sub(r"(?i)<(br|/p|/div|/li|/tr|/h\d)\b[^>]*>", "\n", text)
    return html.unescape(nh3.clean(broken, tags=set()))


def _where_and_what(event: Component) -> dict[str, str]:
    description = _text(event, "DESCRIPTION")
    alternative = _text(event, "X-ALT-DESC")
    if not description.strip() and alternative:
        description = _without_tags(alternative)
    elif re.search(r"(?i)<(html|p|br|div|a)\b", description):  # Google writes HTML here
        description = _without_tags(description)
    place = _one_line(_text(event, "LOCATION"))
    link = _online_link(event, place, description)
    if link and place.startswith(("http://", "https://")):
        place = ""
    return {"place": place[:200], "online_url": link, "description": _many_lines(description)[:4000]}


def _online_link(event: Component, place: str, description: str) -> str:
    """Where a program has written the video meeting's address; of a text only that of a known kind of room."""
    for name in _LINK_PROPERTIES:
        found = _LINK.match(_text(event, name).strip())
        if found and len(found[0]) <= 500:
            return found[0]
    for link in (*_LINK.findall(place), *(one for one in _LINK.findall(description) if _is_a_room(one))):
        if len(link) <= 500:
            return link.rstrip(".,;)")
    return ""


def _is_a_room(link: str) -> bool:
    host = link.split("/")[2].split(":", maxsplit=1)[0].lower() if link.count("/") > 1 else ""
    return any(host == room or host.endswith(f".{room}") for room in _MEETING_ROOMS)
