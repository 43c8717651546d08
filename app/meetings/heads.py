"""What rooms above let head the agenda of a call: lines of text, as much as the network's level lets out.

On pages they use `core.parts` at "meeting.agenda_head"; a mail is HTML and text, so there they hand over lines.
"""

from collections.abc import Callable

from app.accounts.models import Person
from app.meetings.models import Meeting
from app.networks.discretion import Confidentiality

Head = Callable[[Meeting, Person, Confidentiality], list[str]]
_heads: dict[str, Head] = {}


def head_with(name: str, head: Head) -> None:
    """Called once per name while the application is put together."""
    _heads[name] = head


def lines_of(meeting: Meeting, reader: Person, level: Confidentiality) -> list[str]:
    return [line for head in _heads.values() for line in head(meeting, reader, level)]
