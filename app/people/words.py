"""How pages name the audiences, and who sees what of somebody."""

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.formats import language
from app.people.models import Audience, Field
from app.people.queries import Shown

AUDIENCES = {
    Audience.EVERYONE: _l("Everyone who is signed in"),
    Audience.NETWORKS: _l("My networks"),
    Audience.COORDINATORS: _l("Only coordinators"),
}


def possessive(name: str) -> str:
    """Mettes, Jens' and Mette's"""
    if language() == "da":
        return name + ("'" if name[-1:].casefold() in {"s", "x", "z"} else "s")
    return f"{name}'s"


def who_sees(person: Shown) -> Iterator[str]:
    """Beneath mail and telephone: how far what one reads there may be passed on."""
    shown = [field for field in (Field.MAIL, Field.PHONE) if (person.mail if field is Field.MAIL else person.phone)]
    for audience, sentences in _sentences(possessive(person.first_name)).items():
        alike = [field for field in shown if person.audiences[field] is audience]
        if len(alike) == 2:
            yield sentences[None]
        elif alike:
            yield sentences[alike[0]]


def _sentences(whose: str) -> dict[Audience, dict[Field | None, str]]:
    return {
        Audience.NETWORKS: {
            Field.MAIL: _("The mail address is seen only by %(whose)s networks.", whose=whose),
            Field.PHONE: _("The phone number is seen only by %(whose)s networks.", whose=whose),
            None: _("Mail and phone are seen only by %(whose)s networks.", whose=whose),
        },
        Audience.COORDINATORS: {
            Field.MAIL: _("The mail address is seen only by coordinators of %(whose)s networks.", whose=whose),
            Field.PHONE: _("The phone number is seen only by coordinators of %(whose)s networks.", whose=whose),
            None: _("Mail and phone are seen only by coordinators of %(whose)s networks.", whose=whose),
        },
    }
