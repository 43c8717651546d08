"""`flask account create-admin` makes the first account of an installation."""

import pytest
from sqlalchemy import select

from app.accounts.addresses import NotAnAddressError, read_address
from app.accounts.models import Person
from app.accounts.passwords import matches
from app.extensions import db


@pytest.fixture
def run(app):
    def invoke(*arguments, typed=None):
        return app.test_cli_runner().invoke(args=["account", "create-admin", *arguments], input=typed)

    return invoke


def the_person(app, email):
    with app.app_context():
        return db.session.scalar(select(Person).where(Person.email == email))


def test_an_administrator_without_a_password_signs_in_with_a_code(app, world, run):
    result = run("--email", "Drift@Kommune.dk", "--name", "Dorte Drift")
    assert result.exit_code == 0, result.output
    assert "code" in result.output
    person = the_person(app, "drift@kommune.dk")
    assert person.is_administrator
    assert person.password_hash is None


def test_it_asks_for_what_is_missing(app, world, run):
    result = run(typed="drift@kommune.dk\nDorte Drift\n")
    assert result.exit_code == 0, result.output
    assert the_person(app, "drift@kommune.dk").name == "Dorte Drift"


def test_a_password_comes_by_standard_input(app, world, run):
    result = run("--email", "drift@kommune.dk", "--name", "D", "--password-stdin", typed="cykelsti giraf rugbrød\n")
    assert result.exit_code == 0, result.output
    assert "giraf" not in result.output
    assert matches("cykelsti giraf rugbrød", the_person(app, "drift@kommune.dk").password_hash)


def test_an_easy_password_is_refused(app, world, run):
    result = run("--email", "drift@kommune.dk", "--name", "D", "--password-stdin", typed="sommer2026\n")
    assert result.exit_code == 1
    assert the_person(app, "drift@kommune.dk") is None


def test_an_address_that_has_an_account_is_refused_in_one_sentence(app, world, run):
    result = run("--email", "PERSON2@erfa.test", "--name", "Somebody Else")
    assert result.exit_code == 1
    assert result.output.strip() == (
        "Error: There is already an account with the address person2@erfa.test; nothing was changed."
    )
    assert not the_person(app, "person2@erfa.test").is_administrator


@pytest.mark.parametrize("email", ["", "drift", "drift@", "a@b@c.dk", "x" * 250 + "@k.dk", "æ\n@k.dk"])
def test_what_is_no_address_is_refused(world, run, email):
    assert run("--email", email, "--name", "D").exit_code == 1


def test_addresses_are_kept_in_one_way():
    assert read_address(" Mette.Å@KOMMUNE.dk ".replace("Å", "a")) == "mette.a@kommune.dk"
    with pytest.raises(NotAnAddressError):
        read_address("mette@kommune.dk\nBcc: all@kommune.dk")
