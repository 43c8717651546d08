"""What can be done with an account."""

from sqlalchemy.exc import IntegrityError

from app.accounts.models import Person
from app.accounts.queries import person_by_email
from app.core import clock
from app.core.danish import sort_key
from app.extensions import db


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
    except IntegrityError:  # somebody else added the same address in this very moment
        existing = person_by_email(email)
        if existing is None:
            raise
        return existing, False
    return person, True


def make_administrator(person: Person) -> None:
    person.administrator_since = person.administrator_since or clock.now()


def describe_oneself(person: Person, *, name: str, title: str, phone: str, locale: str) -> None:
    person.name, person.sort_key = name, sort_key(name)
    person.title, person.phone, person.locale = title, phone, locale
