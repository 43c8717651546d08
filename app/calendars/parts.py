"""What the calendar adds to the page of a meeting."""

from typing import Any

from flask import render_template

from app.accounts.models import Person
from app.calendars.queries import AHEAD, begins, latest_fetched_of
from app.core import clock
from app.meetings.models import Meeting
from app.networks.discretion import may_be_published
from app.networks.queries import standing_of


def aside(meeting: Meeting, viewer: Person) -> str:
    """Whether the viewer's own calendar has the meeting already. One statement."""
    if meeting.is_draft:
        return ""
    feed = latest_fetched_of(viewer, meeting)
    is_mine = meeting.network_id in standing_of(viewer).roles
    is_near = feed is not None and begins(feed.weeks_back) < meeting.starts_at < clock.now() + AHEAD
    is_near = is_near and not (meeting.is_off and feed is not None and feed.hides_cancelled)
    has_it = bool(feed and feed.last_fetched_at and feed.last_fetched_at >= meeting.created_at)
    return render_template(
        "calendars/aside.html",
        meeting=meeting,
        feed=feed,
        is_carried=is_mine and is_near,
        has_it=has_it,
        is_public=meeting.is_published and may_be_published(meeting.network.confidentiality),
    )


def head(meeting: Meeting, **_what: Any) -> str:
    return "" if meeting.is_draft else render_template("calendars/head.html", meeting=meeting)
