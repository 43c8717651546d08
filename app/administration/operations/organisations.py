"""What is logged when organisations change, and making two of them one."""

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from app.accounts.events import record
from app.accounts.models import Affiliation, EventKind, Person
from app.core import clock
from app.core.errors import DomainError
from app.extensions import db
from app.organisations.models import Organisation
from app.organisations.operations import close_organisation, reopen_organisation


def close(organisation: Organisation, *, by: Person) -> None:
    if close_organisation(organisation):
        record(EventKind.ORGANISATION_CLOSED, by=by, organisation=organisation.name)


def reopen(organisation: Organisation, *, by: Person) -> None:
    if organisation.merged_into_id is not None:
        raise DomainError(_("It has been merged into another one and cannot be opened again."))
    if reopen_organisation(organisation):
        record(EventKind.ORGANISATION_REOPENED, by=by, organisation=organisation.name)


def merge(organisation: Organisation, into: Organisation, *, by: Person) -> None:
    """Everybody who works or worked at the one works or worked at the other. The name stays known and leads there.

    Only within a municipality: old statistics count by where the organisation lies.
    """
    locked = select(Organisation).where(Organisation.id.in_([organisation.id, into.id])).order_by(Organisation.id)
    db.session.execute(locked.with_for_update(of=Organisation).execution_options(populate_existing=True))
    if organisation.id == into.id:
        raise DomainError(_("Choose another organisation than this one."), field="into")
    if organisation.merged_into_id is not None or into.merged_into_id is not None or into.closed_at is not None:
        raise DomainError(_("One of the two has been closed or merged meanwhile."), field="into")
    if organisation.municipality_code != into.municipality_code:
        raise DomainError(
            _(
                "The two lie in different municipalities, and old statistics would change. Only those of one municipality are merged."
            ),
            field="into",
        )
    for column in (Person.organisation_id, Affiliation.organisation_id, Organisation.merged_into_id):
        db.session.execute(update(column.class_).where(column == organisation.id).values({column: into.id}))
    _join_times_at(into)
    organisation.merged_into_id = into.id
    organisation.closed_at = organisation.closed_at or clock.now()
    into.cvr, into.web_address = into.cvr or organisation.cvr, into.web_address or organisation.web_address
    record(EventKind.ORGANISATIONS_MERGED, by=by, organisation=organisation.name, other=into.name)


def _join_times_at(organisation: Organisation) -> None:
    """Who moved from the one to the other has been at one place all along."""
    earlier, later = aliased(Affiliation), aliased(Affiliation)
    pairs = (
        select(earlier, later)
        .join(later, (later.person_id == earlier.person_id) & (later.from_on == earlier.to_on))
        .where(earlier.organisation_id == organisation.id, later.organisation_id == organisation.id)
        .order_by(earlier.person_id, earlier.from_on.desc())
    )
    for first, second in db.session.execute(pairs).all():
        end = second.to_on
        db.session.delete(second)
        db.session.flush()  # there is one row without an end at most
        first.to_on = end
        db.session.flush()
