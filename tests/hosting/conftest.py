"""What the tests of hosts look up behind the pages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from app.accounts.models import Person
from app.extensions import db
from app.hosting.models import HostAsk
from app.hosting.queries import fair_order
from app.meetings.models import Meeting
from tests.world import World


@pytest.fixture
def order(world: World) -> Callable[[], list[str]]:
    """The names of the municipalities, next host first."""

    def load() -> list[str]:
        with world.acting():
            return [turn.place.name for turn in fair_order(world.network_id)]

    return load


@pytest.fixture
def asks(world: World) -> Callable[[], list[HostAsk]]:
    """All there are, free of the session."""

    def load() -> list[HostAsk]:
        with world.acting():
            rows = db.session.query(HostAsk).order_by(HostAsk.id).all()
            db.session.expunge_all()
        return rows

    return load


@pytest.fixture
def host_of(world: World) -> Callable[[int], str | None]:
    def load(meeting_id: int) -> str | None:
        with world.acting():
            return db.session.get_one(Meeting, meeting_id).host_code

    return load


@pytest.fixture
def acting_as(world: World) -> Callable[[str], Iterator[Person]]:
    """Somebody of the cast, within a transaction that is kept."""

    @contextmanager
    def act(who: str) -> Iterator[Person]:
        with world.acting():
            yield db.session.get_one(Person, world.cast[who])

    return act
