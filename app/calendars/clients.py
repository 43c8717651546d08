"""Calendar programs: what they call themselves, and how each is led to a feed."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import current_app, url_for

from app.calendars.ics import NAME

# In this order: Outlook's own names last, since others mention Microsoft too.
_NAMES = [
    ("Thunderbird", r"thunderbird"),
    ("Google", r"google-calendar"),
    ("iPhone", r"dataaccessd|\bios/|iphone"),
    ("Mac", r"calendaragent|macos/|mac os x/"),
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

    @classmethod
    def of(cls, secret: str) -> "Address":
        return cls(str(current_app.config["BASE_URL"]) + url_for("calendars.feed", token=secret))

    @property
    def webcal(self) -> str:
        """Apple's own scheme; Outlook on the web takes only https."""
        return "webcal://" + self.https.split("://", 1)[1]

    @property
    def outlook(self) -> str:
        query = urlencode({"url": self.https, "name": NAME}, quote_via=quote)
        return f"https://outlook.office.com/calendar/0/addfromweb?{query}"

    @property
    def google(self) -> str:
        return "https://calendar.google.com/calendar/r?" + urlencode({"cid": self.webcal}, quote_via=quote)
