"""What meetings' and networks' pages show of hosts."""

from flask import render_template

from app.accounts.models import Person
from app.hosting import policy, queries
from app.meetings.models import Meeting


def at_meeting(meeting: Meeting, viewer: Person) -> str:
    """Beside the meeting: who is asked to be host, who has said yes, and what a coordinator can do about it."""
    may_arrange = policy.may_arrange(viewer, meeting.network_id) and not (meeting.is_off or meeting.is_over)
    asked = queries.state_about(meeting.__dict__.get("host_asks", ()), meeting.host_code)
    if meeting.is_off or (asked is None and not may_arrange):
        return ""
    return render_template(
        "hosting/_at_meeting.html", meeting=meeting, asked=asked, may_arrange=may_arrange, names=queries.names()
    )
