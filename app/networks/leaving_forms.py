"""What one may choose when somebody leaves: who takes over, all of it or single things."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField
from wtforms.validators import Optional

from app.networks.duties import Ending, Thing, headings
from app.networks.leaving import Household, Wishes
from app.networks.models import Membership, Role

NOBODY = "nobody"


class LastDayForm(FlaskForm):  # type: ignore[misc]
    """The last day in the job; empty when only the networks are left."""

    last_day = DateField(validators=[Optional()])

    @property
    def day(self) -> date | None:
        return self.last_day.data or None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def wishes_in(sent: Mapping[str, str]) -> Wishes:
    """What was chosen. Something that is no person is nobody who could be found, and asked about again."""
    everything: dict[int, int] = {}
    single: dict[str, int | None] = {}
    words: dict[str, str] = {}
    for name, value in sent.items():
        question, _dash, key = name.partition("-")
        if question == "all" and value:
            everything[_number(key)] = _number(value)
        elif question == "to" and value:
            single[key] = None if value == NOBODY else _number(value)
        elif question == "word":
            words[key] = value
    return Wishes(everything, single, words)


@dataclass(frozen=True)
class Question:
    """Who takes over a thing, as the page asks it."""

    thing: Thing
    choices: list[tuple[str, str]]
    chosen: str
    error: str
    word: str
    word_error: str

    @property
    def wants_word(self) -> bool:
        return self.thing.ending is Ending.WORD


@dataclass(frozen=True)
class Asked:
    """A household as the page asks about it. `groups` is the things below their headings."""

    household: Household
    choices: list[tuple[str, str]]
    chosen: str
    error: str
    groups: list[tuple[str, list[Question]]]

    @property
    def name(self) -> str:
        return f"all-{self.household.network.id}"


def _said(one: Membership) -> str:
    """Name, what they are, and where from."""
    organisation = one.person.organisation
    what = _("coordinator") if one.role is Role.COORDINATOR else ""
    return ", ".join(
        part for part in (one.person.name, what, organisation.municipality.name if organisation else "") if part
    )


def asked_about(household: Household, sent: Mapping[str, str], problems: Mapping[str, str]) -> Asked:
    """The questions, with what was chosen before and what is wrong with it."""
    receivers = [(str(one.person_id), _said(one)) for one in household.receivers]
    coordinators = [(str(one.person_id), _said(one)) for one in household.coordinators]
    name = f"all-{household.network.id}"
    chosen = sent.get(name, str(household.heir.person_id) if household.heir else "")
    groups: dict[str, list[Question]] = {}
    for thing in household.things:
        takers = coordinators if thing.is_for_coordinators and coordinators else receivers
        groups.setdefault(thing.kind, []).append(_question(household, thing, takers, sent, problems))
    return Asked(
        household,
        [("", _("Choose")), *receivers] if not household.heir else receivers,
        chosen,
        problems.get(name, ""),
        [(heading, groups[kind]) for kind, heading in headings().items() if kind in groups],
    )


def _question(
    household: Household,
    thing: Thing,
    takers: list[tuple[str, str]],
    sent: Mapping[str, str],
    problems: Mapping[str, str],
) -> Question:
    choices = [("", _("The one chosen above")), *takers] if household.receivers else []
    endings = {
        Ending.NONE: [],
        Ending.FREE: [(NOBODY, _("Nobody for now"))],
        Ending.WORD: [(NOBODY, _("Nobody: it ends here"))],
    }
    return Question(
        thing,
        [*choices, *endings[household.may_end(thing)]],
        sent.get(f"to-{thing.key}", ""),
        problems.get(f"to-{thing.key}", ""),
        sent.get(f"word-{thing.key}", ""),
        problems.get(f"word-{thing.key}", ""),
    )
