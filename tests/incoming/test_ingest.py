"""A mail comes in, and the room it is for gets it; never twice, and from nobody but whom it may come from."""

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.extensions import db
from app.incoming import destinations
from app.incoming.destinations import Destination
from app.incoming.models import Fate, IncomingMail
from app.incoming.operations import ingest
from app.notifications.addresses import address_of

MAIL = (
    b"From: Mette <%b>\r\nTo: svar@svar.erfa.test\r\nSubject: Re: Sagen\r\nMessage-ID: <1@mail.test>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nDet har vi pr\xc3\xb8vet.\r\n"
)


@pytest.fixture
def got(monkeypatch):
    """What reached the things called "x": `r+x<thing>-<person>`."""
    came = []

    def receive(mail, numbers):
        came.append((mail.sender.id, mail.text, numbers))
        return "kept"

    monkeypatch.setitem(destinations._destinations, "rx", Destination(receive, named=1))
    return came


@pytest.fixture
def bring(world):
    def one(address, *, raw=MAIL, whose=b"person2@erfa.test"):
        with world.acting():
            return ingest(raw % whose if b"%b" in raw else raw, address, "person2@erfa.test")

    return one


def test_it_reaches_what_it_is_for_once(app, world, got, bring):
    with app.app_context():
        address = address_of("r", f"x7-{world.cast['member']}")
        email = db.session.get_one(Person, world.cast["member"]).email.encode()
    assert bring(address, whose=email).fate is Fate.TAKEN
    assert bring(address, whose=email).fate is Fate.PASSED_OVER
    assert got == [(world.cast["member"], "Det har vi prøvet.", [7, world.cast["member"]])]
    with app.app_context():
        (row,) = db.session.scalars(select(IncomingMail)).all()
        assert row.raw.startswith(b"From: Mette")


def test_the_token_alone_is_not_enough(app, world, got, bring):
    with app.app_context():
        address = address_of("r", f"x7-{world.cast['member']}")
    assert bring(address, whose=b"somebody@else.test").fate is Fate.REFUSED
    assert not got
