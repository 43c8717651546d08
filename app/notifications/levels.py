"""Which letters a level lets through.

A level is chosen for a network and for each of its threads (cases). What is said of the thread counts, else what is said of
the network, else NORMAL. Where somebody has taken part without saying anything of the thread, they hear how it goes on,
unless they have muted the network. WATCH lets everything through; NORMAL what is new for everybody, and replies where one
takes part; QUIET what is directed at oneself, like a reply in one's own case; MUTED nothing.
"""

from typing import Final

from app.notifications.letters import Concern
from app.notifications.models import Level

NEEDS: Final = {Level.WATCH: Concern.TALK, Level.NORMAL: Concern.NEWS, Level.QUIET: Concern.OWN}


def effective(thread: Level | None, network: Level | None, *, takes_part: bool) -> Level:
    """The level that counts for a thread of a network."""
    if thread is not None:
        return thread
    network = network or Level.NORMAL
    return Level.WATCH if takes_part and network is not Level.MUTED else network


def lets_through(level: Level, concern: Concern) -> bool:
    return level in NEEDS and concern >= NEEDS[level]
