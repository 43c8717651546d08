"""Rooms above that have to follow a meeting: when it is called, moved, postponed, cancelled, restored or closed.

A follower runs in the transaction of the change, after it, and reads the meeting as it is now; it finds out by itself what
that means for its own rows, so that following twice is the same as following once.
"""

from collections.abc import Callable

from app.meetings.models import AgendaItem, Meeting

Follower = Callable[[Meeting], None]
ItemFollower = Callable[[AgendaItem, AgendaItem], None]
_followers: dict[str, Follower] = {}
_item_followers: dict[str, ItemFollower] = {}


def follow(name: str, follower: Follower) -> None:
    """Called once per name while the application is put together."""
    _followers[name] = follower


def tell_followers(meeting: Meeting) -> None:
    """For the operations that change when, where or whether a meeting is."""
    for follower in _followers.values():
        follower(meeting)


def follow_items(name: str, follower: ItemFollower) -> None:
    """As `follow`, for an agenda item that goes on as another one: `follower(before, after)`."""
    _item_followers[name] = follower


def tell_item_followers(before: AgendaItem, after: AgendaItem) -> None:
    """For the operations that let an item move to another meeting, or back."""
    for follower in _item_followers.values():
        follower(before, after)
