"""A thing "x" that one can write to, `r+x7-<person>`, and the network's own address, whose room notes what reached it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import pytest

from app.accounts.models import Person
from app.core.errors import DomainError
from app.extensions import db
from app.incoming import destinations
from app.incoming.destinations import Destination, Incoming, RefusedError
from app.incoming.operations import Verdict, ingest
from app.notifications.addresses import address_of


@dataclass
class Room:
    """What has reached it; `answer` is what it says to the next mail."""

    came: list[Incoming] = field(default_factory=list)
    answer: Callable[[Incoming, list[int]], str] = lambda _mail, _numbers: "kept"

    def receive(self, mail: Incoming, numbers: list[int]) -> str:
        self.came.append(mail)
        return self.answer(mail, numbers)

    def refuse(self, sentence: str, *, by_domain: bool = False) -> None:
        def say(_mail: Incoming, _numbers: list[int]) -> str:
            raise DomainError(sentence) if by_domain else RefusedError(sentence, reason="closed")

        self.answer = say

    def break_down(self, error: Exception) -> None:
        def fail(_mail: Incoming, _numbers: list[int]) -> str:
            raise error

        self.answer = fail


@pytest.fixture
def room(monkeypatch) -> Room:
    room = Room()
    monkeypatch.setitem(destinations._destinations, "rx", Destination(room.receive, named=1))
    monkeypatch.setitem(destinations._destinations, "n", Destination(room.receive))
    monkeypatch.setitem(destinations._destinations, "b", Destination(room.receive, takes_strangers=True))
    monkeypatch.setitem(destinations._destinations, "ro", Destination(room.receive, takes_strangers=True))
    return room


@pytest.fixture
def post(app, world, room):
    """Brings mails in, as whoever runs a mail server does: `post.bring(post.mail("member"), post.address("member"))`."""

    class Post:
        def email(self, who: str) -> str:
            with app.app_context():
                return db.session.get_one(Person, world.cast[who]).email

        def address(self, who: str = "member", purpose: str = "r", thing: str = "x7") -> str:
            with app.app_context():
                return address_of(purpose, f"{thing}-{world.cast[who]}" if purpose == "r" else thing)

        def mail(self, who: str = "member", text: str = "Det har vi prøvet.", **headers: str) -> bytes:
            message = EmailMessage()
            message["From"] = f"Mette <{self.email(who) if '@' not in who else who}>"
            message["To"] = self.address()
            message["Subject"] = "Re: Sagen"
            message["Message-ID"] = "<1@mail.test>"
            message["Date"] = "Tue, 24 Nov 2026 10:00:00 +0100"
            for name, value in headers.items():
                del message[name.replace("_", "-")]
                if value:
                    message[name.replace("_", "-")] = value
            message.set_content(text)
            return message.as_bytes()

        def bring(self, raw: bytes, to: str = "", *, sender: str | None = None, **more: Any) -> Verdict:
            with world.acting():
                return ingest(raw, to or self.address(), self.email("member") if sender is None else sender, **more)

    return Post()
