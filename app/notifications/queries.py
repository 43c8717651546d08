"""What people have asked not to hear."""

from sqlalchemy import select

from app.accounts.models import Person
from app.extensions import db
from app.notifications.models import Muting


def mutings_of(person: Person) -> list[Muting]:
    return list(db.session.scalars(select(Muting).where(Muting.person_id == person.id).order_by(Muting.created_at)))
