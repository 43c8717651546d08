"""What can be done with organisations."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.danish import sort_key
from app.core.errors import DomainError
from app.extensions import db
from app.organisations.models import Organisation, OrganisationKind


def organisation_named(name: str) -> Organisation | None:
    """The organisation of this name; the one it was merged into, if it was."""
    organisation = db.session.scalar(
        select(Organisation).where(Organisation.sort_key == sort_key(name), func.length(Organisation.name) == len(name))
    )
    if organisation is not None and organisation.merged_into_id is not None:
        return db.session.get(Organisation, organisation.merged_into_id)
    return organisation


def add_organisation(name: str, *, kind: OrganisationKind, municipality_code: str) -> Organisation:
    """The organisation of this name, made if need be. Refuses a name that is taken in another municipality or closed."""
    organisation = organisation_named(name)
    if organisation is None:
        organisation = Organisation(name=name, kind=kind, municipality_code=municipality_code)
        try:
            with db.session.begin_nested():
                db.session.add(organisation)
        except IntegrityError:  # somebody else added it in this very moment
            organisation = organisation_named(name)
            if organisation is None:
                raise
    if organisation.municipality_code != municipality_code:
        raise DomainError(
            _("There is already an organisation with that name in another municipality. Choose it in the list."),
            field="organisation_name",
        )
    if organisation.closed_at is not None:
        raise DomainError(_("That organisation is closed. Choose another one."), field="organisation_name")
    return organisation


def register_organisation(
    name: str, *, kind: OrganisationKind, municipality_code: str, cvr: str, web_address: str
) -> Organisation:
    """A new one. Refuses a name that is taken."""
    organisation = Organisation(
        name=name, kind=kind, municipality_code=municipality_code, cvr=cvr, web_address=web_address
    )
    with _a_name_of_its_own():
        db.session.add(organisation)
    return organisation


def change_organisation(
    organisation: Organisation, name: str, *, kind: OrganisationKind, municipality_code: str, cvr: str, web_address: str
) -> bool:
    """Whether anything is different now. Refuses a name that is taken."""
    facts = {
        "name": name,
        "kind": kind,
        "municipality_code": municipality_code,
        "cvr": cvr,
        "web_address": web_address,
    }
    if all(getattr(organisation, fact) == value for fact, value in facts.items()):
        return False
    with _a_name_of_its_own():
        for fact, value in facts.items():
            setattr(organisation, fact, value)
        organisation.sort_key = sort_key(name)
    return True


@contextmanager
def _a_name_of_its_own() -> Iterator[None]:
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError as error:
        raise DomainError(_("There is already an organisation with that name."), field="name") from error


def close_organisation(organisation: Organisation) -> bool:
    """Takes nobody new; who works there and who worked there stays as it is. Whether it was open."""
    if organisation.closed_at is not None:
        return False
    organisation.closed_at = clock.now()
    return True


def reopen_organisation(organisation: Organisation) -> bool:
    """Whether it was closed. What has been merged into another one stays there."""
    if organisation.closed_at is None or organisation.merged_into_id is not None:
        return False
    organisation.closed_at = None
    return True
