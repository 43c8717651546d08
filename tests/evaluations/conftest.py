"""A meeting that is just over, and enough people who were there."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.core import clock as core_clock
from app.extensions import db
from app.meetings.models import Answer, AnswerWord
from app.networks.models import Membership
from tests.browser import Browser
from tests.world import World

CROWD = 8


@pytest.fixture
def held(world: World) -> Callable[..., int]:
    """A meeting that ended `ago`, where the member, the colleague and a crowd have said yes; returns the id."""

    def hold(*, ended_hours_ago: float = 2, crowd: int = CROWD, **more: object) -> int:
        end = core_clock.now() - timedelta(hours=ended_hours_ago)
        meeting_id = world.meeting(starts_at=end - timedelta(minutes=150), **more)
        with world.acting():
            for number in range(crowd):
                if f"guest{number}" not in world.cast:
                    name = f"Gæst Nummer{number}"
                    world.cast[f"guest{number}"] = world.person(name, network=world.network_id)
            db.session.flush()
            db.session.execute(update(Membership).values(joined_at=core_clock.now() - timedelta(days=400)))
            for who in ("member", "colleague", *(f"guest{number}" for number in range(crowd))):
                db.session.add(Answer(meeting_id=meeting_id, person_id=world.cast[who], answer=AnswerWord.YES))
        return meeting_id

    return hold


@pytest.fixture
def say(browser: Callable[[str], Browser]) -> Callable[..., None]:
    """`say(meeting_id, "member", 5, 4, "Varme")`, by the page."""

    def answer(meeting_id: int, who: str, whole: int = 4, useful: int = 4, word: str = "") -> None:
        someone = browser(who)
        someone.get(f"/meetings/{meeting_id}/evaluation")
        page = someone.submit("Send mit svar", whole=str(whole), useful=str(useful), word=word)
        assert "Tak. Dit svar er blandet med de andres." in page.html

    return answer
