"""Finding people."""

from sqlalchemy import select

from app.accounts.addresses import as_kept
from app.accounts.models import Person
from app.extensions import db


def person_by_email(email: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.email == as_kept(email)))
