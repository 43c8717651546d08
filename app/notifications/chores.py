"""What has to be tidied now and then: features register it, the worker does it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Chore:
    """`run` happens within an application context; the worker commits after it. Doing it twice must do no harm."""

    name: str
    every: timedelta
    run: Callable[[], object]


_chores: dict[str, Chore] = {}


def register(name: str, *, every: timedelta, run: Callable[[], object]) -> None:
    """Called once while the application is put together; the worker runs it when it starts and then `every` so often."""
    _chores[name] = Chore(name, every, run)


def registered() -> list[Chore]:
    return list(_chores.values())
