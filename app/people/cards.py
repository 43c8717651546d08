"""Contact cards: vCard 3.0 (RFC 2426), which Outlook, iPhones and Android all take."""

from collections.abc import Callable
from typing import Any

import vobject
from flask_babel import gettext as _

from app.core.formats import listed
from app.people.queries import Shown


def card(person: Shown, *, address: str, picture: bytes | None = None) -> str:
    """What the viewer may see of them. `address` is their page; a small picture is all that telephones take."""
    written = vobject.vCard()

    def add(name: str, value: Any, **parameters: str) -> None:
        line = written.add(name)
        line.value = value
        for parameter, word in parameters.items():
            line.params[f"{parameter.upper()}"] = [word]

    given, _space, family = person.name.rpartition(" ")
    add("n", vobject.vcard.Name(family=family if given else "", given=given or family))
    add("fn", person.name)
    if person.organisation:
        add("org", [person.organisation.name])
    if person.title:
        add("title", person.title)
    if person.mail:
        add("email", person.mail, type="INTERNET")
    if person.phone:
        add("tel", person.phone, type="WORK")
    if note := _note(person):
        add("note", note)
    if picture:
        add("photo", picture, encoding="b", type="JPEG")
    add("url", address)
    add("uid", address)
    text: str = written.serialize()
    return text


def _note(person: Shown) -> str:
    asked = _("Ask about %(topics)s", topics=listed(person.competences)) if person.competences else ""
    reached = _("Can be reached: %(when)s", when=person.reachable) if person.reachable else ""
    return "\n".join(line for line in (asked, reached) if line)


def cards(people: list[Shown], *, address_of: Callable[[Shown], str], pictures: dict[int, bytes]) -> str:
    """All of them, one after the other, as address books import them."""
    return "".join(card(one, address=address_of(one), picture=pictures.get(one.id)) for one in people)
