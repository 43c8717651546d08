"""What can be done with an account."""

from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.events import record
from app.accounts.models import Affiliation, EventKind, Person
from app.accounts.queries import person_by_email
from app.core import clock
from app.core.danish import sort_key
from app.core.errors import DomainError
from app.extensions import db
from app.organisations.models import Organisation


def register(
    *, email: str, name: str, title: str = "", organisation_id: int | None = None, password_hash: str | None = None
) -> tuple[Person, bool]:
    """The person of this address, and whether the account is new. An account there already is left as it stands."""
    existing = person_by_email(email)
    if existing is not None:
        return existing, False
    person = Person(email=email, name=name, title=title, organisation_id=organisation_id, password_hash=password_hash)
    try:
        with db.session.begin_nested():
            db.session.add(person)
            db.session.flush()
            if organisation_id is not None:
                db.session.add(Affiliation(person_id=person.id, organisation_id=organisation_id, from_on=clock.today()))
    except IntegrityError:  # somebody else added the same address in this very moment
        existing = person_by_email(email)
        if existing is None:
            raise
        return existing, False
    record(EventKind.REGISTERED, person)
    return person, True


def move_to(person: Person, organisation: Organisation, *, on: date, by: Person) -> None:
    """Works at `organisation` from the day `on`; the time before it keeps its organisation.

    A day that lies before the present affiliation began is refused, and so is one to come. On the very day that the present one
    began it is a correction: the organisation is exchanged. Whoever has left, with today as the last day, may begin elsewhere today: the
    old one then ends the day before, or was never worked at if it began today.
    """
    if on > clock.today():
        raise DomainError(_("Choose today or a day that has been."), field="moved_on")
    current = db.session.scalar(
        select(Affiliation).where(Affiliation.person_id == person.id, Affiliation.to_on.is_(None)).with_for_update()
    )
    if current is not None and on < current.from_on:
        raise DomainError(_("The present organisation began after that day."), field="moved_on")
    if current is not None and current.organisation_id == organisation.id:
        return
    if current is None:
        _end_before(person, on)
    if current is not None and on == current.from_on:
        current.organisation_id = organisation.id
    else:
        if current is not None:
            current.to_on = on
            db.session.flush()  # the end of the old before the new one, which is the only one without an end
        db.session.add(Affiliation(person_id=person.id, organisation_id=organisation.id, from_on=on))
    person.organisation_id = organisation.id
    record(EventKind.MOVED, person, by=by, organisation=organisation.name, on=on.isoformat())


def begin_at(person: Person, organisation: Organisation, *, by: Person) -> None:
    """For somebody who works nowhere as far as we know: at `organisation` from today."""
    if person.organisation_id is None:
        move_to(person, organisation, on=clock.today(), by=by)


def _end_before(person: Person, on: date) -> None:
    """A day has one organisation: what was left with `on` as its last day ends the day before."""
    left = db.session.scalar(
        select(Affiliation)
        .where(Affiliation.person_id == person.id, Affiliation.to_on == on + timedelta(days=1))
        .with_for_update()
    )
    if left is None:
        return
    if left.from_on == on:
        db.session.delete(left)
    else:
        left.to_on = on
    db.session.flush()


def leave_organisation(person: Person, *, last_day: date, by: Person) -> None:
    """Works nowhere from the day after `last_day`, which may be today or has been. Twice changes nothing."""
    if last_day > clock.today():
        raise DomainError(_("Choose today or a day that has been."), field="last_day")
    current = db.session.scalar(
        select(Affiliation).where(Affiliation.person_id == person.id, Affiliation.to_on.is_(None)).with_for_update()
    )
    if current is None:
        return
    if last_day < current.from_on:
        raise DomainError(_("The present organisation began after that day."), field="last_day")
    current.to_on = last_day + timedelta(days=1)
    person.organisation_id = None
    record(EventKind.ORGANISATION_LEFT, person, by=by, on=last_day.isoformat())


def make_administrator(person: Person) -> None:
    person.administrator_since = person.administrator_since or clock.now()


def describe_oneself(person: Person, *, name: str, title: str, phone: str, locale: str) -> None:
    person.name, person.sort_key = name, sort_key(name)
    person.title, person.phone, person.locale = title, phone, locale
