"""An answer as a calendar program wrote it (RFC 5546 3.2.3 and 3.2.7), whichever program; never raises, whatever the bytes.

What differs from program to program is told beside the shapes in tests/itip/mails.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from icalendar import Calendar, Event
from icalendar.prop import vBroken

from app.calendars.ics import clean
from app.core import clock

_MAILTO: Final = re.compile(r"^\s*mailto:", re.IGNORECASE)
_OBJECT: Final = re.compile(r"BEGIN:VCALENDAR.*?\nEND:VCALENDAR", re.IGNORECASE | re.DOTALL)
_FURTHEST: Final = timedelta(days=5 * 366)  # nobody proposes a time that far away
_LONGEST: Final = 4000  # characters of a comment; a mail's words go another way
_HIGHEST: Final = 2**31 - 1
# PRODID names the maker, each in their own way.
_PROGRAMS: Final = (
    ("microsoft", "Outlook"),
    ("google", "Google"),
    ("mozilla", "Thunderbird"),
    ("proton", "Proton"),
    ("apple", "Apple"),
    ("horde", "Horde"),
    ("nextcloud", "Nextcloud"),
    ("sabre", "Nextcloud"),
    ("zimbra", "Zimbra"),
)


@dataclass(frozen=True)
class Attendee:
    """Whom an answer speaks of. Some programs write a principal's URI, with the address in EMAIL or nowhere."""

    addresses: frozenset[str]
    name: str
    status: str  # PARTSTAT; NEEDS-ACTION where there is none (RFC 5545 3.2.12)
    delegated_to: tuple[str, ...]
    comment: str


@dataclass(frozen=True)
class Reply:
    """What stands in the object. `stamped_at` and the times are aware UTC, None where they are missing or unreadable."""

    method: str
    uid: str
    sequence: int
    stamped_at: datetime | None
    attendees: tuple[Attendee, ...]
    comment: str
    starts_at: datetime | None
    ends_at: datetime | None
    day: date | None  # of one that proposes a whole day
    length: timedelta | None
    program: str


def read_reply(calendar: bytes) -> Reply | None:
    """The first event of a calendar object; None for what is no calendar, or has none."""
    for lines in (_decoded(calendar), _mended(_decoded(calendar))):
        try:
            read = Calendar.from_ical(lines)
            event = next(iter(read.walk("VEVENT")), None) if isinstance(read, Calendar) else None
            if isinstance(read, Calendar) and event is not None:
                return _reply(read, event)
        except Exception:  # noqa: S112 - the library raises whatever damaged bytes make it stumble over
            continue
    return None


def _decoded(calendar: bytes) -> str:
    """UTF-8 as it should be (RFC 5545 3.1.4), or what old programs write instead."""
    if calendar.startswith((b"\xff\xfe", b"\xfe\xff")):
        return calendar.decode("utf-16", "replace")
    try:
        return calendar.decode("utf-8-sig")
    except UnicodeDecodeError:
        return calendar.decode("cp1252", "replace")


def _mended(lines: str) -> str:
    """Without what mail gateways add: doubled carriage returns, blanks at the ends of lines, a footer below."""
    whole = _OBJECT.search(re.sub(r"[ \t\r]*\n", "\r\n", lines))
    return whole[0] if whole else ""


def _reply(calendar: Calendar, event: Any) -> Reply:
    attendees = tuple(_attendee(one) for one in _all(event, "ATTENDEE"))
    starts, ends = _value(event, "DTSTART"), _value(event, "DTEND")
    length = _value(event, "DURATION")
    said = any(one.status != "NEEDS-ACTION" for one in attendees)
    return Reply(
        method=_text(calendar, "METHOD").upper() or ("REPLY" if said else ""),
        uid=_text(event, "UID"),
        sequence=_number(event, "SEQUENCE"),
        stamped_at=_moment(_value(event, "DTSTAMP")),
        attendees=attendees,
        comment="\n".join(filter(None, (_clean(str(one)) for one in _all(event, "COMMENT"))))[:_LONGEST],
        starts_at=_moment(starts),
        ends_at=_moment(ends),
        day=starts if isinstance(starts, date) and not isinstance(starts, datetime) else None,
        length=length if isinstance(length, timedelta) else None,
        program=_program(_text(calendar, "PRODID")),
    )


def _all(event: Event, name: str) -> Iterator[Any]:
    """Those that can be read; whoever asks a broken one for anything is answered with an error."""
    found = event.get(name)
    if found is not None:
        yield from (one for one in (found if isinstance(found, list) else [found]) if not isinstance(one, vBroken))


def _text(component: Any, name: str) -> str:
    return _clean(str(next(_all(component, name), "")))


def _clean(words: str) -> str:
    return clean(words)


def _number(event: Event, name: str) -> int:
    found = re.fullmatch(r"\s*(\d{1,10})\s*", str(next(_all(event, name), "")))
    return min(int(found[1]), _HIGHEST) if found else 0


def _value(event: Event, name: str) -> Any:
    return getattr(next(_all(event, name), None), "dt", None)


def _moment(value: Any) -> datetime | None:
    """A time without a zone is Danish wall time; None for a day, for an hour that there is not, and for nonsense."""
    if not isinstance(value, datetime):
        return None
    try:
        moment = clock.from_wall(value) if value.tzinfo is None else value.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if abs(moment - clock.now()) < _FURTHEST else None


def _address(value: str) -> str:
    return _MAILTO.sub("", value).strip().strip("<>").lower()


def _attendee(value: Any) -> Attendee:
    parameters = {str(name).upper(): given for name, given in getattr(value, "params", {}).items()}
    given = [str(value), _one(parameters, "EMAIL")]
    return Attendee(
        addresses=frozenset(
            address for one in given if "@" in (address := _address(one)) and ":" not in address and "/" not in address
        ),
        name=" ".join(_one(parameters, "CN").split()),
        status=_one(parameters, "PARTSTAT").upper() or "NEEDS-ACTION",
        delegated_to=tuple(
            address for one in _many(parameters, "DELEGATED-TO") if "@" in (address := _address(one.strip('"')))
        ),
        comment=_one(parameters, "X-RESPONSE-COMMENT")[:_LONGEST],
    )


def _many(parameters: dict[str, Any], name: str) -> list[str]:
    given = parameters.get(name, [])
    return [_clean(str(one)) for one in (given if isinstance(given, (list, tuple)) else [given])]


def _one(parameters: dict[str, Any], name: str) -> str:
    return ", ".join(_many(parameters, name))  # a comment with a comma that was not quoted comes as several


def _program(maker: str) -> str:
    return next((name for word, name in _PROGRAMS if word in maker.lower()), "")


def proposed_times(reply: Reply, *, instead_of: tuple[datetime, datetime]) -> tuple[datetime, datetime] | None:
    """The time that a COUNTER proposes: Outlook gives start and end only, others a start and how long, or a whole day.

    A whole day is the same hours on that day. None where no time can be read.
    """
    old_start, old_end = instead_of
    start = reply.starts_at
    if start is None and reply.day is not None:
        start = _moment(datetime.combine(reply.day, clock.local(old_start).time().replace(tzinfo=None) or time()))
        return (start, start + (old_end - old_start)) if start else None
    if start is None:
        return None
    end = reply.ends_at or start + (reply.length or old_end - old_start)
    return (start, end) if end > start else None
