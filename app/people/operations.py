"""What one can do with what is known of oneself."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.accounts.operations import describe_oneself
from app.core import clock
from app.core.danish import folded, sort_key
from app.extensions import db
from app.people.models import Audience, Competence, Field, PersonCompetence, Picture
from app.people.portraits import Portrait
from app.people.queries import own_competences, profile_of


def _lock(person: Person) -> None:
    """Two forms of one person, sent from two windows at once, are saved one after the other."""
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())


def write_profile(
    person: Person,
    *,
    name: str,
    title: str,
    phone: str,
    locale: str,
    competences: Sequence[str],
    about: str,
    reachable: str,
    audiences: Mapping[Field, Audience],
) -> None:
    """Saves it all. Is noted in the log when something is another than before."""
    _lock(person)
    describe_oneself(person, name=name, title=title, phone=phone, locale=locale)
    profile = profile_of(person)
    is_first = profile not in db.session
    profile.about, profile.about_key, profile.reachable = about, folded(about), reachable
    for field, audience in audiences.items():
        setattr(profile, f"{field.value}_for", audience)
    has_changed = is_first or db.session.is_modified(profile) or db.session.is_modified(person)
    db.session.add(profile)
    if _can_be_asked_about(person, competences) or has_changed:
        profile.updated_at = clock.now()
        record(EventKind.PROFILE_CHANGED, person)


def _can_be_asked_about(person: Person, names: Sequence[str]) -> bool:
    """Whether that is new. A word others have written already keeps their spelling."""
    shared = [_shared(name) for name in names]
    if [one.name for one in shared] == own_competences(person):
        return False
    db.session.execute(delete(PersonCompetence).where(PersonCompetence.person_id == person.id))
    db.session.add_all(
        PersonCompetence(person_id=person.id, competence_id=one.id, position=position)
        for position, one in enumerate(shared, start=1)
    )
    db.session.flush()
    return True


def _shared(name: str) -> Competence:
    query = select(Competence).where(Competence.sort_key == sort_key(name))
    known = db.session.scalar(query)
    if known is not None:
        return known
    competence = Competence(name=name)
    try:
        with db.session.begin_nested():
            db.session.add(competence)
    except IntegrityError:  # somebody else wrote the same word in this very moment
        return db.session.scalars(query).one()
    return competence


def hang_picture(person: Person, portrait: Portrait) -> None:
    """In place of the one there was."""
    _lock(person)
    picture = db.session.get(Picture, person.id) or Picture(person_id=person.id)
    picture.large, picture.small, picture.made_at = portrait.large, portrait.small, clock.now()
    picture.fingerprint = sha256(portrait.large).hexdigest()[:32]
    db.session.add(picture)
    record(EventKind.PROFILE_CHANGED, person)


def take_picture_down(person: Person) -> None:
    """Doing it twice changes nothing."""
    _lock(person)
    picture = db.session.get(Picture, person.id)
    if picture is not None:
        db.session.delete(picture)
        record(EventKind.PROFILE_CHANGED, person)
