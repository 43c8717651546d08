"""What the tests of meetings look up behind the pages."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.extensions import db
from app.meetings.models import AgendaItem, Answer, AnswerWord, Meeting, Presence
from app.meetings.operations.telling import tell_due
from app.notifications.models import Mail
from tests.world import World


class Owed:
    """Mails that are owed, as (kind, who) and their payloads; `new()` are those since the last look."""

    def __init__(self, world: World) -> None:
        self.world, self.seen = world, 0

    def new(self) -> list[Mail]:
        with self.world.acting():
            mails = list(db.session.scalars(select(Mail).where(Mail.id > self.seen).order_by(Mail.id)))
            db.session.expunge_all()
        self.seen = mails[-1].id if mails else self.seen
        return mails

    def told(self) -> dict[str, set[str]]:
        """Kind → names of the cast it goes to."""
        names = {person_id: name for name, person_id in self.world.cast.items()}
        told: dict[str, set[str]] = {}
        for mail in self.new():
            told.setdefault(mail.kind, set()).add(names[mail.person_id])
        return told


@pytest.fixture
def owed(world: World) -> Owed:
    return Owed(world)


@pytest.fixture
def wait(world: World, clock: Any) -> Callable[..., int]:
    """`wait(minutes=5)`: time passes, and the worker tells what has been collected."""

    def run(**how_far: float) -> int:
        clock.move(**how_far)
        with world.acting():
            return tell_due()

    return run


@pytest.fixture
def stored(world: World) -> Callable[[int], Meeting]:
    """The meeting's row with its agenda, free of the session."""

    def load(meeting_id: int) -> Meeting:
        with world.acting():
            meeting = db.session.get_one(Meeting, meeting_id)
            db.session.expunge(meeting)
        return meeting

    return load


@pytest.fixture
def agenda(world: World) -> Callable[[int], list[AgendaItem]]:
    def load(meeting_id: int) -> list[AgendaItem]:
        with world.acting():
            items = list(
                db.session.scalars(
                    select(AgendaItem).where(AgendaItem.meeting_id == meeting_id).order_by(AgendaItem.position)
                )
            )
            db.session.expunge_all()
        return [item for item in items if item.removed_at is None]

    return load


@pytest.fixture
def answers(world: World) -> Callable[..., Any]:
    """`answers(meeting_id)` are the rows; `answers(meeting_id, who="yes")` first makes one of a member of the cast."""

    def load(meeting_id: int, **given: str) -> list[Answer]:
        with world.acting():
            for who, word in given.items():
                answer = AnswerWord(word)
                presence = None if answer is AnswerWord.NO else Presence.HERE
                db.session.add(
                    Answer(meeting_id=meeting_id, person_id=world.cast[who], answer=answer, presence=presence)
                )
        with world.acting():
            rows = list(db.session.scalars(select(Answer).where(Answer.meeting_id == meeting_id)))
            db.session.expunge_all()
        return rows

    return load
