"""Calendar programs as the tests of invitations play them: they read the mails, and keep what a calendar would keep."""

from dataclasses import dataclass, field
from typing import Any

from icalendar import Calendar, Event

from tests.outbox import Told


@dataclass(frozen=True)
class Sent:
    """The calendar object of one mail."""

    to: str
    kind: str
    method: str
    event: Event = field(repr=False)
    raw: bytes = field(repr=False)

    @property
    def sequence(self) -> int:
        return int(self.event["SEQUENCE"])

    @property
    def partstat(self) -> str:
        return str(self.event["ATTENDEE"].params["PARTSTAT"])


def objects_in(mails: list[Told], to: str = "") -> list[Sent]:
    """The calendar objects among `mails`, in order; of those to one address only, if one is named."""
    found = []
    for mail in mails:
        for part in mail.message.walk():
            if part.get_content_type() == "text/calendar" and to in {"", mail.to}:
                raw = part.get_payload(decode=True)
                assert isinstance(raw, bytes)
                calendar = Calendar.from_ical(raw)
                assert calendar["METHOD"] == part.get_param("method")
                (event,) = calendar.walk("VEVENT")
                found.append(Sent(mail.to, mail.kind, str(calendar["METHOD"]), event, raw))
    return found


class Recipient:
    """One person's calendar. It takes only what RFC 5546 lets it take, and complains of what should never be sent."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.shown: dict[str, Event] = {}
        self.last: dict[str, tuple[int, Any]] = {}

    def take(self, sent: Sent) -> None:
        uid, revision = str(sent.event["UID"]), (sent.sequence, sent.event["DTSTAMP"].dt)
        known = self.last.get(uid)
        assert str(sent.event["ATTENDEE"]) == f"mailto:{self.address}", "only its reader is named"
        assert known is None or revision[0] >= known[0], "SEQUENCE fell"
        assert known is None or revision > known, "a calendar would ignore it"
        assert known is None or revision[1] > known[1], "DTSTAMP stood still"
        if known and (sent.method == "CANCEL") == (uid in self.shown):
            assert sent.sequence > known[0], "put in or taken out with a number that was used before"
        if sent.method == "CANCEL":
            assert uid in self.shown, "nothing to cancel"
            shown = self.shown.pop(uid)
            assert (sent.event["DTSTART"].dt, sent.event["STATUS"]) == (shown["DTSTART"].dt, "CANCELLED")
        else:
            assert known is None or uid not in self.shown or facts(self.shown[uid]) != facts(sent.event), (
                "twice the same"
            )
            self.shown[uid] = sent.event
        self.last[uid] = revision


def facts(event: Event) -> list[str]:
    """What a reader sees, and what asks anew."""
    names = ("SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION")
    return [event[name].to_ical().decode() if name in event else "" for name in names]
