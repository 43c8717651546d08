"""More of `flask account …`: who runs the installation, and closing and opening an account, for when no browser will do."""

import click

from app.accounts.cli import account
from app.accounts.models import Person
from app.accounts.queries import person_by_email
from app.administration.operations.people import keep_an_administrator, name_administrator
from app.administration.queries.people import administrators
from app.core.errors import DomainError
from app.extensions import db
from app.sessions.operations import disable_person, enable_person


def _person_of(email: str) -> Person:
    person = person_by_email(email)
    if person is None:
        raise click.ClickException(f"There is no account with the address {email}.")
    return person


@account.command("administrators")
def list_administrators() -> None:
    """Lists who runs the installation."""
    for person in administrators():
        closed = " (closed)" if person.disabled_at else ""
        click.echo(f"{person.email}\t{person.name}\tsince {person.administrator_since:%Y-%m-%d}{closed}")


@account.command("make-admin")
@click.argument("email")
def make_admin(email: str) -> None:
    """Makes someone who has an account an administrator. They are told by mail, and sign in anew."""
    person = _person_of(email)
    if person.disabled_at is not None:
        raise click.ClickException(f"{person.email} is closed. Open it first: flask account enable {person.email}")
    name_administrator(person, by=None)
    db.session.commit()
    click.echo(f"{person.email} is administrator.")


@account.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Closes an account: sessions, feeds and mails end at once."""
    person = _person_of(email)
    if person.is_administrator:
        try:
            keep_an_administrator(person)
        except DomainError:
            raise click.ClickException(f"{person.email} is the only administrator; make another one first.") from None
    disable_person(person, by=person)  # from the command line nobody in particular does it
    db.session.commit()
    click.echo(f"{person.email} is closed.")


@account.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Opens a closed account again."""
    person = _person_of(email)
    enable_person(person, by=person)
    db.session.commit()
    click.echo(f"{person.email} is open.")
