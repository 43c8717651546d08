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

MOST: Final = 60  # letters that are told one by one; with the longest texts that stays below 100 kB
EXCERPT: Final = 280  # characters
NAMED: Final = 3  # networks in the subject


def compose_digest(person: Person, payload: dict[str, Any]) -> Letter | NotSent:
    """Written when it is sent: what was read, silenced or overtaken meanwhile falls out, and keeps its reason."""
    contents = look_through(person, taken_by(payload["digests"]))

    def settle() -> None:
        conclude(contents.told, contents.fallen_out)

    if not contents.told:
        return NotSent("nothing in the digest is news any more", when_dropped=settle)
    since = {digest.network_id: digest for digest in digests_with(payload["digests"])}
    return Letter(
        subject=_("Since last time: %(networks)s", networks=_names(person, contents)),
        template="digests/mails/digest",
        context={
            "groups": shortened(contents),
            "count": len(contents.told),
            "more": max(0, len(contents.told) - MOST),
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
    """The first letters; the rest is counted."""
    left = MOST
    for group in contents.groups:
        for key, thing in list(group.things.items()):
            thing.letters = thing.letters[:left]
            left -= len(thing.letters)
            if not thing.letters:
                del group.things[key]
    return [group for group in contents.groups if group.things]
