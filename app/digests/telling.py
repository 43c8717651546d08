"""What a digest tells: each letter composed anew and asked again whether it is still wanted, then put in order."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy.exc import DBAPIError

from app.accounts.models import Person
from app.digests.queries import Waiting
from app.networks.models import Network
from app.notifications.composing import silenced
from app.notifications.letters import Letter, NotSent, composer_of
from app.notifications.models import Mail, MailState

log = logging.getLogger(__name__)
OPEN_STATES = frozenset(
    {MailState.COLLECTED, MailState.DEAD}
)  # dead: its digest failed, and somebody has it sent again


@dataclass
class Thing:
    """All that is told of one thing, like a case, in the order it happened."""

    heading: str
    letters: list[Letter] = field(default_factory=list)


@dataclass
class Group:
    """What a network has brought."""

    network: Network
    things: dict[str, Thing] = field(default_factory=dict)

    count: int = 0  # all of them, also where only some are shown

    @property
    def shown(self) -> int:
        return sum(len(thing.letters) for thing in self.things.values())


@dataclass
class Contents:
    """What is told, by network, and what fell out and why; both by the numbers of the mails."""

    groups: list[Group] = field(default_factory=list)
    told: list[int] = field(default_factory=list)
    fallen_out: dict[int, str] = field(default_factory=dict)


def look_through(person: Person, waiting: Iterable[Waiting]) -> Contents:
    """Reads only. `waiting` comes ordered by network and then by time."""
    contents = Contents()
    for mail, network in waiting:
        if mail.state not in OPEN_STATES:
            continue
        letter = _still_wanted(person, mail)
        if isinstance(letter, NotSent):
            contents.fallen_out[mail.id] = letter.reason
            continue
        contents.told.append(mail.id)
        if not contents.groups or contents.groups[-1].network.id != network.id:
            contents.groups.append(Group(network))
        gist = letter.gist
        thing = contents.groups[-1].things.setdefault(
            letter.thread or f"mail-{mail.id}", Thing(gist.heading if gist else letter.subject)
        )
        thing.letters.append(letter)
        contents.groups[-1].count += 1
    return contents


def _still_wanted(person: Person, mail: Mail) -> Letter | NotSent:
    """One letter that cannot be written does not keep the others back."""
    try:
        letter = composer_of(mail.kind)(person, mail.payload)
    except DBAPIError:
        raise
    except Exception as error:
        log.error("mail %d could not be written for a digest: %s", mail.id, type(error).__name__)  # noqa: TRY400 - no personal data
        return NotSent("could not be written")
    return letter if isinstance(letter, NotSent) else silenced(person, letter) or letter
