"""The digest as a mail."""

from typing import Any, Final

from flask_babel import gettext as _

from app.accounts.models import Person
from app.core.formats import listed
from app.digests.operations import conclude
from app.digests.queries import SCOPE, digests_with, taken_by
from app.digests.telling import Contents, Group, look_through
from app.networks.discretion import Output, discreetly
from app.networks.queries import level_for
from app.notifications.letters import Concern, Letter, NotSent, Topic
from app.notifications.links import link

MOST: Final = 60  # letters that are told one by one
ROOM: Final = 70_000  # bytes for them, so that the mail stays below 100 kB with the longest texts
EXCERPT: Final = 220  # characters
HEADING: Final = 140
NAMED: Final = 3  # networks in the subject


def compose_digest(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    """Written when it is sent: what was read, silenced or overtaken meanwhile falls out, and keeps its reason."""
    contents = look_through(person, taken_by(payload["digests"]))

    def settle() -> None:
        conclude(contents.told, contents.fallen_out)

    if not contents.told:
        return NotSent("nothing in the digest is news any more", when_dropped=settle)
    groups = shortened(contents)
    since = {digest.network_id: digest for digest in digests_with(payload["digests"])}
    return Letter(
        subject=_("Since last time: %(networks)s", networks=_names(person, contents)),
        template="digests/mails/digest",
        context={
            "groups": groups,
            "count": len(contents.told),
            "more": len(contents.told) - sum(group.shown for group in groups),
            "intervals": since,
            "excerpt": EXCERPT,
            "name_of": lambda network: discreetly(network, level_for(person, network), Output.MAIL_TEXT).name,
        },
        thread=f"digest-{person.id}",
        topic=Topic(SCOPE, 0, "ERFA Nord"),
        why=_("You get this mail because you want the news of these networks collected."),
        choose_url=link("digests.settings"),
        concern=Concern.OWN,
        when_sent=settle,
    )


def _names(person: Person, contents: Contents) -> str:
    networks = [group.network for group in contents.groups]
    shown = [discreetly(one, level_for(person, one), Output.MAIL_SUBJECT).name for one in networks[:NAMED]]
    left = len(networks) - len(shown)
    return listed([*shown, _("%(num)d more", num=left)] if left else shown)


def shortened(contents: Contents) -> list[Group]:
    """As many of the first letters as there is room for; the rest is counted."""
    shown, room, is_full = 0, ROOM, False
    for group in contents.groups:
        for key, thing in list(group.things.items()):
            thing.heading = _cut(thing.heading, HEADING)
            kept = []
            for letter in thing.letters:
                room -= _bytes_of(thing.heading, letter)
                is_full = is_full or room < 0 or shown >= MOST
                if not is_full:
                    kept.append(letter)
                    shown += 1
            thing.letters = kept
            if not kept:
                del group.things[key]
    return [group for group in contents.groups if group.things]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _bytes_of(heading: str, letter: Letter) -> int:
    """What it takes in both parts of the mail, at most: each byte that is not ASCII is written as three."""
    words = f"{heading} {letter.gist.line} {letter.gist.excerpt[:EXCERPT]}" if letter.gist else letter.subject
    return 700 + 2 * sum(1 if byte < 0x80 else 3 for byte in words.encode())
