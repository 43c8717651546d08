"""The directory: finding people by what the viewer may see of them. What is hidden is no reason to be found."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, distinct, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.accounts.models import Person
from app.core.danish import folded, sort_key
from app.core.paging import Page
from app.extensions import db
from app.networks.models import Membership, Network
from app.networks.queries import standing_of, within_reach
from app.organisations.models import Organisation
from app.organisations.queries import municipalities
from app.people.models import Competence, Field, PersonCompetence, Profile
from app.people.queries import Shown, people_with_profiles, rows_for, seen_by, shown

PER_PAGE = 25
ON_PAPER = 500
MOST_WORDS = 6
_COUNTRY = re.compile(r"^(\+|00)45|\+")
_LIKE_A_NUMBER = re.compile(r"[0-9 ()+-]*", re.ASCII)


@dataclass(frozen=True)
class Search:
    """What is asked for; what is empty is not asked."""

    text: str = ""
    municipality: str = ""  # its code
    workplace: str = ""
    topic: str = ""
    network_id: int | None = None

    @property
    def is_narrow(self) -> bool:
        return any((self.text, self.municipality, self.workplace, self.topic, self.network_id))

    def as_address(self) -> dict[str, Any]:
        """What an address repeats of it."""
        asked = {
            "q": self.text,
            "municipality": self.municipality,
            "workplace": self.workplace,
            "topic": self.topic,
            "network": self.network_id,
        }
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True)
class Count:
    people: int
    municipalities: int


def directory_page(viewer: Person, search: Search, *, asked: int | None) -> tuple[list[Shown], Page, Count]:
    """One page in Danish order. Three queries."""
    people, places = db.session.execute(
        people_with_profiles(func.count(), func.count(distinct(Organisation.municipality_code))).where(
            *_conditions(viewer, search)
        )
    ).one()
    page = Page.of(people, asked=asked, size=PER_PAGE)
    return _found(viewer, search, limit=page.size, offset=page.offset), page, Count(people, places)


def directory_on_paper(viewer: Person, search: Search) -> tuple[list[Shown], bool]:
    """The first of them all, and whether there are more than a print holds. Two queries."""
    found = _found(viewer, search, limit=ON_PAPER + 1)
    return found[:ON_PAPER], len(found) > ON_PAPER


def _found(viewer: Person, search: Search, *, limit: int, offset: int = 0) -> list[Shown]:
    """Picked while the rows are narrow; only those of the page are then read in full.

    With nothing asked the index gives the order. Else few are left of many, and walking them all in that order would
    cost SQLite more than sorting the few: the empty string keeps it from it.
    """
    order = Person.sort_key + "" if search.is_narrow else Person.sort_key
    few = people_with_profiles(Person.id).where(*_conditions(viewer, search)).order_by(order, Person.id)
    page = few.limit(limit).offset(offset).subquery("page")
    return shown(rows_for(viewer).join(page, page.c.id == Person.id).order_by(Person.sort_key, Person.id))


def _conditions(viewer: Person, search: Search) -> Iterator[ColumnElement[bool]]:
    yield Person.disabled_at.is_(None)
    yield seen_by(viewer, Field.PROFILE)
    if search.text:
        yield _says(viewer, search.text)
    if search.municipality:
        yield Organisation.municipality_code == search.municipality
    if search.workplace:
        yield _contains(Organisation.sort_key, search.workplace)
    if search.topic:
        yield and_(seen_by(viewer, Field.ABOUT), _can_be_asked(Competence.sort_key == sort_key(search.topic)))
    if search.network_id is not None:
        yield Person.id.in_(
            select(Membership.person_id).where(
                Membership.network_id == search.network_id,
                Membership.left_at.is_(None),
                within_reach(viewer, Membership.network_id),
            )
        )


def _contains(key: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    """Whether a folded column has the text in it; `%`, `_` and backslash are letters like others (ASVS 1.2.4)."""
    return key.contains(folded(text), autoescape=True)


def _can_be_asked(which: ColumnElement[bool]) -> ColumnElement[bool]:
    return Person.id.in_(select(PersonCompetence.person_id).join(PersonCompetence.competence).where(which))


def _says(viewer: Person, text: str) -> ColumnElement[bool]:
    """Every word of it is found somewhere, or it is part of the telephone number."""
    words = [word for word in text.split() if folded(word)][:MOST_WORDS]
    says = and_(*(_has_word(viewer, word) for word in words))
    digits = _COUNTRY.sub("", "".join(letter for letter in text if letter.isdigit() or letter == "+"))
    if len(digits) >= 4 and _LIKE_A_NUMBER.fullmatch(text):
        number = func.replace(Person.phone, " ", "")
        for sign in "()-":
            number = func.replace(number, sign, "")
        return or_(says, and_(seen_by(viewer, Field.PHONE), number.contains(digits, autoescape=True)))
    return says


def _has_word(viewer: Person, word: str) -> ColumnElement[bool]:
    about = or_(_can_be_asked(_contains(Competence.sort_key, word)), _contains(Profile.about_key, word))
    places = [place.code for place in municipalities() if folded(word) in folded(place.name)]
    places_found = [Organisation.municipality_code.in_(places)] if places else []
    mail = (
        [and_(seen_by(viewer, Field.MAIL), Person.email.contains(word.lower(), autoescape=True))] if "@" in word else []
    )
    return or_(
        _contains(Person.sort_key, word),
        _contains(Organisation.sort_key, word),
        *_titled(word),
        *places_found,
        *mail,
        and_(seen_by(viewer, Field.ABOUT), about),
    )


def _titled(word: str) -> Iterator[ColumnElement[bool]]:
    """Titles have no folded column: the database knows small letters from A to Z alike, the rest is tried as written."""
    title = func.lower(Person.title)
    for spelling in {word.lower()} if word.isascii() else {word.lower(), word.capitalize()}:
        yield title.contains(spelling, autoescape=True)


def common_competences(viewer: Person, *, limit: int, least: int = 1) -> list[str]:
    """What most people can be asked about, as far as the viewer may see it of one of them at least. One query.

    Only the words that most have are looked at more closely: counting for each viewer anew what they may see of all
    people would take longer than the rest of the page.
    """
    number = func.count()
    most = (
        select(PersonCompetence.competence_id, number.label("number"))
        .group_by(PersonCompetence.competence_id)
        .having(number >= least)
        .order_by(number.desc(), PersonCompetence.competence_id)
        .limit(4 * limit)
        .subquery("most")
    )
    holder = aliased(PersonCompetence)
    is_seen = (
        people_with_profiles(Person.id)
        .join(holder, holder.person_id == Person.id)
        .where(holder.competence_id == most.c.competence_id, Person.disabled_at.is_(None), seen_by(viewer, Field.ABOUT))
        .correlate(most)
        .exists()
    )
    return list(
        db.session.scalars(
            select(Competence.name)
            .join(most, most.c.competence_id == Competence.id)
            .where(is_seen)
            .order_by(most.c.number.desc(), Competence.sort_key)
            .limit(limit)
        )
    )


def networks_to_choose(viewer: Person, also: int | None) -> list[Network]:
    """The viewer's own, and the one asked for if they may enter it: an administrator is not offered all there are."""
    ids: Iterable[int] = {*standing_of(viewer).roles, *([also] if also is not None else [])}
    query: Select[Network] = select(Network).where(Network.id.in_(ids), within_reach(viewer, Network.id))
    return list(db.session.scalars(query.order_by(Network.sort_key)))
