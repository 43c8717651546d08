"""The public calendar: a page, a page and a file for each meeting, and a feed that anybody may subscribe to."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.calendars import fetching, ics
from app.calendars.clients import Address
from app.calendars.events.queries import open_meeting, open_meetings_ahead
from app.calendars.queries import last_change, public_subscription, stored_public_fragments
from app.core.access import public
from app.core.errors import found
from app.networks.queries import standing_of

bp = Blueprint("events", __name__, template_folder="templates")
MOST_LISTED = 200
LANGUAGE = "da"  # one calendar for everybody: whoever fetches it says nothing of the language they read


@bp.get("/events")
@public
def index() -> ResponseReturnValue:
    meetings = open_meetings_ahead(limit=MOST_LISTED)
    return render_template("events/index.html", meetings=meetings, address=Address.of_public_calendar())


@bp.get("/events/<int:meeting_id>")
@public
def show(meeting_id: int) -> ResponseReturnValue:
    meeting, whole = found(open_meeting(meeting_id))
    may_enter = current_user.is_authenticated and standing_of(current_user).may_enter(whole.network_id)
    return render_template("events/show.html", meeting=meeting, may_enter=may_enter)


@bp.get("/events/<int:meeting_id>.ics")
@public
def file(meeting_id: int) -> Response:
    _shown, meeting = found(open_meeting(meeting_id))
    changed_at = last_change(meeting.updated_at, meeting.cancelled_at, meeting.network.updated_at)
    event = ics.stamped(ics.public_fragment(meeting), changed_at)
    response = Response(ics.single(event), content_type=ics.MEDIA_TYPE)
    response.headers.set("Content-Disposition", "attachment", filename=f"erfa-{meeting.day}.ics")
    return response


@bp.get("/events.ics")
@public
def feed() -> Response:
    """As `calendars.feed`, but without a secret, so that caches on the way may keep it for a while."""
    response = fetching.answer(public_subscription(LANGUAGE), lambda: stored_public_fragments(LANGUAGE))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
