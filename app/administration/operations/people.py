"""What an administrator does with somebody's account, and who is told."""

from flask_babel import gettext as _
from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError

from app.accounts.events import record
from app.accounts.models import EventKind, Person
from app.accounts.operations import register
from app.administration.operations.threads import anew
from app.core import clock
from app.core.danish import sort_key
from app.core.errors import DomainError
from app.extensions import db
from app.networks.leaving import open_duties
from app.notifications.operations import announce, announce_to_address
from app.organisations.models import Organisation
from app.sessions.models import AddressChange, Identity, SignInCode
from app.sessions.operations import disable_person, end_every_session


def create_person(*, email: str, name: str, title: str, organisation: Organisation, by: Person) -> Person:
    """Someone new, who is told by mail how to sign in."""
    person, is_new = register(email=email, name=name, title=title, organisation_id=organisation.id)
    if not is_new:
        raise DomainError(_("%(name)s has an account with this address.", name=person.name), field="email")
    announce("account_made", to=[person.id], about=f"person-{person.id}-made", payload={"by": by.name}, but_not=by.id)
    return person


def change_person(person: Person, *, name: str, title: str, email: str, by: Person) -> None:
    """A new address is told at both addresses, and whatever the old one opened is over.

    A code at it, a change under way, the employer's account that it led to, and every session.
    """
    old_email, is_renamed = person.email, (person.name, person.title) != (name, title)
    try:
        with db.session.begin_nested():
            person.name, person.sort_key, person.title, person.email = name, sort_key(name), title, email
    except IntegrityError as error:
        raise DomainError(_("Another account has this address."), field="email") from error
    if is_renamed:
        record(EventKind.PROFILE_CHANGED, person, by=by)
    if old_email == email:
        return
    record(EventKind.ADDRESS_CHANGED, person, by=by)
    for way_in in (SignInCode, AddressChange, Identity):
        db.session.execute(delete(way_in).where(way_in.person_id == person.id))
    end_every_session(person.id)
    payload = {"email": email, "by": by.name}
    for address in (old_email, email):
        announce_to_address(
            "address_changed_by_another",
            address=address,
            about=anew(person),
            payload=payload,
            person_id=person.id,
        )


def _has_other_administrator(person: Person) -> bool:
    """Whether somebody else who can sign in runs the installation. Two who ask at once wait for each other."""
    administrators = select(Person.id).where(Person.administrator_since.is_not(None)).order_by(Person.id)
    db.session.execute(administrators.with_for_update())
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    Person.administrator_since.is_not(None), Person.disabled_at.is_(None), Person.id != person.id
                )
            )
        )
    )


def keep_an_administrator(person: Person) -> None:
    """Refuses when nobody would be left to run the installation without this person."""
    if not _has_other_administrator(person):
        raise DomainError(
            _(
                "%(name)s is the only administrator. Make somebody else one first, so that the installation is not "
                "left alone.",
                name=person.name,
            )
        )


def name_administrator(person: Person, *, by: Person | None) -> None:
    """From the next request on. They sign in anew, because an administrator's sign-in lasts shorter.

    `by` is None from the command line.
    """
    if person.disabled_at is not None:
        raise DomainError(_("The account is closed. Open it first."))
    if person.is_administrator:
        return
    person.administrator_since = clock.now()
    end_every_session(person.id)
    record(EventKind.MADE_ADMINISTRATOR, person, by=by)
    _tell_of_rights(person, by=by)


def dismiss_administrator(person: Person, *, by: Person) -> None:
    """Never the last one."""
    keep_an_administrator(person)
    db.session.refresh(person, ["administrator_since"])
    if not person.is_administrator:
        return
    person.administrator_since = None
    record(EventKind.NO_LONGER_ADMINISTRATOR, person, by=by)
    _tell_of_rights(person, by=by)


def _tell_of_rights(person: Person, *, by: Person | None) -> None:
    announce(
        "administrator_changed",
        to=[person.id],
        about=anew(person),
        payload={"by": by.name if by else "", "is_administrator": person.is_administrator},
        but_not=by.id if by else None,
    )


def close_account(person: Person, *, by: Person) -> None:
    """Ends sessions, feeds and mail at once; never one's own account, and never the last administrator's.

    Refused while something is open and theirs, coordinating alone a network with others in it included.
    """
    if person.id == by.id:
        raise DomainError(_("You cannot close your own account here. Ask another administrator."))
    if person.is_administrator:
        keep_an_administrator(person)
    if open_duties(person.id):
        raise DomainError(
            _("Hand over first what is open and %(name)s's, so that it is not left to nobody.", name=person.first_name)
        )
    disable_person(person, by=by)


def end_all_sessions(person: Person, *, by: Person) -> None:
    end_every_session(person.id)
    record(EventKind.SESSIONS_ENDED, person, by=by)
