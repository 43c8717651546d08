"""Who comes to a meeting, counted by municipality."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from flask_babel import gettext as _

from app.accounts.models import Person
from app.meetings.models import Answer, AnswerWord, Substitution
from app.organisations.queries import Place


class Guest(NamedTuple):
    """Someone who is called, what they have answered, and the code of the municipality they come from.

    `sent` is who they send in their place, `deputy` that one's name once they are a member; `instead_of` is in whose place they come.
    """

    person: Person
    answer: Answer | None
    code: str | None
    sent: Substitution | None = None
    deputy: str | None = None
    instead_of: str | None = None

    @property
    def sends(self) -> str:
        """The name of who comes in their place, or is to."""
        return self.deputy or (self.sent.name if self.sent else "")

    @property
    def word(self) -> AnswerWord | None:
        return self.answer.answer if self.answer else None


@dataclass
class Delegation:
    """The members from one municipality; `place` is None for those who belong to no organisation."""

    place: Place | None
    guests: list[Guest] = field(default_factory=list)

    def saying(self, word: AnswerWord | str | None) -> list[Guest]:
        return [guest for guest in self.guests if guest.word == word]

    @property
    def state(self) -> str:
        """What the municipality as a whole says: yes if anybody comes, no only if all have declined."""
        for word in (AnswerWord.YES, AnswerWord.WAITING, AnswerWord.MAYBE):
            if self.saying(word):
                return word.value
        return "no" if self.guests and not self.saying(None) else "none"


@dataclass(frozen=True)
class Turnout:
    """Every municipality has its delegation, in Danish order, even when nobody in the network is from there."""

    delegations: list[Delegation]
    others: Delegation

    def counted(self, word: AnswerWord | None) -> int:
        return len([guest for guest in self.guests if guest.word == word])

    @property
    def guests(self) -> list[Guest]:
        return [guest for delegation in [*self.delegations, self.others] for guest in delegation.guests]

    @property
    def answered(self) -> int:
        return len(self.guests) - self.counted(None)

    @property
    def coming(self) -> int:
        return self.counted(AnswerWord.YES)

    @property
    def online(self) -> int:
        return len([1 for guest in self.guests if guest.answer and guest.answer.is_yes and guest.answer.is_online])

    @property
    def here(self) -> int:
        return self.coming - self.online

    @property
    def waiting(self) -> list[Guest]:
        """The waiting list in its order."""
        waiting = [
            (guest.answer.waits_as or 0, guest) for guest in self.guests if guest.answer and guest.answer.is_waiting
        ]
        return [guest for _number, guest in sorted(waiting, key=lambda pair: pair[0])]

    def number_of(self, person_id: int) -> int:
        """Which place somebody has on the waiting list, from 1; 0 is none."""
        return next((n for n, guest in enumerate(self.waiting, start=1) if guest.person.id == person_id), 0)

    @property
    def held(self) -> list[Guest]:
        """Whose seat is kept for somebody who is to come in their place and is no member yet."""
        return [guest for guest in self.guests if guest.sent and guest.sent.holds_seat]

    @property
    def seated_codes(self) -> list[str | None]:
        """A municipality for each seat that is taken or held."""
        return [guest.code for guest in self.guests if guest.answer and guest.answer.has_a_seat] + [
            guest.code for guest in self.held
        ]

    @property
    def unapproved(self) -> list[Guest]:
        """Those who have named somebody new, and wait for a coordinator's word."""
        return [guest for guest in self.guests if guest.sent and guest.sent.awaits_approval]

    @property
    def with_host_notes(self) -> list[Guest]:
        """Who has written a word to the host, and may still come."""
        return [
            guest
            for guest in self.guests
            if guest.answer and guest.answer.host_note and guest.word is not AnswerWord.NO
        ]

    def places(self, state: str) -> list[str]:
        """The municipalities that say `state`; those without members are left out."""
        return [d.place.name for d in self.delegations if d.place and d.guests and d.state == state]

    @property
    def silent(self) -> list[str]:
        """Who has not answered, each with where they are from."""
        return [
            f"{guest.person.name} ({delegation.place.name})" if delegation.place else guest.person.name
            for delegation in self.with_people
            for guest in delegation.saying(None)
        ]

    @property
    def tiles(self) -> list[dict[str, str]]:
        """For the map: each municipality with its state and the word that says it."""
        words = {
            "yes": _("is coming"),
            "maybe": _("maybe"),
            "waiting": _("waits for a seat"),
            "no": _("is not coming"),
            "none": _("has not answered"),
        }
        return [
            {
                "slug": delegation.place.slug,
                "name": delegation.place.name,
                "state": "maybe" if delegation.state == "waiting" else delegation.state,
                "word": words[delegation.state] if delegation.guests else _("no members"),
            }
            for delegation in self.delegations
            if delegation.place
        ]

    @property
    def with_people(self) -> list[Delegation]:
        return [delegation for delegation in [*self.delegations, self.others] if delegation.guests]


def turnout_of(guests: Sequence[Guest], places: Sequence[Place]) -> Turnout:
    by_code: dict[str | None, list[Guest]] = defaultdict(list)
    for guest in guests:
        by_code[guest.code].append(guest)
    delegations = [Delegation(place, by_code.pop(place.code, [])) for place in places]
    return Turnout(delegations, Delegation(None, [guest for rest in by_code.values() for guest in rest]))
