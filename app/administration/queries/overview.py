"""The installation in numbers, and what waits for somebody to look at it."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.accounts.models import Person
from app.administration.queries.people import has_signed_in
from app.extensions import db
from app.networks.models import Network
from app.notifications.models import Mail, MailState
from app.organisations.models import Organisation


@dataclass(frozen=True)
class Numbers:
    people: int
    never_signed_in: int
    nowhere: int
    disabled: int
    administrators: int
    networks: int
    organisations: int
    dead_mails: int


def numbers() -> Numbers:
    """One statement."""
    is_open = Person.disabled_at.is_(None)
    counted = (
        select(func.count()).select_from(Person).where(is_open),
        select(func.count()).select_from(Person).where(is_open, ~has_signed_in()),
        select(func.count()).select_from(Person).where(is_open, Person.organisation_id.is_(None)),
        select(func.count()).select_from(Person).where(~is_open),
        select(func.count()).select_from(Person).where(is_open, Person.administrator_since.is_not(None)),
        select(func.count()).select_from(Network),
        select(func.count()).select_from(Organisation).where(Organisation.closed_at.is_(None)),
        select(func.count()).select_from(Mail).where(Mail.state == MailState.DEAD),
    )
    return Numbers(*db.session.execute(select(*(count.scalar_subquery() for count in counted))).one())
