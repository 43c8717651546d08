"""What rooms above add to the installation's health: one number each, for whoever watches."""

from collections.abc import Callable

_facts: dict[str, Callable[[], float | None]] = {}


def add(name: str, read: Callable[[], float | None]) -> None:
    """Called once while the application is put together; `read` is asked for each look at /healthz."""
    _facts[name] = read


def facts() -> dict[str, float | None]:
    return {name: read() for name, read in _facts.items()}
