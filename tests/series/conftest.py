"""What the tests of series look up behind the pages, and how a coordinator plans one."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.extensions import db
from app.meetings.models import Meeting
from app.series.models import SeriesMeeting
from tests.browser import Browser, Page
from tests.meetings.conftest import Owed
from tests.world import World

# The second Tuesday of every other month, from the week after next: 8 December, 9 February, 13 April, 8 June, …
RULE = {
    "title": "ERFA om småjob",
    "nth": "2",
    "weekday": "1",
    "rhythm": "months-2",
    "first_on": "2026-12-01",
    "starts": "9.30",
    "ends": "12.00",
    "ends_by": "count",
    "count": "6",
}


@pytest.fixture
def owed(world: World) -> Owed:
    return Owed(world)


@pytest.fixture
def meetings(world: World) -> Callable[..., list[Meeting]]:
    """The rows of a series with their agendas left out, soonest first, free of the session."""

    def load(series_id: int = 1) -> list[Meeting]:
        with world.acting():
            rows = list(
                db.session.scalars(
                    select(Meeting)
                    .join(SeriesMeeting, SeriesMeeting.meeting_id == Meeting.id)
                    .where(SeriesMeeting.series_id == series_id)
                    .order_by(Meeting.starts_at)
                )
            )
            db.session.expunge_all()
        return rows

    return load


def see_the_days(browser: Callable[[str], Browser], world: World, **instead: Any) -> Browser:
    visit = browser("coordinator")
    visit.get(f"/networks/{world.network_id}/series/new")
    visit.submit("Se dagene", **{**RULE, **instead})
    return visit


@pytest.fixture
def planned(browser: Callable[[str], Browser], world: World) -> Callable[..., Page]:
    """Plans a series of six as its coordinator and calls it (or saves drafts); returns the series' page."""

    def plan(button: str = "Indkald til alle 6 møder", **instead: Any) -> Page:
        return see_the_days(browser, world, **instead).submit(button)

    return plan
