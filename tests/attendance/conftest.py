"""A meeting that is on today, and what the tests look up behind the pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.attendance.models import Attendance
from app.core import clock as core_clock
from app.extensions import db
from app.meetings.models import Answer, AnswerWord, Presence
from app.networks.models import Membership
from tests.world import World


@pytest.fixture
def today(world: World) -> int:
    """Begins in half an hour, at 9.30; everybody has been a member for a year."""
    with world.acting():
        for one in db.session.scalars(select(Membership)):
            one.joined_at = core_clock.now() - timedelta(days=365)
    return world.meeting(starts_at=core_clock.now() + timedelta(minutes=30), title="Småjob")


@pytest.fixture
def says(world: World) -> Callable[..., None]:
    def say(meeting_id: int, **words: str) -> None:
        with world.acting():
            for who, word in words.items():
                answer = AnswerWord(word)
                presence = None if answer is AnswerWord.NO else Presence.HERE
                row = Answer(meeting_id=meeting_id, person_id=world.cast[who], answer=answer, presence=presence)
                db.session.add(row)

    return say


@pytest.fixture
def kept(world: World) -> Callable[[int], dict[str, Any]]:
    """Who is on the list: name → row, free of the session."""

    def load(meeting_id: int) -> dict[str, Any]:
        names = {person_id: name for name, person_id in world.cast.items()}
        with world.acting():
            rows = list(db.session.scalars(select(Attendance).where(Attendance.meeting_id == meeting_id)))
            db.session.expunge_all()
        return {names[row.person_id] if row.person_id else row.guest_name: row for row in rows}

    return load
