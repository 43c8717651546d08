"""What the page of calendar settings has to ask: by which way do meetings come."""

from flask import render_template

from app.accounts.models import Person
from app.calendars.models import FeedScope
from app.calendars.queries import feeds_of
from app.itip.outgoing.models import Way
from app.itip.outgoing.queries import way_of
from app.notifications import addresses


def way_to_the_calendar(viewer: Person) -> str:
    """Two statements."""
    chosen = way_of(viewer)
    return render_template(
        "itip/way.html",
        chosen=chosen,
        ways=list(Way),
        has_subscription=any(feed.scope is not FeedScope.PUBLIC for feed in feeds_of(viewer)),
        takes_mail=bool(addresses.host()),
    )
