"""Rooms above that have something ready for whoever joins a network: a place at a meeting, say.

They run in the transaction of the joining, after it.
"""

from collections.abc import Callable

from app.accounts.models import Person
from app.networks.models import Network

Welcome = Callable[[Network, Person], None]
_welcomes: dict[str, Welcome] = {}


def on_joining(name: str, welcome: Welcome) -> None:
    """Called once per name while the application is put together."""
    _welcomes[name] = welcome


def welcome(network: Network, person: Person) -> None:
    """For the operation that makes a membership."""
    for one in _welcomes.values():
        one(network, person)
