"""Calendar programs: what they call themselves, and how each is led to a feed."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import current_app, url_for

from app.calendars.ics import calendar_name
from app.calendars.models import Feed, FeedScope
from app.calendars.queries import network_told

# In this order: Outlook's own names last, since others mention Microsoft too.
_NAMES = [
    ("Thunderbird", r"thunderbird"),
    ("Google", r"google-calendar"),
    ("Mac", r"calendaragent|macos/|mac os x/"),
    ("iPhone", r"dataaccessd|\bios/|iphone"),
    ("Fantastical", r"fantastical"),
    ("Proton", r"proton"),
    ("Nextcloud", r"nextcloud"),
    ("Evolution", r"evolution"),
    ("ICSx5", r"icsx5"),
    ("DAVx5", r"davx5"),
    ("KOrganizer", r"korganizer|akonadi"),
    ("Home Assistant", r"home ?assistant"),
    ("vdirsyncer", r"vdirsyncer"),
    ("Outlook", r"outlook|ms-?office|microsoft office|exchange"),
]
_PATTERNS = [(name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _NAMES]


def client_of(user_agent: str) -> str:
    """The program's name as its user knows it, or "" when it is none we know."""
    return next((name for name, pattern in _PATTERNS if pattern.search(user_agent)), "")


@dataclass(frozen=True)
class Address:
    """Where a feed is fetched, and the links that carry it into each program."""

    https: str
    name: str  # what the calendar is called there

    @classmethod
    def of(cls, secret: str, feed: Feed) -> "Address":
        told = network_told(feed.network.name, feed.network.confidentiality) if feed.network else ""
        name = calendar_name(feed.scope, told)
        return cls(str(current_app.config["BASE_URL"]) + url_for("calendars.feed", token=secret), name)

    @classmethod
    def of_public_calendar(cls) -> "Address":
        name = calendar_name(FeedScope.PUBLIC, "")
        return cls(str(current_app.config["BASE_URL"]) + url_for("events.feed"), name)

    @property
    def webcal(self) -> str:
        """Apple's own scheme; Outlook on the web takes only https."""
        return "webcal://" + self.https.split("://", 1)[1]

    @property
    def outlook(self) -> str:
        query = urlencode({"url": self.https, "name": self.name}, quote_via=quote)
        return f"https://outlook.office.com/calendar/0/addfromweb?{query}"

    @property
    def google(self) -> str:
        return "https://calendar.google.com/calendar/r?" + urlencode({"cid": self.webcal}, quote_via=quote)
