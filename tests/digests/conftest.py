"""What people choose, said in one line, and the worker's steps."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Person
from app.cases.models import Case, PostKind
from app.cases.operations import open_case, reply
from app.digests import operations
from app.digests.models import Digest, Frequency, Hours
from app.extensions import db
from app.notifications.models import Mail
from tests.world import World


class Choosing:
    """`choose.daily("member")`, `choose.weekly("member", 1)`, `choose.at_once("member")`, `choose.hours("member", …)`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.hour: dict[str, int] = {}

    def _rhythm(self, who: str, frequency: Frequency | None, weekday: int | None, network: int | None) -> None:
        with self.world.acting():
            operations.choose_rhythm(
                self.world.cast[who], network or self.world.network_id, frequency, weekday, hour=self.hour.get(who, 8)
            )

    def daily(self, who: str, network: int | None = None) -> None:
        self._rhythm(who, Frequency.DAILY, None, network)

    def weekly(self, who: str, weekday: int, network: int | None = None) -> None:
        self._rhythm(who, Frequency.WEEKLY, weekday, network)

    def at_once(self, who: str, network: int | None = None) -> None:
        self._rhythm(who, None, None, network)

    def hours(
        self, who: str, digest_hour: int = 8, quiet: tuple[int, int] | None = None, weekends: bool = False
    ) -> None:
        self.hour[who] = digest_hour
        begins, ends = quiet or (None, None)
        with self.world.acting():
            operations.choose_hours(
                Hours(
                    person_id=self.world.cast[who],
                    digest_hour=digest_hour,
                    quiet_from=begins,
                    quiet_until=ends,
                    are_weekends_quiet=weekends,
                )
            )


@pytest.fixture
def choose(world: World) -> Choosing:
    return Choosing(world)


@pytest.fixture
def tell(world: World) -> Callable[..., int]:
    """`tell("Hvem ringer?")`: the colleague tells a case; returns its number."""

    def tell_one(title: str, *, by: str = "colleague", network: int | None = None) -> int:
        with world.acting():
            who = db.session.get_one(Person, world.cast[by])
            facts = {"situation": f"Vi ved det ikke: {title}", "tried": "", "wanted": ""}
            return open_case(network or world.network_id, title=title, by=who, **facts).id

    return tell_one


@pytest.fixture
def answer(world: World) -> Callable[..., None]:
    """`answer(case, "Ring nu.")`: the colleague replies."""

    def answer_one(case_id: int, words: str, *, by: str = "colleague") -> None:
        with world.acting():
            who = db.session.get_one(Person, world.cast[by])
            reply(db.session.get_one(Case, case_id), kind=PostKind.ADVICE, body=words, by=who)

    return answer_one


@pytest.fixture
def digests(app: Flask) -> Callable[[], list[Digest]]:
    def read() -> list[Digest]:
        with app.app_context():
            rows = list(db.session.scalars(select(Digest).order_by(Digest.id)))
            db.session.expunge_all()
        return rows

    return read


@pytest.fixture
def fates(app: Flask, world: World) -> Callable[[str], list[tuple[str, str, str]]]:
    """`fates("member")`: kind, state and reason of each mail to them."""

    def read(who: str) -> list[tuple[str, str, str]]:
        with app.app_context():
            rows = db.session.scalars(select(Mail).where(Mail.person_id == world.cast[who]).order_by(Mail.id))
            return [(row.kind, row.state.value, row.reason) for row in rows]

    return read
