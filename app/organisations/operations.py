"""What can be done with organisations."""

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.core.danish import sort_key
from app.core.errors import DomainError
from app.extensions import db
from app.organisations.models import Organisation, OrganisationKind


def _named(name: str) -> Organisation | None:
    return db.session.scalar(
        select(Organisation).where(Organisation.sort_key == sort_key(name), func.length(Organisation.name) == len(name))
    )


def add_organisation(name: str, *, kind: OrganisationKind, municipality_code: str) -> Organisation:
    """The organisation of this name, made if need be. Refuses a name that is taken in another municipality."""
    organisation = _named(name)
    if organisation is None:
        organisation = Organisation(name=name, kind=kind, municipality_code=municipality_code)
        try:
            with db.session.begin_nested():
                db.session.add(organisation)
        except IntegrityError:  # somebody else added it in this very moment
            organisation = _named(name)
            if organisation is None:
                raise
    if organisation.municipality_code != municipality_code:
        raise DomainError(
            _("There is already an organisation with that name in another municipality. Choose it in the list."),
            field="organisation_name",
        )
    return organisation
