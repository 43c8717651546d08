"""`flask factors …`: for whoever runs the installation when the only administrator has lost their phone."""

import click
from flask.cli import AppGroup

from app.accounts.queries import person_by_email
from app.extensions import db
from app.factors.operations import reset_factors

factors = AppGroup("factors", help="Passkeys, authenticator apps and recovery codes.")


@factors.command("reset")
@click.argument("email")
def reset(email: str) -> None:
    """Takes the second step from an account whose owner has lost it. The owner is told by mail."""
    person = person_by_email(email)
    if person is None:
        raise click.ClickException(f"There is no account with the address {email}.")
    reset_factors(person, by=None)
    db.session.commit()
    click.echo(f"{person.email} now signs in without a second step.")
