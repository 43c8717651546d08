"""Registering that someone works elsewhere, and correcting what was registered before."""

from datetime import date, timedelta
from itertools import pairwise

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.events import record
from app.accounts.models import Affiliation, EventKind, Person
from app.accounts.operations import move_to
from app.administration.operations.threads import anew
from app.administration.queries.affiliations import coordinators_of
from app.core import clock
from app.core.errors import DomainError
from app.core.formats import day_month_year
from app.extensions import db
from app.notifications.operations import announce
from app.organisations.models import Organisation

EARLIEST = date(2000, 1, 1)  # a year written with two digits is caught


def register_move(person: Person, organisation: Organisation, *, on: date, by: Person) -> None:
    """Works at `organisation` from the day `on`. Tells whoever coordinates their networks, and the person, but not `by`."""
    if organisation.closed_at is not None:
        raise DomainError(_("That organisation is closed. Choose another one."), field="organisation")
    if person.organisation_id == organisation.id:
        raise DomainError(_("%(name)s works there already.", name=person.name), field="organisation")
    history = _history(person.id)
    ended = history[-1].to_on if history else None
    if ended is not None and on < ended and not on == clock.today() == ended - timedelta(days=1):
        raise DomainError(_("That day belongs to an organisation before."), field="moved_on")
    move_to(person, organisation, on=on, by=by)
    db.session.flush()
    _settle(person.id)
    payload = {"person_id": person.id, "organisation": organisation.name, "on": on.isoformat(), "by": by.name}
    about = anew(person)
    announce("person_moved", to=coordinators_of(person.id), about=about, payload=payload, but_not=by.id)
    announce("moved_by_another", to=[person.id], about=about, payload=payload, but_not=by.id)


def _history(person_id: int) -> list[Affiliation]:
    """Oldest first. Two corrections of the same person wait for each other."""
    db.session.scalar(select(Person.id).where(Person.id == person_id).with_for_update())
    return list(
        db.session.scalars(
            select(Affiliation)
            .where(Affiliation.person_id == person_id)
            .order_by(Affiliation.from_on)
            .execution_options(populate_existing=True)
        )
    )


def correct_affiliation(affiliation: Affiliation, *, organisation: Organisation, from_on: date, by: Person) -> None:
    """Another organisation or another first day. The one before ends where this one begins: no gap, no overlap."""
    history = _history(affiliation.person_id)
    here = history.index(affiliation)
    before = history[here - 1] if here else None
    _check_first_day(affiliation, before, from_on)
    if before is not None and before.to_on is not None:
        was_adjoining = before.to_on == affiliation.from_on
        before.to_on = from_on if was_adjoining else min(before.to_on, from_on)
    affiliation.from_on, affiliation.organisation_id = from_on, organisation.id
    db.session.flush()
    _settle(affiliation.person_id)
    record(EventKind.AFFILIATION_CORRECTED, affiliation.person_id, by=by, organisation=organisation.name)


def _check_first_day(affiliation: Affiliation, before: Affiliation | None, from_on: date) -> None:
    if from_on < EARLIEST:
        raise DomainError(_("Choose a day after the year 2000 began."), field="from_on")
    if from_on > clock.today():
        raise DomainError(_("Choose today or a day that has been."), field="from_on")
    if affiliation.to_on is not None and from_on >= affiliation.to_on:
        raise DomainError(
            _("It must begin before it ends, on %(day)s.", day=day_month_year(affiliation.to_on)), field="from_on"
        )
    if before is not None and from_on <= before.from_on:
        raise DomainError(
            _(
                "The organisation before began on %(day)s. Choose a later day, or remove the one before.",
                day=day_month_year(before.from_on),
            ),
            field="from_on",
        )


def remove_affiliation(affiliation: Affiliation, *, by: Person) -> None:
    """A row that was never true. Its time goes to the organisation before, or of the first one to the one after."""
    history = _history(affiliation.person_id)
    if len(history) == 1:
        raise DomainError(_("It is the only one. Correct it instead."))
    here = history.index(affiliation)
    person_id, name = affiliation.person_id, db.session.get_one(Organisation, affiliation.organisation_id).name
    from_on, to_on = affiliation.from_on, affiliation.to_on
    db.session.delete(affiliation)
    db.session.flush()  # it may be the only one without an end, and another one is to be
    if here:
        history[here - 1].to_on = to_on
    else:
        history[1].from_on = from_on
    db.session.flush()
    _settle(person_id)
    record(EventKind.AFFILIATION_CORRECTED, person_id, by=by, organisation=name)


def _settle(person_id: int) -> None:
    """Two times in a row at the same place become one, and the person's own row follows the last."""
    history = _history(person_id)
    for earlier, later in pairwise(history):
        if earlier.organisation_id == later.organisation_id and earlier.to_on == later.from_on:
            end = later.to_on
            db.session.delete(later)
            db.session.flush()
            earlier.to_on = end
            db.session.flush()
            return _settle(person_id)
    person = db.session.get_one(Person, person_id)
    person.organisation_id = next((row.organisation_id for row in history if row.to_on is None), None)
    return None
