"""What the meeting's page shows of times that are proposed."""

from typing import Any

from flask import render_template

from app.accounts.models import Person
from app.itip.answers import policy
from app.meetings.models import Meeting


def at_meeting(meeting: Meeting, viewer: Person, **_more: Any) -> str:
    """Above the agenda: what waits for a coordinator's word; to who proposed it, what they proposed. Loaded with the meeting."""
    if meeting.is_cancelled or meeting.is_over:
        return ""
    proposals = [one for one in meeting.__dict__.get("open_counters", ()) if not one.is_past]
    may_decide = policy.may_decide(viewer, meeting)
    shown = [one for one in proposals if may_decide or policy.may_withdraw(viewer, one)]
    return render_template("counters/_at_meeting.html", proposals=shown, may_decide=may_decide) if shown else ""


def in_tools(meeting: Meeting, viewer: Person, **_more: Any) -> str:
    if meeting.is_draft or not policy.may_read_what_came(viewer, meeting):
        return ""
    return render_template("counters/_tool.html", meeting=meeting)
