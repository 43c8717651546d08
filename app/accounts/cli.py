"""`flask account …`: what whoever runs the installation does from the command line."""

import sys

import click
from flask.cli import AppGroup

from app.accounts.addresses import NotAnAddressError, read_address
from app.accounts.operations import make_administrator, register
from app.accounts.passwords import hashed, weakness_of
from app.extensions import db

account = AppGroup("account", help="Accounts of people.")


def _read_password(email: str, name: str) -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    weakness = weakness_of(password, known=[name, email.split("@", maxsplit=1)[0]])
    if weakness:
        raise click.ClickException(weakness)
    return hashed(password)


@account.command("create-admin")
@click.option("--email", prompt="E-mail address", help="The address to sign in with.")
@click.option("--name", prompt="Name", help="First and last name.")
@click.option("--password-stdin", is_flag=True, help="Read a password from standard input; else a code is mailed.")
def create_admin(email: str, name: str, *, password_stdin: bool) -> None:
    """Makes an account that runs the installation."""
    try:
        address = read_address(email)
    except NotAnAddressError:
        raise click.ClickException(f"{email!r} is not a mail address.") from None
    name = " ".join(name.split())
    if not 1 <= len(name) <= 120:
        raise click.ClickException("The name must have from 1 to 120 characters.")
    password_hash = _read_password(address, name) if password_stdin else None
    person, is_new = register(email=address, name=name, password_hash=password_hash)
    if not is_new:
        raise click.ClickException(f"There is already an account with the address {address}; nothing was changed.")
    make_administrator(person)
    db.session.commit()
    how = "the password you gave" if password_hash else "a code that is mailed to that address"
    click.echo(f"{address} can now sign in as administrator with {how}.")
