"""A network whose meetings are called, and what its reminders look like from behind."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.core import clock as core_clock
from app.extensions import db
from app.meetings.models import AgendaItem, Answer, AnswerWord, Meeting
from app.meetings.operations.scheduling import Facts, schedule_meeting
from app.networks.models import Network
from app.reminders.models import Reminder
from tests.world import World


def wall(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment on the wall in Denmark."""
    return core_clock.from_wall(datetime.combine(day, time(hour, minute)))


@pytest.fixture
def call(world: World) -> Callable[..., int]:
    """`call(in_days=30)`: a meeting called by the coordinator at 9.30 that day; returns the id."""

    def schedule(in_days: int = 30, **more: Any) -> int:
        with world.acting():
            start = wall(core_clock.today() + timedelta(days=in_days), 9, 30)
            facts = {"title": "Småjob", "place": "Tangværket", "host_code": "0860", **more}  # the member's municipality
            network = db.session.get_one(Network, world.network_id)
            by = db.session.get_one(Person, world.cast["coordinator"])
            meeting, _told = schedule_meeting(
                network, Facts(starts_at=start, ends_at=start + timedelta(minutes=150), **facts), by=by
            )
            db.session.add(
                AgendaItem(
                    meeting_id=meeting.id, position=1, title="Mit oplæg", kind="discussion", minutes=20,
                    presenter="Ole Kollega", presenter_id=world.cast["colleague"],
                )
            )  # fmt: skip
            return meeting.id

    return schedule


@pytest.fixture
def answer(world: World) -> Callable[..., None]:
    """`answer(meeting_id, member="yes")`."""

    def say(meeting_id: int, *, note: str = "", **words: str) -> None:
        with world.acting():
            for who, said in words.items():
                db.session.add(
                    Answer(meeting_id=meeting_id, person_id=world.cast[who], answer=AnswerWord(said), note=note)
                )

    return say


@pytest.fixture
def planned(world: World) -> Callable[[int], dict[tuple[str, int], str]]:
    """(whom, days) → when it waits until, "sent" or why it is dropped; of several the last."""

    def read(meeting_id: int) -> dict[tuple[str, int], str]:
        with world.app.app_context():
            rows = db.session.scalars(select(Reminder).where(Reminder.meeting_id == meeting_id).order_by(Reminder.id))
            return {
                (row.audience.value, row.days): f"{core_clock.local(row.at):%d.%m %H}"
                if row.is_waiting
                else (row.why.value if row.why else row.state.value)
                for row in rows
            }

    return read


@pytest.fixture
def change(world: World) -> Callable[..., None]:
    """`change(meeting_id, lambda meeting, by: …)` in a transaction of its own."""

    def act(meeting_id: int, what: Callable[[Meeting, Person], object]) -> None:
        with world.app.test_request_context(method="POST"):
            what(db.session.get_one(Meeting, meeting_id), db.session.get_one(Person, world.cast["coordinator"]))
            db.session.commit()

    return act
