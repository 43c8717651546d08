"""Polls that stand there already, and acts that run side by side."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.core import clock as core_clock
from app.extensions import db
from app.meetings.models import Answer
from app.polls.models import Ballot, Poll, PollDate, Vote, VoteWord
from tests.meetings.conftest import owed  # noqa: F401 - a fixture
from tests.world import World

FIRST = datetime(2026, 12, 8, 8, 30, tzinfo=core_clock.UTC)  # 9.30 in Denmark


@pytest.fixture
def poll(world: World) -> Callable[..., int]:
    """A poll by the coordinator, on `dates` Tuesdays at 9.30 with a week between, to be answered in a week."""

    def add(dates: int = 3, *, network_id: int | None = None, **more: Any) -> int:
        with world.acting():
            facts = {
                "network_id": network_id or world.network_id,
                "title": "Vintermøde",
                "closes_on": date(2026, 12, 1),
                "created_by_id": world.cast["coordinator"],
                **more,
            }
            row = world._add(Poll(**facts))
            for number in range(dates):
                world._add(PollDate(poll_id=row.id, starts_at=FIRST + timedelta(days=7 * number)))
            return row.id

    return add


@pytest.fixture
def dates(world: World) -> Callable[[int], list[int]]:
    """The ids of a poll's standing dates, earliest first."""

    def load(poll_id: int) -> list[int]:
        with world.acting():
            return list(
                db.session.scalars(
                    select(PollDate.id)
                    .where(PollDate.poll_id == poll_id, PollDate.removed_at.is_(None))
                    .order_by(PollDate.starts_at)
                )
            )

    return load


@pytest.fixture
def votes(world: World, dates: Callable[[int], list[int]]) -> Callable[..., dict[str, str]]:
    """`votes(poll_id, member="yes no -")` first votes so; returns what everybody says, in the order of the dates."""

    def load(poll_id: int, **given: str) -> dict[str, str]:
        ids = dates(poll_id)
        with world.acting():
            for who, words in given.items():
                person = {"person_id": world.cast[who]}
                db.session.add(Ballot(poll_id=poll_id, **person))
                db.session.add_all(
                    Vote(date_id=date_id, vote=VoteWord(word), **person)
                    for date_id, word in zip(ids, words.split(), strict=False)
                    if word != "-"
                )
        with world.acting():
            said = {(row.person_id, row.date_id): row.vote for row in db.session.scalars(select(Vote))}
        table = {who: [said.get((id_, date_id)) for date_id in ids] for who, id_ in world.cast.items()}
        return {who: " ".join(word.value if word else "-" for word in row) for who, row in table.items() if any(row)}

    return load


@pytest.fixture
def answers(world: World) -> Callable[[int], dict[str, str]]:
    """Who of the cast has answered a meeting what."""

    def load(meeting_id: int) -> dict[str, str]:
        names = {id_: who for who, id_ in world.cast.items()}
        with world.acting():
            rows = db.session.scalars(select(Answer).where(Answer.meeting_id == meeting_id))
            return {names.get(row.person_id, str(row.person_id)): row.answer.value for row in rows}

    return load


@pytest.fixture
def kept(world: World) -> Callable[[int], Poll]:
    """The poll's row, free of the session."""

    def load(poll_id: int) -> Poll:
        with world.acting():
            row = db.session.get_one(Poll, poll_id)
            db.session.expunge(row)
        return row

    return load
