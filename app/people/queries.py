"""Who may see what of whom. Whatever leaves the room about somebody leaves it as a `Shown`.

`seen_by` is the one place that decides: pages, lists, search, contact cards, pictures and exports ask it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, contains_eager

from app.accounts.models import Person
from app.extensions import db
from app.networks.models import Membership, Network, Role
from app.networks.queries import networks_visible_to, standing_of, within_reach
from app.organisations.models import Organisation
from app.people.models import Audience, Competence, Field, PersonCompetence, Picture, Profile

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]
AT_ONCE = 5000
LARGE, SMALL = 512, 96  # the sides of a picture in pixels
AUDIENCES: Mapping[Field, InstrumentedAttribute[Audience]] = {
    Field.PROFILE: Profile.profile_for,
    Field.MAIL: Profile.mail_for,
    Field.PHONE: Profile.phone_for,
    Field.PICTURE: Profile.picture_for,
    Field.ABOUT: Profile.about_for,
}
WHERE_NOTHING_IS_WRITTEN = Audience.NETWORKS


def _people_in(network_ids: Iterable[int]) -> Select[int]:
    return select(Membership.person_id).where(
        Membership.network_id.in_(list(network_ids)), Membership.left_at.is_(None)
    )


def is_fellow_of(viewer: Person) -> ColumnElement[bool]:
    """The condition that a person is in one of the viewer's networks now, or is the viewer."""
    roles = standing_of(viewer).roles
    return or_(Person.id == viewer.id, Person.id.in_(_people_in(roles))) if roles else Person.id == viewer.id


def _is_coordinated_by(viewer: Person) -> ColumnElement[bool]:
    numbers = [number for number, role in standing_of(viewer).roles.items() if role is Role.COORDINATOR]
    return Person.id.in_(_people_in(numbers)) if numbers else false()


def _is_for(viewer: Person, field: Field) -> ColumnElement[bool]:
    audience = func.coalesce(AUDIENCES[field], WHERE_NOTHING_IS_WRITTEN.value)
    return or_(
        audience == Audience.EVERYONE.value,
        and_(audience == Audience.NETWORKS.value, is_fellow_of(viewer)),
        and_(audience == Audience.COORDINATORS.value, _is_coordinated_by(viewer)),
    )


def seen_by(viewer: Person, field: Field) -> ColumnElement[bool]:
    """The condition that the viewer may see this of a person; the query has `profiles` joined to `people`, outer."""
    if standing_of(viewer).is_administrator:
        return true()
    fits = _is_for(viewer, field)
    if field is not Field.PROFILE:
        fits = and_(_is_for(viewer, Field.PROFILE), fits)
    return or_(Person.id == viewer.id, fits)


@dataclass(frozen=True)
class Shown:
    """Somebody as one viewer may see them: what is hidden from that viewer is empty here, and not in `fields`.

    Name, title and workplace are known to everybody in the same network, whatever the audience of the profile.
    """

    id: int
    name: str
    first_name: str
    initials: str
    title: str
    organisation: Organisation | None
    is_closed: bool
    is_coordinator: bool  # of a network that the viewer is in
    fields: frozenset[Field]
    audiences: Mapping[Field, Audience]
    mail: str
    phone: str
    reachable: str
    about: str
    picture: str  # its fingerprint
    competences: Sequence[str]

    @property
    def is_bare(self) -> bool:
        """Known by name from a network, and no more."""
        return Field.PROFILE not in self.fields

    @property
    def workplace(self) -> str:
        """Jobcenter Vesthimmerland, Vesthimmerlands; the municipality is left out where the name says it."""
        if self.organisation is None:
            return ""
        place = self.organisation.municipality.name
        return self.organisation.name if place in self.organisation.name else f"{self.organisation.name}, {place}"

    @property
    def municipality(self) -> str:
        return self.organisation.municipality.name if self.organisation else ""


def people_with_profiles(*columns: Any) -> AnySelect:
    """Where every read of people starts here: `seen_by` needs these joins."""
    return (
        select(*columns)
        .select_from(Person)
        .outerjoin(Profile, Profile.person_id == Person.id)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
    )


def _is_coordinator(viewer: Person) -> ColumnElement[bool]:
    return (
        select(Membership.id)
        .where(
            Membership.person_id == Person.id,
            Membership.left_at.is_(None),
            Membership.role == Role.COORDINATOR,
            within_reach(viewer, Membership.network_id),
        )
        .correlate(Person)
        .exists()
    )


def rows_for(viewer: Person) -> AnySelect:
    """What `shown` reads."""
    return (
        people_with_profiles(
            Person,
            Profile,
            Picture.fingerprint,
            _is_coordinator(viewer),
            *(case((seen_by(viewer, field), 1), else_=0) for field in Field),
        )
        .outerjoin(Picture, Picture.person_id == Person.id)
        .outerjoin(Organisation.municipality)
        .options(contains_eager(Person.organisation).contains_eager(Organisation.municipality))
    )


def shown(query: AnySelect) -> list[Shown]:
    """The people of a query that `rows_for` has begun, as its viewer may see them. Two queries."""
    rows = db.session.execute(query).all()
    seen = {
        row[0].id: frozenset(field for field, is_seen in zip(Field, row[4:], strict=True) if is_seen) for row in rows
    }
    asked = _competences_of(person_id for person_id, fields in seen.items() if Field.ABOUT in fields)
    return [_as_seen(row, seen[row[0].id], asked.get(row[0].id, ())) for row in rows]


def _as_seen(row: AnyRow, fields: frozenset[Field], competences: Sequence[str]) -> Shown:
    person, profile, picture, is_coordinator = row[0], row[1] or Profile(), row[2], row[3]

    def of(field: Field, value: str | None) -> str:
        return (value or "") if field in fields else ""

    return Shown(
        id=person.id,
        name=person.name,
        first_name=person.first_name,
        initials=person.initials,
        title=person.title,
        organisation=person.organisation,
        is_closed=person.disabled_at is not None,
        is_coordinator=is_coordinator,
        fields=fields,
        audiences={field: profile.audience_of(field) or WHERE_NOTHING_IS_WRITTEN for field in Field},
        mail=of(Field.MAIL, person.email),
        phone=of(Field.PHONE, person.phone),
        reachable=of(Field.PHONE, profile.reachable),
        about=of(Field.ABOUT, profile.about),
        picture=of(Field.PICTURE, picture),
        competences=competences,
    )


def _competences_of(person_ids: Iterable[int]) -> dict[int, list[str]]:
    """By person, each in their own order. One query, none for nobody."""
    ids = list(person_ids)
    found: dict[int, list[str]] = {}
    for start in range(0, len(ids), AT_ONCE):
        rows = db.session.execute(
            select(PersonCompetence.person_id, Competence.name)
            .join(PersonCompetence.competence)
            .where(PersonCompetence.person_id.in_(ids[start : start + AT_ONCE]))
            .order_by(PersonCompetence.person_id, PersonCompetence.position)
        )
        for person_id, name in rows:
            found.setdefault(person_id, []).append(name)
    return found


def person_for(viewer: Person, person_id: int) -> Shown | None:
    """Oneself, whose profile one may see, whom one shares a network with; for administrators everybody. Two queries."""
    query = rows_for(viewer).where(Person.id == person_id)
    if viewer.id != person_id and not viewer.is_administrator:
        query = query.where(Person.disabled_at.is_(None), or_(seen_by(viewer, Field.PROFILE), is_fellow_of(viewer)))
    return next(iter(shown(query)), None)


def people_of(viewer: Person, network_id: int) -> list[Shown]:
    """The present members of a network whose profile the viewer may see, in Danish order. Two queries."""
    query = rows_for(viewer).where(
        Person.id.in_(_people_in([network_id])), Person.disabled_at.is_(None), seen_by(viewer, Field.PROFILE)
    )
    return shown(query.order_by(Person.sort_key, Person.id))


def visible_fields(viewer: Person, person_ids: Iterable[int]) -> dict[int, frozenset[Field]]:
    """Public, for lists and exports: what of each of these people the viewer may see. One query per 5000 people."""
    ids, found = list(person_ids), {}
    for start in range(0, len(ids), AT_ONCE):
        columns = (case((seen_by(viewer, field), 1), else_=0) for field in Field)
        rows = db.session.execute(
            people_with_profiles(Person.id, *columns).where(Person.id.in_(ids[start : start + AT_ONCE]))
        )
        for row in rows:
            found[row[0]] = frozenset(field for field, is_seen in zip(Field, row[1:], strict=True) if is_seen)
    return found


def networks_shared_with(viewer: Person, person_id: int) -> list[Network]:
    """Never the person's networks that the viewer may not enter."""
    return list(
        db.session.scalars(
            networks_visible_to(viewer)
            .join(Membership, Membership.network_id == Network.id)
            .where(Membership.person_id == person_id, Membership.left_at.is_(None))
        )
    )


def picture_for(viewer: Person, person_id: int, fingerprint: str, side: int) -> bytes | None:
    """The file, if the viewer may see it and this is still the picture."""
    data = Picture.small if side == SMALL else Picture.large
    condition = seen_by(viewer, Field.PICTURE)
    if viewer.id != person_id and not viewer.is_administrator:
        condition = and_(condition, Person.disabled_at.is_(None))
    return db.session.scalar(
        people_with_profiles(data)
        .join(Picture, Picture.person_id == Person.id)
        .where(Person.id == person_id, Picture.fingerprint == fingerprint, condition)
    )


def small_pictures_of(people: Iterable[Shown]) -> dict[int, bytes]:
    """The files for contact cards, of those whose picture is shown. One query."""
    ids = [one.id for one in people if one.picture]
    rows = db.session.execute(select(Picture.person_id, Picture.small).where(Picture.person_id.in_(ids)))
    return {row.person_id: row.small for row in rows}


def profile_of(person: Person) -> Profile:
    """One's own, or what it is before one has written it; not in the database then."""
    return db.session.get(Profile, person.id) or Profile(
        person_id=person.id,
        about="",
        reachable="",
        **{f"{field.value}_for": WHERE_NOTHING_IS_WRITTEN for field in Field},
    )


def own_competences(person: Person) -> list[str]:
    return _competences_of([person.id]).get(person.id, [])


def own_picture(person: Person) -> str:
    return db.session.scalar(select(Picture.fingerprint).where(Picture.person_id == person.id)) or ""
