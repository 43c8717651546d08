"""What the calendar adds to the page of a meeting."""

from typing import Any

from flask import render_template

from app.accounts.models import Person
from app.calendars.queries import AHEAD, BACK, latest_fetched_of
from app.core import clock
from app.meetings.models import Meeting
from app.networks.queries import standing_of


def aside(meeting: Meeting, viewer: Person) -> str:
    """Whether the viewer's own calendar has the meeting already. One statement."""
    if meeting.is_draft:
        return ""
    feed = latest_fetched_of(viewer)
    is_mine = meeting.network_id in standing_of(viewer).roles
    is_near = -BACK < meeting.starts_at - clock.now() < AHEAD
    has_it = bool(feed and feed.last_fetched_at and feed.last_fetched_at >= meeting.created_at)
    return render_template(
        "calendars/aside.html", meeting=meeting, feed=feed, is_carried=is_mine and is_near, has_it=has_it
    )


def head(meeting: Meeting, **_what: Any) -> str:
    return "" if meeting.is_draft else render_template("calendars/head.html", meeting=meeting)
